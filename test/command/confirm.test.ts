import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { confirm } from '../../scripts/command/confirm.ts';
import { safe } from '../../scripts/base/safe-text.ts';
import { problemsIn } from '../../scripts/base/problem.ts';

/** A person at a terminal who types this when asked. */
async function asked(typed: string, isTTY = true): Promise<{ codes: readonly string[]; seen: string }> {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let seen = '';
  output.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
  });
  input.write(typed);
  const codes = await confirm(safe`Change it?`, { input, output }).then(
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
