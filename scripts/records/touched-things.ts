import { recordOf, textOf, textsOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { withoutSecretParts } from '../tenant-model/secret-paths.ts';
import { grantName } from '../tenant-model/tenant-model.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import type {
  ClientGrantState,
  OrganizationState,
  ResourceServerState,
  TenantState,
} from '../tenant-model/tenant-state.ts';
import { withoutSecrets } from './snapshot.ts';
import type { ClientBefore, ConnectionBefore, Snapshot } from './snapshot.ts';

/** Something on a tenant, whatever kind it is. */
export interface Thing {
  readonly kind: ResourceKind;
  /** As people call it; of a grant, `application → audience`; of an API, its identifier. */
  readonly name: string;
  readonly id: string;
  /**
   * Settings under the Management API's names; of a connection with `options` (without what may be a secret), `metadata` and
   * `enabled_clients` among them. Of an Action, what logins run, and its draft.
   */
  readonly fields: JsonRecord;
}

/** Something that a snapshot holds. Without `before`, it was not there. */
export interface TouchedThing {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly before: Thing | undefined;
}

/** The connections of an organization, as people tell them apart. Each keeps its name: what is empty counts as not there. */
export const connectionsByName = (connections: OrganizationState['connections']): JsonRecord =>
  Object.fromEntries(connections.map((connection) => [connection.name, connection]));

/** The one place that knows how each kind of thing keeps its settings. */
const FIELDS_OF = {
  API: ({ settings }: Pick<ResourceServerState, 'settings'>): JsonRecord =>
    withoutSecretParts('API', settings),
  application: ({ settings }: Pick<ClientBefore, 'settings'>): JsonRecord =>
    withoutSecretParts('application', settings),
  grant: ({ settings, scope }: Pick<ClientGrantState, 'settings' | 'scope'>): JsonRecord => ({
    ...settings,
    scope,
  }),
  connection: ({
    settings,
    options,
    secretMark,
    metadata,
    enabledClients,
  }: Omit<ConnectionBefore, 'id' | 'name'>): JsonRecord => ({
    ...settings,
    metadata,
    // Of the client secret, whether it is the same one.
    options: { ...options, ...(secretMark === undefined ? {} : { client_secret: secretMark }) },
    enabled_clients: enabledClients,
  }),
  organization: ({
    settings,
    connections,
  }: Pick<OrganizationState, 'settings' | 'connections'>): JsonRecord => ({
    ...withoutSecretParts('organization', settings),
    connections: connectionsByName(connections),
  }),
  Action: ({ deployed, draft }: TenantState['actions'][number]): JsonRecord => ({
    code: deployed?.code,
    runtime: deployed?.runtime,
    dependencies: deployed?.dependencies,
    secrets: deployed?.secrets,
    draft,
  }),
} as const;

/** All that was looked for on a tenant, as it is called there now. */
export const thingsOf = (state: TenantState): readonly Thing[] => [
  ...state.connections.map((connection) => ({
    kind: 'connection' as const,
    name: connection.name,
    id: connection.id,
    fields: FIELDS_OF.connection(withoutSecrets(connection)),
  })),
  ...state.actions.map((action) => ({
    kind: 'Action' as const,
    name: action.name,
    id: action.id,
    fields: FIELDS_OF.Action(action),
  })),
  ...state.clientGrants.map((grant) => {
    const client = state.clients.find(({ client_id }) => client_id === grant.client_id);
    return {
      kind: 'grant' as const,
      name: grantName(client?.name ?? grant.client_id, grant.audience, grant.settings),
      id: grant.id,
      fields: FIELDS_OF.grant(grant),
    };
  }),
  ...state.clients.map((client) => ({
    kind: 'application' as const,
    name: client.name,
    id: client.client_id,
    fields: FIELDS_OF.application(client),
  })),
  ...state.resourceServers.map((server) => ({
    kind: 'API' as const,
    name: server.identifier,
    id: server.id,
    fields: FIELDS_OF.API(server),
  })),
  ...(state.organizations ?? []).map((organization) => ({
    kind: 'organization' as const,
    name: organization.name,
    id: organization.id,
    fields: FIELDS_OF.organization(organization),
  })),
];

