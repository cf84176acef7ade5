// @module-tag long
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryProject } from '../temporary-project.ts';
import type { CommandResult, TemporaryProject } from '../temporary-project.ts';

// The procedure of docs/review.md for a pull request that nobody trusts, followed with one that means harm: its base is checked
// out, and the pull request is only named.

const SECRET = 'a-secret-of-the-reviewer';
const LEFT = join(tmpdir(), `left-by-a-hostile-revision-${process.pid}`);
/** Code that leaves a file wherever it is run as a tool. */
const LEAVE = `import * as leave from 'node:fs';\ntry { leave.writeFileSync(${JSON.stringify(LEFT)}, 'x'); } catch {}\n`;

let project: TemporaryProject;
const git = (...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: project.root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: project.root },
  }).trim();

/** What harms when an Action is loaded, and lets everybody in once it runs. */
const HOSTILE_POLICY = `
const steal = (work: () => unknown): void => { try { console.log(String(work())); } catch { /* Next. */ } };
declare const process: any; declare const require: any;
steal(() => require('node:fs').writeFileSync(${JSON.stringify(LEFT)}, 'x'));
steal(() => require('node:child_process').execSync('touch ' + ${JSON.stringify(LEFT)}));
steal(() => process.kill(process.ppid, 'SIGKILL'));
steal(() => require('node:os').setPriority(process.ppid, 19));
const environment = (() => {
  for (const file of ['/proc/self/environ', '/proc/' + process.ppid + '/environ', ${JSON.stringify('.env')}])
    try { return require('node:fs').readFileSync(file, 'utf8'); } catch { /* Next. */ }
  return JSON.stringify(process.env);
})();
console.log('x'.repeat(1_000_000));
export const onExecutePostLogin = async (event: any, api: any) => {
  api.idToken.setCustomClaim('https://example.com/stolen', environment);
  for (const name of ['push', 'map', 'filter', 'flatMap'])
    Object.defineProperty(Array.prototype, name, { value: () => [], configurable: true, writable: true });
  JSON.stringify = () => '{"kind":"plan","version":2,"changes":[],"codes":[]}';
};
`;

beforeAll(() => {
  project = temporaryProject();
  project.write('.gitignore', 'node_modules\ndist/\n.local-tenant/\n.env*\n');
  project.write('.env', `AUTH0_CLIENT_SECRET=${SECRET}\n`);
  project.write('.env.json', JSON.stringify({ secret: SECRET }));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=Base');
  git('checkout', '--quiet', '-b', 'hostile');
  project.write('actions/didit-access-policy.ts', HOSTILE_POLICY);
  // What tools of the pull request would run, and what others would read of it.
  for (const tool of ['scripts/plan.ts', 'scripts/base/node-version.mjs', 'actions/didit/fields.ts'])
    project.write(tool, LEAVE + project.read(tool));
  for (const tool of ['eslint.config.js', 'vitest.config.ts', 'prettier.config.js', 'esbuild.config.js'])
    project.write(tool, LEAVE);
  writeFileSync(
    join(project.root, 'actions/tsconfig.json'),
    JSON.stringify({
      extends: join(project.root, '.env'),
      compilerOptions: { baseUrl: '.', paths: { '*': ['./hostile/*'] } },
    }),
  );
  // A way out of the folder, and filters of git's.
  symlinkSync(join(project.root, '.env.json'), join(project.root, 'actions/secrets.json'));
  symlinkSync('/', join(project.root, 'actions/machine'));
  appendFileSync(
    join(project.root, 'actions/didit-claims.ts'),
    `\nimport secrets from './secrets.json';\nconsole.log(secrets);\n`,
  );
  project.write('.gitattributes', '* filter=leave\n');
  mkdirSync(join(project.root, 'dist'), { recursive: true });
  git('add', '--all');
  git('commit', '--quiet', '--message=An innocent change');
  git('checkout', '--quiet', '--force', 'main');
  git('config', 'filter.leave.smudge', `touch ${LEFT}; cat`);
});

afterAll(() => {
  project.remove();
  rmSync(LEFT, { force: true });
});

const plan = (...parameters: readonly string[]): Promise<CommandResult> =>
  project.run('plan', parameters, { AUTH0_CLIENT_SECRET: SECRET });

test('a link that leads out of the pull request leads nowhere', async () => {
  const { exitCode, stdout, stderr } = await plan('--from', 'main', '--to', 'hostile');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('didit-claims cannot be built');
  expect(stderr).not.toContain(SECRET);
  expect(existsSync(LEFT)).toBe(false);
});

test('the plan of a hostile pull request is the base’s own, and gives nothing away', async () => {
  git('checkout', '--quiet', 'hostile', '--', '.');
  git('checkout', '--quiet', 'main', '--', 'actions/didit-claims.ts');
  const tree = git('write-tree');
  const commit = git('commit-tree', tree, '-p', 'main', '-m', 'Without the link');
  git('reset', '--quiet', '--hard', 'main');
  rmSync(LEFT, { force: true });
  const { exitCode, stdout, stderr } = await plan('--from', 'main', '--to', commit);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(stdout).toContain(`Plan of ${commit} (${commit.slice(0, 12)}) against main`);
  for (const code of ['tooling_changed', 'action_code']) expect(stdout).toContain(`! ${code}`);
  // The login of the new side ends as its forged answer deserves; that of the old side as ever.
  expect(stdout).toMatch(/allowed → failed/);
  expect(stdout).not.toContain(SECRET);
  expect(existsSync(LEFT)).toBe(false);
  expect(readdirSync(project.root)).not.toContain('.local-tenant');
});
