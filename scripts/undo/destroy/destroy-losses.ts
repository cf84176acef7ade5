import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { isOpen } from '../../tenant-model/tenant-state.ts';
import type { TenantState } from '../../tenant-model/tenant-state.ts';

/** What is removed, as it is on the tenant. */
export type RemovedThings = Omit<TenantState, 'bindings'>;

/**
 * What others lose when our things are removed, in words: one line for each of them.
 *
 * @param config Tells which Action holds the access rules.
 */
export function lossesOfOthers(
  removed: RemovedThings,
  state: TenantState,
  config: Pick<TenantConfig, 'actions'>,
): readonly string[] {
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
    ...loginsWithoutRules(removed, state, config),
  ];
}

/** The Action that decides who gets in, as the build calls it. */
const ACCESS_POLICY = /(?:^|\/)didit-access-policy\.js$/;

/**
 * A connection that stays is open to whoever comes through it, once the rules are gone; whose Actions they are in is not always
 * known.
 */
function loginsWithoutRules(
  removed: RemovedThings,
  state: TenantState,
  { actions }: Pick<TenantConfig, 'actions'>,
): readonly string[] {
  const goes = (name: string): boolean => removed.actions.some((action) => action.name === name);
  const bound = state.bindings.map(({ action_name: name }) => name);
  const rulesStay = actions.some(
    ({ name, code }) => ACCESS_POLICY.test(code) && bound.includes(name) && !goes(name),
  );
  if (rulesStay || !bound.some(goes)) return [];
  return state.connections
    .filter(({ id }) => !removed.connections.some((connection) => connection.id === id))
    .filter(isOpen)
    .map(({ name }) => `connection ${name}: it stays, without access rules: anyone can sign in through it`);
}
