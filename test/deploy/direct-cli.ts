import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployCli, DeployCliOrder } from '../../scripts/deploy/deploy-cli.ts';
import { only, recordOf, recordsOf, textOf, textsOf, without } from '../../scripts/base/json-values.ts';
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
    await importOrganizations(api, assets);
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

/** What an organization of the file does not name of its connections and grants is taken away. */
async function importOrganizations(api: ManagementApi, assets: Assets): Promise<void> {
  const wanted = recordsOf(assets['organizations']);
  if (wanted.length === 0) return;
  const find = async (name: unknown): Promise<string> => {
    const there = await api.list('/organizations', 'organizations');
    return textOf(there.find((organization) => organization['name'] === name)?.['id']);
  };
  const clients = await api.list('/clients?is_global=false', 'clients');
  const grants = await api.list('/client-grants', 'client_grants');
  for (const { connections, client_grants: grantsOf, ...organization } of wanted) {
    const existing = await find(organization['name']);
    const id = existing === '' ? undefined : existing;
    await upsert(api, '/organizations', id, organization, ['name']);
    const path = `/organizations/${await find(organization['name'])}`;
    await importMemberships(api, `${path}/connections`, recordsOf(connections));
    const named = recordsOf(grantsOf).map(({ client_id: name }) => name);
    for (const { id: grant, client_id: client } of await api.list(`${path}/client-grants`, 'client_grants')) {
      const name = clients.find(({ client_id }) => client_id === client)?.['name'];
      if (!named.includes(name)) await api.send('DELETE', `${path}/client-grants/${textOf(grant)}`);
    }
    for (const name of named) {
      const client = clients.find((one) => one['name'] === name)?.['client_id'];
      const grant = grants.find(({ client_id }) => client_id === client);
      const there = await api.list(`${path}/client-grants`, 'client_grants');
      if (!there.some(({ client_id }) => client_id === client))
        await api.send('POST', `${path}/client-grants`, { grant_id: grant?.['id'] });
    }
  }
}

const MEMBERSHIP: readonly string[] = [
  'organization_connection_name',
  ...['assign_membership_on_login', 'show_as_button', 'is_signup_enabled', 'is_enabled'],
  'organization_access_level',
];

async function importMemberships(
  api: ManagementApi,
  path: string,
  connections: readonly JsonRecord[],
): Promise<void> {
  const all = await api.list('/connections', 'connections');
  const wanted = connections.flatMap(({ name, ...settings }) => {
    const id = all.find((connection) => connection['name'] === name)?.['id'];
    return id === undefined ? [] : [{ ...settings, connection_id: id }];
  });
  const there = await api.list(path, 'connections');
  for (const { connection_id: id, ...settings } of wanted) {
    const found = there.find((connection) => connection['connection_id'] === id);
    if (found === undefined) await api.send('POST', path, { ...settings, connection_id: id });
    else await api.send('PATCH', `${path}/${textOf(id)}`, only(settings, MEMBERSHIP));
  }
  for (const { connection_id: id } of there) {
    if (!wanted.some((connection) => connection.connection_id === id))
      await api.send('DELETE', `${path}/${textOf(id)}`);
  }
}
