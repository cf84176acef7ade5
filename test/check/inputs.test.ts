import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closureOf, digestOf, passedBefore, readSources } from '../../scripts/check/inputs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const digest = (isInput: (path: string) => boolean = () => true): string =>
  digestOf(readSources(root), isInput);

describe('the digest of what a step depends on', () => {
  test('is another one when a file is changed, renamed, added or removed, and the old one when it is back', () => {
    write('scripts/a.ts', 'one');
    write('scripts/b.ts', 'two');
    const before = digest();
    const seen = new Set([before]);
    const expectNew = (): void => {
      expect(seen).not.toContain(digest());
      seen.add(digest());
    };
    write('scripts/a.ts', 'One');
    expectNew();
    write('scripts/a.ts', 'one');
    write('scripts/c.ts', '');
    expectNew();
    rmSync(join(root, 'scripts/c.ts'));
    rmSync(join(root, 'scripts/b.ts'));
    expectNew();
    write('scripts/c.ts', 'two');
    expectNew();
    rmSync(join(root, 'scripts/c.ts'));
    write('scripts/b.ts', 'two');
    expect(digest()).toBe(before);
  });

  test('is the same whatever the time of a file, and another one for other content at the same time', () => {
    write('a.ts', 'one');
    utimesSync(join(root, 'a.ts'), 1_000, 1_000);
    const before = digest();
    utimesSync(join(root, 'a.ts'), 2_000, 2_000);
    expect(digest()).toBe(before);
    write('a.ts', 'two');
    utimesSync(join(root, 'a.ts'), 1_000, 1_000);
    expect(digest()).not.toBe(before);
  });

  test('does not take the end of one file for the beginning of the next', () => {
    write('a.ts', 'onetwo');
    write('b.ts', '');
    const before = digest();
    write('a.ts', 'one');
    write('b.ts', 'two');
    expect(digest()).not.toBe(before);
  });

  test('counts what is installed for every step, and other files where they are its own', () => {
    write('a.ts', 'one');
    write('docs/page.md', 'one');
    const isCode = (path: string): boolean => path.endsWith('.ts');
    const before = digest(isCode);
    write('docs/page.md', 'two');
    expect(digest(isCode)).toBe(before);
    write('package-lock.json', '{}');
    expect(digest(isCode)).not.toBe(before);
  });

  test('knows nothing of secrets, of what is installed file by file, and of what commands leave behind', () => {
    write('a.ts', 'one');
    const before = digest();
    for (const file of ['.env', '.env.staging', 'node_modules/a/index.js', '.cache/check/lint.txt'])
      write(file, 'anything');
    for (const file of ['dist/actions/a.js', '.local-tenant/tenant.sqlite', '.deploys/a.json'])
      write(file, 'anything');
    expect(digest()).toBe(before);
  });
});

describe('what a file imports', () => {
  const closure = (file: string): readonly string[] => [...closureOf(file, readSources(root))].sort();

  test('is all of it, over any number of files and in circles, for values and types', () => {
    write('scripts/a.ts', "import { b } from './folder/b.ts';");
    write('scripts/folder/b.ts', 'import type { C } from \'../c.ts\';\nexport * from "./d.ts";');
    write('scripts/c.ts', "import '../test/e.ts';");
    write('scripts/folder/d.ts', "await import('../a.ts');\nexport type F = import('../../f.ts').F;");
    write('scripts/folder/other.ts', "import './b.ts';");
    expect(closure('scripts/a.ts')).toEqual([
      ...['f.ts', 'scripts/a.ts', 'scripts/c.ts', 'scripts/folder/b.ts', 'scripts/folder/d.ts', 'test/e.ts'],
    ]);
  });

  test('is found where one import takes several lines', () => {
    write('a.ts', "import {\n  one,\n  two,\n} from\n  './b.ts';\nexport { three } from './c.ts';");
    expect(closure('a.ts')).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });
});

test('a step that has passed is known by its digests, on a branch that one comes back to as well', () => {
  expect(passedBefore('lint', root).has('one')).toBe(false);
  passedBefore('lint', root).keep(['one', 'two']);
  expect(passedBefore('lint', root).has('two')).toBe(true);
  expect(passedBefore('types', root).has('two')).toBe(false);
  passedBefore('lint', root).keep(['three']);
  expect(passedBefore('lint', root).has('two')).toBe(true);
});

test('what has passed longest ago is forgotten first, so that the list does not grow for ever', () => {
  passedBefore('lint', root).keep(['first']);
  for (let round = 0; round < 10; round += 1)
    passedBefore('lint', root).keep(Array.from({ length: 1_000 }, (_, index) => `${round} ${index}`));
  expect(passedBefore('lint', root).has('first')).toBe(false);
  expect(passedBefore('lint', root).has('0 0')).toBe(true);
});
