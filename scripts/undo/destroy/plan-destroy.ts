import { route } from '../../base/route.ts';
import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { lossesOfOthers } from './destroy-losses.ts';
import type { RemovedThings } from './destroy-losses.ts';
import { disableConnection } from '../disable-connection.ts';
import { isListed } from '../../records/listed-things.ts';
import type { Operation } from '../operation.ts';
import { remove, removeFromLogins } from '../operation.ts';
import { originOf } from '../../records/origins.ts';
import type { Identity, Origin } from '../../records/origins.ts';
import { thingsOf } from '../../records/touched-things.ts';
import { bindingsBody } from '../put-back-bindings.ts';
import { grantName } from '../../tenant-model/tenant-model.ts';
import type { ResourceKind } from '../../tenant-model/tenant-model.ts';
import type { ActionState, TenantState } from '../../tenant-model/tenant-state.ts';

export interface DestroyPlan {
  /** In their order: nobody can sign in any more before the rules of the logins go. */
  readonly operations: readonly Operation[];
  /** What is removed, in words. */
  readonly removed: readonly string[];
  /** Listed in `tenant.yaml`, on the tenant, and not ours to remove: it was there before, or nobody knows. */
  readonly kept: readonly string[];
  /** Names of the connections that are removed. */
  readonly connections: readonly string[];
  /** Names of the organizations that are removed. */
  readonly organizations: readonly string[];
  /** Names of the Actions that are removed. */
  readonly actions: readonly string[];
  /** What is not ours and loses something, in words. */
  readonly losses: readonly string[];
}

/**
 * What `npm run destroy` removes: what a deploy from here made, whether `tenant.yaml` still lists it or not. What a deploy found
 * on the tenant and only changed stays, as does what no record tells about, and what somebody made anew under the same name.
 *
 * @param state With the connections and organizations that `origins` tell of.
 * @param origins Of this tenant, as `DeployRecords` gives them.
 * @param withoutRecord Also removes what is listed and of which no record tells that it was there before.
 * @param isMeant Whether something may go at all. Default: all of it.
 */
export function planDestroy(
  config: TenantConfig,
  state: TenantState,
  origins: readonly Origin[],
  withoutRecord: boolean,
  isMeant: (thing: Identity) => boolean = () => true,
): DestroyPlan {
  const { removed, kept } = sortOut(config, state, origins, withoutRecord, isMeant);
  const applications = new Map(state.clients.map(({ client_id, name }) => [client_id, name]));
  const connections = removed.connections.map(({ id, name }) =>
    remove(`connection ${name}, with the users who signed in through it,`, route`/connections/${id}`),
  );
  const organizations = (removed.organizations ?? []).map(({ id, name }) =>
    remove(`organization ${name}, with its memberships,`, route`/organizations/${id}`),
  );
  // All of it is part of the rules, or feeds them.
  const others = [
    ...removed.actions.map(({ id, name }) =>
      removeFromLogins(`Action ${name}`, route`/actions/actions/${id}`),
    ),
    ...removed.clientGrants.map(({ id, client_id: client, audience, settings }) =>
      removeFromLogins(
        `grant ${grantName(applications.get(client) ?? client, audience, settings)}`,
        route`/client-grants/${id}`,
      ),
    ),
    ...removed.clients.map(({ client_id, name }) =>
      removeFromLogins(`application ${name}`, route`/clients/${client_id}`),
    ),
    ...removed.resourceServers.map(({ id, identifier }) =>
      removeFromLogins(`API ${identifier}`, route`/resource-servers/${id}`),
    ),
  ];
  return {
    operations: [
      ...removed.connections.flatMap((connection) => disableConnection(connection, applications)),
      ...connections,
      ...organizations,
      ...unbind(removed.actions, state),
      ...others,
    ],
    removed: [...connections, ...organizations, ...others].map(({ what }) => what.replace(/,? removed$/, '')),
    kept,
    connections: removed.connections.map(({ name }) => name),
    organizations: (removed.organizations ?? []).map(({ name }) => name),
    actions: removed.actions.map(({ name }) => name),
    losses: lossesOfOthers(removed, state, config),
  };
}

/**
 * What goes, and why the rest of what is listed does not. Whether something that a deploy from here made is still listed does not
 * matter: it came from here.
 */
function sortOut(
  config: TenantConfig,
  state: TenantState,
  origins: readonly Origin[],
  withoutRecord: boolean,
  isMeant: (thing: Identity) => boolean,
): { readonly removed: RemovedThings; readonly kept: readonly string[] } {
  const kept: string[] = [];
  const goes = (thing: Identity): boolean => {
    if (!isMeant(thing)) return false;
    const origin = originOf(origins, thing);
    if (origin === 'made') return true;
    if (!isListed(config, thing)) return false;
    if (origin === undefined && withoutRecord) return true;
    const why =
      origin === 'found'
        ? 'it was there before'
        : 'no record here of a deploy that made it: --without-record removes it, too';
    kept.push(`${thing.kind} ${thing.name} (${why})`);
    return false;
  };
  const going = thingsOf(state).filter(goes);
  const isGoing = (kind: ResourceKind, id: string): boolean =>
    going.some((thing) => thing.kind === kind && thing.id === id);
  return {
    removed: {
      connections: state.connections.filter(({ id }) => isGoing('connection', id)),
      actions: state.actions.filter(({ id }) => isGoing('Action', id)),
      clientGrants: state.clientGrants.filter(({ id }) => isGoing('grant', id)),
      clients: state.clients.filter(({ client_id }) => isGoing('application', client_id)),
      resourceServers: state.resourceServers.filter(({ id }) => isGoing('API', id)),
      organizations: (state.organizations ?? []).filter(({ id }) => isGoing('organization', id)),
    },
    kept,
  };
}

function unbind(removed: readonly ActionState[], { bindings }: TenantState): readonly Operation[] {
  const names = new Set(removed.map(({ name }) => name));
  const left = bindings.filter(({ action_name }) => !names.has(action_name));
  if (left.length === bindings.length) return [];
  return [
    {
      what: `post-login bindings of ${[...names].join(', ')} removed`,
      method: 'PATCH',
      path: '/actions/triggers/post-login/bindings',
      body: bindingsBody(left),
      opens: true,
    },
  ];
}
