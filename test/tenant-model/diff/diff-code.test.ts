import { hash } from 'node:crypto';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { codeComparer } from '../../../scripts/tenant-model/diff/diff-code.ts';

const lines = (...texts: readonly string[]): string => `${texts.join('\n')}\n`;
const sha256 = (text: string): string => hash('sha256', text, 'hex');

test('a change of code has sizes, hashes and a unified diff', () => {
  expect(codeComparer()('Action a', lines('one', 'two'), lines('one', 'three'))).toEqual({
    before: { bytes: 8, sha256: sha256('one\ntwo\n') },
    after: { bytes: 10, sha256: sha256('one\nthree\n') },
    added: 1,
    removed: 1,
    diff: '@@ -1,2 +1,2 @@\n one\n-two\n+three',
  });
});

test('a change stands among three lines that stay, before and after it', () => {
  const around = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const { diff } = codeComparer()('Action a', lines(...around), lines(...around).replace('5', 'five'));
  expect(diff).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8');
});

test('a comparison that takes too long is given up, and says how many lines there are', () => {
  // A clock on which each look takes an hour.
  let now = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now += 3_600_000));
  try {
    expect(codeComparer()('Action a', lines('one', '', 'two'), 'three\nfour\nfive\nsix')).toEqual({
      before: { bytes: 9, sha256: sha256('one\n\ntwo\n') },
      after: { bytes: 19, sha256: sha256('three\nfour\nfive\nsix') },
      added: 4,
      removed: 3,
      diff: 'Too much has changed to show.',
    });
    expect(codeComparer()('Action a', undefined, lines('one'))).toMatchObject({ added: 1, removed: 0 });
  } finally {
    clock.mockRestore();
  }
});

test('the same piece in a second bundle is named, not shown again', () => {
  const compare = codeComparer();
  expect(compare('Action a', lines('one'), lines('two')).diff).toContain('+two');
  expect(compare('Action b', lines('one'), lines('two')).diff).toBe('@@ -1,1 +1,1 @@ as in Action a');
});

test('code that is new, or that goes, is shown whole', () => {
  const added = codeComparer()('Action a', undefined, lines('one', 'two'));
  expect(added).toEqual({
    before: null,
    after: { bytes: 8, sha256: sha256('one\ntwo\n') },
    added: 2,
    removed: 0,
    diff: '@@ -0,0 +1,2 @@\n+one\n+two',
  });
  expect(codeComparer()('Action a', lines('one'), undefined)).toMatchObject({
    after: null,
    added: 0,
    removed: 1,
    diff: '@@ -1,1 +0,0 @@\n-one',
  });
  expect(codeComparer()('Action a', undefined, '')).toMatchObject({ added: 0, diff: '' });
});

test('a diff is a patch that makes the one from the other', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
    .map((words) => lines(...words));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { diff } = codeComparer()('code', before, after);
      expect(applyPatch(before, `--- code\n+++ code\n${diff}\n`)).toBe(after);
    }),
  );
});
