import { route } from '../../base/route.ts';
import { textOf } from '../../base/json-values.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';
import { notLookedAtLine, readIfAllowed } from '../../tenant-access/granted-scopes.ts';
import type { NotLookedAt } from '../../tenant-access/granted-scopes.ts';
import { COUNTING_SCOPES } from '../../tenant-access/required-scopes.ts';
import { checkpointPages, notAsDocumented } from '../../tenant-access/list-pages.ts';

/** Names of the things that go and that people are tied to. */
export interface GoingThings {
  /** Of Didit: OAuth 2.0. */
  readonly connections: readonly string[];
  readonly organizations: readonly string[];
}

/** What people lose with them. */
export interface LossesOfPeople {
  /** In words, what can be counted. Nothing of what nobody loses, but for the users of a connection. */
  readonly lines: readonly string[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** With more of them, nobody waits for their members to be counted. */
const MAX_COUNTED_ORGANIZATIONS = 100;

const [USERS, ...MEMBERS] = COUNTING_SCOPES;

/**
 * Asks the tenant how many users and memberships go with some things. That is for people to read: who may not read them learns
 * that nobody knows. A user of a connection that goes is removed from every organization, also from those that stay.
 */
export async function lossesOfPeople(
  api: Pick<ManagementApi, 'domain' | 'get' | 'accessToken'>,
  { connections, organizations }: GoingThings,
): Promise<LossesOfPeople> {
  const lines: string[] = [];
  const notLookedAt: NotLookedAt[] = [];
  for (const name of connections) {
    const what = `the users who signed in through connection ${name}`;
    const users = await readIfAllowed(
      api.accessToken,
      { what, scopes: [USERS] },
      notLookedAt,
      async () => await countUsers(api, name),
    );
    if (users !== undefined) lines.push(lostSignIns(name, users));
  }
  if (connections.length + organizations.length === 0) return { lines, notLookedAt };
  const memberships = await readIfAllowed(
    api.accessToken,
    { what: 'memberships of organizations', scopes: MEMBERS },
    notLookedAt,
    async () => await lostMemberships(api, { connections, organizations }),
  );
  return { lines: [...lines, ...(memberships ?? [])], notLookedAt };
}

/** What stands above a question: what people lose, what nobody knows, and then the rest. */
export const worstFor = (
  { lines, notLookedAt }: LossesOfPeople,
  others: readonly string[],
): readonly string[] => [
  ...lines,
  ...(notLookedAt.length === 0 ? [] : [notLookedAtLine(notLookedAt)]),
  ...others,
];

/** @see https://auth0.com/docs/manage-users/user-search/user-search-query-syntax */
async function countUsers(api: Pick<ManagementApi, 'domain' | 'get'>, connection: string): Promise<number> {
  const query = new URLSearchParams({
    q: `identities.connection:${JSON.stringify(connection)}`,
    search_engine: 'v3',
    include_totals: 'true',
    per_page: '1',
  });
  return await totalAt(api, `/users?${query.toString()}`);
}

async function lostMemberships(
  api: Pick<ManagementApi, 'domain' | 'get'>,
  { connections, organizations }: GoingThings,
): Promise<readonly string[]> {
  const all = await checkpointPages(api, '/organizations?take=100', 'organizations');
  const [going, staying] = [true, false].map((goes) =>
    all.filter(({ name }) => organizations.includes(textOf(name)) === goes),
  );
  const lines: string[] = [];
  for (const { id, name } of going ?? []) {
    const members = await totalAt(api, `${membersOf(id)}?include_totals=true&per_page=1&fields=user_id`);
    if (members > 0)
      lines.push(`${counted(members, 'membership')} of organization ${textOf(name)} ${end(members)}`);
  }
  return [...lines, ...(await membershipsElsewhere(api, connections, staying ?? []))];
}

/** Those of users of connections that go, in organizations that stay. */
async function membershipsElsewhere(
  api: Pick<ManagementApi, 'domain' | 'get'>,
  connections: readonly string[],
  organizations: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly string[]> {
  if (connections.length === 0) return [];
  if (organizations.length > MAX_COUNTED_ORGANIZATIONS)
    return [`their memberships end, too; in ${organizations.length} organizations, nobody has counted them`];
  const starts = connections.map((name) => `oauth2|${name}|`);
  const ending = new Map<string, number>();
  for (const { id, name } of organizations) {
    const members = await checkpointPages(api, `${membersOf(id)}?take=100&fields=user_id`, 'members');
    const lost = members.filter((member) =>
      starts.some((start) => textOf(member['user_id']).startsWith(start)),
    );
    if (lost.length > 0) ending.set(textOf(name), lost.length);
  }
  const total = [...ending.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const where = ending.size > 3 ? counted(ending.size, 'organization') : [...ending.keys()].join(', ');
  return [
    `${counted(total, 'membership')} of these users ${end(total)}, in organizations that stay: ${where}`,
  ];
}

const membersOf = (id: unknown): string => route`/organizations/${textOf(id)}/members`;

/** An answer without a number does not say that nobody is there. */
async function totalAt(api: Pick<ManagementApi, 'domain' | 'get'>, path: string): Promise<number> {
  const total = (await api.get(path))?.['total'];
  if (typeof total === 'number') return total;
  throw notAsDocumented(api.domain, path, 'no total');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const end = (count: number): string => (count === 1 ? 'ends' : 'end');

/** `312 users who signed in through connection didit lose the sign-in`. */
const lostSignIns = (connection: string, users: number): string =>
  `${counted(users, 'user')} who signed in through connection ${connection} ${users === 1 ? 'loses' : 'lose'} the sign-in`;
