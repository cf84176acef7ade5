import { describe, expect, test } from 'vitest';
import { fileOnlyChanges } from '../../scripts/plan/file-only-changes.ts';
import type { FileOnly } from '../../scripts/plan/file-only-changes.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';
import { sample } from './sample.ts';

describe('Actions of others that a file accepts at logins', () => {
  const found = (before: readonly string[] | undefined, after: readonly string[] | undefined) =>
    fileOnlyChanges(
      before === undefined ? {} : { otherActions: before },
      after === undefined ? {} : { otherActions: after },
    ).map(({ field, security }) => [field, security.map(({ code }) => code)]);

  test.each<[string, Parameters<typeof found>, ReturnType<typeof found>]>([
    ['one more is rated', [['A'], ['A', 'B']], [['B', ['other_action']]]],
    ['the first is rated', [undefined, ['A']], [['A', ['other_action']]]],
    [
      'each is named',
      [[], ['A', 'A', 'B']],
      [
        ['A', ['other_action']],
        ['B', ['other_action']],
      ],
    ],
    [
      'one that is named in another case is another one',
      [['A'], ['a']],
      [
        ['A', []],
        ['a', ['other_action']],
      ],
    ],
    ['one less is shown', [['A', 'B'], ['B']], [['A', []]]],
    ['the last one less leaves a list that accepts none', [['A'], []], [['A', []]]],
    ['a list that is taken away accepts any', [['A'], undefined], [['(any)', ['other_action']]]],
    ['an empty one that is taken away, too', [[], undefined], [['(any)', ['other_action']]]],
    [
      'another order is no change',
      [
        ['A', 'B'],
        ['B', 'A'],
      ],
      [],
    ],
    ['none on both sides is none', [undefined, undefined], []],
    ['an empty list accepts no more than before', [undefined, []], []],
  ])('%s', (_what, [before, after], expected) => {
    expect(found(before, after)).toEqual(expected);
  });
});

describe('a variable that a file declares', () => {
  const found = (before: FileOnly['variables'], after: FileOnly['variables']) =>
    fileOnlyChanges(
      before === undefined ? {} : { variables: before },
      after === undefined ? {} : { variables: after },
    ).map(({ field, before: was, after: is, security }) => [
      field,
      was,
      is,
      security.map(({ code }) => code),
    ]);
  const NOT_JUDGED = ['setting_not_judged'];

  test.each<[string, Parameters<typeof found>, ReturnType<typeof found>]>([
    ['as public is rated', [undefined, { A: 'public' }], [['A', null, 'public', NOT_JUDGED]]],
    [
      'as public, and was a secret, is rated',
      [{ A: 'secret' }, { A: 'public' }],
      [['A', 'secret', 'public', NOT_JUDGED]],
    ],
    ['as a secret is shown', [{}, { A: 'secret' }], [['A', null, 'secret', []]]],
    [
      'as a secret, and was public, is shown',
      [{ A: 'public' }, { A: 'secret' }],
      [['A', 'public', 'secret', []]],
    ],
    ['no more is shown', [{ A: 'public' }, undefined], [['A', 'public', null, []]]],
    [
      'under the name of what every object has is one like others',
      [{}, { ['__proto__']: 'public' }],
      [['__proto__', null, 'public', NOT_JUDGED]],
    ],
    [
      'in another order is no change',
      [
        { A: 'public', B: 'secret' },
        { B: 'secret', A: 'public' },
      ],
      [],
    ],
  ])('%s', (_what, [before, after], expected) => {
    expect(found(before, after)).toEqual(expected);
  });
});

test('each section of tenant.yaml is compared: as things of the tenant, as the flow, or here', () => {
  const { model } = sample();
  const kinds = new Set(model.resources.map(({ kind }) => kind));
  const here = fileOnlyChanges({}, { otherActions: ['A'], variables: { A: 'secret' } });
  const compared = [
    ...(['connection', 'Action', 'application', 'grant', 'API'] as const).flatMap((kind) =>
      kinds.has(kind)
        ? [
            {
              connection: 'connections',
              Action: 'actions',
              application: 'clients',
              grant: 'clientGrants',
              API: 'resourceServers',
            }[kind],
          ]
        : [],
    ),
    ...(model.flow.length > 0 ? ['triggers'] : []),
    ...here.map(({ resource: { name } }) => name),
    // `test/plan/organizations.test.ts`: the sample has none.
    'organizations',
    // Of editors, and read by no command.
    '$schema',
  ];
  expect(compared.toSorted()).toEqual(Object.keys(TENANT_SCHEMA.properties).toSorted());
});
