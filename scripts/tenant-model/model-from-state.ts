import type { ActionState, ConnectionState, TenantState } from './tenant-state.ts';
import { textsOf } from '../base/json-values.ts';
import { resourceFields } from './resource-fields.ts';
import type { RawResource } from './resource-fields.ts';
import { flowOf, grantName, resourceIn } from './tenant-model.ts';
import type { Field, Resource, ResourceKind, StepUp, TenantModel } from './tenant-model.ts';

/**
 * What a tenant has of the things that a configuration names, all bindings of the login, the applications that the named
 * connections are enabled for, and the organizations that were looked for.
 *
 * @param wanted As `modelFromConfig` gives it: what is a secret there is one here.
 */
export function modelFromState(state: TenantState, wanted: TenantModel): TenantModel {
  const clientNames = distinctNames(state.clients, wanted);
  const enabled = new Set(state.connections.flatMap(({ enabledClients }) => enabledClients));
  const wantedField = (kind: ResourceKind, name: string, path: string): Field | undefined =>
    resourceIn(wanted, kind, name)?.fields.get(path);
  const resource = (kind: ResourceKind, name: string, raw: RawResource): Resource => ({
    kind,
    name,
    fields: resourceFields(kind, raw, {
      isSecret: (path) => wantedField(kind, name, path)?.kind === 'secret',
    }),
  });
  const wantedOf = (
    kind: ResourceKind,
    found: readonly (readonly [name: string, raw: RawResource])[],
  ): readonly Resource[] =>
    found
      .filter(([name]) => resourceIn(wanted, kind, name) !== undefined)
      .map(([name, raw]) => resource(kind, name, raw));

  return {
    resources: [
      ...wantedOf(
        'connection',
        state.connections.map((connection) => [connection.name, connectionRaw(connection, clientNames)]),
      ).map(withHiddenSecret),
      ...wantedOf(
        'Action',
        state.actions.map((action) => [action.name, whatLoginsRun(action)]),
      ),
      ...state.clients
        .filter(
          ({ client_id, name }) =>
            resourceIn(wanted, 'application', name) !== undefined || enabled.has(client_id),
        )
        .map(({ client_id, name, settings }) =>
          resource('application', clientNames.get(client_id) ?? name, settings),
        ),
      ...wantedOf(
        'grant',
        state.clientGrants.map(({ client_id, audience, scope, settings }) => [
          grantName(clientNames.get(client_id) ?? client_id, audience, settings),
          { ...settings, scope },
        ]),
      ),
      ...wantedOf(
        'API',
        state.resourceServers.map(({ identifier, settings }) => [identifier, settings]),
      ),
      // Those of others count too, as far as they say something about logins through our connections.
      ...(state.organizations ?? []).map(({ name, settings, connections }) =>
        resource('organization', name, { ...settings, connections }),
      ),
    ],
    flow: flowOf(state.bindings),
    ...(wanted.names === undefined ? {} : { names: wanted.names }),
    ...(wanted.stepUp === undefined ? {} : { stepUp: stepUpOn(state, wanted, wanted.stepUp, clientNames) }),
  };
}

/**
 * Which application the Actions were given, no tenant tells. Where the file lists several that it could be, it was another than
 * the one that the file means: a reviewer should see that the first of them is another now.
 */
function stepUpOn(
  { clients }: TenantState,
  wanted: TenantModel,
  { callback, application: meant }: StepUp,
  clientNames: ReadonlyMap<string, string>,
): StepUp {
  const possible = clients
    .filter(({ settings }) => textsOf(settings['callbacks']).includes(callback))
    .map(({ client_id, name }) => clientNames.get(client_id) ?? name)
    .sort();
  const listed = possible.filter((name) => resourceIn(wanted, 'application', name) !== undefined);
  const application = listed.find((name) => name !== meant) ?? listed[0] ?? possible[0];
  return application === undefined ? { callback } : { callback, application };
}

/**
 * A name for each application that no other has: Auth0 lets any number have the same, and what a reviewer reads of one must not
 * be another's. Those that are not the only ones of their name have their id behind it; one that the file names keeps its own.
 */
function distinctNames(clients: TenantState['clients'], wanted: TenantModel): ReadonlyMap<string, string> {
  const names = new Map(clients.map(({ client_id, name }) => [client_id, name]));
  for (;;) {
    const byName = Map.groupBy(names, ([, name]) => name);
    const shared = [...byName].flatMap(([name, those]) => {
      const isListed = resourceIn(wanted, 'application', name) !== undefined;
      return those.length === 1 ? [] : those.slice(isListed ? 1 : 0);
    });
    if (shared.length === 0) return names;
    for (const [id, name] of shared) names.set(id, `${name} (${id})`);
  }
}

const connectionRaw = (
  { settings, options, client_secret, metadata, enabledClients }: ConnectionState,
  clientNames: ReadonlyMap<string, string>,
): RawResource => ({
  ...settings,
  options: { ...options, ...(client_secret === undefined ? {} : { client_secret }) },
  metadata,
  enabled_clients: enabledClients.map((id) => clientNames.get(id) ?? id),
});

/** An Action as its deployed version is: of one that was never deployed, nothing runs anywhere. */
const whatLoginsRun = ({ deployed, supportedTriggers }: ActionState): RawResource => ({
  ...deployed,
  supported_triggers: supportedTriggers,
});

/** Some tenants do not tell the client secret: that it cannot be read does not mean that it is not set. */
const withHiddenSecret = (connection: Resource): Resource => ({
  ...connection,
  fields: new Map([['options.client_secret', { kind: 'secret' }], ...connection.fields]),
});

/**
 * A tenant tells no values of Actions' secrets. Those that are known to be others have a mark here that no value has.
 *
 * @param changed Names of such secrets, by Action.
 */
export const withOtherSecrets = (
  model: TenantModel,
  changed: ReadonlyMap<string, readonly string[]>,
): TenantModel => ({
  ...model,
  resources: model.resources.map((resource) => {
    const secrets = resource.kind === 'Action' ? (changed.get(resource.name) ?? []) : [];
    const others = secrets.flatMap((secret): readonly (readonly [string, Field])[] => {
      const field = resource.fields.get(`secrets.${secret}`);
      return field?.kind === 'secret' ? [[`secrets.${secret}`, { ...field, mark: 'another value' }]] : [];
    });
    return others.length === 0 ? resource : { ...resource, fields: new Map([...resource.fields, ...others]) };
  }),
});
