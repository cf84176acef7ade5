import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { problemsIn } from '../../scripts/base/problem.ts';
import type { TenantFolders } from '../deploy/tenant-folders.ts';
import { tenantContents } from '../deploy/tenant-contents.ts';
import { inTests } from './warm-cli.ts';
import type { DeployOrder } from './deploy-process.ts';
import { complaintsAbout, isKill } from './fault-complaints.ts';
import type { DisturbedDeploy } from './fault-complaints.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import { addForeignThings, interleave } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';

/**
 * Where silence is to be noticed soon; everywhere else a tenant may take its time. On a busy machine, other answers may take as
 * long, and are faults that nobody has asked for: then the same is run with more time, and what is wrong with the last one
 * counts.
 */
const ANSWER_TIMEOUTS_OF_SILENCE_MILLISECONDS = [2_000, 10_000, 50_000];

/** Which request of a deploy is disturbed: the n-th (from 1) of those like this, written as `METHOD /path`. Default: of all. */
export interface Place {
  readonly at: number;
  readonly matching?: RegExp;
}

export interface FaultOutcome {
  /** The request that was disturbed; `undefined` when none was. */
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
  /** @param deployAgain What was put back is deployed once more, without a fault. */
  run(kind: Fault, place: Place, deployAgain: boolean): Promise<FaultOutcome>;
  close(): Promise<void>;
}

/** A copy of a tenant, started for as long as something is done with it. */
interface TenantCopy {
  readonly records: string;
  readonly whileRunning: <Result>(
    work: (running: LocalTenant) => Promise<Result>,
  ) => Promise<{ readonly result: Result; readonly contents: JsonObject }>;
}

