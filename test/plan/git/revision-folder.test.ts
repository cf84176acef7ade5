import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changedTooling } from '../../../scripts/plan/git/changed-tooling.ts';
import { revisionFolder } from '../../../scripts/plan/git/revision-folder.ts';
import { problemsOfAsync } from '../../problems-of.ts';

let repository: string;

const git = (...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: repository },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(repository, file)), { recursive: true });
  writeFileSync(join(repository, file), text);
};

/** @returns The name of the commit. */
function commitWith(said: string): string {
  write('tenant.yaml', said);
  git('add', '.');
  git('commit', '--quiet', `--message=${said}`);
  return git('rev-parse', 'HEAD');
}

/** What `tenant.yaml` says at a revision. */
async function saidAt(revision: string, project = repository): Promise<string> {
  const folder = await revisionFolder(project, revision);
  try {
    return readFileSync(join(folder.root, 'tenant.yaml'), 'utf8');
  } finally {
    folder.remove();
  }
}

let reviewed: string;
let theirs: string;
let known: readonly string[];

const references = (): readonly string[] => git('for-each-ref', '--format=%(refname)').split('\n');

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'didit-revisions-'));
  git('init', '--quiet', '--template=', '--initial-branch=main');
  reviewed = commitWith('reviewed');
  git('update-ref', 'refs/remotes/origin/main', reviewed);
  git('tag', 'v1');
  git('checkout', '--quiet', '-b', 'theirs');
  theirs = commitWith('theirs');
  known = references();
});
afterEach(() => {
  for (const made of references().filter((reference) => !known.includes(reference)))
    git('update-ref', '-d', made);
});
afterAll(() => {
  rmSync(repository, { recursive: true, force: true });
});

describe('a revision is refused that is the name of several', () => {
  const refused = async (made: string, revision: string): Promise<void> => {
    git('update-ref', made, theirs);
    const problems = await problemsOfAsync(() => saidAt(revision));
    expect(problems).toMatchObject([{ code: 'REVISION_UNKNOWN', place: { revision } }]);
    expect(problems[0]?.message).toContain(made);
  };

  test('a tag with the name of a branch of the remote', async () => {
    expect(await saidAt('origin/main')).toBe('reviewed');
    await refused('refs/tags/origin/main', 'origin/main');
  });

  test.each([
    ['the same, for what comes before it', 'refs/tags/origin/main', 'origin/main~0'],
    ['a branch with the name of a branch of the remote', 'refs/heads/origin/main', 'origin/main'],
    ['a tag with the name of a branch', 'refs/tags/main', 'main'],
    ['a branch with the name of a tag', 'refs/heads/v1', 'v1'],
    ['something that is neither', 'refs/main', 'main^{commit}'],
  ])('%s', LONG, async (_, made, revision) => {
    await refused(made, revision);
  });

  test.each(['refs/tags/', 'refs/heads/'])('the digits of a commit below %s', LONG, async (place) => {
    const digits = reviewed.slice(0, 12);
    expect(await saidAt(digits)).toBe('reviewed');
    git('update-ref', `${place}${digits}`, theirs);
    expect(await problemsOfAsync(() => saidAt(digits))).toMatchObject([{ code: 'REVISION_UNKNOWN' }]);
    // All of them are the commit, whatever else has that name.
    git('update-ref', `${place}${reviewed}`, theirs);
    expect(await saidAt(reviewed)).toBe('reviewed');
  });

  test('and taken where it is written in full, or where all are the same commit', LONG, async () => {
    git('update-ref', 'refs/tags/origin/main', theirs);
    expect(await saidAt('refs/remotes/origin/main')).toBe('reviewed');
    expect(await saidAt('refs/tags/origin/main')).toBe('theirs');
    git('update-ref', 'refs/tags/origin/main', reviewed);
    expect(await saidAt('origin/main')).toBe('reviewed');
    git('update-ref', 'refs/tags/HEAD', reviewed);
    expect(await saidAt('HEAD')).toBe('theirs');
  });
});

test('a commit is what its name says, whatever somebody has put in its place', async () => {
  git('replace', theirs, reviewed);
  expect(git('show', `${theirs}:tenant.yaml`)).toBe('reviewed');
  expect(await saidAt(theirs)).toBe('theirs');
  expect(await saidAt('theirs')).toBe('theirs');
});

test('no program runs that the settings of the repository name', async () => {
  const ran = join(repository, 'ran');
  write('hooks/post-index-change', `#!/bin/sh\ntouch '${ran}'\n`);
  chmodSync(join(repository, 'hooks/post-index-change'), 0o755);
  git('config', 'core.fsmonitor', `touch '${ran}'; false`);
  git('config', 'core.hooksPath', join(repository, 'hooks'));
  git('status');
  expect(existsSync(ran)).toBe(true);
  rmSync(ran);
  expect(await saidAt('main')).toBe('reviewed');
  expect(await changedTooling(repository, reviewed)).toContain('hooks/post-index-change');
  expect(existsSync(ran)).toBe(false);
  for (const name of ['core.fsmonitor', 'core.hooksPath']) git('config', '--unset', name);
});

test('a folder of the tree is not taken for a repository with settings of its own', async () => {
  const ran = join(repository, 'ran');
  const project = join(repository, 'packages/auth');
  write('packages/auth/tenant.yaml', 'reviewed');
  git('add', '.');
  git('commit', '--quiet', '--message=Project');
  // What a bare repository has; git takes such files like any others.
  write('packages/auth/HEAD', 'ref: refs/heads/main\n');
  for (const folder of ['objects', 'refs']) write(`packages/auth/${folder}/any`, '');
  write(
    'packages/auth/config',
    `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch '${ran}'; false"\n`,
  );
  expect(await problemsOfAsync(() => saidAt('HEAD', project))).toMatchObject([{ code: 'REVISION_UNKNOWN' }]);
  expect(await changedTooling(project, 'HEAD')).toBeUndefined();
  expect(existsSync(ran)).toBe(false);
});
