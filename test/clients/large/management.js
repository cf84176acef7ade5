import { ManagementClient as ManagementClient4 } from 'auth0-4';
import { ManagementClient as ManagementClient5 } from 'auth0-5';

/**
 * Creates an application, changes it, lists all, and deletes it.
 *
 * @param {{ domain: string, clientId: string, clientSecret: string }} options
 * @returns {Promise<{ changed: string | undefined, names: (string | undefined)[], status: number | undefined }>}
 */
export async function withVersion4(options) {
  const management = new ManagementClient4(options);
  const { data: made } = await management.clients.create({ name: 'Made by version 4' });
  const id = { client_id: made.client_id };
  const { data: changed } = await management.clients.update(id, { description: 'changed' });
  const { data: all } = await management.clients.getAll();
  await management.clients.delete(id);
  return {
    changed: changed.description,
    names: all.map(({ name }) => name),
    status: await management.clients.get(id).then(
      () => undefined,
      (error) => error.statusCode,
    ),
  };
}

/**
 * The same with the client of version 5.
 *
 * @param {{ domain: string, clientId: string, clientSecret: string }} options
 * @returns {ReturnType<typeof withVersion4>}
 */
export async function withVersion5(options) {
  const management = new ManagementClient5(options);
  const { client_id: id = '' } = await management.clients.create({ name: 'Made by version 5' });
  const changed = await management.clients.update(id, { description: 'changed' });
  const names = [];
  for await (const { name } of await management.clients.list({ per_page: 1 })) names.push(name);
  await management.clients.delete(id);
  return {
    changed: changed.description,
    names,
    status: await management.clients.get(id).then(
      () => undefined,
      (error) => error.statusCode,
    ),
  };
}
