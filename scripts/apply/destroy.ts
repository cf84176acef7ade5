import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { clientIdOf } from './changes.ts';
import type { DeployRecord } from './deploy-records.ts';
import type { Operation } from './operation.ts';
import { remove } from './operation.ts';
import { bindingsBody } from './put-back-bindings.ts';
import type { TenantState } from './tenant-state.ts';

export interface DestroyPlan {
  /** In the order in which logins lose things: bindings first. */
  readonly operations: readonly Operation[];
  /** Listed in `tenant.yaml`, on the tenant, and not ours to remove: it was there before, or nobody knows. */
  readonly kept: readonly string[];
}

/**
 * What `npm run destroy` removes: things that `tenant.yaml` lists and that a deploy from here made. What a deploy found on the
 * tenant and only changed stays, as does what no record tells about.
 *
 * @param records Of this tenant.
 * @param withoutRecord Also removes what is listed and of which no record tells that it was there before.
 */
export function planDestroy(
  config: TenantConfig,
  state: TenantState,
  records: readonly DeployRecord[],
  withoutRecord: boolean,
): DestroyPlan {
  const origins = originsOf(records);
  const kept: string[] = [];
  const isOurs = (kind: 'connection' | 'Action' | 'grant' | 'application' | 'API', name: string): boolean => {
    const origin = origins.get(`${kind} ${name}`);
    if (origin === 'made' || (origin === undefined && withoutRecord)) return true;
    kept.push(
      `${kind} ${name} (${origin === undefined ? 'no record of who made it' : 'it was there before'})`,
    );
    return false;
  };

  const connections = state.connections.filter(({ name }) => isOurs('connection', name));
  const actions = config.actions.flatMap(({ name }) =>
    state.actions.filter((action) => action.name === name && isOurs('Action', name)),
  );
  const grants = config.clientGrants.flatMap(({ client_id: client, audience }) =>
    state.clientGrants
      .filter((grant) => grant.client_id === clientIdOf(state, client) && grant.audience === audience)
      .filter(() => isOurs('grant', `${client} → ${audience}`))
      .map(({ id }) => ({ id, name: `${client} → ${audience}` })),
  );
  const clients = config.clients.flatMap(({ name }) =>
    state.clients.filter((client) => client.name === name && isOurs('application', name)),
  );
  const servers = (config.resourceServers ?? []).flatMap(({ identifier }) =>
    state.resourceServers.filter((server) => server.identifier === identifier && isOurs('API', identifier)),
  );
  const bindings = state.bindings.filter(
    ({ action_name }) => !actions.some(({ name }) => name === action_name),
  );
  return {
    operations: [
      ...connections.map(({ id, name }) =>
        remove(`connection ${name}, with the users who signed in through it,`, `/connections/${id}`),
      ),
      ...(bindings.length === state.bindings.length
        ? []
        : [
            {
              what: `post-login bindings of ${actions.map(({ name }) => name).join(', ')} removed`,
              method: 'PATCH' as const,
              path: '/actions/triggers/post-login/bindings',
              body: bindingsBody(bindings),
            },
          ]),
      ...actions.map(({ id, name }) => remove(`Action ${name}`, `/actions/actions/${id}`)),
      ...grants.map(({ id, name }) => remove(`grant ${name}`, `/client-grants/${id}`)),
      ...clients.map(({ client_id, name }) => remove(`application ${name}`, `/clients/${client_id}`)),
      ...servers.map(({ id, identifier }) => remove(`API ${identifier}`, `/resource-servers/${id}`)),
    ],
    kept,
  };
}

/**
 * By kind and name: whether the first deploy that touched a thing made it. What an undone deploy made is gone; what it found
 * was there before.
 */
export function originsOf(records: readonly DeployRecord[]): ReadonlyMap<string, 'made' | 'found'> {
  const origins = new Map<string, 'made' | 'found'>();
  // Oldest first.
  for (const { snapshot, status } of records.toReversed()) {
    const isOnTenant = status === 'done' || status === 'secret-in-doubt';
    const touched: readonly (readonly [string, object | undefined])[] = [
      ...snapshot.connections.map(({ name, before }) => [`connection ${name}`, before] as const),
      ...snapshot.actions.map(({ name, before }) => [`Action ${name}`, before] as const),
      ...snapshot.clientGrants.map(
        ({ client, audience, before }) => [`grant ${client} → ${audience}`, before] as const,
      ),
      ...snapshot.clients.map(({ name, before }) => [`application ${name}`, before] as const),
      ...snapshot.resourceServers.map(({ identifier, before }) => [`API ${identifier}`, before] as const),
    ];
    for (const [name, before] of touched) {
      if (before === undefined && isOnTenant) origins.set(name, 'made');
      else if (before !== undefined && !origins.has(name)) origins.set(name, 'found');
    }
  }
  return origins;
}
