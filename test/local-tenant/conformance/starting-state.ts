import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import type { Collections } from '../../../scripts/local-tenant/store/collections.ts';
import { link } from '../../../scripts/local-tenant/store/links.ts';
import type { ActionVersionDocument } from '../../../scripts/local-tenant/store/resources.ts';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import type { Store } from '../../../scripts/local-tenant/store/store.ts';
import { asObjects, asText, asTexts } from '../management-api/json.ts';
import { asObject, isJsonObject } from '../../../scripts/base/json-values.ts';
import { stepsOf } from './recording.ts';
import type { RecordedPair } from './recording.ts';

type Seed = (collections: Collections, item: JsonObject) => void;

const without = (item: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

const seedClient: Seed = ({ clients }, item) => {
  const id = asText(item['client_id']);
  clients.put(id, {
    client_id: id,
    client_secret: asText(item['client_secret']),
    name: asText(item['name']),
    settings: without(item, 'client_id', 'client_secret', 'name', 'tenant', 'signing_keys', 'encrypted'),
  });
};

const seedGrant: Seed = ({ clientGrants }, item) => {
  const id = asText(item['id']);
  clientGrants.put(id, {
    id,
    client_id: asText(item['client_id']),
    audience: asText(item['audience']),
    scope: asTexts(item['scope']),
    settings: without(item, 'id', 'client_id', 'audience', 'scope'),
  });
};

const seedConnection: Seed = ({ connections }, item) => {
  const id = asText(item['id']);
  connections.put(id, {
    id,
    name: asText(item['name']),
    strategy: asText(item['strategy']),
    options: asObject(item['options']),
    enabled_clients: asTexts(item['enabled_clients']),
    metadata: Object.fromEntries(
      Object.entries(asObject(item['metadata'])).map(([name, value]) => [name, asText(value)]),
    ),
    settings: without(item, 'id', 'name', 'strategy', 'options', 'enabled_clients', 'metadata'),
  });
};

const contentOf = (
  item: JsonObject,
): Pick<ActionVersionDocument, 'code' | 'runtime' | 'dependencies' | 'secrets'> => ({
  code: asText(item['code']),
  runtime: asText(item['runtime']),
  dependencies: asObjects(item['dependencies']).map((dependency) => ({
    name: asText(dependency['name']),
    version: asText(dependency['version']),
  })),
  secrets: asObjects(item['secrets']).map((secret) => ({
    name: asText(secret['name']),
    value: '',
    updated_at: asText(secret['updated_at']),
  })),
});

const seedAction: Seed = ({ actions, actionVersions }, item) => {
  const id = asText(item['id']);
  const version = asObject(item['deployed_version']);
  const versionId = asText(version['id']);
  if (versionId !== '') {
    actionVersions.put(versionId, {
      ...contentOf(version),
      id: versionId,
      action_id: id,
      number: Number(version['number']),
      created_at: asText(version['created_at']),
    });
  }
  actions.put(id, {
    id,
    name: asText(item['name']),
    supported_triggers: asObjects(item['supported_triggers']).map((trigger) => ({
      id: asText(trigger['id']),
      version: asText(trigger['version']),
    })),
    draft: contentOf(item),
    built_at: 0,
    deployed_version_id: versionId === '' ? null : versionId,
    created_at: asText(item['created_at']),
    updated_at: asText(item['updated_at']),
  });
};

const thing =
  (path: string): Seed =>
  ({ things }, item) => {
    things(path).put(asText(item['id']), item);
  };

/**
 * The log as it was when a request was sent, which others write too: what the answer shows, and newer entries before a later
 * page.
 */
export function seedLogs({ things }: Collections, { method, path, response }: RecordedPair): void {
  if (method !== 'GET' || !path.startsWith('/api/v2/logs')) return;
  const logs = things('/logs');
  for (const { log_id: id } of logs.all()) logs.delete(asText(id));
  const query = new URL(path, 'https://tenant.example.com').searchParams;
  const newer = Number(query.get('page') ?? 0) * Number(query.get('per_page') ?? 0);
  const fillers = Array.from({ length: newer }, (_, index) => ({
    _id: `999${index}`,
    log_id: `999${index}`,
  }));
  for (const item of [...fillers, ...itemsIn(response, 'logs')]) logs.put(asText(item.log_id), item);
}

/** The permissions that a role had when they were first looked at. */
function seedPermissions(store: Store, roleId: string, response: Json): void {
  for (const { resource_server_identifier = '', permission_name = '' } of itemsIn(response, 'permissions')) {
    const permission = { resource_server_identifier, permission_name };
    link(store, 'role-permissions', roleId, JSON.stringify(Object.values(permission)), permission);
  }
}

/** What was bound to a trigger when its bindings were first looked at. */
function seedBindings(collections: Collections, triggerId: string, response: Json): void {
  const bindings = itemsIn(response, 'bindings').map((binding) => {
    const action = asObject(binding['action']);
    const id = asText(action['id']);
    if (collections.actions.get(id) === undefined) seedAction(collections, action);
    return {
      id: asText(binding['id']),
      action_id: id,
      display_name: asText(binding['display_name']),
      created_at: asText(binding['created_at']),
      updated_at: asText(binding['updated_at']),
    };
  });
  collections.triggerBindings.put(triggerId, { trigger_id: triggerId, bindings });
}

/** Which resource a path is about: how its items are named in lists, found by id, and put into the store. */
const RESOURCES: readonly {
  readonly steps: readonly string[];
  readonly list: string;
  readonly id: string;
  readonly seed: Seed;
}[] = [
  { steps: ['clients'], list: 'clients', id: 'client_id', seed: seedClient },
  { steps: ['client-grants'], list: 'client_grants', id: 'id', seed: seedGrant },
  { steps: ['connections'], list: 'connections', id: 'id', seed: seedConnection },
  { steps: ['actions', 'actions'], list: 'actions', id: 'id', seed: seedAction },
  { steps: ['resource-servers'], list: 'resource_servers', id: 'id', seed: thing('/resource-servers') },
  { steps: ['roles'], list: 'roles', id: 'id', seed: thing('/roles') },
  { steps: ['organizations'], list: 'organizations', id: 'id', seed: thing('/organizations') },
];

/** The items of a list answer, or the one item of a single answer. */
function itemsIn(response: Json, list: string): JsonObject[] {
  if (Array.isArray(response)) return asObjects(response);
  if (!isJsonObject(response)) return [];
  return list in response ? asObjects(response[list]) : [response];
}

/** A connection of which a request knows the name only: users were made in it before anybody read it. */
const DATABASE = 'Username-Password-Authentication';

/** Everything that requests name by an id or identifier of their own, as texts. */
const textsIn = (value: Json): string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.flatMap(textsIn)
      : isJsonObject(value)
        ? Object.values(value).flatMap(textsIn)
        : [];

/**
 * Puts into the store what the tenant had before the recording began: everything that an answer shows and that no earlier
 * request of the recording had created, and applications, APIs and the database that requests only name.
 */
export function seedStartingState(store: Store, pairs: readonly RecordedPair[]): void {
  const collections = collectionsOf(store);
  const known = new Set<string>();
  const audiences = new Set<string>();
  const created = new Set(
    pairs.filter(({ method }) => method === 'POST').flatMap(({ response }) => textsIn(response)),
  );
  for (const pair of pairs) {
    if (pair.status >= 300) continue;
    const steps = stepsOf(pair.path);
    const [first = '', second = '', third = '', fourth = ''] = steps;
    // What a write has touched is no starting state any more.
    const subject = steps.join('/');
    const untouched = !known.has(subject);
    if (third === 'permissions' || fourth === 'bindings') known.add(subject);
    if (first === 'roles' && third === 'permissions' && pair.method === 'GET' && untouched)
      seedPermissions(store, second, pair.response);
    if (second === 'triggers' && fourth === 'bindings' && pair.method === 'GET' && untouched)
      seedBindings(collections, third, pair.response);
    if (pair.path.startsWith('/api/v2/tenants/settings') && !known.has('settings')) {
      known.add('settings');
      // What only a PATCH shows was there before too.
      const shownLater = pairs.find(({ method, path }) => method === 'PATCH' && path === pair.path);
      const hidden = asObject(asObject(shownLater?.response)['universal_login']);
      const { universal_login: universalLogin, ...rest } = asObject(pair.response);
      const settings = {
        ...without(rest, 'sandbox_versions_available'),
        ...(universalLogin === undefined
          ? {}
          : { universal_login: { ...hidden, ...asObject(universalLogin) } }),
      };
      collections.things('/tenants/settings').put('only', settings);
    }
    // Where people are invited, the tenant knows where links of invitations lead.
    const link = asObject(pair.response)['invitation_url'];
    if (typeof link === 'string' && pair.method === 'POST')
      collections
        .things('/tenants/settings')
        .put('only', { default_redirection_uri: link.split('?')[0] ?? '' });
    if (first === 'client-grants' && pair.method === 'POST')
      audiences.add(asText(asObject(pair.body)['audience']));
    for (const id of asTexts(asObject(pair.body)['enabled_clients'])) {
      if (!created.has(id)) seedClient(collections, { client_id: id, name: id });
    }
    const resource = RESOURCES.find(
      (candidate) =>
        candidate.steps.every((step, index) => steps[index] === step) &&
        steps.length <= candidate.steps.length + 1,
    );
    if (resource === undefined) continue;
    for (const item of itemsIn(pair.response, resource.list)) {
      const id = asText(item[resource.id]);
      if (resource.list === 'client_grants') audiences.add(asText(item['audience']));
      if (id === '' || known.has(id)) continue;
      known.add(id);
      if (pair.method !== 'POST') resource.seed(collections, item);
      if (asTexts(item['identifier']).length > 0) audiences.delete(asText(item['identifier']));
    }
  }
  if (!collections.connections.all().some(({ name }) => name === DATABASE))
    seedConnection(collections, { id: 'con_startingDatabase', name: DATABASE, strategy: 'auth0' });
  // A grant proves that its API is there, even when nobody listed the APIs.
  const apis = collections.things('/resource-servers');
  for (const audience of audiences) {
    if (!created.has(audience) && !apis.all().some(({ identifier }) => identifier === audience))
      apis.put(`of ${audience}`, { id: `of ${audience}`, identifier: audience, name: audience });
  }
}
