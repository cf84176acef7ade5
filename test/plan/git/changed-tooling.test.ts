import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changedTooling, isTooling } from '../../../scripts/plan/git/changed-tooling.ts';

/** The project is a folder of a larger repository. */
const PROJECT = 'packages/auth';
let repository: string;
/** What each test gets a copy of: git takes longer to make it. */
let template: string;
let commit: string;

const git = (...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: repository,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: repository },
  }).trim();

const write = (file: string, text = 'text'): void => {
  mkdirSync(dirname(join(repository, file)), { recursive: true });
  writeFileSync(join(repository, file), text);
};

const changed = async (): Promise<readonly string[] | undefined> =>
  await changedTooling(join(repository, PROJECT), commit);

beforeAll(() => {
  repository = template = mkdtempSync(join(tmpdir(), 'didit-tooling-'));
  for (const file of ['scripts/plan.ts', 'actions/didit-claims.ts', 'tenant.yaml'])
    write(`${PROJECT}/${file}`);
  write('.github/workflows/deploy.yml');
  git('init', '--quiet', '--template=', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=First');
  commit = git('rev-parse', 'HEAD');
});

afterAll(() => {
  rmSync(template, { recursive: true, force: true });
});

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'didit-tooling-'));
  cpSync(template, repository, { recursive: true, preserveTimestamps: true });
});

afterEach(() => {
  rmSync(repository, { recursive: true, force: true });
});

describe('the tooling that differs', () => {
  test('is none where only what it works on differs', async () => {
    write(`${PROJECT}/tenant.yaml`, 'other');
    write(`${PROJECT}/actions/didit-claims.ts`, 'other');
    write(`${PROJECT}/actions/new.ts`);
    write(`${PROJECT}/actions/auth0/run-action.ts`);
    write(`${PROJECT}/docs/decisions/0007-new.md`);
    write(`${PROJECT}/docs/plan.schema.json`);
    write(`${PROJECT}/README.md`);
    write(`${PROJECT}/actions/connection/README.md`);
    write('packages/other/scripts/plan.ts');
    write('packages/README.md');
    expect(await changed()).toEqual([]);
  });

  test('is found whichever file it is, known to git or not', async () => {
    const files = [
      '.github/workflows/plan.yml',
      '.npmrc',
      'actions/didit/policy.ts',
      'actions/didit/settings/policy-settings.ts',
      'package-lock.json',
      'package.json',
      'scripts/new file.ts',
      'scripts/plan.ts',
      'tsconfig.json',
    ];
    for (const file of files) write(`${PROJECT}/${file}`, 'other');
    const found = files.map((file) => `${PROJECT}/${file}`);
    expect(await changed()).toEqual(found);
    git('add', '.');
    expect(await changed()).toEqual(found);
  });

  test('is found at the top of the repository', async () => {
    write('.github/workflows/deploy.yml', 'other');
    write('package-lock.json');
    write('packages/.npmrc');
    write('node_modules/yaml/index.js');
    write('packages/other/.npmrc');
    expect(await changed()).toEqual([
      '.github/workflows/deploy.yml',
      'node_modules/yaml/index.js',
      'package-lock.json',
      'packages/.npmrc',
    ]);
  });

  test('is found whatever git is configured to leave out', async () => {
    git('config', 'diff.relative', 'true');
    git('config', 'diff.external', 'true');
    git('config', 'diff.renames', 'copies');
    write('.github/workflows/deploy.yml', 'other');
    write(`${PROJECT}/package.json`, 'new');
    git('add', '.');
    expect(await changed()).toEqual(['.github/workflows/deploy.yml', `${PROJECT}/package.json`]);
  });

  test('is found in a repository with more files than a listing usually holds', async () => {
    const folder = `${'x'.repeat(200)}/`.repeat(15);
    for (let index = 0; index < 400; index += 1) write(`${folder}${index}`);
    write(`${PROJECT}/package.json`, 'new');
    expect(await changed()).toEqual([`${PROJECT}/package.json`]);
  });

  test('is found by its old name where it was moved away', async () => {
    renameSync(join(repository, PROJECT, 'scripts/plan.ts'), join(repository, PROJECT, 'actions/plan.ts'));
    git('add', '.');
    expect(await changed()).toEqual([`${PROJECT}/scripts/plan.ts`]);
  });

  test('is unknown where git cannot tell', async () => {
    expect(await changedTooling(join(repository, PROJECT), 'no-such-commit')).toBeUndefined();
  });
});

describe('what nobody has thought of counts as tooling', () => {
  test.each([
    'eslint.rooms.js',
    'vitest.config.ts',
    'test/build-first.ts',
    'types/post-login-v3-api.d.ts',
    '.ci/run',
    '.gitattributes',
    '.prettierrc.json',
    '.husky/pre-commit',
    'Makefile',
    'tenant.yml',
    'tenant.yaml/index.js',
    'docs/prettier.config.js',
    'docs/page.md.ts',
    'docs/other.json',
    'README.md.js',
    'actions/tsconfig.json',
    'actions/didit-claims.test.ts',
    'actions/didit/new.ts',
    'actions/other/index.ts',
    'actions/auth0/package.json',
    'Docs/page.md',
    ' docs/page.md',
    'docs/page.md\nscripts',
    'node_modules/yaml/index.js',
  ])('%j', (file) => {
    expect(isTooling(file)).toBe(true);
  });
});
