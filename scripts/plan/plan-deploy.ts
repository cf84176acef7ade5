import type { ManagementApi } from '../apply/management-api.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { placeholdersIn } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { buildPlan } from './build-plan.ts';
import { afterDeploy } from './model/after-deploy.ts';
import { modelFromConfig } from './model/model-from-config.ts';
import { modelFromTenant } from './model/model-from-tenant.ts';
import { isSecretPlaceholder } from './model/secret-paths.ts';
import { resourceIn, resourcesOf } from './model/tenant-model.ts';
import type { Resource, TenantModel } from './model/tenant-model.ts';
import type { Plan, SecretValues } from './plan.ts';
import { redactPlan } from './redact-plan.ts';

export interface PlanDeployInput {
  readonly tenantFile: TenantFile;
  /** With its placeholders filled in, as `prepareConfig` gives it. */
  readonly config: TenantConfig;
  readonly bundles: readonly Bundle[];
  /** What the placeholders were filled in with: secrets among them are taken out of whatever the plan shows. */
  readonly values: PlaceholderValues;
  readonly api: ManagementApi;
  /** Whether the deploy sends the values of all secrets, changed or not. Default false. */
  readonly updateSecrets?: boolean;
}

/**
 * What a deploy would change on a tenant. Reads about seven lists, writes nothing.
 *
 * @throws {Problem} as `ManagementApi` does.
 */
export async function planDeploy(input: PlanDeployInput): Promise<Plan> {
  const { tenantFile, config, bundles, values, api } = input;
  const written = validateTenantConfig(tenantFile, tenantFile.document.toJS());
  const wanted = modelFromConfig(config, bundles, written);
  const before = await modelFromTenant(api, wanted);
  const plan = await buildPlan(
    { before, after: afterDeploy(before, wanted) },
    { kind: 'tenant', domain: api.domain },
    {
      secretValues: resourcesOf(wanted, 'Action').flatMap((action) =>
        secretValues(action, resourceIn(before, 'Action', action.name), input.updateSecrets ?? false),
      ),
      notes: leftSettings(before, wanted),
    },
  );
  const secrets = placeholdersIn(tenantFile)
    .filter(({ name }) => isSecretPlaceholder(name))
    .map(({ name }) => values.get(name) ?? '');
  return redactPlan(plan, [...secrets, api.accessToken]);
}

function secretValues(
  action: Resource,
  existing: Resource | undefined,
  updateSecrets: boolean,
): readonly SecretValues[] {
  const names = secretNames(action);
  if (names.length === 0) return [];
  const because = updateSecrets
    ? '--update-secrets asks for it'
    : existing?.fields.has('code') !== true
      ? 'the Action is new'
      : secretNames(existing).join() !== names.join()
        ? 'the names of its secrets change'
        : undefined;
  return [
    {
      action: action.name,
      names,
      sent: because !== undefined,
      because: because ?? 'values cannot be read back and compared (--update-secrets sends them)',
    },
  ];
}

const secretNames = ({ fields }: Resource): readonly string[] =>
  [...fields.keys()]
    .filter((path) => path.startsWith('secrets.'))
    .map((path) => path.slice('secrets.'.length))
    .sort();

/** Settings of ours that the tenant has and `tenant.yaml` does not name: a deploy leaves the metadata of applications alone. */
const leftSettings = (before: TenantModel, wanted: TenantModel): readonly string[] =>
  resourcesOf(wanted, 'application').flatMap((asked) =>
    [...(resourceIn(before, 'application', asked.name)?.fields ?? [])]
      .filter(([path, field]) => field.kind === 'settings' && field.text !== '' && !asked.fields.has(path))
      .map(
        ([path]) =>
          `application ${asked.name} · ${path} is set on the tenant and not in tenant.yaml. A deploy leaves it as it is; an empty text there takes it away.`,
      ),
  );
