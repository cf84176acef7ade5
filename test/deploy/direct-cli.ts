import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployCli, DeployCliOrder } from '../../scripts/deploy/deploy-cli.ts';
import { recordOf, recordsOf, textOf, textsOf, without } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';

/**
 * The calls that auth0-deploy-cli makes for what a deploy hands it, without its two seconds of start and pauses: the same routes,
 * the same bodies, what it leaves out of an update left out.
 *
 * @see https://github.com/auth0/auth0-deploy-cli/tree/master/src/tools/auth0/handlers
 */
export const directCli = (api: ManagementApi): DeployCli => ({
  import: async ({ assets, basePath }) => {
    await importApis(api, assets);
    await importApplications(api, assets);
    await importGrants(api, assets);
    await importActions(api, assets, basePath);
    await importConnections(api, assets);
    return { kind: 'done', slimSchema: true, peakMemoryBytes: 0 };
  },
  close: async () => undefined,
});

type Assets = DeployCliOrder['assets'];

/** Creates what is not there, and patches what is. */
async function upsert(
  api: ManagementApi,
  route: string,
  id: unknown,
  body: JsonRecord,
  notInUpdates: readonly string[],
): Promise<void> {
  if (id === undefined) await api.send('POST', route, body);
  else await api.send('PATCH', `${route}/${textOf(id)}`, without(body, notInUpdates));
}

async function importApis(api: ManagementApi, assets: Assets): Promise<void> {
  const wanted = recordsOf(assets['resourceServers']);
  if (wanted.length === 0) return;
  const there = await api.list('/resource-servers', 'resource_servers');
  for (const server of wanted) {
    const found = there.find(({ identifier }) => identifier === server['identifier']);
    await upsert(api, '/resource-servers', found?.['id'], server, ['identifier']);
  }
}

async function importApplications(api: ManagementApi, assets: Assets): Promise<void> {
  const wanted = recordsOf(assets['clients']);
  if (wanted.length === 0) return;
  const there = await api.list('/clients?is_global=false', 'clients');
  for (const client of wanted) {
    const found = there.find(({ name }) => name === client['name']);
    await upsert(api, '/clients', found?.['client_id'], client, []);
  }
}

async function importGrants(api: ManagementApi, assets: Assets): Promise<void> {
  const wanted = recordsOf(assets['clientGrants']);
  if (wanted.length === 0) return;
  const clients = await api.list('/clients?is_global=false', 'clients');
  const there = await api.list('/client-grants', 'client_grants');
  for (const grant of wanted) {
    const client = clients.find(({ name }) => name === grant['client_id'])?.['client_id'];
    const alike = there.filter(
      ({ client_id, audience }) => client_id === client && audience === grant['audience'],
    );
    const says = grant['subject_type'];
    const same = alike.find(({ subject_type }) => subject_type === says);
    // One that does not say for whom it is is taken for any; one that does, and is for somebody else, is made.
    const found = same ?? (says === undefined ? alike[0] : undefined);
    const body = { ...grant, client_id: client };
    await upsert(api, '/client-grants', found?.['id'], body, ['client_id', 'audience', 'subject_type']);
  }
}

async function importActions(api: ManagementApi, assets: Assets, basePath: string): Promise<void> {
  const wanted = recordsOf(assets['actions']);
  const list = async (): Promise<readonly JsonRecord[]> => await api.list('/actions/actions', 'actions');
  const there = wanted.length === 0 ? [] : await list();
  for (const action of wanted) {
    const body = {
      ...without(action, ['deployed']),
      code: readFileSync(join(basePath, textOf(action['code'])), 'utf8'),
    };
    const found = there.find(({ name }) => name === action['name']);
    await upsert(api, '/actions/actions', found?.['id'], body, ['name']);
  }
  const made = wanted.length === 0 ? [] : await list();
  for (const { name } of wanted) {
    const id = textOf(made.find((action) => action['name'] === name)?.['id']);
    await api.send('POST', `/actions/actions/${id}/deploy`, {});
  }
  const bindings = recordOf(assets['triggers'])['post-login'];
  if (bindings === undefined) return;
  await api.send('PATCH', '/actions/triggers/post-login/bindings', {
    bindings: recordsOf(bindings).map(({ action_name, display_name }) => ({
      ref: { type: 'action_name', value: action_name },
      display_name,
    })),
  });
}

async function importConnections(api: ManagementApi, assets: Assets): Promise<void> {
  for (const { enabled_clients: enabled, ...connection } of recordsOf(assets['connections'])) {
    const find = async (): Promise<string> => {
      const name = encodeURIComponent(textOf(connection['name']));
      const [found] = await api.list(`/connections?name=${name}`, 'connections');
      return textOf(found?.['id']);
    };
    const existing = await find();
    await upsert(api, '/connections', existing === '' ? undefined : existing, connection, [
      'name',
      'strategy',
    ]);
    if (enabled === undefined) continue;
    const id = await find();
    const clients = await api.list('/clients?is_global=false', 'clients');
    const wanted = textsOf(enabled).map((name) =>
      textOf(clients.find((client) => client['name'] === name)?.['client_id'] ?? name),
    );
    const page = await api.get(`/connections/${id}/clients?take=50`);
    const now = recordsOf(page?.['clients']).map(({ client_id }) => textOf(client_id));
    await api.send('PATCH', `/connections/${id}/clients`, [
      ...wanted.filter((client) => !now.includes(client)).map((client_id) => ({ client_id, status: true })),
      ...now.filter((client) => !wanted.includes(client)).map((client_id) => ({ client_id, status: false })),
    ]);
  }
}
