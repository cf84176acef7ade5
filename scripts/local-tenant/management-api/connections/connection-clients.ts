import { Hono } from 'hono';
import type { ConnectionDocument } from '../../store/resources.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError } from '../request/errors.ts';
import { checkpointPage } from '../request/pagination.ts';
import type { CheckpointQuery } from '../request/pagination.ts';
import { managementApi } from '../../../auth0/management-api.ts';
import { describedReader, queryReader } from '../request/validation.ts';

type UpdateBody = readonly { readonly client_id: string; readonly status: boolean }[];

/**
 * The applications that a connection is enabled for.
 * @see https://auth0.com/docs/api/management/v2/connections/patch-clients
 */
export function connectionClientRoutes(api: Api, existing: (id: string) => ConnectionDocument): Hono<ApiEnv> {
  const { clients, connections } = api.collections;
  const path = '/connections/{id}/clients';
  const readUpdate = describedReader<UpdateBody>(path, 'patch');
  const readList = queryReader<CheckpointQuery>({ ...managementApi().paths[path]?.get?.query });
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:connections'), (c) => {
    const query = readList(c);
    const connection = existing(c.req.param('id') ?? '');
    const { items, ...next } = checkpointPage(connection.enabled_clients, (id) => id, query);
    return c.json({ clients: items.map((client_id) => ({ client_id })), ...next });
  });
  routes.patch('/', needs('update:connections'), async (c) => {
    const body = await readUpdate(c);
    const connection = existing(c.req.param('id') ?? '');
    const enabled = new Set(connection.enabled_clients);
    for (const { client_id, status } of body) {
      if (!status) enabled.delete(client_id);
      else if (clients.get(client_id) !== undefined) enabled.add(client_id);
      else throw new ApiError(400, `The client does not exist: ${client_id}`, 'inexistent_client');
    }
    connections.put(connection.id, { ...connection, enabled_clients: [...enabled] });
    return c.body(null, 204);
  });
  return routes;
}
