import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { clientNamed, grantIn, settingsInReach } from '../tenant-model/changes.ts';
import type { DeployChanges } from '../tenant-model/changes.ts';
import { without } from '../base/json-values.ts';
import type { Renamed } from '../tenant-model/renames.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { Binding } from '../tenant-model/merge-bindings.ts';
import { recordedMarkOf } from '../secrets/secret-marks.ts';
import { segment } from '../tenant-model/flatten.ts';
import { holdsSecretAt, publicMetadata, withoutSecretParts } from '../tenant-model/secret-paths.ts';
import type {
  ActionState,
  ClientGrantState,
  ConnectionState,
  OrganizationState,
  ResourceServerState,
  TenantState,
} from '../tenant-model/tenant-state.ts';

/**
 * What a deploy touches, as it is before (or as it is after). A thing without `before` is not there. No value of a secret is
 * in it, so it may be written to a file.
 */
export interface Snapshot {
  readonly resourceServers: readonly { readonly identifier: string; readonly before?: ResourceServerState }[];
  readonly clients: readonly { readonly name: string; readonly before?: ClientBefore }[];
  readonly clientGrants: readonly {
    /** The application's name. */
    readonly client: string;
    readonly audience: string;
    /** Whom it is for. Default: the application itself. */
    readonly subject_type?: string;
    readonly before?: ClientGrantState;
  }[];
  readonly actions: readonly { readonly name: string; readonly before?: ActionState }[];
  readonly connections: readonly { readonly name: string; readonly before?: ConnectionBefore }[];
  /** Default none: records of earlier versions know of none. */
  readonly organizations?: readonly { readonly name: string; readonly before?: OrganizationState }[];
  /** The whole post-login trigger, with other teams' Actions; `undefined` where it is not touched. */
  readonly bindings?: readonly Binding[];
  /** The Actions of `tenant.yaml`: all others in `bindings` are other teams'. */
  readonly ownActions: readonly string[];
  /** What the deploy gives another name. All else in here goes by the new one. */
  readonly renamed?: readonly Renamed[];
}

export interface ClientBefore {
  readonly client_id: string;
  readonly settings: JsonRecord;
}

export interface ConnectionBefore extends Omit<ConnectionState, 'client_secret'> {
  /** Tells whether the client secret is the same; not there where the tenant does not tell it. */
  readonly secretMark?: string;
  readonly client_secret?: never;
}

/** A connection as a file may hold it. */
export const withoutSecrets = ({
  client_secret: secret,
  ...connection
}: ConnectionState): ConnectionBefore => ({
  ...connection,
  options: readableOptions(connection.options),
  metadata: readableMetadata(connection.metadata),
  ...(secret === undefined ? {} : { secretMark: recordedMarkOf(secret, connection.id) }),
});

/** Of a connection, as the plan shows it. */
export const readableMetadata = (metadata: ConnectionState['metadata']): ConnectionState['metadata'] =>
  publicMetadata('connection', 'metadata', metadata);

/** Of a connection, what has a form of its own or never changes. */
const NOT_SETTINGS: readonly string[] = ['name', 'strategy', 'options', 'metadata', 'enabled_clients'];

/** Options without those that may hold something that authenticates. */
export const readableOptions = (options: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(options).filter(([name, value]) => !isHiddenOption(name, value)));

/** As the plan hides it. */
export const isHiddenOption = (name: string, value: unknown): boolean =>
  holdsSecretAt('connection', `options.${segment(name)}`, value);

/** An organization as a file may hold it, as far as a deploy reaches. */
const organizationBefore = (
  { id, name, settings, connections }: OrganizationState,
  fields: object,
): OrganizationState => ({
  id,
  name,
  settings: withoutSecretParts(
    'organization',
    settingsInReach(settings, without({ ...fields }, ['connections', 'client_grants'])),
  ),
  connections,
});

/**
 * What a deploy touches, as it is in `state`: before the deploy, to go back to it; after it, to tell what others change then.
 *
 * @param changes Of the deploy.
 */
export function takeSnapshot(config: TenantConfig, changes: DeployChanges, state: TenantState): Snapshot {
  return {
    resourceServers: changes.resourceServers.map(({ config: { identifier, ...fields } }) => {
      const server = state.resourceServers.find((existing) => existing.identifier === identifier);
      return {
        identifier,
        ...(server === undefined
          ? {}
          : {
              before: {
                ...server,
                settings: withoutSecretParts('API', settingsInReach(server.settings, fields)),
              },
            }),
      };
    }),
    clients: changes.clients.map(({ config: client }) => {
      const existing = clientNamed(state, client.name);
      return {
        name: client.name,
        ...(existing === undefined
          ? {}
          : {
              before: {
                client_id: existing.client_id,
                settings: withoutSecretParts(
                  'application',
                  settingsInReach(existing.settings, without({ ...client }, ['name'])),
                ),
              },
            }),
      };
    }),
    clientGrants: changes.clientGrants.map(({ config: grant }) => {
      const before = grantIn(state, grant);
      return {
        client: grant.client_id,
        audience: grant.audience,
        ...(grant.subject_type === undefined ? {} : { subject_type: grant.subject_type }),
        ...(before === undefined ? {} : { before }),
      };
    }),
    actions: changes.actions.map(({ config: { name } }) => {
      const action = state.actions.find((existing) => existing.name === name);
      return { name, ...(action === undefined ? {} : { before: action }) };
    }),
    connections: changes.connections.map(({ config: connection }) => {
      const existing = state.connections.find(({ name }) => name === connection.name);
      return {
        name: connection.name,
        ...(existing === undefined
          ? {}
          : {
              before: {
                ...withoutSecrets(existing),
                settings: settingsInReach(existing.settings, {
                  display_name: '',
                  ...without({ ...connection }, NOT_SETTINGS),
                }),
              },
            }),
      };
    }),
    ...(changes.organizations.length === 0
      ? {}
      : {
          organizations: changes.organizations.map(({ config: { name, ...fields } }) => {
            const before = state.organizations?.find((existing) => existing.name === name);
            return { name, ...(before === undefined ? {} : { before: organizationBefore(before, fields) }) };
          }),
        }),
    ...(changes.bindings === undefined ? {} : { bindings: state.bindings }),
    ownActions: config.actions.map(({ name }) => name),
    ...(changes.renamed.length === 0 ? {} : { renamed: changes.renamed }),
  };
}
