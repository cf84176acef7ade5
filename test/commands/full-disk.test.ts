// @module-tag long
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputOf, temporaryProject } from '../temporary-project.ts';
import type { CommandResult, TemporaryProject } from '../temporary-project.ts';

let project: TemporaryProject;
beforeAll(() => {
  project = temporaryProject();
});
afterAll(() => {
  project.remove();
});

/**
 * Runs a command in a shell that has been told something before, such as how large a file may be: the nearest to a full disk that
 * anybody may make.
 */
const runIn = async (shell: string, verb: string, ...parameters: readonly string[]): Promise<CommandResult> =>
  await outputOf(
    spawn(
      '/bin/sh',
      [
        '-c',
        shell,
        process.execPath,
        ...['--import', './scripts/base/node-version.mjs', `scripts/${verb}.ts`, ...parameters],
      ],
      {
        cwd: project.root,
        env: { PATH: process.env['PATH'], NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ),
  );

const LARGEST_FILE = (blocks: number): string => `ulimit -f ${blocks} && exec "$0" "$@"`;

describe.skipIf(process.platform === 'win32')('a command that the disk refuses', () => {
  test('says which file, why and what to do, and leaves no half of what it writes', async () => {
    rmSync(join(project.root, 'dist'), { recursive: true, force: true });
    const { exitCode, stderr } = await runIn(LARGEST_FILE(8), 'build');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error OUTPUT_UNWRITABLE: .+\(EFBIG\)\.\n {2}where: dist\/.+\n {2}how to solve it: .+ulimit -f/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(3);
    expect(existsSync(join(project.root, 'dist/actions'))).toBe(false);
  });

  test.skipIf(!existsSync('/dev/full'))('does not call done what nobody can read', async () => {
    const { exitCode, stderr } = await runIn('exec "$0" "$@" > /dev/full', 'build');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error OUTPUT_UNWRITABLE: Not all could be written: the disk is full (ENOSPC).');
    expect(stderr).toContain('where: standard output');
  });

  test(
    'at the local tenant tells that first, and the next one continues once there is space',
    { tags: ['long'] },
    async () => {
      const full = await runIn(LARGEST_FILE(320), 'deploy', '--port', '0');
      expect(full.exitCode).toBe(1);
      expect(full.stderr).toMatch(
        /^error TENANT_STATE_UNWRITABLE: The local tenant cannot write its state: .+\n {2}where: .+tenant\.sqlite\n/,
      );
      expect(full.stderr).not.toMatch(/\n {4}at |defect/);
      expect(full.stdout).not.toContain('asking again');
      const next = await project.run('deploy');
      expect(next).toMatchObject({ exitCode: 0, stderr: '' });
      expect(next.stdout).toContain('age_over_18": true');
    },
  );
});
