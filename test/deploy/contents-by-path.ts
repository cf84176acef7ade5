import { isDeepStrictEqual } from 'node:util';
import { isRecord, recordOf, recordsOf, textOf, textsOf, without } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';

/**
 * Everything that a tenant has of what a deploy can touch, straight from its answers and told apart by what the documentation of
 * Auth0 says: nothing of the code under test takes part.
 */
export interface Contents {
  /** By kind and name: settings by path. */
  readonly things: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** Names of bound Actions, in order. */
  readonly flow: readonly string[];
  /** What differs from an earlier look, in the form `KIND NAME PATH`; of a thing that was not there, `KIND NAME`. */
  changedSince(before: Contents): ReadonlyMap<string, unknown>;
}

/** What the service shows as well where nobody has said it, or says nothing of that is then so all the same. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  'connection is_domain_connection': false,
  'connection authentication.active': true,
  'connection connected_accounts.active': false,
  'connection options.pkce_enabled': false,
  'connection options.set_user_root_attributes': 'on_each_login',
  'application oidc_conformant': false,
  'application is_first_party': true,
  'application jwt_configuration.alg': 'HS256',
  'application jwt_configuration.lifetime_in_seconds': 36_000,
  'application jwt_configuration.secret_encoded': false,
  'application refresh_token.rotation_type': 'non-rotating',
  'application refresh_token.expiration_type': 'non-expiring',
  'API allow_offline_access': false,
  'API enforce_policies': false,
  'API token_lifetime': 86_400,
  'API token_lifetime_for_web': 7_200,
  'API signing_alg': 'RS256',
  'API token_dialect': 'access_token',
  'API skip_consent_for_verifiable_first_party_clients': false,
  'grant allow_any_organization': false,
  'grant organization_usage': 'deny',
};

/** Of a connection of an organization. */
const MEMBERSHIP_DEFAULTS = {
  assign_membership_on_login: false,
  show_as_button: true,
  is_signup_enabled: false,
};

/**
 * What a policy for refresh tokens leaves open: the lifetimes that the documentation names, and whether they count depends on the
 * rest.
 */
const REFRESH_TOKEN_DEFAULTS = { leeway: 0, token_lifetime: 2_592_000, idle_token_lifetime: 1_296_000 };
/** The same for tokens that stay the same, of an application that says how it keeps its secret: as recorded. */
const LONG_REFRESH_TOKEN_DEFAULTS = { leeway: 0, token_lifetime: 31_557_600, idle_token_lifetime: 2_592_000 };
const ENDLESS: readonly string[] = ['infinite_token_lifetime', 'infinite_idle_token_lifetime'];

export async function contentsByPath(api: ManagementApi): Promise<Contents> {
  const clients = await api.list('/clients?is_global=false', 'clients');
  const nameOf = (id: unknown): string => textOf(clients.find(({ client_id }) => client_id === id)?.['name']);
  const connections = await api.list('/connections?name=didit', 'connections');
  const enabled = await Promise.all(
    connections.map(async ({ id }) =>
      recordsOf((await api.get(`/connections/${textOf(id)}/clients?take=50`))?.['clients'])
        .map(({ client_id }) => nameOf(client_id))
        .sort(),
    ),
  );
  const things = new Map<string, ReadonlyMap<string, unknown>>([
    ...connections.map(
      ({ id: _id, name, enabled_clients: _enabled, realms: _realms, ...settings }, index): Thing => {
        const options = recordOf(settings['options']);
        const scope = textOf(options['scope']).split(' ');
        const known = { ...settings, enabled_clients: enabled[index], options: { ...options, scope } };
        return thing('connection', name, without(known, ['strategy', 'provisioning_ticket_url']));
      },
    ),
    ...(await api.list('/actions/actions', 'actions')).map((action): Thing => {
      const { code, runtime, dependencies, secrets } = recordOf(action['deployed_version']);
      const isKeyId = (name: string): boolean => name.startsWith('DIDIT_SHARED_KEY_');
      return thing('Action', action['name'], {
        code,
        runtime,
        supported_triggers: recordsOf(action['supported_triggers']).map(
          ({ id, version }) => `${textOf(id)} ${textOf(version)}`,
        ),
        dependencies: byName(dependencies, ({ version }) => version),
        // Which key they share is drawn anew whenever it is sent.
        secrets: byName(
          recordsOf(secrets).filter(({ name }) => !isKeyId(textOf(name))),
          () => '(secret)',
        ),
      });
    }),
    ...clients.map(({ client_id: _id, client_secret: _secret, name, ...settings }): Thing =>
      thing(
        'application',
        name,
        without(settings, ['tenant', 'global', 'signing_keys', 'cross_origin_auth']),
      ),
    ),
    ...(await api.list('/client-grants', 'client_grants')).map(
      ({ id: _id, client_id, audience, subject_type: subject, ...settings }): Thing => {
        return thing('grant', `${nameOf(client_id)} → ${textOf(audience)}${forWhom(subject)}`, settings);
      },
    ),
    ...(await api.list('/resource-servers', 'resource_servers')).map(
      ({ id: _id, identifier, signing_secret: _secret, scopes, ...settings }): Thing =>
        thing('API', identifier, {
          ...settings,
          scopes: recordsOf(scopes).map(({ value }) => value),
          ...Object.fromEntries(
            recordsOf(scopes).map(({ value, description }) => [
              `scopes.${textOf(value)}.description`,
              description,
            ]),
          ),
        }),
    ),
  ]);
  for (const { id, name, ...settings } of await api.list('/organizations', 'organizations')) {
    const members = await api.list(`/organizations/${textOf(id)}/connections`, 'connections');
    const named = members.map(({ connection, connection_id: _id, ...membership }) => ({
      ...membership,
      name: textOf(recordOf(connection)['name']),
    }));
    const [key, paths] = thing('organization', name, {
      ...settings,
      connections: named.map((membership) => membership.name),
      ...Object.fromEntries(
        named.map(({ name: connection, ...membership }) => [`connections.${connection}`, membership]),
      ),
    });
    things.set(key, paths);
  }
  const bound = await api.list('/actions/triggers/post-login/bindings', 'bindings');
  const flow = bound.map(({ action }) => textOf(recordOf(action)['name']));
  return { things, flow, changedSince: (before) => changes(before, { things, flow }) };
}

