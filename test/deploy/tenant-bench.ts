import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { DeployRecords } from '../../scripts/records/deploy-records.ts';
import type { DeployRecord } from '../../scripts/records/deploy-record.ts';
import { currentSecretOf } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { textOf } from '../../scripts/base/json-values.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { PutBackHelp } from '../../scripts/undo/operation.ts';
import { planRollback } from '../../scripts/undo/rollback/plan-rollback.ts';
import type { RollbackPlan } from '../../scripts/undo/rollback/plan-rollback.ts';
import { rollBack } from '../../scripts/undo/rollback/roll-back.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import type { ClientState, ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant, LocalTenantOptions } from '../../scripts/local-tenant/index.ts';
import { directApi } from '../faults/fault-run.ts';
import { inTests } from '../faults/warm-cli.ts';
import { deployOf, tenantFileWith } from './deploy-inputs.ts';
import { tenantFolders } from './tenant-folders.ts';
import type { TenantFolders } from './tenant-folders.ts';

/** Client secret that `Bench.deployOf` sends. */
export const CLIENT_SECRET = 'marked-secret-of-didit';

/** An empty tenant, and what deploys to it and undoes that. */
export interface Bench {
  readonly folders: TenantFolders;
  /** State folder of the tenant. */
  readonly folder: string;
  /** Stops the tenant, unless that was done before. */
  readonly close: () => Promise<void>;
  readonly tenant: LocalTenant;
  readonly api: ManagementApi;
  readonly records: DeployRecords;
  readonly secretAtHand: PutBackHelp['connectionSecret'];
  /**
   * `tenant.yaml` with changes; its Actions say `said`.
   * @param secret Of the connection. Default `CLIENT_SECRET`.
   */
  readonly deployOf: (
    changes: Parameters<typeof tenantFileWith>[0],
    said?: string,
    secret?: string,
  ) => Deploy;
  readonly deploy: (deploy: Deploy, api?: ManagementApi) => ReturnType<typeof changeTenant>;
  readonly plan: () => Promise<RollbackPlan>;
  /**
   * Plans and carries it out; what was done comes back with the conclusion.
   * @param secretAtHand Default: that of the bench.
   */
  readonly rollBack: (
    api?: ManagementApi,
    secretAtHand?: PutBackHelp['connectionSecret'],
  ) => Promise<{ readonly done: readonly string[]; readonly said: string }>;
  /** Of the deploy that was last begun. */
  readonly lastRecord: () => DeployRecord;
  readonly state: () => Promise<TenantState>;
  readonly connection: () => Promise<ConnectionState | undefined>;
  readonly client: (name: string) => Promise<ClientState>;
}

/** What a tenant may do in one way or another. */
export type BenchTenant = Pick<LocalTenantOptions, 'hidesConnectionSecrets' | 'hidesEnabledClients'>;

/** @param name Of its folders, for itself in `folders`. */
export async function openBench(
  folders: TenantFolders,
  name: string,
  options: BenchTenant = {},
): Promise<Bench> {
  const folder = folders.newTenant(name);
  const tenant = await startLocalTenant({ folder, buildMilliseconds: 0, ...options });
  const api = await directApi(tenant);
  const records = openRecords('tenant', join(folders.root, `records-${name}`));
  const deployWith: Bench['deployOf'] = (changes, said = 'one', secret = CLIENT_SECRET) =>
    deployOf(tenantFileWith(changes), () => said, {
      AUTH0_DOMAIN: tenant.domain,
      DIDIT_CLIENT_ID: 'didit-client-id',
      DIDIT_CLIENT_SECRET: secret,
    });
  const secretAtHand = currentSecretOf({ config: prepareConfig(deployWith([])) });
  const state = async (): Promise<TenantState> =>
    await readTenantState(api, { connections: [{ name: 'didit' }] });
  let isOpen = true;
  return {
    folders,
    folder,
    close: async () => {
      if (isOpen) await tenant.close();
      isOpen = false;
    },
    tenant,
    api,
    records,
    secretAtHand,
    deployOf: deployWith,
    deploy: async (deploy, through = api) =>
      await changeTenant(through, inTests(deploy, folders.authorityFile), records),
    plan: async () => await planRollback(api, records, secretAtHand),
    rollBack: async (through = api, secret = secretAtHand) => {
      const done: string[] = [];
      const plan = await planRollback(through, records, secret);
      const said = await rollBack(through, plan, records, secret, (what) => done.push(what), 10);
      return { done, said };
    },
    lastRecord: () => {
      const [record] = records.all();
      if (record === undefined) throw new Error('no deploy was begun');
      return record;
    },
    state,
    connection: async () => (await state()).connections[0],
    client: async (wanted) => {
      const found = (await state()).clients.find((client) => client.name === wanted);
      if (found === undefined) throw new Error(`no application ${wanted}`);
      return found;
    },
  };
}

/** Opens a bench before each test of a file, and takes it away after it. */
export function benchForEachTest(
  use: (bench: Bench) => void | Promise<void>,
  options: BenchTenant = {},
): void {
  let folders: TenantFolders;
  let bench: Bench;
  let count = 0;
  beforeAll(() => {
    folders = tenantFolders();
  });
  beforeEach(async () => {
    bench = await openBench(folders, `tenant-${(count += 1)}`, options);
    await use(bench);
  });
  afterEach(async () => {
    await bench.close();
  });
  afterAll(() => {
    folders.remove();
  });
}

/** Opens one bench for all tests of a file, which leave the tenant as it is, and takes it away after the last. */
export function benchForAllTests(use: (bench: Bench) => Promise<void>): void {
  let folders: TenantFolders;
  let bench: Bench;
  beforeAll(async () => {
    folders = tenantFolders();
    bench = await openBench(folders, 'tenant');
    await use(bench);
  });
  afterAll(async () => {
    await bench.close();
    folders.remove();
  });
}

/** The Management API for a deploy client that has these scopes only. */
export async function apiWithScopes(
  { api, tenant }: { readonly api: ManagementApi; readonly tenant: Pick<LocalTenant, 'domain'> },
  scopes: readonly string[],
): Promise<ManagementApi> {
  const name = `Client with few scopes ${randomUUID()}`;
  await api.send('POST', '/clients', {
    name,
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
  });
  const client = (await api.list('/clients', 'clients')).find((found) => found['name'] === name);
  const clientId = textOf(client?.['client_id']);
  await api.send('POST', '/client-grants', {
    client_id: clientId,
    audience: `https://${tenant.domain}/api/v2/`,
    scope: scopes,
  });
  return await connectToTenant({
    domain: tenant.domain,
    credentials: { kind: 'client', clientId, clientSecret: textOf(client?.['client_secret']) },
  });
}

/** The same, where some calls fail. */
export const failing = (
  api: ManagementApi,
  fails: (method: string, path: string) => Error | undefined,
): ManagementApi => ({
  ...api,
  send: async (method, path, body) => {
    const error = fails(method, path);
    if (error !== undefined) throw error;
    await api.send(method, path, body);
  },
});
