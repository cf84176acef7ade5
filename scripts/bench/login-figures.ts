import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { trustAuthority } from '../local-tenant/index.ts';
import { discoverTenant, signIn } from '../login/local/sign-in.ts';
import { connectToTenant } from '../tenant-access/management-api.ts';
import { firstLine } from './first-line.ts';
import { residentMegabytes } from './process-figures.ts';

export interface LoginFigures {
  readonly logins: number;
  /** One after the other: authorize, Didit stand-in, callback, our Actions, token. */
  readonly perSecond: number;
  /** 50 of them at once. */
  readonly perSecondAtOnce: number;
  /** One after the other, with no Action bound. */
  readonly withoutActionsPerSecond: number;
  /** The rate with a live page of the console open, of the rate without: both in turns, in the same run. */
  readonly watchedRatio: number;
  /** Until the console's page with all of them is there, the shortest of some. With 2,000 logins, 100 are wanted at most. */
  readonly listMilliseconds: number;
  /** Of the tenant's process, after a tenth of the logins and after all. */
  readonly residentMegabytes: { readonly early: number | undefined; readonly late: number | undefined };
}

const AT_ONCE = 50;

/** Pairs of turns, one with and one without an open page, and logins in each turn. */
const PAIRS = 7;
const LOGINS_A_TURN = 20;

/**
 * Signs the verified adult in again and again, at a deployed local tenant in a process of its own.
 *
 * @param root A project in which `npm run deploy` has been run.
 */
export async function measureLogins(root: string, logins: number): Promise<LoginFigures> {
  const tenant = spawn(
    process.execPath,
    ['--import', './scripts/base/node-version.mjs', 'scripts/tenant.ts', '--json'],
    {
      cwd: root,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const line = JSON.parse(await firstLine(tenant)) as {
      url: string;
      caFile: string;
      console: string;
      management: { clientId: string; clientSecret: string };
      application: { clientId: string; clientSecret: string; callback: string };
    };
    const { url, application } = line;
    trustAuthority(readFileSync(line.caFile, 'utf8'));
    // As an application does it: once.
    const discovered = await discoverTenant({ tenantUrl: url, application });
    const login = async (): Promise<void> => {
      const result = await signIn({
        ...{ tenantUrl: url, application, discovered },
        ...{ persona: 'adult', connection: 'didit' },
      });
      if (result.kind !== 'signed-in') throw new Error(`A login ended with ${result.errorDescription}`);
    };
    await login();
    const early = Math.ceil(logins / 10);
    const secondsOf = async (count: number): Promise<number> => {
      const started = performance.now();
      for (let done = 0; done < count; done += 1) await login();
      return (performance.now() - started) / 1000;
    };
    const first = await secondsOf(early);
    const earlyMegabytes = await residentMegabytes(tenant.pid ?? 0);
    const sequential = first + (await secondsOf(logins - early));
    const lateMegabytes = await residentMegabytes(tenant.pid ?? 0);
    const startedAtOnce = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, login));
    const atOnce = (performance.now() - startedAtOnce) / 1000;
    const watched = await measureWatched(line, login);
    await unbindActions(line);
    const withoutActions = await secondsOf(logins);
    return {
      logins,
      perSecond: logins / sequential,
      perSecondAtOnce: AT_ONCE / atOnce,
      withoutActionsPerSecond: logins / withoutActions,
      ...watched,
      residentMegabytes: { early: earlyMegabytes, late: lateMegabytes },
    };
  } finally {
    await stop(tenant);
  }
}

async function unbindActions({
  url,
  caFile,
  management,
}: {
  readonly url: string;
  readonly caFile: string;
  readonly management: { readonly clientId: string; readonly clientSecret: string };
}): Promise<void> {
  const api = await connectToTenant({
    domain: new URL(url).host,
    credentials: { kind: 'client', ...management },
    authorityFile: caFile,
  });
  await api.send('PATCH', '/actions/triggers/post-login/bindings', { bindings: [] });
}

/** How much of their rate logins keep while a page is open that each of them appears on, and how long the list of all takes. */
async function measureWatched(
  { url, console: link }: { readonly url: string; readonly console: string },
  login: () => Promise<void>,
): Promise<Pick<LoginFigures, 'watchedRatio' | 'listMilliseconds'>> {
  const opened = await fetch(link, { redirect: 'manual' });
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const turn = async (): Promise<number> => {
    const started = performance.now();
    for (let done = 0; done < LOGINS_A_TURN; done += 1) await login();
    return performance.now() - started;
  };
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const alone = await turn();
    const page = new AbortController();
    const live = await fetch(`${url}/console/live`, { headers: { cookie }, signal: page.signal });
    if (!live.ok) throw new Error(`A live page was answered with ${live.status}`);
    // As a browser reads it, until it is closed.
    void live.text().catch(() => undefined);
    ratios.push(alone / (await turn()));
    page.abort();
  }
  const lists: number[] = [];
  for (let look = 0; look < PAIRS; look += 1) {
    const started = performance.now();
    await (await fetch(`${url}/console`, { headers: { cookie, accept: 'text/html' } })).text();
    lists.push(performance.now() - started);
  }
  return {
    watchedRatio: ratios.sort((one, other) => one - other)[Math.floor(PAIRS / 2)] ?? 1,
    listMilliseconds: Math.min(...lists),
  };
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}
