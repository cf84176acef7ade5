import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { diskErrorNamed, diskErrorOf } from '../../scripts/base/disk-error.ts';
import { problemsIn } from '../../scripts/base/problem.ts';
import { temporaryFolder } from '../../scripts/base/write-files.ts';
import { problemsOf } from '../problems-of.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-'));
  mkdirSync(join(folder, 'sub/sub'), { recursive: true });
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('circle', join(folder, 'circle'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As the system says it: what no machine lets a test provoke. */
const asThrown = (code: string, syscall: string, path?: string): Error =>
  Object.assign(new Error(`${code}: the words do not count, ${syscall}`), {
    code,
    syscall,
    ...(path && { path }),
  });

describe('an error of the file system', () => {
  test.each([
    ['ENOENT', 'missing/file', (path: string) => readFileSync(path)],
    ['ENOTDIR', 'file/below', (path: string) => readFileSync(path)],
    [
      'EISDIR',
      'sub',
      (path: string) => {
        writeFileSync(path, '');
      },
    ],
    ['ELOOP', 'circle', (path: string) => readFileSync(path)],
    [
      'ENAMETOOLONG',
      'n'.repeat(5000),
      (path: string) => {
        mkdirSync(path);
      },
    ],
    [
      'ENOTEMPTY',
      'sub',
      (path: string) => {
        rmdirSync(path);
      },
    ],
    [
      'EEXIST',
      'file',
      (path: string) => {
        mkdirSync(path);
      },
    ],
  ])('is a problem that nobody has to catch: %s names its file, and says what to do', (name, file, work) => {
    const path = join(folder, file);
    const [problem, ...more] = problemsOf(() => {
      work(path);
    });
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'FILE_UNUSABLE', place: { file: path } });
    expect(problem?.message).toContain(`(${name})`);
    expect(problem?.remedy).toMatch(/^[A-Z].+ Then run the command again\.$/);
  });

  test.each([
    ['ENOSPC', /full/, /space/],
    ['EDQUOT', /used up/, /quota/],
    ['EROFS', /read-only/, /writable/],
    ['EACCES', /may not/, /right/],
    ['EPERM', /may not/, /right/],
    ['EMFILE', /open/, /ulimit -n/],
    ['EFBIG', /larger/, /ulimit -f/],
  ])('says what %s means, and its remedy is about that', (name, reason, remedy) => {
    const [problem] = problemsIn(asThrown(name, 'open', '/place'));
    expect(problem).toMatchObject({ code: 'FILE_UNUSABLE', place: { file: '/place' } });
    expect(problem?.message).toMatch(reason);
    expect(problem?.remedy).toMatch(remedy);
  });

  test('is one too where the system names no file, as after the first byte of it', () => {
    expect(problemsIn(asThrown('ENOSPC', 'write'))).toMatchObject([{ code: 'FILE_UNUSABLE' }]);
  });

  test('is about watching, not about a full disk, where no more may be watched', () => {
    const [problem] = problemsIn(asThrown('ENOSPC', 'watch', '/place'));
    expect(problem?.message).not.toContain('full');
    expect(problem?.remedy).toContain('fs.inotify.max_user_watches');
  });

  test('has a remedy under every name that the system has', () => {
    for (const name of [...Object.keys(constants.errno), 'ENEW']) {
      const { reason, remedy } = diskErrorNamed(name);
      expect(reason).toMatch(new RegExp(`^[a-z].+ \\(${name}\\)$`));
      expect(remedy).toMatch(/\. Then run the command again\.$/);
    }
  });
});

describe('what is not the file system', () => {
  test.each([
    new TypeError('x is not a function'),
    new Error('ENOSPC: no space left on device, write'),
    asThrown('EACCES', 'listen'),
    asThrown('EACCES', 'connect'),
    asThrown('ERR_INVALID_ARG_TYPE', 'open'),
    asThrown('toString', 'open'),
    { code: 'ENOSPC', syscall: 'write' },
    'ENOSPC',
    undefined,
  ])('stays a defect, with its stack (%#)', (thrown) => {
    expect(diskErrorOf(thrown)).toBeUndefined();
    expect(problemsIn(thrown)).toEqual([]);
  });

  test('is a connection that somebody refuses', async () => {
    const error = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
    expect(problemsIn(error)).toEqual([]);
  });
});

test('a temporary folder that cannot be written to is told with the variable that names the place, and nothing stays', () => {
  const temporary = temporaryFolder('disk-test-');
  const [problem] = problemsOf(() => temporary.write('missing/file', 'text'));
  expect(problem).toMatchObject({
    code: 'FILE_UNUSABLE',
    place: { file: join(temporary.path, 'missing/file') },
  });
  expect(problem?.message).toContain('TMPDIR');
  expect(problemsOf(() => readFileSync(temporary.path))[0]?.message).toContain('ENOENT');
});
