import type { JsonRecord } from '../base/json-values.ts';
import type { Binding } from './merge-bindings.ts';

/** What the tenant has of the kinds of things that `tenant.yaml` names. */
export interface TenantState {
  /** All applications: `enabled_clients` may hold those of others. */
  readonly clients: readonly ClientState[];
  /** Those that were looked for. */
  readonly connections: readonly ConnectionState[];
  /** All Actions, those of other teams too. */
  readonly actions: readonly ActionState[];
  /** Of the post-login trigger, in order. */
  readonly bindings: readonly Binding[];
  readonly resourceServers: readonly ResourceServerState[];
  readonly clientGrants: readonly ClientGrantState[];
  /** Those that were looked for, and those with settings of ours. `undefined`: nobody has looked. */
  readonly organizations?: readonly OrganizationState[];
}

export interface ClientState {
  readonly client_id: string;
  readonly name: string;
  /** Only where the token has the scope `read:client_keys`. Never shown, never written to a file. */
  readonly client_secret: string | undefined;
  /** Everything else, without keys. */
  readonly settings: JsonRecord;
}

export interface ConnectionState {
  readonly id: string;
  readonly name: string;
  /** Without the client secret. */
  readonly options: JsonRecord;
  /** Only where the tenant tells it. Never shown, never written to a file. */
  readonly client_secret?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Everything else: `display_name`, `is_domain_connection`, `authentication`, … */
  readonly settings: JsonRecord;
  /** Client ids. */
  readonly enabledClients: readonly string[];
}

/** Whether anybody can sign in through it: a connection of the whole domain needs no application to be named. */
export const isOpen = ({
  enabledClients,
  settings,
}: Pick<ConnectionState, 'enabledClients' | 'settings'>): boolean =>
  enabledClients.length > 0 || settings['is_domain_connection'] === true;

/** An npm package, with the registry that it comes from where that is another one than npm's. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly registry_url?: string;
}

/** What an Action is made of. Values of secrets cannot be read. */
export interface ActionContent {
  readonly code: string;
  readonly runtime: string;
  readonly dependencies: readonly Dependency[];
  readonly secrets: readonly { readonly name: string; readonly updated_at: string }[];
  /** Modules of the tenant that the code may load, with their versions; not there where it has none. */
  readonly modules?: readonly string[];
  /** Which shared key is among them; see `shared-key.ts`. */
  readonly keyId?: string;
}

export interface ActionState {
  readonly id: string;
  readonly name: string;
  readonly supportedTriggers: readonly { readonly id: string; readonly version: string }[];
  readonly status: string;
  readonly draft: ActionContent;
  /** What logins run; `undefined` when the Action was never deployed. */
  readonly deployed: (ActionContent & { readonly versionId: string }) | undefined;
}

export interface ResourceServerState {
  readonly id: string;
  readonly identifier: string;
  /** Everything else, `name` among it. */
  readonly settings: JsonRecord;
}

export interface ClientGrantState {
  readonly id: string;
  readonly client_id: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly settings: JsonRecord;
}

export interface OrganizationState {
  readonly id: string;
  readonly name: string;
  /** Everything else, `metadata` among it. */
  readonly settings: JsonRecord;
  /** What its members may sign in through, each with `name`. */
  readonly connections: readonly OrganizationConnectionState[];
  /** Ids of the applications that it has grants of; not there where nobody has to know. */
  readonly grantsOf?: readonly string[];
}

/** Under the Management API's names, `connection_id` among them. */
export type OrganizationConnectionState = JsonRecord & { readonly name: string };