/** All that a snapshot holds, in the same order for each snapshot of the same deploy. */
export const touchedThings = (snapshot: Snapshot): readonly TouchedThing[] => [
  ...snapshot.resourceServers.map(({ identifier, before }) =>
    touched('API', identifier, before?.id, before && FIELDS_OF.API(before)),
  ),
  ...snapshot.clients.map(({ name, before }) =>
    touched('application', name, before?.client_id, before && FIELDS_OF.application(before)),
  ),
  ...snapshot.clientGrants.map(({ client, audience, subject_type, before }) =>
    touched(
      'grant',
      grantName(client, audience, { subject_type }),
      before?.id,
      before && FIELDS_OF.grant(before),
    ),
  ),
  ...snapshot.actions.map(({ name, before }) =>
    touched('Action', name, before?.id, before && FIELDS_OF.Action(before)),
  ),
  ...snapshot.connections.map(({ name, before }) =>
    touched('connection', name, before?.id, before && FIELDS_OF.connection(before)),
  ),
  ...(snapshot.organizations ?? []).map(({ name, before }) =>
    touched('organization', name, before?.id, before && FIELDS_OF.organization(before)),
  ),
];

const touched = (
  kind: ResourceKind,
  name: string,
  id: string | undefined,
  fields: JsonRecord | undefined,
): TouchedThing => ({
  kind,
  name,
  before: id === undefined || fields === undefined ? undefined : { kind, name, id, fields },
});

/**
 * A snapshot with other settings of everything in it that was there.
 *
 * @param change Gives the settings, under the same names. Not asked for Actions, which go by versions.
 */
export function withFields(
  snapshot: Snapshot,
  change: (thing: Thing, index: number) => JsonRecord,
): Snapshot {
  const things = touchedThings(snapshot);
  const next = <Before>(
    kind: ResourceKind,
    index: number,
    before: Before | undefined,
    put: (was: Before, fields: JsonRecord) => Before,
  ): { readonly before?: Before } => {
    const first = things.findIndex((thing) => thing.kind === kind);
    const thing = things[first + index]?.before;
    return before === undefined || thing === undefined
      ? {}
      : { before: put(before, change(thing, first + index)) };
  };
  const settings = <Before extends { readonly settings: JsonRecord }>(
    was: Before,
    fields: JsonRecord,
  ): Before => ({ ...was, settings: fields });
  return {
    ...snapshot,
    resourceServers: snapshot.resourceServers.map(({ before, ...server }, index) => ({
      ...server,
      ...next('API', index, before, settings),
    })),
    clients: snapshot.clients.map(({ before, ...client }, index) => ({
      ...client,
      ...next('application', index, before, settings),
    })),
    clientGrants: snapshot.clientGrants.map(({ before, ...grant }, index) => ({
      ...grant,
      ...next('grant', index, before, (was, { scope, ...fields }) => ({
        ...was,
        scope: textsOf(scope),
        settings: fields,
      })),
    })),
    connections: snapshot.connections.map(({ before, ...connection }, index) => ({
      ...connection,
      ...next(
        'connection',
        index,
        before,
        ({ id, name }, { metadata, options, enabled_clients: enabled, ...fields }) => {
          const { client_secret: secretMark, ...others } = recordOf(options);
          return {
            id,
            name,
            settings: fields,
            metadata: Object.fromEntries(
              Object.entries(recordOf(metadata)).map(([key, value]) => [key, textOf(value)]),
            ),
            options: others,
            ...(typeof secretMark === 'string' ? { secretMark } : {}),
            enabledClients: textsOf(enabled),
          };
        },
      ),
    })),
    ...(snapshot.organizations === undefined
      ? {}
      : {
          organizations: snapshot.organizations.map(({ before, ...organization }, index) => ({
            ...organization,
            ...next('organization', index, before, ({ id, name }, { connections, ...fields }) => ({
              id,
              name,
              settings: fields,
              connections: Object.entries(recordOf(connections)).map(([connection, one]) => ({
                ...recordOf(one),
                name: connection,
              })),
            })),
          })),
        }),
  };
}
