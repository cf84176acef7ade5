import { describe, expect, test } from 'vitest';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { connectionSettings, resourceFields } from '../../scripts/tenant-model/resource-fields.ts';
import type { FieldOptions } from '../../scripts/tenant-model/resource-fields.ts';
import type { Field, ResourceKind, Scalar } from '../../scripts/tenant-model/tenant-model.ts';

const fieldsOf = (kind: ResourceKind, raw: JsonRecord, options?: FieldOptions): JsonRecord =>
  Object.fromEntries(resourceFields(kind, raw, options));
const value = (one: Scalar): Field => ({ kind: 'value', value: one });
const set = (...items: readonly string[]): Field => ({ kind: 'set', items });
const settings = (key: string, text: string): Field => ({ kind: 'settings', key, text });
/** Its mark is another one in each process. */
const SECRET: { readonly kind: 'secret'; readonly mark: unknown } = {
  kind: 'secret',
  mark: expect.stringMatching(/^[0-9a-f]{64}$/),
};

describe('the settings of a thing are what tenant.yaml can say of it, and nothing else:', () => {
  test.each<[string, ResourceKind, JsonRecord, JsonRecord]>([
    [
      'a connection, without its name, with its options and metadata one by one',
      'connection',
      {
        ...{ id: 'con_1', name: 'didit', strategy: 'oauth2', provisioning_ticket_url: 'https://a.example/' },
        enabled_clients: ['Shop'],
        metadata: { didit_policy: 'mode=off', plan: 'gold', 'a.b': 'c', more_didit_policy: 'mode=off' },
        options: {
          ...{ scope: ' openid  names\n', client_id: 'id', client_secret: 'hidden' },
          scripts: { fetchUserProfile: 'text', 'other.one': 'more', none: null },
        },
      },
      {
        strategy: value('oauth2'),
        enabled_clients: set('Shop'),
        'metadata.didit_policy': settings('didit_policy', 'mode=off'),
        'metadata.plan': value('gold'),
        'metadata."a.b"': value('c'),
        'metadata.more_didit_policy': value('mode=off'),
        'options.scope': set('openid', 'names'),
        'options.client_id': value('id'),
        'options.client_secret': SECRET,
        'options.scripts.fetchUserProfile': { kind: 'code', text: 'text' },
        'options.scripts."other.one"': { kind: 'code', text: 'more' },
        'options.scripts.none': value(null),
      },
    ],
    [
      'a connection whose scopes are a list, and which has no code',
      'connection',
      { options: { scope: ['openid'], scripts_of: 'text' } },
      { 'options.scope': set('openid'), 'options.scripts_of': SECRET },
    ],
    [
      'a connection without options',
      'connection',
      { name: 'didit', options: {}, code: 'x', scopes: [], connections: [] },
      { options: value(null) },
    ],
    [
      'an application, without its name, its former one, its id, its secret and its keys',
      'application',
      {
        ...{ client_id: 'id', client_secret: 'hidden', signing_keys: [{ cert: 'x' }] },
        ...{ name: 'Shop', formerly: 'Old', app_type: 'spa', callbacks: [], logo_uri: null },
        ...{ client_metadata: { didit_claims: 'linked=on', didit_: 3 }, options: { a: 1 }, connections: [] },
        jwt_configuration: { lifetime_in_seconds: 60, scopes: {} },
        metadata: { didit_policy: 'mode=off' },
      },
      {
        app_type: value('spa'),
        callbacks: set(),
        logo_uri: value(null),
        'client_metadata.didit_claims': settings('didit_claims', 'linked=on'),
        'client_metadata.didit_': value(3),
        'jwt_configuration.lifetime_in_seconds': value(60),
        'jwt_configuration.scopes': value(null),
      },
    ],
    [
      'what stands below a name that ends or begins like metadata is no text of settings',
      'application',
      { addons: { metadata: { didit_policy: 'a' } }, client_metadata: { didit_policy: { deep: 'a' } } },
      { 'addons.metadata.didit_policy': value('a'), 'client_metadata.didit_policy.deep': value('a') },
    ],
    [
      'the logout of an application, by its old name',
      'application',
      { oidc_backchannel_logout: { backchannel_logout_urls: ['https://a.example/'] } },
      { 'oidc_logout.backchannel_logout_urls': set('https://a.example/') },
    ],
    [
      'lists of other things than texts, by their places',
      'application',
      { mobile: { list: ['text', 1, { deep: ['text'] }, undefined] } },
      { 'mobile.list.0': value('text'), 'mobile.list.1': value(1), 'mobile.list.2.deep': set('text') },
    ],
    [
      'an Action, with its packages, secrets and triggers one by one',
      'Action',
      {
        ...{ name: 'ours', runtime: 'node22', code: 'text', status: 'built', options: { a: 1 } },
        dependencies: [
          { name: 'jose', version: '6.0.0' },
          { name: 'ours', version: '1.0.0', registry_url: 'https://u:p@npm.example:8443/of/us?token=x#y' },
          { name: 'odd', version: '2.0.0', registry_url: 'npm.example' },
        ],
        secrets: [{ name: 'A', value: 'hidden' }, { name: 'DIDIT_CONNECTION' }],
        supported_triggers: [{ id: 'post-login', version: 'v3' }],
      },
      {
        runtime: value('node22'),
        code: { kind: 'code', text: 'text' },
        'dependencies.jose': value('6.0.0'),
        'dependencies.ours': value('1.0.0 from https://npm.example:8443/of/us'),
        'dependencies.odd': value('2.0.0 from npm.example'),
        'secrets.A': SECRET,
        'secrets.DIDIT_CONNECTION': { kind: 'secret' },
        supported_triggers: set('post-login v3'),
      },
    ],
    [
      'an Action that has none of them',
      'Action',
      { dependencies: [], secrets: [] },
      { dependencies: set(), secrets: set() },
    ],
    ['an Action of which nothing is said', 'Action', { code: null, dependencies: null, secrets: 'x' }, {}],
    [
      'a grant, without what it is known by',
      'grant',
      { id: 'cgr_1', client_id: 'Shop', audience: 'a', subject_type: 'user', scope: ['b', 'a'], scopes: [] },
      { scope: set('b', 'a') },
    ],
    [
      'an API, with what its scopes are for',
      'API',
      {
        ...{ id: 'x', identifier: 'https://api.example/', name: 'API', token_lifetime: 60, is_system: false },
        scopes: [
          { value: 'read', description: 'Reads' },
          { value: 'write', description: '' },
          { value: 'none', description: null },
        ],
      },
      {
        name: value('API'),
        token_lifetime: value(60),
        scopes: set('read', 'write', 'none'),
        'scopes.read.description': value('Reads'),
      },
    ],
    ['an API of whose scopes nothing is said', 'API', { scopes: null, connections: [] }, {}],
    [
      'an organization, with its connections by their names',
      'organization',
      {
        ...{ id: 'org_1', name: 'acme', display_name: 'Acme', metadata: { didit_policy: 'mode=off' } },
        connections: [
          { name: 'b.c', connection_id: 'con_2', is_enabled: false },
          { name: 'didit', assign_membership_on_login: true, strategy: 'oauth2' },
        ],
      },
      {
        display_name: value('Acme'),
        'metadata.didit_policy': settings('didit_policy', 'mode=off'),
        connections: set('b.c', 'didit'),
        'connections."b.c".is_enabled': value(false),
        'connections.didit.assign_membership_on_login': value(true),
      },
    ],
    ['an organization of whose connections nothing is said', 'organization', { connections: null }, {}],
  ])('%s', (_title, kind, raw, fields) => {
    expect(fieldsOf(kind, raw)).toEqual(fields);
  });

  test('of a connection of an organization, that the tenant says nothing of a setting is nothing', () => {
    const of = { name: 'didit', connection_id: 'con_1', is_enabled: null, show_as_button: false };
    expect(connectionSettings(of)).toEqual({ name: 'didit', show_as_button: false });
  });
});

