import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revisionFolder } from '../../scripts/plan/git/revision-folder.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

/** git as a fresh machine has it: nobody's configuration, no hooks. */
const git = (folder: string, ...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
  }).trim();

let project: TemporaryProject;

beforeAll(() => {
  project = temporaryProject();
  project.write('.gitignore', 'node_modules\ndist/\n.local-tenant/\n');
  git(project.root, 'init', '--quiet', '--initial-branch=main');
  git(project.root, 'add', '.');
  git(project.root, 'commit', '--quiet', '--message=First');
});

afterAll(() => {
  project.remove();
});

const planWith = async (file: string, from: string, to: string) =>
  await project.withChange(file, from, to, () => project.run('plan', ['--from', 'HEAD']));

describe('npm run plan -- --from REV', () => {
  test('is empty where the working tree says what the revision says', async () => {
    const { exitCode, stdout, stderr } = await project.run('plan', ['--from', 'main']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const commit = git(project.root, 'rev-parse', '--short=12', 'HEAD');
    expect(stdout).toBe(
      `Plan of the working tree against main (${commit}); no tenant was asked\nNothing would change.\n`,
    );
  });

  test('needs no tenant and no values: placeholders stay as they are written', async () => {
    const { exitCode, stdout, stderr } = await planWith(
      'tenant.yaml',
      '##DIDIT_CLIENT_ID##',
      '##OTHER_CLIENT_ID##',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toContain('options.client_id: ##DIDIT_CLIENT_ID## → ##OTHER_CLIENT_ID##');
    expect(readdirSync(project.root)).not.toContain('.local-tenant');
  });

  test('builds both sides: a change of a shared source shows in each bundle, once in full', async () => {
    const { stdout } = await planWith(
      'actions/didit/policy-codes.ts',
      'This service is for people aged 18 or over.',
      'You have to be 18.',
    );
    expect(stdout).toContain('~ Action didit-access-policy · code:');
    expect(stdout).toMatch(/^ +- .*This service is for people aged 18 or over\./m);
    expect(stdout).toMatch(/^ +\+ .*You have to be 18\./m);
  });

  test('says what a deploy of the file would leave on a tenant', async () => {
    const { stdout } = await planWith(
      'tenant.yaml',
      '    allowed_logout_urls:\n      - https://app.example.com/\n',
      '',
    );
    expect(stdout).toContain(
      'allowed_logout_urls: https://app.example.com/ is no longer in tenant.yaml; a tenant keeps it',
    );
  });

  test('leaves the index and the working tree of the repository alone', () => {
    expect(git(project.root, 'status', '--porcelain')).toBe('');
    expect(git(project.root, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  test.each(['no-such-branch', '--upload-pack=x', 'HEAD:tenant.yaml'])(
    'refuses what is no revision: %s',
    async (revision) => {
      const { exitCode, stderr, stdout } = await project.run('plan', [`--from=${revision}`]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('error REVISION_UNKNOWN');
    },
  );

  test('refuses a revision that holds no project that it could build', async () => {
    const empty = git(
      project.root,
      'commit-tree',
      '-m',
      'Empty',
      git(project.root, 'hash-object', '-t', 'tree', '/dev/null', '-w'),
    );
    const { exitCode, stderr } = await project.run('plan', ['--from', empty]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error REVISION_UNREADABLE');
  });
});

describe('the folder of a revision', () => {
  test('holds the project alone where it is a folder of a larger repository', async () => {
    const repository = mkdtempSync(join(tmpdir(), 'didit-monorepo-'));
    try {
      const inner = join(repository, 'packages/auth');
      mkdirSync(inner, { recursive: true });
      const copy = temporaryProject();
      renameSync(join(copy.root, 'tenant.yaml'), join(inner, 'tenant.yaml'));
      copy.remove();
      symlinkSync(join(project.root, 'node_modules'), join(inner, 'node_modules'), 'dir');
      git(repository, 'init', '--quiet', '--initial-branch=main');
      git(repository, 'add', 'packages/auth/tenant.yaml');
      git(repository, 'commit', '--quiet', '--message=First');
      const folder = await revisionFolder(inner, 'main');
      expect(readdirSync(folder.root).sort()).toEqual(['node_modules', 'tenant.yaml']);
      folder.remove();
    } finally {
      rmSync(repository, { recursive: true, force: true });
    }
  });

  test('cannot be had outside a repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'didit-no-repository-'));
    try {
      const [problem] = await problemsOfAsync(() => revisionFolder(folder, 'HEAD'));
      expect(problem?.code).toBe('REVISION_UNKNOWN');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