type Thing = [string, ReadonlyMap<string, unknown>];

const byName = (list: unknown, valueOf: (item: JsonRecord) => unknown): JsonRecord =>
  Object.fromEntries(recordsOf(list).map((item) => [textOf(item['name']), valueOf(item)]));

/** As people read whom a grant is for. */
const WORDS: Readonly<Record<string, string>> = {
  user: ' (for users)',
  anonymous_user: ' (for anonymous users)',
};
const forWhom = (subject: unknown): string => WORDS[textOf(subject)] ?? '';

const thing = (kind: string, name: unknown, settings: JsonRecord): Thing => [
  `${kind} ${textOf(name)}`,
  new Map(leaves(settings, '')),
];

/** What the service takes where a thing says nothing; `null` where it takes nothing. */
export function defaultAt(things: Contents['things'], thingName: string, path: string): unknown {
  const [kind = '', ...name] = thingName.split(' ');
  if ((kind === 'connection' || kind === 'organization') && path === 'display_name') return name.join(' ');
  const [, ofMembership = ''] = /^connections\.\w+\.(\w+)$/.exec(path) ?? [];
  if (kind === 'organization' && ofMembership in MEMBERSHIP_DEFAULTS)
    return recordOf(MEMBERSHIP_DEFAULTS)[ofMembership];
  const policy = things.get(thingName);
  const expires =
    policy?.get('refresh_token.rotation_type') === 'rotating' ||
    policy?.get('refresh_token.expiration_type') === 'expiring';
  const [, ofPolicy = ''] = /^refresh_token\.(\w+)$/.exec(path) ?? [];
  if (kind === 'application' && ENDLESS.includes(ofPolicy)) return !expires;
  const isLong =
    policy?.get('refresh_token.rotation_type') !== 'rotating' &&
    (policy?.get('token_endpoint_auth_method') ?? 'none') !== 'none';
  if (kind === 'application' && ofPolicy in REFRESH_TOKEN_DEFAULTS)
    return recordOf(isLong ? LONG_REFRESH_TOKEN_DEFAULTS : REFRESH_TOKEN_DEFAULTS)[ofPolicy];
  return DEFAULTS[`${kind} ${path}`] ?? null;
}

/**
 * The order of a list of texts means nothing, but for callbacks, of which the first is the default, and in add-ons. What is empty
 * says as much as what is not there, but for add-ons, which are on where they are there.
 */
function leaves(value: unknown, path: string): readonly [string, unknown][] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) {
    const texts = textsOf(value);
    if (texts.length === value.length)
      return texts.length === 0
        ? []
        : [[path, /^(?:addons\.|callbacks$)/.test(path) ? texts : texts.toSorted()]];
    return value.flatMap((item: unknown, index) => leaves(item, `${path}.${index}`));
  }
  if (!isRecord(value)) return [[path, value]];
  if (/^addons\.\w+$/.test(path) && Object.keys(value).length === 0) return [[path, '{}']];
  return Object.entries(value).flatMap(([name, child]) =>
    leaves(child, path === '' ? name : `${path}.${name}`),
  );
}

function changes(
  before: Pick<Contents, 'things' | 'flow'>,
  after: Pick<Contents, 'things' | 'flow'>,
): ReadonlyMap<string, unknown> {
  const found = [...new Set([...before.things.keys(), ...after.things.keys()])].flatMap(
    (name): readonly [string, unknown][] => {
      const [was, is] = [before.things.get(name), after.things.get(name)];
      if (was === undefined) return [[name, 'new']];
      if (is === undefined) return [[name, 'gone']];
      return (
        [...new Set([...was.keys(), ...is.keys()])]
          // An empty add-on that gets settings, or one that loses all of them, is on all the same.
          .filter(
            (path) =>
              ![was.get(path), is.get(path)].includes('{}') ||
              ![was, is].some((side) => [...side.keys()].some((key) => key.startsWith(`${path}.`))),
          )
          // What the service fills in by itself where nobody has said anything follows from what else is said.
          .filter(
            (path) => was.has(path) || !isDeepStrictEqual(is.get(path), defaultAt(after.things, name, path)),
          )
          .map((path): [string, { readonly before: unknown; readonly after: unknown }] => [
            `${name} ${path}`,
            {
              before: was.get(path) ?? defaultAt(before.things, name, path),
              after: is.get(path) ?? defaultAt(after.things, name, path),
            },
          ])
          .filter(([, change]) => !isDeepStrictEqual(change.before, change.after))
      );
    },
  );
  return new Map([
    ...found,
    ...(isDeepStrictEqual(before.flow, after.flow)
      ? []
      : ([['flow', { before: before.flow, after: after.flow }]] as const)),
  ]);
}
