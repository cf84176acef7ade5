import { expect } from 'vitest';
import type { DeployChanges } from '../../scripts/tenant-model/changes.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import type { ExportedFile } from '../../scripts/export/export-tenant-file.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { placeholdersIn } from '../../scripts/tenant-config/placeholders.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';
import { codeOfDeploy } from '../deploy/deploy-inputs.ts';

export const VALUES = {
  AUTH0_DOMAIN: 'tenant.example.com',
  DIDIT_CLIENT_ID: 'client-at-didit',
  DIDIT_CLIENT_SECRET: 'secret-at-didit',
  DIDIT_FETCH_USER_PROFILE: '// fetch-user-profile\n',
  // Of the shell, and none of the file's business.
  FOO_CLIENT_ID: 'example',
};

/** What a deploy finds that has nothing to send, whatever the tenant has. */
export const NOTHING: unknown = expect.objectContaining({
  settings: [],
  renamed: [],
  resourceServers: [],
  clients: [],
  clientGrants: [],
  actions: [],
  bindings: undefined,
  connections: [],
  organizations: [],
} satisfies Omit<DeployChanges, 'asked' | 'before' | 'after'>);

export interface Exported extends ExportedFile {
  /** What a deploy of the exported text would find on the tenant, and the names of its placeholders. */
  readonly plan: (secrets?: Readonly<Record<string, string>>) => ReturnType<typeof prepareDeploy>;
  readonly placeholders: ReadonlySet<string>;
}

/** Of a tenant that the file was deployed to, and where somebody changed something since. */
export async function exportOf(
  change: (tenant: FakeTenant) => FakeTenant,
  edits: readonly Edit[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Exported> {
  const { tenantFile, bundles } = sample(...edits);
  const values = new Map(Object.entries({ ...VALUES, ...more }));
  const config = prepareConfig({ tenantFile, values });
  const api = apiOf(change(deployedTenant({ ...sample(), tenantFile, config, bundles })));
  const state = await readTenantState(api, config);
  const deploy = { tenantFile, bundles, values };
  const exported = exportTenantFile(tenantFile, config, state, values, codeOfDeploy(deploy));
  const file = parseTenantFile(exported.text, 'exported.yaml');
  return {
    ...exported,
    plan: (secrets = {}) =>
      prepareDeploy(api, {
        ...deploy,
        tenantFile: file,
        values: new Map([...values, ...Object.entries(secrets)]),
      }),
    placeholders: new Set(placeholdersIn(file).map(({ name }) => name)),
  };
}

export const withConnection =
  (fields: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>> = {}) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    connections: tenant.connections.map((connection) => ({
      ...connection,
      ...fields,
      options: { ...(connection['options'] as object), ...options },
    })),
  });

export const withSample =
  (fields: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    clients: tenant.clients.map((client) =>
      client['name'] === 'Didit Sample Application' ? { ...client, ...fields } : client,
    ),
  });

/** The tenant has these secrets of an Action. */
export const withSecrets =
  (action: string, names: readonly string[]) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    actions: tenant.actions.map((existing) =>
      existing['name'] === action
        ? {
            ...existing,
            deployed_version: {
              ...(existing['deployed_version'] as object),
              secrets: names.map((name) => ({ name, updated_at: '2026-01-01T00:00:00.000Z' })),
            },
          }
        : existing,
    ),
  });
