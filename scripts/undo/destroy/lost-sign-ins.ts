import { problemsIn } from '../../base/problem.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';

/** People who can no longer sign in as they did, once a connection is gone. */
export interface LostSignIns {
  readonly connection: string;
  /** Users with an identity of it; `undefined` where the client may not read users. */
  readonly users: number | undefined;
}

/**
 * Asks the tenant how many users a connection has. That is for people to read: who may not read users learns that nobody knows.
 * @see https://auth0.com/docs/manage-users/user-search/user-search-query-syntax
 */
export async function lostSignIns(
  api: Pick<ManagementApi, 'get'>,
  connections: readonly string[],
): Promise<readonly LostSignIns[]> {
  const found: LostSignIns[] = [];
  for (const connection of connections) found.push({ connection, users: await countUsers(api, connection) });
  return found;
}

async function countUsers(api: Pick<ManagementApi, 'get'>, connection: string): Promise<number | undefined> {
  const query = new URLSearchParams({
    q: `identities.connection:${JSON.stringify(connection)}`,
    search_engine: 'v3',
    include_totals: 'true',
    per_page: '1',
  });
  try {
    const total = (await api.get(`/users?${query.toString()}`))?.['total'];
    return typeof total === 'number' ? total : undefined;
  } catch (error) {
    if (problemsIn(error).some(({ code }) => code === 'SCOPE_MISSING')) return undefined;
    throw error;
  }
}

/** `312 users who signed in through connection didit lose their sign-in`. */
export const lostSignInWords = ({ connection, users }: LostSignIns): string =>
  users === undefined
    ? `how many users signed in through connection ${connection} is not known: the deploy client does not have read:users`
    : `${users} ${users === 1 ? 'user who signed in through' : 'users who signed in through'} connection ${connection} ${users === 1 ? 'loses' : 'lose'} the sign-in`;
