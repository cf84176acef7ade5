import { route } from '../base/route.ts';
import { textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { checkpointPagesUnlessGone } from './list-pages.ts';
import type { Readable } from './list-pages.ts';
import type { ManagementApi } from './management-api.ts';

/** The connection of a name, as the tenant lists it; another that it may answer with is none. */
export async function connectionNamed(
  api: Pick<ManagementApi, 'list'>,
  name: string,
): Promise<JsonRecord | undefined> {
  const answered = await api.list(`/connections?name=${encodeURIComponent(name)}`, 'connections');
  return answered.find((connection) => connection['name'] === name);
}

/**
 * The ids of all applications that a connection is enabled for; `undefined` where it has been removed since it was listed.
 *
 * @throws {Problem} as `checkpointPages`.
 */
export async function enabledClientsOf(
  api: Readable,
  connectionId: string,
): Promise<readonly string[] | undefined> {
  const path = route`/connections/${connectionId}/clients?take=50`;
  const enabled = await checkpointPagesUnlessGone(api, path, 'clients');
  return enabled?.map(({ client_id: id }) => textOf(id));
}
