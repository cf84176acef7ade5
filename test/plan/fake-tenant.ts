import { textOf, textsOf } from '../../scripts/base/json-values.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { Sample } from './sample.ts';

type Answer = Readonly<Record<string, unknown>>;

/** What a tenant answers that was deployed to, with whatever else the test puts there. */
export interface FakeTenant {
  readonly clients: Answer[];
  readonly connections: Answer[];
  readonly actions: Answer[];
  readonly bindings: Answer[];
  readonly servers: Answer[];
  readonly grants: Answer[];
  /** Each with `connections`: names of those that its members sign in through. Default none. */
  readonly organizations?: Answer[];
  /** By connection id. */
  readonly enabledClients: Readonly<Record<string, readonly string[]>>;
}

/** Right after a deploy of the sample, in the Management API's own form. Ids are the names with `id-` before them. */
export function deployedTenant({ config, bundles }: Sample): FakeTenant {
  const codeOf = (name: string): string => bundles.find(({ target }) => target.name === name)?.code ?? '';
  return {
    clients: config.clients.map((client) => ({ ...client, client_id: `id-${client.name}`, tenant: 'fake' })),
    connections: config.connections.map(({ options, ...connection }) => ({
      ...connection,
      id: `id-${connection.name}`,
      options: {
        ...Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'client_secret')),
        scripts: { fetchUserProfile: codeOf('fetch-user-profile') },
      },
    })),
    actions: config.actions.map((action) => {
      const content = {
        code: codeOf(action.name),
        runtime: action.runtime,
        dependencies: action.dependencies ?? [],
        secrets: secretsOn(action),
      };
      return {
        id: `id-${action.name}`,
        name: action.name,
        supported_triggers: action.supported_triggers,
        ...content,
        deployed_version: content,
      };
    }),
    bindings: config.triggers['post-login'].map(({ action_name, display_name }) => ({
      display_name,
      action: { name: action_name },
    })),
    servers: (config.resourceServers ?? []).map((server) => ({ ...server, is_system: false })),
    grants: config.clientGrants.map((grant) => ({ ...grant, client_id: `id-${grant.client_id}` })),
    enabledClients: Object.fromEntries(
      config.connections.map(({ name, enabled_clients = [] }) => [
        `id-${name}`,
        enabled_clients.map((client) => `id-${client}`),
      ]),
    ),
  };
}

/** Actions with the shared key have it from the same deploy. */
const secretsOn = ({ secrets = [] }: Sample['config']['actions'][number]): readonly Answer[] =>
  [
    ...secrets.map(({ name }) => name),
    ...(secrets.some(({ name }) => name === 'DIDIT_HANDOVER_KEY')
      ? ['DIDIT_SHARED_KEY_0123456789abcdef']
      : []),
  ].map((name) => ({ name, updated_at: '2026-01-01T00:00:00.000Z' }));

export function apiOf(tenant: FakeTenant, accessToken = 'fake-access-token'): ManagementApi {
  const lists: readonly (readonly [RegExp, readonly Answer[]])[] = [
    [/^\/clients\b/, tenant.clients],
    [/^\/connections\?/, tenant.connections],
    [/^\/actions\/actions\b/, tenant.actions],
    [/^\/actions\/triggers\/post-login\/bindings\b/, tenant.bindings],
    [/^\/resource-servers\b/, tenant.servers],
    [/^\/client-grants\b/, tenant.grants],
  ];
  return {
    domain: 'tenant.example.com',
    accessToken,
    list: async (path) => {
      const organization = /^\/organizations\/([^/]+)\/(connections|client-grants)/.exec(path);
      if (organization !== null) return relatedTo(tenant, organization);
      const found = lists.find(([pattern]) => pattern.test(path))?.[1];
      if (found === undefined) throw new Error(`No such list: ${path}`);
      const [, name] = /^\/connections\?name=(.*)$/.exec(path) ?? [];
      return found
        .filter((answer) => name === undefined || answer['name'] === decodeURIComponent(name))
        .map((answer) => ({ ...answer }));
    },
    send: async () => {
      throw new Error('A plan changes nothing.');
    },
    ask: async () => {
      throw new Error('A plan runs nothing on a tenant.');
    },
    get: async (path) => {
      if (path.startsWith('/organizations?'))
        return {
          organizations: (tenant.organizations ?? []).map(({ connections: _, ...organization }) => ({
            ...organization,
            id: `id-${textOf(organization['name'])}`,
          })),
        };
      const [, id = ''] = /^\/connections\/([^/]+)\/clients\b/.exec(path) ?? [];
      const connection = decodeURIComponent(id);
      // Recorded: of one that no application uses, the list is empty.
      if (!tenant.connections.some((one) => one['id'] === connection)) return undefined;
      return { clients: (tenant.enabledClients[connection] ?? []).map((client_id) => ({ client_id })) };
    },
  };
}

/** What an organization has of one kind. */
function relatedTo(
  { organizations = [] }: FakeTenant,
  [, id = '', kind]: readonly string[],
): readonly Record<string, unknown>[] {
  if (kind !== 'connections') return [];
  const found = organizations.find(({ name }) => `id-${textOf(name)}` === id);
  return textsOf(found?.['connections']).map((name) => ({
    connection_id: `id-${name}`,
    connection: { name, strategy: 'oauth2' },
  }));
}
