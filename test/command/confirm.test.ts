import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { askText, confirmChange } from '../../scripts/command/confirm.ts';
import type { Danger } from '../../scripts/command/confirm.ts';
import { safe } from '../../scripts/base/safe-text.ts';
import { problemsIn } from '../../scripts/base/problem.ts';
import { problemsOfAsync } from '../problems-of.ts';

/** A person at a terminal who types this when asked. */
async function asked(
  typed: string,
  isTTY = true,
  danger: Danger = { worst: [] },
): Promise<{ codes: readonly string[]; seen: string }> {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let seen = '';
  output.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  input.write(typed);
  const codes = await confirmChange(safe`Change it?`, danger, { input, output }).then(
    () => [],
    (error: unknown) => problemsIn(error).map(({ code }) => code),
  );
  return { codes, seen };
}

describe('a question before a change', () => {
  test.each(['y\n', 'Y\n', 'yes\n', ' yes \n'])('is agreed to with %j', async (typed) => {
    const { codes, seen } = await asked(typed);
    expect(codes).toEqual([]);
    expect(seen).toContain('Change it? [y/N]');
  });

  test.each([
    ['n', 'n\n'],
    ['Return alone', '\n'],
    ['something else', 'yep\n'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is refused with %s', async (_name, typed) => {
    expect((await asked(typed)).codes).toEqual(['NOT_CONFIRMED']);
  });

  test('is not asked where there is no terminal', async () => {
    const { codes, seen } = await asked('y\n', false);
    expect(codes).toEqual(['CONFIRMATION_NEEDED']);
    expect(seen).toBe('');
  });
});

describe('a question before what is dangerous', () => {
  const danger = {
    worst: ['2 people get in', '1 new host', 'no PKCE', 'the fourth'],
    name: 'shop.eu.auth0.com',
  };

  test('has the worst three effects right above it', async () => {
    const { seen } = await asked('shop.eu.auth0.com\n', true, danger);
    expect(seen.replaceAll(/\u001b\[[0-9]*[A-Z]/g, '')).toContain(
      '  ! 2 people get in\n  ! 1 new host\n  ! no PKCE\nChange it? Type shop.eu.auth0.com to continue: ',
    );
    expect(seen).not.toContain('the fourth');
  });

  test.each([['y'], ['yes'], [''], ['shop.eu.auth0'], ['other.eu.auth0.com']])(
    'is not agreed to with "%s"',
    async (typed) => {
      expect((await asked(`${typed}\n`, true, danger)).codes).toEqual(['NOT_CONFIRMED']);
    },
  );

  test('is agreed to with the name alone', async () => {
    expect((await asked(' shop.eu.auth0.com \n', true, danger)).codes).toEqual([]);
  });
});

describe('a question for a text', () => {
  const place = { of: 'npm run adopt', option: '--namespace' };

  /** What is asked with these lines typed, and what it gives. */
  const answerTo = async (
    proposal: string | undefined,
    lines: readonly string[],
    faultOf?: (answer: string) => string | undefined,
  ): Promise<{ readonly answer: string; readonly seen: string }> => {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    // One at a time, as a person does: each question reads its own line.
    output.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (/^ {2}(?:\[|$)/.test(chunk.toString()))
        setImmediate(() => input.write(`${waiting.shift() ?? ''}\n`));
    });
    const waiting = [...lines];
    let seen = '';
    const answer = await askText('Which?', proposal, place, faultOf, { input, output });
    return { answer, seen };
  };

  test('takes what is typed, what is proposed where nothing is, and asks again where nothing is proposed', async () => {
    expect((await answerTo('proposed', [' typed '])).answer).toBe('typed');
    expect((await answerTo('proposed', [''])).answer).toBe('proposed');
    expect((await answerTo(undefined, ['', '', 'third'])).answer).toBe('third');
  });

  test('is asked again, with the reason, where the answer cannot be taken', async () => {
    const { answer, seen } = await answerTo('one', ['three', 'two'], (text) =>
      text === 'three' ? 'There are two.' : undefined,
    );
    expect(answer).toBe('two');
    expect(seen).toContain('  ! There are two.\n');
    expect(seen.match(/Which\?/g)).toHaveLength(1);
  });

  test('is a problem with the option that answers it where there is no terminal', async () => {
    const [problem] = await problemsOfAsync(() =>
      askText('Which?', 'proposed', place, undefined, {
        input: new PassThrough(),
        output: new PassThrough(),
      }),
    );
    expect(problem).toMatchObject({ code: 'ANSWER_NEEDED', place });
  });
});
