import type { JsonRecord } from '../base/json-values.ts';
import type { ManagementApi } from './management-api.ts';

/** The connection of a name, as the tenant lists it; another that it may answer with is none. */
export async function connectionNamed(
  api: Pick<ManagementApi, 'list'>,
  name: string,
): Promise<JsonRecord | undefined> {
  const answered = await api.list(`/connections?name=${encodeURIComponent(name)}`, 'connections');
  return answered.find((connection) => connection['name'] === name);
}
