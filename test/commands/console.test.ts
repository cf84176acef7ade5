// @module-tag long
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstLine } from '../../scripts/bench/first-line.ts';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';
import { tenantLine } from './tenant-line.ts';

interface ConsoleLine {
  readonly url: string;
  readonly caFile: string;
  readonly console: string;
}

let project: TemporaryProject;
let running: ChildProcess;
let line: ConsoleLine;
let cookie = '';
/** What the list held before anybody had signed in. */
let before: unknown;

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  return ((await exit) as readonly unknown[])[0];
};

const opened = async (link: string): Promise<Response> => await fetch(link, { redirect: 'manual' });

const json = async (path: string): Promise<unknown> =>
  await (await fetch(`${line.url}${path}`, { headers: { cookie, accept: 'application/json' } })).json();

beforeAll(async () => {
  project = temporaryProject();
  const git = (...parameters: readonly string[]): unknown =>
    execFileSync('git', [...parameters], { cwd: project.root });
  git('init', '--quiet', '--initial-branch=main');
  git('add', 'tenant.yaml', 'actions');
  git(
    ...['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'],
    ...['commit', '--quiet', '--message', 'main'],
  );
  running = project.start('console', ['--json', '--no-browser']);
  line = JSON.parse(await firstLine(running)) as ConsoleLine;
  trustAuthority(readFileSync(line.caFile, 'utf8'));
  cookie = ((await opened(line.console)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  before = await json('/console');
});
afterAll(async () => {
  if (running.exitCode === null) await end(running, 'SIGKILL');
  project.remove();
});

describe('npm run console', () => {
  test('deploys where nothing is deployed, and opens on logins of which there are none yet', async () => {
    expect(before).toMatchObject({ kept: 0, logins: [] });
    expect(await json('/console/tenant')).toMatchObject({ is_deployed: true });
  });

  test('marks in the table of outcomes what the working tree changes against main', async () => {
    const outcomes = async () =>
      (await json('/console/outcomes?against=main')) as {
        kinds: readonly { kind: string; differ: number }[];
        people: readonly { name: string; cells: readonly unknown[] }[];
      };
    const differing = ({ kinds }: Awaited<ReturnType<typeof outcomes>>): number =>
      kinds.reduce((sum, { differ }) => sum + differ, 0);
    const changed = await project.withChange(
      'tenant.yaml',
      'require=verified',
      'require=verified,age_over_18',
      outcomes,
    );
    expect(differing(changed)).toBeGreaterThan(0);
    expect(changed.people.find(({ name }) => name === 'minor')?.cells).toMatchObject([
      { outcome: 'denied', code: 'didit_age_under_18', before: { outcome: 'allowed', code: null } },
    ]);
    expect(changed.people.find(({ name }) => name === 'adult')?.cells).toMatchObject([{ before: null }]);
    expect(differing(await outcomes())).toBe(0);
  });

  test('finds the tenant that runs, and gives another link to it at once', async () => {
    const { exitCode, stdout } = await project.run('console', ['--json', '--no-browser']);
    expect(exitCode).toBe(0);
    const other = JSON.parse(stdout) as ConsoleLine;
    expect(other.url).toBe(line.url);
    expect((await opened(other.console)).status).toBe(303);
  });

  test('shows a login that another command makes, which prints a link to it', async () => {
    const { stdout } = await project.run('login', ['--user', 'unverified']);
    const [link = ''] = /https:\S+\/console\/open\/\S+/.exec(stdout) ?? [];
    const path = (await opened(link)).headers.get('location') ?? '';
    expect(path).toMatch(/^\/console\/logins\/\w+$/);
    expect(await json(path)).toMatchObject({
      decision: { code: 'didit_not_verified', rule: { setting: 'require=verified', level: 'client' } },
    });
  });

  test('ends with Ctrl-C, and keeps logins and browsers for the next start', async () => {
    const { logins } = (await json('/console')) as { logins: readonly unknown[] };
    expect(await end(running, 'SIGINT')).toBe(0);
    running = project.start('tenant', ['--json']);
    const again = await tenantLine(running);
    expect(again.url).toBe(line.url);
    expect(again.console).toMatch(/\/console\/open\/\w+$/);
    expect(await json('/console')).toMatchObject({ logins });
    expect((await opened(again.console)).status).toBe(303);
  });
});
