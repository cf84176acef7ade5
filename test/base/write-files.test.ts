import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeFiles } from '../../scripts/base/write-files.ts';
import { problemsOf } from '../problems-of.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'written-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('files that a command writes', () => {
  test('are there whole, with the folders on the way, and nothing beside them', () => {
    writeFiles(
      [
        { file: 'a/b/c.ts', text: 'c' },
        { file: 'd.yaml', text: 'd' },
      ],
      root,
    );
    expect([read('a/b/c.ts'), read('d.yaml')]).toEqual(['c', 'd']);
    expect(readdirSync(root).sort()).toEqual(['a', 'd.yaml']);
  });

  test('are all as they were when one of them cannot be written, and the error names it', () => {
    writeFileSync(join(root, 'first.ts'), 'before');
    writeFileSync(join(root, 'no-folder'), '');
    const [problem] = problemsOf(() =>
      writeFiles(
        [
          { file: 'first.ts', text: 'after' },
          { file: 'no-folder/second.ts', text: '' },
        ],
        root,
      ),
    );
    expect(problem).toMatchObject({ code: 'OUTPUT_UNWRITABLE', place: { file: 'no-folder/second.ts' } });
    expect(problem?.message).toMatch(/\(E[A-Z]+\)/);
    expect(read('first.ts')).toBe('before');
    expect(readdirSync(root).sort()).toEqual(['first.ts', 'no-folder']);
  });

  test('that are links stay links', () => {
    mkdirSync(join(root, 'elsewhere'));
    writeFileSync(join(root, 'elsewhere/tenant.yaml'), 'before');
    symlinkSync('elsewhere/tenant.yaml', join(root, 'tenant.yaml'));
    writeFiles([{ file: 'tenant.yaml', text: 'after' }], root);
    expect(lstatSync(join(root, 'tenant.yaml')).isSymbolicLink()).toBe(true);
    expect(read('elsewhere/tenant.yaml')).toBe('after');
  });
});