describe('the connection that an Action takes for the Didit one', () => {
  const said = (name: string, text: unknown) =>
    resourceFields('Action', { secrets: [{ name, value: text }] }).get(`secrets.${name}`);

  test('is known by its name, for it is no secret', () => {
    expect(said('DIDIT_CONNECTION', 'ours')).toEqual({ ...SECRET, connection: 'ours' });
  });

  test.each([
    ['DIDIT_CONNECTION', '##NAME##'],
    ['DIDIT_CONNECTION', '@@NAME@@'],
    ['OTHER', 'ours'],
  ])('is not known from %s=%s', (name, text) => {
    expect(said(name, text)).toEqual(SECRET);
  });
});

describe('a secret', () => {
  const markOf = (one: unknown): unknown => {
    const field = resourceFields('application', { encryption_key: one }).get('encryption_key');
    return field?.kind === 'secret' ? field.mark : undefined;
  };

  test('has the mark of what it says: no order of names or texts counts, and everything else does', () => {
    const of = { a: { b: 1, c: ['x', 'y'] }, d: [{ e: 1 }, ['x']] };
    expect(markOf({ d: [{ e: 1 }, ['x', 'x']], a: { c: ['y', 'x', 'y'], b: 1 } })).toBe(markOf(of));
    const others: readonly unknown[] = [
      { ...of, a: { b: 1, c: ['x'] } },
      { ...of, a: { b: 2, c: ['x', 'y'] } },
      { ...of, d: [['x'], { e: 1 }] },
      { a: of.a },
      { ...of, d: ['x', 1] },
      { ...of, d: [1, 'x'] },
      'text',
    ];
    expect(new Set([of, ...others].map(markOf)).size).toBe(others.length + 1);
  });

  test.each<[unknown, Field]>([
    [null, value(null)],
    ['', value('')],
    [[], set()],
    [{}, value(null)],
  ])('that is not there is none: %j', (nothing, field) => {
    expect(fieldsOf('application', { encryption_key: nothing })).toEqual({ encryption_key: field });
  });

  test('is what the caller takes for one, too, and never the thing as a whole', () => {
    const isSecret = (path: string): boolean => path === '' || path.startsWith('mobile');
    expect(fieldsOf('application', { mobile: { a: 1 }, sso: true }, { isSecret })).toEqual({
      mobile: SECRET,
      sso: value(true),
    });
  });

  test('tells where it comes from where anybody knows', () => {
    const secretFrom = (path: string): string | undefined =>
      path.endsWith('b') || path === 'secrets.1.value' ? `##${path}##` : undefined;
    expect(fieldsOf('application', { encryption_key: 'x', addons: { key: 'x' } }, { secretFrom })).toEqual({
      encryption_key: SECRET,
      'addons.key': SECRET,
    });
    expect(fieldsOf('application', { addons: { secret_b: 'x' } }, { secretFrom })).toEqual({
      'addons.secret_b': { ...SECRET, from: '##addons.secret_b##' },
    });
    const secrets = [{ name: 'A' }, { name: 'B' }];
    expect(fieldsOf('Action', { secrets }, { secretFrom })).toEqual({
      'secrets.A': { kind: 'secret' },
      'secrets.B': { kind: 'secret', from: '##secrets.1.value##' },
    });
  });
});
