import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { changeTenant } from '../../scripts/apply/change-tenant.ts';
import { startDeployCli } from '../../scripts/apply/deploy-cli.ts';
import { isEmptyDeploy } from '../../scripts/apply/changes.ts';
import { openRecords } from '../../scripts/apply/deploy-records.ts';
import { prepareDeploy } from '../../scripts/apply/deploy-to-tenant.ts';
import type { Deploy } from '../../scripts/apply/deploy-to-tenant.ts';
import { connectToTenant } from '../../scripts/apply/management-api.ts';
import type { ManagementApi } from '../../scripts/apply/management-api.ts';
import type { JsonObject } from '../../scripts/local-tenant/resources.ts';
import { startLocalTenant } from '../../scripts/local-tenant/tenant.ts';
import type { LocalTenant } from '../../scripts/local-tenant/tenant.ts';
import { problemsIn } from '../../scripts/problem.ts';
import type { TenantFolders } from '../apply/tenant-folders.ts';
import { tenantContents } from '../apply/tenant-contents.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import { addForeignThings, interleave } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

/** Short, so that silence is noticed soon; long enough for a busy machine. */
const ANSWER_TIMEOUT_MILLISECONDS = 2_000;

export interface FaultOutcome {
  /** What the request at this place was, or `undefined` when there were fewer. */
  readonly request: string | undefined;
  readonly tenant: 'before' | 'after' | 'neither';
  /** Codes of what the deploy reported; none when it succeeded. */
  readonly codes: readonly string[];
  /** What is wrong; empty when the deploy did no harm. */
  readonly complaints: readonly string[];
}

export interface FaultBench {
  /** Requests of a deploy that nothing disturbs. */
  readonly requests: readonly string[];
  run(kind: Fault, at: number): Promise<FaultOutcome>;
  close(): Promise<void>;
}

/** Prepares a scenario once; each run starts from a copy of the tenant's state. */
export async function faultBench(scenario: Scenario, folders: TenantFolders): Promise<FaultBench> {
  const folder = join(folders.root, scenario.name);
  const base = folders.newTenant(join(scenario.name, 'base'));
  let tenant: LocalTenant = await startLocalTenant({ folder: base, buildMilliseconds: 0 });
  const proxy = await startFaultProxy(folders.certificate, () => tenant);
  const { authorityFile } = folders;

  const deployThrough = (api: ManagementApi, deploy: Deploy, records: string) =>
    changeTenant(api, inTests(deploy, authorityFile), openRecords('tenant', records));

  await addForeignThings(await directApi(tenant));
  if (scenario.base !== undefined) {
    await deployThrough(
      await proxied(tenant, proxy),
      scenario.base(tenant.domain),
      join(folder, 'base-records'),
    );
    await interleave(await directApi(tenant));
  }
  await tenant.close();
  const before = tenantContents(base);

  let count = 0;
  const inCopy = async <Result>(
    work: (copy: { tenant: LocalTenant; records: string }) => Promise<Result>,
  ) => {
    count += 1;
    const copy = join(folder, `run-${count}`);
    mkdirSync(copy);
    cpSync(base, join(copy, 'tenant'), { recursive: true });
    tenant = await startLocalTenant({ folder: join(copy, 'tenant'), buildMilliseconds: 0 });
    try {
      const result = await work({ tenant, records: join(copy, 'records') });
      await tenant.close();
      return { result, contents: tenantContents(join(copy, 'tenant')) };
    } finally {
      await tenant.close().catch(() => undefined);
      rmSync(copy, { recursive: true, force: true });
    }
  };

  const clean = await inCopy(async ({ tenant: running, records }) => {
    const api = await proxied(running, proxy);
    proxy.arm(undefined);
    await deployThrough(api, scenario.tested(running.domain), records);
    return [...proxy.requests()];
  });
  const after = clean.contents;
  if (isDeepStrictEqual(before, after)) throw new Error('The scenario changes nothing.');

  return {
    requests: clean.result,
    run: async (kind, at) => {
      const { result, contents } = await inCopy(async ({ tenant: running, records }) => {
        const api = await proxied(running, proxy);
        const deploy = scenario.tested(running.domain);
        const codes = kind.startsWith('kill')
          ? await runAndKill(kind, at, {
              api,
              proxy,
              scenario,
              domain: running.domain,
              authorityFile,
              records,
            })
          : await runWithFault(kind, at, proxy, () => deployThrough(api, deploy, records));
        const request = proxy.requests()[at - 1];
        if (kind === 'outage') {
          proxy.arm(undefined);
          await nextCommand(api, deploy, folders.authorityFile, records);
        }
        proxy.arm(undefined);
        // What a second deploy would send, secrets apart.
        const { changes } = await prepareDeploy(api, { ...deploy, options: {} });
        return { codes, request, again: isEmptyDeploy(changes) };
      });
      const complaints: string[] = [];
      const { codes, request, again } = result;
      const state = isDeepStrictEqual(contents, before)
        ? 'before'
        : isDeepStrictEqual(contents, after)
          ? 'after'
          : 'neither';
      if (state === 'neither') {
        const nearer = whichNearer(contents, before, after);
        complaints.push(`neither before nor after: ${firstDifference(contents, nearer)}`);
      }
      if (state === 'after' && !again) complaints.push('a second deploy would send something');
      if (state === 'after' && codes.some((code) => code === 'DEPLOY_PUT_BACK'))
        complaints.push('said put back, is not');
      if (state === 'before' && codes.length === 0 && !kind.startsWith('kill'))
        complaints.push('said done, is not');
      if (codes.includes('DEFECT')) complaints.push('threw something that is no problem');
      return { request, tenant: state, codes, complaints };
    },
    close: async () => {
      await proxy.close();
    },
  };
}

