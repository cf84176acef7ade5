import { expect, test } from 'vitest';
import { readableDiff } from '../../../scripts/plan/render/words.ts';
import { codeComparer } from '../../../scripts/tenant-model/diff/diff-code.ts';

const linesOf = (what: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `const ${what}${index} = ${index};\n`).join('');

const shown = (before: string | undefined, after: string | undefined): string =>
  readableDiff(codeComparer()('code', before, after));

test('a bundle in the place of another one is not printed, nor is one that is new or goes', () => {
  expect(shown(linesOf('theirs', 5), linesOf('ours', 400))).toBe('');
  expect(shown(linesOf('theirs', 300), linesOf('ours', 400))).toBe('');
  expect(shown(undefined, linesOf('ours', 400))).toBe('');
  expect(shown(linesOf('ours', 400), undefined)).toBe('');
});

test('what is put into code, taken out of it or changed in it is, however much it is', () => {
  const ours = linesOf('ours', 100);
  const evil = "fetch('https://evil.example');";
  expect(shown(ours, `${ours}${evil}`)).toContain(`+${evil}`);
  expect(shown(ours, `${ours}${linesOf('more', 400)}${evil}`)).toContain(`+${evil}`);
  expect(shown(`${ours}${evil}`, ours)).toContain(`-${evil}`);
  expect(shown(`${ours}${linesOf('theirs', 80)}`, `${ours}${linesOf('new', 300)}${evil}`)).toContain(
    `+${evil}`,
  );
  // Short code is read whole.
  expect(shown(linesOf('theirs', 3), linesOf('ours', 3))).toContain('+const ours0');
});
