import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { ManagementApi } from './management-api.ts';
import type { Binding } from './merge-bindings.ts';

/** What the tenant has of the things that `tenant.yaml` names, and what is bound to the login beside them. */
export interface TenantState {
  readonly clients: readonly ClientState[];
  readonly connections: readonly ConnectionState[];
  readonly actions: readonly ActionState[];
  readonly bindings: readonly Binding[];
  readonly resourceServers: readonly string[];
  readonly clientGrants: readonly {
    readonly client_id: string;
    readonly audience: string;
    readonly scope: readonly string[];
  }[];
}

export interface ClientState {
  readonly client_id: string;
  readonly name: string;
  /** Only where the token has the scope `read:client_keys`. Never shown. */
  readonly client_secret: string | undefined;
}

export interface ConnectionState {
  readonly id: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly enabledClients: readonly string[];
}

export interface ActionState {
  readonly name: string;
  /** The code that logins run now; `undefined` when the Action was never deployed. */
  readonly deployedCode: string | undefined;
}

/** Reads it. Takes about seven calls. */
export async function readTenantState(api: ManagementApi, config: TenantConfig): Promise<TenantState> {
  const [clients, connections, actions, bindings, resourceServers, clientGrants] = await Promise.all([
    api.list('/clients?is_global=false', 'clients'),
    Promise.all(config.connections.map(({ name }) => readConnection(api, name))),
    api.list('/actions/actions', 'actions'),
    api.list('/actions/triggers/post-login/bindings', 'bindings'),
    api.list('/resource-servers', 'resource_servers'),
    api.list('/client-grants', 'client_grants'),
  ]);
  return {
    clients: clients.map((client) => ({
      client_id: textOf(client['client_id']),
      name: textOf(client['name']),
      client_secret: typeof client['client_secret'] === 'string' ? client['client_secret'] : undefined,
    })),
    connections: connections.filter((connection) => connection !== undefined),
    actions: actions.map((action) => {
      const code = recordOf(action['deployed_version'])['code'];
      return { name: textOf(action['name']), deployedCode: typeof code === 'string' ? code : undefined };
    }),
    bindings: bindings.map((binding) => ({
      action_name: textOf(recordOf(binding['action'])['name']),
      display_name: textOf(binding['display_name']),
    })),
    resourceServers: resourceServers.map((server) => textOf(server['identifier'])),
    clientGrants: clientGrants.map((grant) => ({
      client_id: textOf(grant['client_id']),
      audience: textOf(grant['audience']),
      scope: Array.isArray(grant['scope']) ? grant['scope'].map(textOf) : [],
    })),
  };
}

async function readConnection(api: ManagementApi, name: string): Promise<ConnectionState | undefined> {
  const [found] = await api.list(`/connections?name=${encodeURIComponent(name)}`, 'connections');
  if (found === undefined) return undefined;
  const id = textOf(found['id']);
  const enabled = await api.get(`/connections/${encodeURIComponent(id)}/clients`);
  const clients = enabled?.['clients'];
  return {
    id,
    name,
    options: recordOf(found['options']),
    enabledClients: Array.isArray(clients)
      ? clients.map((client) => textOf(recordOf(client)['client_id']))
      : [],
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
