import fc from 'fast-check';
import { recordOf, textOf } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { withoutSecrets } from '../../scripts/records/snapshot.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { ActionContent, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import type { Operation } from '../../scripts/undo/operation.ts';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const text = fc.constantFrom('one', 'two');
const texts = fc.subarray(['a', 'b', 'c'], { minLength: 1 });
const metadata = fc.dictionary(fc.constantFrom('didit_policy', 'plan', 'tier'), text);
const content = fc.record({
  code: text,
  runtime: fc.constantFrom('node22', 'node24'),
  dependencies: fc.constantFrom([], [{ name: 'lodash', version: '1.0.0' }]),
  secrets: fc.constantFrom([], [{ name: 'KEY', updated_at: 'monday' }]),
});

/** One thing of each kind, as it may be at one time. */
export const anyWorld = fc.record({
  client: fc.record({
    description: maybe(text),
    callbacks: maybe(texts),
    sso: maybe(fc.constant(true)),
    client_metadata: metadata,
  }),
  api: fc.record({ scopes: maybe(texts), name: text, token_lifetime: fc.integer({ min: 1, max: 2 }) }),
  grant: fc.record({ scope: texts, organization_usage: maybe(text) }),
  organization: fc.record({ display_name: text, branding: maybe(fc.record({ logo: text })), metadata }),
  members: fc.record({
    first: maybe(fc.boolean()),
    second: maybe(fc.boolean()),
  }),
  connection: fc.record({ scope: text, pkce_enabled: maybe(fc.boolean()) }),
  connectionMetadata: metadata,
  enabled: fc.subarray(['id-app', 'id-other']),
  isDomainConnection: maybe(fc.constant(true)),
  draft: content,
  deployed: content,
  bound: fc.constantFrom(['theirs'], ['theirs', 'ours'], ['ours', 'theirs']),
});
type World = typeof anyWorld extends fc.Arbitrary<infer Each> ? Each : never;

export const GRANT = { id: 'grant-1', client_id: 'id-app', audience: 'https://api.example/' };
const OTHERS = { sso: true, description: 'of another team' };
const theirs: ActionContent = { code: 'theirs', runtime: 'node22', dependencies: [], secrets: [] };
const action = (name: string, draft: ActionContent, deployed: ActionContent, versionId: string) => ({
  ...{ id: `id-${name}`, name, supportedTriggers: [], status: 'built', draft },
  deployed: { ...deployed, versionId },
});

/** A tenant in which all that is, beside what others have. */
export const tenantOf = (world: World, versionId: string): TenantState => ({
  clients: [
    { client_id: 'id-other', name: 'Other', client_secret: undefined, settings: OTHERS },
    { client_id: 'id-app', name: 'App', client_secret: undefined, settings: world.client },
  ],
  resourceServers: [
    { id: 'id-their-api', identifier: 'https://their.example/', settings: OTHERS },
    { id: 'id-api', identifier: GRANT.audience, settings: world.api },
  ],
  clientGrants: [
    { ...GRANT, id: 'grant-2', client_id: 'id-other', scope: ['a'], settings: {} },
    {
      ...GRANT,
      scope: world.grant.scope,
      settings: { organization_usage: world.grant.organization_usage, subject_type: 'client' },
    },
    { ...GRANT, id: 'grant-3', scope: ['a'], settings: { subject_type: 'user' } },
  ],
  organizations: [
    { id: 'org_1', name: 'theirs', settings: OTHERS, connections: [] },
    {
      id: 'org_2',
      name: 'acme',
      settings: world.organization,
      connections: Object.entries(world.members).flatMap(([name, shows]) =>
        shows === undefined ? [] : [{ name, connection_id: `con_${name}`, show_as_button: shows }],
      ),
    },
  ],
  connections: [
    {
      ...{ id: 'con_1', name: 'theirs', options: OTHERS, metadata: {}, settings: {} },
      enabledClients: ['id-other'],
    },
    {
      id: 'con_2',
      name: 'didit',
      options: { client_id: 'x', ...world.connection },
      client_secret: 'known',
      metadata: world.connectionMetadata,
      settings: { display_name: 'Didit', is_domain_connection: world.isDomainConnection },
      enabledClients: world.enabled,
    },
  ],
  actions: [
    action('theirs', theirs, theirs, 'v0'),
    action('ours', { ...world.draft, secrets: world.deployed.secrets }, world.deployed, versionId),
  ],
  bindings: world.bound.map((action_name) => ({ action_name })),
});

