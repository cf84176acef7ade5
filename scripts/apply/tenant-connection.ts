import { environmentFile, readEnvironment } from '../environment.ts';
import { LOCAL_TENANT_FOLDER } from '../local-tenant/folder.ts';
import { useLocalTenant } from '../local-tenant/running.ts';
import type { LocalTenant } from '../local-tenant/tenant.ts';
import { openRecords } from './deploy-records.ts';
import type { DeployRecords } from './deploy-records.ts';
import { localTenantName } from './local-records.ts';
import { connectToTenant } from './management-api.ts';
import type { ManagementApi } from './management-api.ts';
import { targetFromEnvironment } from './target.ts';
import type { DeployTarget } from './target.ts';

/** The tenant that a command works on. */
export interface TenantConnection {
  readonly target: DeployTarget;
  readonly api: ManagementApi;
  readonly records: DeployRecords;
  /** Values for the placeholders of `tenant.yaml`, without those that the build makes. */
  readonly values: ReadonlyMap<string, string>;
  /** Set for the local tenant. */
  readonly local: LocalTenant | undefined;
}

/**
 * Connects to the tenant that the environment names, or to the local one, for as long as `work` takes.
 *
 * @param env As `--env` gives it.
 * @throws {Problem} as `environmentFile`, `targetFromEnvironment`, `useLocalTenant` and `connectToTenant`.
 */
export async function withTenant<Result>(
  env: string | undefined,
  work: (tenant: TenantConnection) => Promise<Result>,
): Promise<Result> {
  const variables = readEnvironment(process.env, environmentFile(env));
  const target = targetFromEnvironment(variables);
  if (target !== undefined) {
    return await work({
      target,
      api: await connectToTenant(target),
      records: openRecords(target.domain),
      values: new Map([...variables, ['AUTH0_DOMAIN', target.domain]]),
      local: undefined,
    });
  }
  const local = await useLocalTenant({ folder: LOCAL_TENANT_FOLDER });
  try {
    const localTarget = localTargetOf(local);
    return await work({
      target: localTarget,
      api: await connectToTenant(localTarget),
      records: openRecords(localTenantName(local)),
      values: localValues(local),
      local,
    });
  } finally {
    await local.close();
  }
}

export const localTargetOf = (tenant: LocalTenant): DeployTarget => ({
  domain: tenant.domain,
  credentials: { kind: 'client', ...tenant.management },
  authorityFile: tenant.authorityFile,
});

/** What the Didit console and the dashboard would have handed out. */
export const localValues = (tenant: LocalTenant): ReadonlyMap<string, string> =>
  new Map([
    ['AUTH0_DOMAIN', tenant.domain],
    ['DIDIT_CLIENT_ID', tenant.didit.clientId],
    ['DIDIT_CLIENT_SECRET', tenant.didit.clientSecret],
  ]);
