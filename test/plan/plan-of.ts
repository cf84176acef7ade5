import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Origin } from '../../scripts/records/origins.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { apiOf, deployedTenant } from './fake-tenant.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

export const VALUES: readonly (readonly [string, string])[] = [
  ['AUTH0_DOMAIN', 'tenant.example.com'],
  ['DIDIT_CLIENT_ID', 'client-at-didit'],
  ['DIDIT_CLIENT_SECRET', 'secret-at-didit'],
  ['DIDIT_FETCH_USER_PROFILE', '// fetch-user-profile\n'],
];

export interface Setting {
  readonly edits?: readonly Edit[];
  readonly values?: readonly (readonly [string, string])[];
  readonly tenant?: (deployed: FakeTenant) => FakeTenant;
  readonly accessToken?: string;
  readonly updateSecrets?: boolean | 'moved' | 'in doubt';
  readonly replaceOptions?: boolean;
  readonly origins?: readonly Origin[];
  /** Default `tenant`. */
  readonly kind?: 'tenant' | 'drift';
}

/** The plan for a tenant that the unedited file was deployed to, and where somebody may have been since. */
export async function planOf({
  edits = [],
  values = [],
  tenant,
  accessToken,
  origins = [],
  kind,
  ...options
}: Setting): Promise<Plan> {
  const all = new Map([...VALUES, ...values]);
  const { tenantFile, bundles } = sample(...edits);
  const original = sample();
  const deployed = deployedTenant({ ...original, config: prepareConfig({ ...original, values: all }) });
  const api = apiOf(tenant === undefined ? deployed : tenant(deployed), accessToken);
  const deploy = { tenantFile, bundles, values: all, options };
  return await planDeploy(api, await prepareDeploy(api, deploy, origins), kind);
}

export const withOptions =
  (options: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    connections: tenant.connections.map((connection) => ({
      ...connection,
      options: { ...(connection['options'] as object), ...options },
    })),
  });

export const fields = (plan: Plan): readonly string[] =>
  plan.changes.map(({ verb, resource, field }) =>
    `${verb} ${resource.kind} ${resource.name} ${field ?? ''}`.trim(),
  );
