import { countsByBeingThere } from '../auth0/client-schema.ts';
import { isUrl } from '../base/is-url.ts';
import { TENANT_SCHEMA } from '../tenant-config/tenant-schema.ts';
import { only, recordOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { holdsMarker } from '../tenant-config/markers.ts';
import { DIDIT_CONNECTION } from '../tenant-config/tenant-config.ts';
import { flatten, segment } from './flatten.ts';
import { markOf } from '../secrets/secret-marks.ts';
import { scopesOf } from './same-meaning.ts';
import { isSecretPath } from './secret-paths.ts';
import type { Field, ResourceKind } from './tenant-model.ts';

/** A resource in the Management API's own property names, of any content: from `tenant.yaml` or from a tenant. */
export type RawResource = JsonRecord;

export interface FieldOptions {
  /** Paths that are secrets beside those that always are. */
  readonly isSecret?: (path: string, value: unknown) => boolean;
  /** The placeholders at a path, as written. Secrets of an Action are by their places: `secrets.0.value`. */
  readonly secretFrom?: ((path: string) => string | undefined) | undefined;
}

const { connections, clients, clientGrants, resourceServers, organizations } = TENANT_SCHEMA.properties;

/**
 * The properties that `tenant.yaml` can hold, without those that name the resource or have a form of their own. Nothing else of a
 * tenant's answer enters a model: keys, certificates and client secrets among it.
 */
const PROPERTIES: Readonly<Record<ResourceKind, readonly string[]>> = {
  connection: without(Object.keys(connections.items.properties), ['name', 'options']),
  Action: ['runtime'],
  application: without(Object.keys(clients.items.properties), ['name', 'formerly']),
  grant: without(Object.keys(clientGrants.items.properties), ['client_id', 'audience', 'subject_type']),
  API: without(Object.keys(resourceServers.items.properties), ['identifier', 'scopes']),
  organization: without(Object.keys(organizations.items.properties), ['name', 'connections']),
};

function without(names: readonly string[], left: readonly string[]): readonly string[] {
  return names.filter((name) => !left.includes(name));
}

/** The settings of a resource by path, its secrets without their values. */
export function resourceFields(
  kind: ResourceKind,
  raw: RawResource,
  options: FieldOptions = {},
): ReadonlyMap<string, Field> {
  const flattened = Object.fromEntries(
    PROPERTIES[kind]
      .filter((name) => raw[name] !== undefined)
      // auth0-deploy-cli sends the old name under the new one.
      .map((name) => [name === 'oidc_backchannel_logout' ? 'oidc_logout' : name, raw[name]]),
  );
  const rules = {
    ...options,
    isSecret: (path: string, value: unknown): boolean =>
      isSecretPath(kind, path, value) || options.isSecret?.(path, value) === true,
    ...(kind === 'application' ? { isPart: countsByBeingThere } : {}),
  };
  return new Map([
    ...flatten(flattened, '', rules),
    ...(kind === 'connection' ? connectionOptions(raw['options'], rules) : []),
    ...(kind === 'Action' ? actionFields(raw, options) : []),
    ...(kind === 'API' ? apiScopes(raw['scopes']) : []),
    ...(kind === 'organization' ? organizationConnections(raw['connections'], rules) : []),
  ]);
}

function connectionOptions(
  options: unknown,
  rules: Parameters<typeof flatten>[2],
): readonly [string, Field][] {
  const { scope, ...others } = recordOf(options);
  const known = scope === undefined ? others : { ...others, scope: scopesOf(scope) };
  return flatten(known, 'options', rules).map(([path, field]): [string, Field] =>
    path.startsWith('options.scripts.') && field.kind === 'value' && typeof field.value === 'string'
      ? [path, { kind: 'code', text: field.value }]
      : [path, field],
  );
}

function actionFields(raw: RawResource, options: FieldOptions): readonly [string, Field][] {
  const { code, dependencies, secrets, supported_triggers: triggers } = raw;
  return [
    ...(typeof code === 'string' ? [['code', { kind: 'code', text: code }] satisfies [string, Field]] : []),
    ...named(dependencies, 'dependencies', ({ version, registry_url: registry }) => ({
      kind: 'value',
      value: [textOf(version), ...otherRegistry(textOf(registry))].join(' '),
    })),
    ...named(secrets, 'secrets', ({ name, value }, index) => {
      const from = options.secretFrom?.(`secrets.${index}.value`);
      return {
        kind: 'secret',
        ...(typeof value === 'string' ? { mark: markOf(value) } : {}),
        ...(from === undefined ? {} : { from }),
        // Not what the placeholder of a name would be: until it is filled in, nobody knows.
        ...(name === DIDIT_CONNECTION && typeof value === 'string' && !holdsMarker(value)
          ? { connection: value }
          : {}),
      };
    }),
    ...(Array.isArray(triggers)
      ? ([
          [
            'supported_triggers',
            {
              kind: 'set',
              items: triggers.map(recordOf).map(({ id, version }) => `${textOf(id)} ${textOf(version)}`),
            },
          ],
        ] satisfies [string, Field][])
      : []),
  ];
}

/** A list of things with names, as one setting each; an empty list says that there are none. */
function named(
  list: unknown,
  path: string,
  fieldOf: (item: RawResource, index: number) => Field,
): readonly [string, Field][] {
  if (!Array.isArray(list)) return [];
  if (list.length === 0) return [[path, { kind: 'set', items: [] }]];
  return list.map(recordOf).map((item, index) => [`${path}.${textOf(item['name'])}`, fieldOf(item, index)]);
}

/** From another registry, the same name and version are other code. Of its address, what may authenticate is left out. */
function otherRegistry(address: string): readonly string[] {
  if (address === '') return [];
  if (!isUrl(address)) return [`from ${address}`];
  const { protocol, host, pathname } = new URL(address);
  return [`from ${protocol}//${host}${pathname}`];
}

function apiScopes(scopes: unknown): readonly [string, Field][] {
  if (!Array.isArray(scopes)) return [];
  const known = scopes.map(recordOf).map(({ value, description }) => ({ value: textOf(value), description }));
  return [
    ['scopes', { kind: 'set', items: known.map(({ value }) => value) }],
    ...known.flatMap(({ value, description }): [string, Field][] =>
      typeof description === 'string' && description !== ''
        ? [[`scopes.${value}.description`, { kind: 'value', value: description }]]
        : [],
    ),
  ];
}

const MEMBERSHIP = Object.keys(organizations.items.properties.connections.items.properties);

/** What a file may say of a connection of an organization, as far as the tenant says it. */
export const connectionSettings = (connection: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(only(connection, MEMBERSHIP)).filter(([, value]) => value !== null));

/** Which connections there are, and the settings of each below its name: their order means nothing. */
function organizationConnections(
  connections: unknown,
  rules: Parameters<typeof flatten>[2],
): readonly [string, Field][] {
  if (!Array.isArray(connections)) return [];
  const known = connections.map(recordOf);
  return [
    ['connections', { kind: 'set', items: known.map(({ name }) => textOf(name)) }],
    ...known.flatMap(({ name, ...all }) => {
      const settings = only(all, MEMBERSHIP);
      // Where nothing is said of one, there is nothing to take away either.
      return Object.keys(settings).length === 0
        ? []
        : flatten(settings, `connections.${segment(textOf(name))}`, rules);
    }),
  ];
}
