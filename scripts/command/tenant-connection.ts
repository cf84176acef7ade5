import { environmentFile, readEnvironment } from '../tenant-access/environment.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import type { Progress } from './progress.ts';
import { openRecords } from '../records/deploy-records.ts';
import type { DeployRecords } from '../records/deploy-records.ts';
import { lastDomain, localTenantName } from '../records/local-records.ts';
import { localValues } from '../tenant-access/local-values.ts';
import type { LocalValues } from '../tenant-access/local-values.ts';
import { connectToTenant } from '../tenant-access/management-api.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { localOnly, targetFromEnvironment } from '../tenant-access/target.ts';
import type { DeployTarget } from '../tenant-access/target.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';

/** How a command is told which tenant it works on. */
export interface TenantChoice {
  /** As `--env` gives it: reads `.env.NAME`. Default: `.env`. */
  readonly env?: string;
  /** Of the local tenant; 0 takes a free one. Default: as `startLocalTenant`. */
  readonly port?: number;
}

/** The tenant that a command works on; nobody has talked to it yet. */
export interface ChosenTenant {
  readonly target: DeployTarget;
  readonly records: DeployRecords;
  /** Values for the placeholders of a `tenant.yaml`, without those that the build makes. */
  readonly valuesFor: (tenantFile: TenantFile) => LocalValues;
  /** Set for the local tenant. */
  readonly local: LocalTenant | undefined;
  /** Whether it has another domain than at the last deploy: the domain is a secret of an Action, and has to be sent again. */
  readonly moved: boolean;
}

/** The same, connected. */
export interface TenantConnection extends ChosenTenant {
  readonly api: ManagementApi;
}

/**
 * Chooses the tenant that the environment names, or the local one, and keeps that running for as long as `work` takes.
 *
 * @throws {Problem} `OPTION_LOCAL_ONLY`, and as `readEnvironment`, `targetFromEnvironment` and `withLocalTenant`.
 */
export async function withChosenTenant<Result>(
  { env, port }: TenantChoice,
  progress: Progress,
  work: (tenant: ChosenTenant) => Promise<Result>,
): Promise<Result> {
  const variables = readEnvironment(env);
  const target = targetFromEnvironment(variables, environmentFile(env));
  if (target !== undefined) {
    if (port !== undefined) throw localOnly(target, '--port', `${target.domain} has a port of its own`);
    return await work({
      target,
      records: openRecords(target.domain, undefined, target.domain),
      valuesFor: () => ({ values: new Map([...variables, ['AUTH0_DOMAIN', target.domain]]), madeUp: [] }),
      local: undefined,
      moved: false,
    });
  }
  progress.waitFor('starting the local tenant');
  // A tenant in the cloud needs none of it.
  const { withLocalTenant } = await import('../local-tenant/index.ts');
  return await withLocalTenant(
    port === undefined ? {} : { port },
    async (local) => await work(chosenLocally(local, variables)),
  );
}

/**
 * The local tenant, as a command works on it.
 *
 * @param variables From the environment and `.env`.
 */
export function chosenLocally(local: LocalTenant, variables: ReadonlyMap<string, string>): ChosenTenant {
  const records = openRecords(localTenantName(local));
  return {
    target: {
      domain: local.domain,
      credentials: { kind: 'client', ...local.management },
      authorityFile: local.authorityFile,
    },
    records,
    valuesFor: (tenantFile) => localValues(tenantFile, variables, handedOut(local)),
    local,
    moved: lastDomain(records) !== local.domain,
  };
}

/**
 * Connects to the tenant that the environment names, or to the local one, for as long as `work` takes.
 *
 * @throws {Problem} as `withChosenTenant` and `connectToTenant`.
 */
export const withTenant = async <Result>(
  choice: TenantChoice,
  progress: Progress,
  work: (tenant: TenantConnection) => Promise<Result>,
): Promise<Result> =>
  await withChosenTenant(
    choice,
    progress,
    async (tenant) => await work({ ...tenant, api: await connect(tenant.target, progress) }),
  );

/**
 * Connects, and says so when the tenant lets us wait.
 *
 * @throws {Problem} as `connectToTenant`.
 */
export async function connect(target: DeployTarget, progress: Progress): Promise<ManagementApi> {
  progress.waitFor(`connecting to ${target.domain}`);
  return await connectToTenant(target, {
    whileWaiting: async (reason, wait) => {
      const before = progress.waitFor(reason);
      await wait;
      progress.waitFor(before);
    },
  });
}

/** What the Didit console and the dashboard would have handed out. */
const handedOut = (tenant: LocalTenant): ReadonlyMap<string, string> =>
  new Map([
    ['AUTH0_DOMAIN', tenant.domain],
    ['DIDIT_CLIENT_ID', tenant.didit.clientId],
    ['DIDIT_CLIENT_SECRET', tenant.didit.clientSecret],
  ]);
