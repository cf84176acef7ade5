import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { isListed } from './listed-things.ts';
import { originOf } from './origins.ts';
import type { Identity, Origin } from './origins.ts';
import { thingsOf } from './touched-things.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import { isOpen } from '../tenant-model/tenant-state.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** Something that an earlier deploy from here made, that is still on the tenant, and that `tenant.yaml` no longer lists. */
export interface NoLongerListed {
  readonly resource: { readonly kind: ResourceKind; readonly name: string };
  /** Whether logins still meet it: an Action that is bound, a connection through which people can sign in. */
  readonly inUse: boolean;
  /** Names of the applications that a connection is enabled for. */
  readonly applications: readonly string[];
}

/**
 * All of it. A deploy leaves it as it is, so somebody has to be told that it is there.
 *
 * @param state With the connections that `origins` tell of.
 * @param origins Of this tenant, as `DeployRecords` gives them.
 */
export const findNoLongerListed = (
  config: TenantConfig,
  state: TenantState,
  origins: readonly Origin[],
): readonly NoLongerListed[] =>
  thingsOf(state)
    .filter((thing) => !isListed(config, thing) && originOf(origins, thing) === 'made')
    .map(({ kind, name, id }) => ({ resource: { kind, name }, ...useOf({ kind, name, id }, state) }));

function useOf({ kind, name, id }: Identity, state: TenantState): Omit<NoLongerListed, 'resource'> {
  const connection =
    kind === 'connection' ? state.connections.find((existing) => existing.id === id) : undefined;
  if (connection !== undefined) {
    return {
      inUse: isOpen(connection),
      applications: connection.enabledClients.map(
        (clientId) => state.clients.find(({ client_id }) => client_id === clientId)?.name ?? clientId,
      ),
    };
  }
  const runs = kind === 'Action' && state.bindings.some(({ action_name }) => action_name === name);
  return { inUse: runs, applications: [] };
}