/** Prepares a scenario once; each run starts from a copy of the tenant's state. */
export async function faultBench(scenario: Scenario, folders: TenantFolders): Promise<FaultBench> {
  const folder = join(folders.root, scenario.name);
  const base = folders.newTenant(join(scenario.name, 'base'));
  const start = async (state: string): Promise<LocalTenant> =>
    await startLocalTenant({
      folder: state,
      buildMilliseconds: 0,
      hidesConnectionSecrets: scenario.hidesSecrets ?? false,
    });
  let tenant: LocalTenant = await start(base);
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
  const inCopy = async <Result>(work: (copy: TenantCopy) => Promise<Result>): Promise<Result> => {
    count += 1;
    const copy = join(folder, `run-${count}`);
    const tenantFolder = join(copy, 'tenant');
    mkdirSync(copy);
    cpSync(base, tenantFolder, { recursive: true });
    try {
      return await work({
        records: join(copy, 'records'),
        whileRunning: async (during) => {
          tenant = await start(tenantFolder);
          try {
            const result = await during(tenant);
            await tenant.close();
            return { result, contents: tenantContents(tenantFolder) };
          } finally {
            await tenant.close().catch(() => undefined);
          }
        },
      });
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  };

  const clean = await inCopy(({ records, whileRunning }) =>
    whileRunning(async (running) => {
      const api = await proxied(running, proxy);
      proxy.arm(undefined);
      await deployThrough(api, scenario.tested(running.domain), records);
      return [...proxy.requests()];
    }),
  );
  const after = clean.contents;
  if (isDeepStrictEqual(before, after)) throw new Error('The scenario changes nothing.');
  const stateOf = (contents: JsonObject): FaultOutcome['tenant'] =>
    isDeepStrictEqual(contents, before) ? 'before' : isDeepStrictEqual(contents, after) ? 'after' : 'neither';
  const planIsEmpty = async (running: LocalTenant): Promise<boolean> => {
    const deploy = scenario.tested(running.domain);
    // Secrets apart, which cannot be compared.
    const { changes } = await prepareDeploy(await directApi(running), { ...deploy, options: {} });
    return isEmptyDeploy(changes);
  };

  const disturb = async (
    kind: Fault,
    place: Place,
    running: LocalTenant,
    records: string,
    limit: number | undefined,
  ): Promise<Pick<DisturbedDeploy, 'request' | 'endedBy' | 'codes' | 'nextCodes'>> => {
    const api = await proxied(running, proxy, limit);
    const whole = scenario.tested(running.domain);
    const deploy = limit === undefined ? whole : { ...whole, answerTimeoutMilliseconds: limit };
    const order = {
      scenario: scenario.name,
      domain: running.domain,
      proxy: proxy.domain,
      accessToken: api.accessToken,
      authorityFile,
      records,
    };
    const { codes, endedBy } = isKill(kind)
      ? {
          codes: [],
          endedBy: await killedDeploy(order, (kill) => {
            proxy.arm({ ...place, kind, onKill: kill });
          }),
        }
      : await codesOfWork(() => {
          proxy.arm({ ...place, kind });
          return deployThrough(api, deploy, records);
        });
    const request = proxy.disturbed();
    proxy.arm(undefined);
    const nextCodes =
      isKill(kind) || kind === 'outage'
        ? await nextCommand(api, scenario.tested(running.domain), authorityFile, records)
        : undefined;
    return { request, endedBy, codes, nextCodes };
  };

  const runOnce = async (
    kind: Fault,
    place: Place,
    deployAgain: boolean,
    limit?: number,
  ): Promise<FaultOutcome> =>
    await inCopy(async ({ records, whileRunning }) => {
      const { result, contents } = await whileRunning(async (running) => ({
        ...(await disturb(kind, place, running, records, limit)),
        planIsEmpty: await planIsEmpty(running),
      }));
      const state = stateOf(contents);
      const once = { ...result, kind, tenant: state };
      const again =
        deployAgain && state === 'before'
          ? await whileRunning(async (running) => {
              const api = await proxied(running, proxy);
              const { codes } = await codesOfWork(() =>
                deployThrough(api, scenario.tested(running.domain), records),
              );
              return { codes, planIsEmpty: await planIsEmpty(running) };
            })
          : undefined;
      const complaints = complaintsAbout(once, again && { ...again.result, tenant: stateOf(again.contents) });
      const wrong = again?.contents ?? contents;
      return {
        request: result.request,
        tenant: state,
        codes: result.codes,
        complaints:
          complaints.length === 0
            ? []
            : [...complaints, ...differenceFrom(again === undefined ? [before, after] : [after], wrong)],
      };
    });

  return {
    requests: clean.result,
    run: async (kind, place, deployAgain) => {
      const [first, ...longer] = kind.startsWith('silence') ? ANSWER_TIMEOUTS_OF_SILENCE_MILLISECONDS : [];
      let outcome = await runOnce(kind, place, deployAgain, first);
      for (const limit of longer) {
        if (outcome.complaints.length === 0) break;
        outcome = await runOnce(kind, place, deployAgain, limit);
      }
      return outcome;
    },
    close: async () => {
      await proxy.close();
    },
  };
}

const RETRIES = { retryDelaysMilliseconds: [20, 50, 100] };

export const directApi = async (tenant: LocalTenant): Promise<ManagementApi> =>
  await connectToTenant(
    { domain: tenant.domain, credentials: { kind: 'client', ...tenant.management } },
    RETRIES,
  );

/** The token names the tenant, and is shown to the proxy. */
const proxied = async (
  tenant: LocalTenant,
  proxy: Pick<FaultProxy, 'domain'>,
  answerTimeoutMilliseconds?: number,
): Promise<ManagementApi> =>
  await connectToTenant(
    {
      domain: proxy.domain,
      credentials: { kind: 'token', accessToken: (await directApi(tenant)).accessToken },
    },
    { ...RETRIES, answerTimeoutMilliseconds },
  );

async function codesOfWork(
  work: () => Promise<unknown>,
): Promise<{ readonly codes: readonly string[]; readonly endedBy: undefined }> {
  try {
    await work();
    return { codes: [], endedBy: undefined };
  } catch (error) {
    return { codes: codesOf(error), endedBy: undefined };
  }
}

const codesOf = (error: unknown): readonly string[] => {
  const codes = problemsIn(error).map(({ code }) => code);
  return codes.length === 0 ? ['DEFECT', String(error)] : codes;
};

/**
 * A deploy in a process of its own.
 *
 * @param arm Told how to kill it, before it starts.
 * @returns The signal that ended it, `null` when none did.
 */
async function killedDeploy(order: DeployOrder, arm: (kill: () => void) => void): Promise<string | null> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', new URL('deploy-process.ts', import.meta.url).pathname],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: order.authorityFile },
    },
  );
  const ended = new Promise<string | null>((resolve) => {
    child.once('exit', (_code, signal) => {
      resolve(signal);
    });
  });
  arm(() => child.kill('SIGKILL'));
  child.stdin.end(JSON.stringify(order));
  return await ended;
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

const differences = (a: JsonObject, b: JsonObject): readonly string[] =>
  Object.keys({ ...a, ...b }).filter((name) => !isDeepStrictEqual(a[name], b[name]));

/** Where a state differs from the nearest of those that it may be, for people. */
function differenceFrom(allowed: readonly JsonObject[], contents: JsonObject): readonly string[] {
  const [nearest] = allowed.toSorted(
    (a, b) => differences(contents, a).length - differences(contents, b).length,
  );
  if (nearest === undefined || isDeepStrictEqual(contents, nearest)) return [];
  return [firstDifference(contents, nearest)];
}

/** Where two states differ first, for people. */
function firstDifference(a: JsonObject, b: JsonObject): string {
  const [name = ''] = differences(a, b);
  const [is, should] = [a[name], b[name]].map((value) => JSON.stringify(value ?? null));
  let at = 0;
  while (is?.[at] !== undefined && is[at] === should?.[at]) at += 1;
  const around = (text = ''): string => text.slice(Math.max(0, at - 60), at + 120);
  return `${differences(a, b).join(', ')}: …${around(is)}… instead of …${around(should)}…`;
}
