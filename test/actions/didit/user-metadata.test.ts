import { describe, expect, test } from 'vitest';
import { decideUserMetadata } from '../../../actions/didit/user-metadata.ts';

const NAME_TO_NICK = [['name', 'nick']] as const;

type Input = Parameters<typeof decideUserMetadata>[0];

const decide = (input: Partial<Input>): ReturnType<typeof decideUserMetadata> =>
  decideUserMetadata({
    mapping: NAME_TO_NICK,
    fields: { name: 'Jane' },
    remembered: {},
    current: {},
    ...input,
  });

const NO_CHANGE: readonly never[] = [];

describe('a key of user_metadata follows Didit', () => {
  test.each<[string, Partial<Input>, object]>([
    [
      'where nothing stood there before the first sync',
      { current: { theme: 'dark' } },
      { changes: [{ key: 'nick', value: 'Jane' }], remembered: { nick: 'Jane' } },
    ],
    [
      'where it holds what was last written',
      { remembered: { nick: 'John' }, current: { nick: 'John' } },
      { changes: [{ key: 'nick', value: 'Jane' }], remembered: { nick: 'Jane' } },
    ],
    [
      'where it is the same already: nothing to do',
      { remembered: { nick: 'Jane' }, current: { nick: 'Jane' } },
      { changes: NO_CHANGE, remembered: { nick: 'Jane' } },
    ],
    [
      'where Didit no longer says it: it goes',
      { fields: {}, remembered: { nick: 'John' }, current: { nick: 'John' } },
      { changes: [{ key: 'nick', value: null }], remembered: {} },
    ],
    [
      'where the settings no longer map it: it goes',
      { mapping: [], remembered: { nick: 'John' }, current: { nick: 'John' } },
      { changes: [{ key: 'nick', value: null }], remembered: {} },
    ],
    [
      'where another mapping takes its place: the one goes, the other comes',
      { mapping: [['name', 'called']], remembered: { nick: 'John' }, current: { nick: 'John' } },
      {
        changes: [
          { key: 'nick', value: null },
          { key: 'called', value: 'Jane' },
        ],
        remembered: { called: 'Jane' },
      },
    ],
  ])('%s', (_, input, expected) => {
    expect(decide(input)).toStrictEqual(expected);
  });
});

describe("a key of user_metadata that is the user's own stays as it is", () => {
  test.each<[string, Partial<Input>, object]>([
    ['where it stood there before the first sync', { current: { nick: 'Boss' } }, {}],
    ['where it is empty before the first sync', { current: { nick: '' } }, {}],
    ['where it is null before the first sync', { current: { nick: null } }, {}],
    [
      'where the user changed what was written: it is remembered that it was ours once',
      { remembered: { nick: 'John' }, current: { nick: 'Johnny' } },
      { nick: 'John' },
    ],
    [
      'where the user emptied it',
      { remembered: { nick: 'John' }, current: { nick: null } },
      { nick: 'John' },
    ],
    ['where the user removed it', { remembered: { nick: 'John' }, current: {} }, { nick: 'John' }],
    [
      'where the user changed its type',
      { remembered: { nick: 'John' }, current: { nick: ['John'] } },
      { nick: 'John' },
    ],
    [
      'where the user changed it, and the settings no longer map it: nothing of it stays in the record',
      { mapping: [], remembered: { nick: 'John' }, current: { nick: 'Johnny' } },
      {},
    ],
    [
      'where the user removed it, and the settings no longer map it',
      { mapping: [], remembered: { nick: 'John' }, current: {} },
      {},
    ],
    [
      'where it is inherited: what was written is gone',
      { remembered: { nick: 'John' }, current: Object.create({ nick: 'John' }) as object },
      { nick: 'John' },
    ],
    ...['text', 7, null, undefined, [['nick', 'John']]].map((current): [string, Partial<Input>, object] => [
      `where user_metadata is no object: ${JSON.stringify(current)}`,
      { remembered: { nick: 'John' }, current },
      { nick: 'John' },
    ]),
  ])('%s', (_, input, remembered) => {
    expect(decide(input)).toEqual({ changes: NO_CHANGE, remembered });
  });
});
