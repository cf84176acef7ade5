import { route } from '../base/route.ts';
import { recordOf, textOf, without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import type { OrganizationState, TenantState } from '../tenant-model/tenant-state.ts';
import type { ManagementApi } from './management-api.ts';
import { allEnded } from '../base/problem.ts';
import { readIfAllowed } from './granted-scopes.ts';
import type { NotLookedAt } from './granted-scopes.ts';
import { checkpointPages } from './list-pages.ts';

/**
 * Reads those of these names, and those that settings of ours are kept with, whoever made them. Takes one call for a hundred
 * organizations of the tenant, and one or two for each that is read.
 *
 * @throws {Problem} as `ManagementApi.list`.
 * @see https://auth0.com/docs/api/management/v2/organizations/get-organizations
 */
export async function readOrganizations(
  api: Pick<ManagementApi, 'domain' | 'get' | 'list'>,
  names: readonly string[],
): Promise<readonly OrganizationState[]> {
  const all = await checkpointPages(api, '/organizations?take=100', 'organizations');
  const isNamed = ({ name }: JsonRecord): boolean => names.includes(textOf(name));
  const wanted = all.filter((found) => isNamed(found) || hasOwnSettings(found));
  return await allEnded(wanted.map((found) => organizationState(api, found, isNamed(found))));
}

/**
 * Reads those of these names, those that settings of ours are kept with, and those whose members sign in through a connection.
 * One call for each of the tenant, one after the other: it may have many.
 *
 * @throws {Problem} as `ManagementApi.list`.
 */
export async function readConcerned(
  api: Pick<ManagementApi, 'domain' | 'get' | 'list'>,
  names: readonly string[],
  connection: string,
): Promise<readonly OrganizationState[]> {
  const concerned: OrganizationState[] = [];
  for (const found of await checkpointPages(api, '/organizations?take=100', 'organizations')) {
    const state = await organizationState(api, found, false);
    const isEnabled = state.connections.some(({ name }) => name === connection);
    if (names.includes(state.name) || hasOwnSettings(found) || isEnabled) concerned.push(state);
  }
  return concerned;
}

const hasOwnSettings = ({ metadata }: JsonRecord): boolean =>
  Object.keys(recordOf(metadata)).some(isOwnMetadata);

async function organizationState(
  api: Pick<ManagementApi, 'list'>,
  found: JsonRecord,
  withGrants: boolean,
): Promise<OrganizationState> {
  const path = route`/organizations/${textOf(found['id'])}`;
  const [connections, grants] = await allEnded([
    api.list(`${path}/connections`, 'connections'),
    withGrants ? api.list(`${path}/client-grants`, 'client_grants') : undefined,
  ]);
  return {
    id: textOf(found['id']),
    name: textOf(found['name']),
    settings: without(found, ['id', 'name', 'enabled_connections']),
    connections: connections.map(({ connection, ...settings }) => ({
      ...settings,
      name: textOf(recordOf(connection)['name']),
    })),
    ...(grants === undefined ? {} : { grantsOf: grants.map(({ client_id }) => textOf(client_id)) }),
  };
}

/** Organizations that nobody asks for, and what it takes to look at them. */
const OTHERS: NotLookedAt = {
  what: 'organizations, which may have weaker rules',
  scopes: ['read:organizations', 'read:organization_connections'],
};

/**
 * A state with the organizations of others, where their rules can count: people can sign in to an application as their members.
 * Nobody has to let us see them for a file that lists none, so where the token does not, they are not looked at.
 *
 * @param notLookedAt As for `readIfAllowed`.
 * @throws {Problem} as `ManagementApi.list`.
 */
export async function withOtherOrganizations(
  api: Pick<ManagementApi, 'domain' | 'get' | 'list' | 'accessToken'>,
  state: TenantState,
  notLookedAt: NotLookedAt[],
): Promise<TenantState> {
  const enabled = new Set(state.connections.flatMap(({ enabledClients }) => enabledClients));
  const counts = state.clients.some(
    ({ client_id: id, settings }) =>
      enabled.has(id) && !['', 'deny'].includes(textOf(settings['organization_usage'])),
  );
  if (state.organizations !== undefined || !counts) return state;
  const organizations = await readIfAllowed(
    api.accessToken,
    OTHERS,
    notLookedAt,
    async () => await readOrganizations(api, []),
  );
  return organizations === undefined ? state : { ...state, organizations };
}
