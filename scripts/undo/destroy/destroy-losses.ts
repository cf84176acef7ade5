import { isOpen } from '../../tenant-model/tenant-state.ts';
import type { TenantState } from '../../tenant-model/tenant-state.ts';

/** What is removed, as it is on the tenant. */
export type RemovedThings = Omit<TenantState, 'bindings'>;

/** What others lose when our things are removed, in words: one line for each of them. */
export function lossesOfOthers(removed: RemovedThings, state: TenantState): readonly string[] {
  const goes = new Set(removed.clients.map(({ client_id }) => client_id));
  const nameOf = (id: string): string => state.clients.find(({ client_id }) => client_id === id)?.name ?? id;
  const others = (ids: readonly string[]): readonly string[] => ids.filter((id) => !goes.has(id)).map(nameOf);
  return [
    ...removed.connections.flatMap(({ name, enabledClients }) =>
      others(enabledClients).map(
        (application) =>
          `application ${application}: nobody can sign in to it through connection ${name} any more`,
      ),
    ),
    ...removed.resourceServers.flatMap(({ identifier }) =>
      others(
        state.clientGrants
          .filter(
            ({ id, audience }) =>
              audience === identifier && !removed.clientGrants.some((grant) => grant.id === id),
          )
          .map(({ client_id }) => client_id),
      ).map((application) => `application ${application}: its grant for API ${identifier} is removed, too`),
    ),
    ...loginsWithoutRules(removed, state),
  ];
}

/** A connection that stays is open to whoever comes through it, once our Actions are gone. */
function loginsWithoutRules(removed: RemovedThings, state: TenantState): readonly string[] {
  const unbound = state.bindings.some(({ action_name: bound }) =>
    removed.actions.some(({ name }) => name === bound),
  );
  if (!unbound) return [];
  return state.connections
    .filter(({ id }) => !removed.connections.some((connection) => connection.id === id))
    .filter(isOpen)
    .map(({ name }) => `connection ${name}: it stays, without access rules: anyone can sign in through it`);
}