/** The same deploy, with the CLI's pauses cut short. */
export const inTests = (deploy: Deploy, authorityFile: string): Deploy => ({
  ...deploy,
  authorityFile,
  answerTimeoutMilliseconds: ANSWER_TIMEOUT_MILLISECONDS,
  settleMilliseconds: 50,
  startCli: (options) =>
    startDeployCli(options, ['--import', new URL('fast-clock.mjs', import.meta.url).href]),
});

const PATIENCE = {
  answerTimeoutMilliseconds: ANSWER_TIMEOUT_MILLISECONDS,
  retryDelaysMilliseconds: [20, 50, 100],
};

export const directApi = async (tenant: LocalTenant): Promise<ManagementApi> =>
  await connectToTenant(
    { domain: tenant.domain, credentials: { kind: 'client', ...tenant.management } },
    PATIENCE,
  );

/** The token names the tenant, and is shown to the proxy. */
const proxied = async (tenant: LocalTenant, proxy: Pick<FaultProxy, 'domain'>): Promise<ManagementApi> =>
  await connectToTenant(
    {
      domain: proxy.domain,
      credentials: { kind: 'token', accessToken: (await directApi(tenant)).accessToken },
    },
    PATIENCE,
  );

async function runWithFault(
  kind: Fault,
  at: number,
  proxy: FaultProxy,
  deploy: () => Promise<unknown>,
): Promise<readonly string[]> {
  proxy.arm({ kind, at });
  try {
    await deploy();
    return [];
  } catch (error) {
    return codesOf(error);
  }
}

const codesOf = (error: unknown): readonly string[] => {
  const codes = problemsIn(error).map(({ code }) => code);
  return codes.length === 0 ? ['DEFECT', String(error)] : codes;
};

/** Kills the deploy at a request; then the same command is run again, up to the point where it would change something. */
async function runAndKill(
  kind: Fault,
  at: number,
  context: {
    readonly api: ManagementApi;
    readonly proxy: FaultProxy;
    readonly scenario: Scenario;
    readonly domain: string;
    readonly authorityFile: string;
    readonly records: string;
  },
): Promise<readonly string[]> {
  const { api, proxy, scenario, domain, authorityFile, records } = context;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', new URL('deploy-process.ts', import.meta.url).pathname],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: authorityFile },
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  proxy.arm({ kind, at, onKill: () => child.kill('SIGKILL') });
  child.stdin.end(
    JSON.stringify({
      scenario: scenario.name,
      domain,
      proxy: proxy.domain,
      accessToken: api.accessToken,
      authorityFile,
      records,
    }),
  );
  await ended;
  return await nextCommand(api, scenario.tested(domain), authorityFile, records);
}

/**
 * The same command again, up to the point where it would change something: it has found what the last one left. Only where
 * secrets have to be sent again, it does so.
 */
async function nextCommand(
  api: ManagementApi,
  deploy: Deploy,
  authorityFile: string,
  records: string,
): Promise<readonly string[]> {
  let inDoubt = false;
  try {
    await changeTenant(api, inTests(deploy, authorityFile), openRecords('tenant', records), {
      onInterrupted: ({ outcome }) => {
        inDoubt = outcome === 'secret-in-doubt';
      },
      onPrepared: async () => {
        if (!inDoubt) await Promise.reject(new StopHere());
      },
    });
  } catch (error) {
    if (!(error instanceof StopHere)) return codesOf(error);
  }
  return [];
}

class StopHere extends Error {}

const whichNearer = (contents: JsonObject, before: JsonObject, after: JsonObject): JsonObject =>
  differences(contents, before).length <= differences(contents, after).length ? before : after;

const differences = (a: JsonObject, b: JsonObject): readonly string[] =>
  Object.keys({ ...a, ...b }).filter((name) => !isDeepStrictEqual(a[name], b[name]));

/** Where two states differ first, for people. */
function firstDifference(a: JsonObject, b: JsonObject): string {
  const [name = ''] = differences(a, b);
  const [is, should] = [a[name], b[name]].map((value) => JSON.stringify(value ?? null));
  let at = 0;
  while (is?.[at] !== undefined && is[at] === should?.[at]) at += 1;
  const around = (text = ''): string => text.slice(Math.max(0, at - 60), at + 120);
  return `${differences(a, b).join(', ')}: …${around(is)}… instead of …${around(should)}…`;
}