/** What a deploy touches of it; with `made`, the deploy has made all of that. */
export function snapshotOf(state: TenantState, made: boolean): Snapshot {
  const before = <T>(one: T): { readonly before?: T } => (made ? {} : { before: one });
  const last = <T>(list: readonly T[] | undefined): T[] => (list ?? []).slice(-1);
  return {
    ownActions: ['ours'],
    bindings: made ? [{ action_name: 'theirs' }] : state.bindings,
    clients: last(state.clients).map((one) => ({ name: one.name, ...before(one) })),
    resourceServers: last(state.resourceServers).map((one) => ({
      identifier: one.identifier,
      ...before(one),
    })),
    clientGrants: state.clientGrants
      .filter(({ id }) => id === GRANT.id)
      .map((one) => ({ client: 'App', audience: one.audience, ...before(one) })),
    organizations: last(state.organizations).map((one) => ({ name: one.name, ...before(one) })),
    connections: last(state.connections).map((one) => ({ name: one.name, ...before(withoutSecrets(one)) })),
    actions: last(state.actions).map((one) => ({ name: one.name, ...before(one) })),
  };
}

const patched = (fields: JsonRecord, body: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries({ ...fields, ...body })
      .map(([name, value]): [string, unknown] =>
        name.endsWith('metadata') && name in body
          ? [name, patched(recordOf(fields[name]), recordOf(value))]
          : [name, value],
      )
      .filter(([, value]) => value !== null),
  );

/** The tenant after a call, as the Management API documents that: what is patched is merged, and `null` takes away. */
export function after(
  state: TenantState,
  { method, path, body }: Operation,
  versions: ReadonlyMap<string, ActionContent>,
): TenantState {
  const [, kind = '', id = '', part = '', last = ''] =
    path.split('?')[0]?.replace('/actions/actions', '/action').split('/') ?? [];
  const fields = recordOf(body);
  const gone = method === 'DELETE' && part === '';
  const each = <T extends object>(list: readonly T[], key: keyof T, change: (one: T) => T): readonly T[] =>
    list.filter((one) => !(gone && one[key] === id)).map((one) => (one[key] === id ? change(one) : one));
  const settings = <T extends { readonly settings: JsonRecord }>(one: T): T => ({
    ...one,
    settings: patched(one.settings, fields),
  });
  switch (kind) {
    case 'clients':
      return { ...state, clients: each(state.clients, 'client_id', settings) };
    case 'resource-servers':
      return { ...state, resourceServers: each(state.resourceServers, 'id', settings) };
    case 'client-grants': {
      const { scope, ...others } = fields;
      return {
        ...state,
        clientGrants: each(state.clientGrants, 'id', (one) => ({
          ...one,
          scope: Array.isArray(scope) ? scope.map(String) : one.scope,
          settings: patched(one.settings, others),
        })),
      };
    }
    case 'organizations':
      return {
        ...state,
        organizations: each(state.organizations ?? [], 'id', (one) => {
          if (part === '') return settings(one);
          const others = one.connections.filter((each) => each['connection_id'] !== last);
          if (method === 'DELETE') return { ...one, connections: others };
          const named = textOf(fields['connection_id'] ?? last);
          const is = one.connections.find((each) => each['connection_id'] === last);
          return {
            ...one,
            connections: [...others, { ...is, ...fields, connection_id: named, name: named.slice(4) }],
          };
        }),
      };
    case 'connections':
      return {
        ...state,
        connections: each(state.connections, 'id', (one) => {
          if (part === 'clients') {
            const changes = Array.isArray(body) ? body.map(recordOf) : [];
            const named = changes.map(({ client_id }) => textOf(client_id));
            const on = changes
              .filter(({ status }) => status === true)
              .map(({ client_id }) => textOf(client_id));
            return {
              ...one,
              enabledClients: [...one.enabledClients.filter((client) => !named.includes(client)), ...on],
            };
          }
          const { options, metadata: changed, ...others } = fields;
          const { client_secret: secret, ...open } = recordOf(
            options ?? { ...one.options, client_secret: one.client_secret },
          );
          return {
            ...one,
            options: open,
            client_secret: textOf(secret),
            metadata: Object.fromEntries(
              Object.entries(patched(one.metadata, recordOf(changed))).map(([name, value]) => [
                name,
                textOf(value),
              ]),
            ),
            settings: patched({ ...one.settings, display_name: undefined }, others),
          };
        }),
      };
    case 'action':
      return {
        ...state,
        actions: each(state.actions, 'id', (one) => {
          const version = versions.get(last);
          if (part !== 'versions') return { ...one, draft: { ...one.draft, ...fields } };
          if (version === undefined) throw new Error(`There is no version ${last}.`);
          const anew = version.secrets.map((secret) => ({ ...secret, updated_at: 'now' }));
          return {
            ...one,
            draft: { ...version, secrets: anew },
            deployed: { ...version, secrets: anew, versionId: `${last} again` },
          };
        }),
      };
    default: {
      if (path !== '/actions/triggers/post-login/bindings') throw new Error(`Nobody expects ${path}.`);
      const { bindings } = fields;
      const names = (Array.isArray(bindings) ? bindings : []).map((one) =>
        textOf(recordOf(recordOf(one)['ref'])['value']),
      );
      return { ...state, bindings: names.map((action_name) => ({ action_name })) };
    }
  }
}
