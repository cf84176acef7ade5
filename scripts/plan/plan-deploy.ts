import type { SecretReason } from '../tenant-model/changes.ts';
import type { PreparedDeploy } from '../deploy/prepare-deploy.ts';
import { deployDigest } from '../deploy/deploy-digest.ts';
import { knownSecrets, publicValues } from '../tenant-access/known-secrets.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { buildPlan } from './build-plan.ts';
import { otherOrganizations } from './ratings/other-organizations.ts';
import type { ModelPair } from '../tenant-model/diff/change.ts';
import { withAssumedConnections } from '../tenant-model/didit-connection.ts';
import { modelFromState } from '../tenant-model/model-from-state.ts';
import { resourceIn } from '../tenant-model/tenant-model.ts';
import type { Resource, TenantModel } from '../tenant-model/tenant-model.ts';
import { isWeakerThanDefault } from './ratings/rate-setting.ts';
import type { Plan, SecretValues } from './plan.ts';
import { redactPlan } from './redact-plan.ts';

/**
 * What a deploy is going to change on a tenant, from what `prepareDeploy` has read. It asks the tenant nothing more, and runs
 * logins only where something that they depend on differs.
 *
 * @param kind `drift` looks the other way: from what `tenant.yaml` asks for to what the tenant has. Default `tenant`.
 */
export async function planDeploy(
  api: Pick<ManagementApi, 'domain' | 'accessToken'>,
  prepared: PreparedDeploy,
  kind: 'tenant' | 'drift' = 'tenant',
): Promise<Plan> {
  const { deploy, state, noLongerListed } = prepared;
  const { before, after } = withStillRunning(deployPair(prepared), prepared);
  const plan = await buildPlan(
    kind === 'drift'
      ? { before: withoutUnsaid(after, prepared.changes.asked), after: before }
      : { before, after },
    { kind, domain: api.domain },
    {
      noLongerListed,
      otherActions: prepared.otherActions,
      notLookedAt: prepared.notLookedAt,
      otherOrganizations: otherOrganizations(kind === 'drift' ? before : after, prepared.changes.asked),
      // Nothing is sent by looking at what a tenant has.
      ...(kind === 'drift'
        ? {}
        : {
            secretValues: secretValues(prepared),
            variables: variablesOf(prepared),
            digest: deployDigest(api.domain, prepared),
          }),
    },
  );
  return redactPlan(plan, knownSecrets(deploy, state, api.accessToken));
}

/**
 * Both sides with the Actions that nobody lists any more and that logins run all the same: what they do is part of every login.
 * They differ in nothing.
 */
function withStillRunning(pair: ModelPair, { noLongerListed, state }: PreparedDeploy): ModelPair {
  const named = noLongerListed.flatMap(({ resource: { kind, name }, inUse }): readonly Resource[] =>
    kind === 'Action' && inUse ? [{ kind, name, fields: new Map() }] : [],
  );
  const running = modelFromState(state, { resources: named, flow: [] }).resources.filter(
    ({ kind }) => kind === 'Action',
  );
  const withThem = (model: TenantModel): TenantModel => ({
    ...model,
    resources: [...model.resources, ...running],
  });
  return running.length === 0 ? pair : { before: withThem(pair.before), after: withThem(pair.after) };
}

/**
 * What `tenant.yaml` asks for is also what it leaves to the service: a connection that somebody has opened to every application
 * of the domain is not as the file says, though the file says nothing of that. What makes nothing less safe is the tenant's own
 * business.
 */
function withoutUnsaid(model: TenantModel, asked: TenantModel): TenantModel {
  const isSaid = (listed: Resource, path: string): boolean =>
    listed.fields.has(path) || path.startsWith('options.') || path.includes('metadata.');
  return {
    ...model,
    resources: model.resources.map((resource) => {
      const listed = resourceIn(asked, resource.kind, resource.name);
      if (listed === undefined) return resource;
      const fields = [...resource.fields].filter(
        ([path, field]) => isSaid(listed, path) || !isWeakerThanDefault(resource, path, field),
      );
      return { ...resource, fields: new Map(fields) };
    }),
  };
}

const variablesOf = ({ deploy }: PreparedDeploy): Plan['variables'] =>
  [...publicValues(deploy)].map(([name, value]) => ({ name, value }));

/**
 * The tenant as it is, and as it will be: what the deploy compares. What logins would make of values that a tenant never tells is
 * assumed on both sides alike.
 */
export function deployPair({ changes }: Pick<PreparedDeploy, 'changes'>): ModelPair {
  const { before, after, asked } = changes;
  const sent = new Set(
    changes.actions.filter(({ secrets }) => secrets !== undefined).map(({ config: { name } }) => name),
  );
  const assumed = (model: TenantModel): TenantModel => withAssumedConnections(model, before, asked, sent);
  return { before: assumed(before), after: assumed(after) };
}

const REASONS: Readonly<Record<SecretReason, string>> = {
  new: 'it is new',
  'names changed': 'the names of its secrets change',
  'asked for': '--update-secrets asks for it',
  moved: 'the local tenant uses another port than at the last deploy',
  'in doubt': 'it is not known whether those of the interrupted deploy arrived',
  changed: 'the tenant has another one',
  'values changed': 'the last deploy from here sent other values',
  'options changed': 'Auth0 needs the secret again whenever options change',
  'connection is new': 'one of them names a new connection',
  'unpublished in the draft': 'its draft holds values that nobody has deployed',
  'shared key is new': 'a new key for all Actions that share it, in the same deploy',
  'shared key differs': 'the Actions that share a key do not have the same one, and get a new one together',
};

const UNREADABLE = 'values cannot be read back and compared; --update-secrets sends them';

function secretValues({
  config: { actions, connections },
  changes: { actions: changedActions, connections: changedConnections },
  state,
}: Pick<PreparedDeploy, 'config' | 'changes' | 'state'>): readonly SecretValues[] {
  const values = (
    of: string,
    names: readonly string[],
    reason: SecretReason | undefined,
    otherwise = UNREADABLE,
  ): SecretValues => ({
    of,
    names,
    sent: reason !== undefined,
    because: reason === undefined ? otherwise : REASONS[reason],
  });
  const isReadable = (name: string): boolean =>
    state.connections.some(
      (connection) => connection.name === name && connection.client_secret !== undefined,
    );
  return [
    ...connections.map(({ name }) =>
      values(
        `connection ${name}`,
        ['client_secret'],
        changedConnections.find((changed) => changed.config.name === name)?.secret,
        isReadable(name) ? 'the tenant has the same one' : UNREADABLE,
      ),
    ),
    ...actions
      .filter(({ secrets = [] }) => secrets.length > 0)
      .map(({ name, secrets = [] }) =>
        values(
          `Action ${name}`,
          secrets.map((secret) => secret.name),
          changedActions.find((changed) => changed.config.name === name)?.secrets,
        ),
      ),
  ];
}
