import type { ManagementApi } from '../../apply/management-api.ts';
import { grantName } from './model-from-config.ts';
import { recordOf, resourceFields, textOf } from './resource-fields.ts';
import type { RawResource } from './resource-fields.ts';
import { resourceIn, resourcesOf } from './tenant-model.ts';
import type { Resource, ResourceKind, TenantModel } from './tenant-model.ts';

/**
 * What a tenant has of the things that a configuration names, all bindings of the login, and the applications that the named
 * connections are enabled for. About seven calls; it only reads.
 *
 * @param wanted As `modelFromConfig` gives it: what is a secret there is one here.
 * @throws {Problem} as `ManagementApi` does.
 */
export async function modelFromTenant(api: ManagementApi, wanted: TenantModel): Promise<TenantModel> {
  const [clients, connections, actions, bindings, servers, grants] = await Promise.all([
    api.list('/clients?is_global=false', 'clients'),
    Promise.all(resourcesOf(wanted, 'connection').map(({ name }) => readConnection(api, name))),
    api.list('/actions/actions', 'actions'),
    api.list('/actions/triggers/post-login/bindings', 'bindings'),
    api.list('/resource-servers', 'resource_servers'),
    api.list('/client-grants', 'client_grants'),
  ]);
  const clientNames = new Map(clients.map((client) => [textOf(client['client_id']), textOf(client['name'])]));
  const found = connections.filter((connection) => connection !== undefined);
  const enabled = new Set(found.flatMap(({ enabledClients }) => enabledClients));
  const resource = (kind: ResourceKind, name: string, raw: RawResource): Resource => ({
    kind,
    name,
    fields: resourceFields(kind, raw, {
      isSecret: (path) => resourceIn(wanted, kind, name)?.fields.get(path)?.kind === 'secret',
    }),
  });
  const wantedOf = (
    kind: ResourceKind,
    candidates: readonly (readonly [string, RawResource])[],
  ): readonly Resource[] =>
    firstOfEach(candidates)
      .filter(([name]) => resourceIn(wanted, kind, name) !== undefined)
      .map(([name, raw]) => resource(kind, name, raw));

  return {
    resources: [
      ...found.map(({ name, raw, enabledClients }) =>
        withWriteOnlySecret(
          resource('connection', name, {
            ...raw,
            enabled_clients: enabledClients.map((id) => clientNames.get(id) ?? id),
          }),
        ),
      ),
      ...wantedOf(
        'Action',
        actions.map((action) => [textOf(action['name']), whatLoginsRun(action)]),
      ),
      ...firstOfEach(clients.map((client) => [textOf(client['name']), client]))
        .filter(
          ([name, client]) =>
            resourceIn(wanted, 'application', name) !== undefined || enabled.has(textOf(client['client_id'])),
        )
        .map(([name, client]) => resource('application', name, client)),
      ...wantedOf(
        'grant',
        grants.map((grant) => [
          grantName(clientNames.get(textOf(grant['client_id'])) ?? '', textOf(grant['audience'])),
          grant,
        ]),
      ),
      ...wantedOf(
        'API',
        servers.map((server) => [textOf(server['identifier']), server]),
      ),
    ],
    flow: bindings.map((binding) => {
      const action = textOf(recordOf(binding['action'])['name']);
      const displayName = textOf(binding['display_name']);
      return { action, displayName: displayName === '' ? action : displayName };
    }),
  };
}

async function readConnection(
  api: ManagementApi,
  name: string,
): Promise<{ name: string; raw: RawResource; enabledClients: readonly string[] } | undefined> {
  const [raw] = await api.list(`/connections?name=${encodeURIComponent(name)}`, 'connections');
  if (raw === undefined) return undefined;
  const answer = await api.get(`/connections/${encodeURIComponent(textOf(raw['id']))}/clients`);
  const clients = answer?.['clients'];
  return {
    name,
    raw,
    enabledClients: Array.isArray(clients)
      ? clients.map((client) => textOf(recordOf(client)['client_id']))
      : [],
  };
}

/** An Action as its deployed version is; one that was never deployed runs nowhere, so nothing of it counts. */
function whatLoginsRun(action: RawResource): RawResource {
  const deployed = recordOf(action['deployed_version']);
  return { ...deployed, supported_triggers: deployed['supported_triggers'] ?? action['supported_triggers'] };
}

/** The client secret is only ever written: that it cannot be read does not mean that it is not set. */
const withWriteOnlySecret = (connection: Resource): Resource => ({
  ...connection,
  fields: new Map([...connection.fields, ['options.client_secret', { kind: 'secret' }]]),
});

/** Where a tenant has several of one name, the deploy changes the first. */
const firstOfEach = (
  candidates: readonly (readonly [string, RawResource])[],
): readonly [string, RawResource][] => [...new Map([...candidates].reverse())].reverse();
