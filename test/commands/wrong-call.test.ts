import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { freePort } from '../free-port.ts';
import { watchedProject } from './watched-project.ts';
import type { WatchedProject } from './watched-project.ts';

const CREDENTIALS = ['AUTH0_CLIENT_ID=deploys', 'AUTH0_CLIENT_SECRET=marked-secret-of-staging'];
const CONSOLE = ['DIDIT_CLIENT_ID=didit', 'DIDIT_CLIENT_SECRET=marked-secret-of-the-console'];

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

let project: WatchedProject;
/** Nobody listens there. */
let nowhere: string;

beforeAll(async () => {
  project = watchedProject();
  nowhere = `AUTH0_DOMAIN=localhost:${await freePort()}`;
  for (const secret of ['marked-secret-of-staging', 'marked-secret-of-the-console'])
    project.mark(secret, secret);
  project.mark('marked-secret-in-file', 'marked-secret-in-file', /^tenant\.yaml$/);
});

afterEach(() => {
  // No secret is in what a command has printed or written.
  expect(project.leaks()).toEqual([]);
});
afterAll(() => {
  project.remove();
});

describe('with --env staging', () => {
  for (const [what, lines, code, place, options] of [
    ['a placeholder', () => [nowhere, ...CREDENTIALS], 'PLACEHOLDER_UNRESOLVED', 'in .env.staging (', {}],
    ['credentials', () => [nowhere, ...CONSOLE], 'CREDENTIALS_MISSING', 'or .env.staging (', LONG],
    ['a host', () => ['AUTH0_DOMAIN=http://a.example.com'], 'DOMAIN_INVALID', 'or .env.staging (', LONG],
    [
      'the host',
      () => [nowhere, ...CREDENTIALS, ...CONSOLE],
      'TENANT_UNREACHABLE',
      'or .env.staging (',
      LONG,
    ],
  ] as const)
    test(`what is wrong with ${what} is to be fixed in .env.staging`, options, async () => {
      project.write('.env.staging', lines().join('\n'));
      const { exitCode, stderr } = await project.run('deploy', ['--env', 'staging', '--yes']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(`error ${code}`);
      expect(stderr).toContain(place);
      expect(stderr).not.toMatch(/\.env(?!\.)/);
    });
});

describe('an option that would be ignored', () => {
  for (const verb of ['deploy', 'plan'])
    test(`(--port of ${verb}, where AUTH0_DOMAIN names a tenant) is refused`, LONG, async () => {
      project.write('.env.staging', [nowhere, ...CREDENTIALS, ...CONSOLE].join('\n'));
      const { exitCode, stderr } = await project.run(verb, ['--env', 'staging', '--port', '0']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error OPTION_LOCAL_ONLY: --port is for the local tenant');
    });

  test('(--env, where a plan is of a revision) is refused', LONG, async () => {
    const { exitCode, stderr } = await project.run('plan', ['--from', 'HEAD', '--env', 'staging']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error OPTION_CONFLICT');
  });
});

describe('a code behind --allow that there is not', () => {
  test('is refused before anything is done', LONG, async () => {
    const { exitCode, stdout, stderr } = await project.run('deploy', [
      ...['--yes', '--allow', 'didit_client', 'didit_clint'],
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('error SECURITY_CODE_UNKNOWN: "didit_clint"');
    expect(stderr).toContain('Write "didit_client"');
  });
});

for (const [name, code] of [
  ['../etc', 'ENV_NAME_INVALID'],
  ['nowhere', 'ENV_FILE_MISSING'],
] as const)
  test(`an environment that there is not is none of the others: --env ${name}`, LONG, async () => {
    const { exitCode, stderr } = await project.run('deploy', ['--env', name]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error ${code}`);
  });

test('a secret that stands in tenant.yaml is refused by everything that reads it, and never repeated', async () => {
  const { exitCode, stderr } = await project.withChange(
    'tenant.yaml',
    "'##DIDIT_CLIENT_SECRET##'",
    'marked-secret-in-file',
    () => project.run('build'),
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error SECRET_IN_FILE');
  expect(stderr).toMatch(/where: tenant\.yaml:\d+ \(connections\.0\.options\.client_secret\)/);
});

test('where esbuild was left out of the installation, the error says how to get it', LONG, async () => {
  const without = watchedProject();
  const [real, folder] = [join(PROJECT_ROOT, 'node_modules'), join(without.root, 'node_modules')];
  rmSync(folder);
  mkdirSync(folder);
  for (const name of readdirSync(real).filter((entry) => !entry.endsWith('esbuild')))
    symlinkSync(join(real, name), join(folder, name));
  // Its own folder, so that it looks for its program here; the program is in @esbuild.
  cpSync(join(real, 'esbuild'), join(folder, 'esbuild'), { recursive: true });
  const { exitCode, stderr } = await without.run('build');
  without.remove();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error BUNDLER_MISSING');
  expect(stderr).toContain('`npm ci`');
  expect(stderr).not.toContain('defect of this project');
});
