import { describe, expect, test } from 'vitest';
import { resourceFields } from '../../scripts/tenant-model/resource-fields.ts';
import {
  holdsSecretAt,
  publicMetadata,
  withoutSecretParts,
} from '../../scripts/tenant-model/secret-paths.ts';
import type { ResourceKind } from '../../scripts/tenant-model/tenant-model.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { shownValue } from '../../scripts/plan/show-field.ts';
import { sample } from '../plan/sample.ts';

const shownOf = (kind: ResourceKind, raw: JsonRecord): string =>
  JSON.stringify([...resourceFields(kind, raw)].map(([path, field]) => [path, shownValue(field)]));

/** The settings of which the schema says which values there are, each with one of them. */
function choices(schema: unknown, value: (inner: unknown) => unknown = (inner) => inner): readonly unknown[] {
  const { properties, items, type, enum: allowed, const: only, minimum = 1 } = recordOf(schema);
  if (only !== undefined) return [value(only)];
  if (Array.isArray(allowed)) return [value(allowed[0])];
  if ([type].flat().includes('boolean')) return [value(true)];
  if ([type].flat().includes('integer')) return [value(minimum)];
  if (items !== undefined) return choices(items, (inner) => value([inner]));
  return Object.entries(recordOf(properties)).flatMap(([name, child]) =>
    choices(child, (inner) => value({ [name]: inner })),
  );
}

const { connections, clients, clientGrants, resourceServers, organizations } = TENANT_SCHEMA.properties;

/** Who may use a token, and for how long, is what a reviewer looks for: it is hidden by no word in its name. */
test.each<[ResourceKind, unknown]>([
  ['connection', connections.items],
  ['application', clients.items],
  ['grant', clientGrants.items],
  ['API', resourceServers.items],
  ['organization', organizations.items],
])('no setting of %s of which the schema says all values is hidden', (kind, schema) => {
  // A key is hidden with all that belongs to it, also where it is a public one.
  const settings = choices(schema)
    .filter((raw) => !JSON.stringify(raw).includes('encryption_key'))
    .map(recordOf);
  expect(settings.length).toBeGreaterThan(2);
  expect(settings.filter((raw) => shownOf(kind, raw).includes('not shown'))).toEqual([]);
});

describe('the options of a connection', () => {
  test.each<JsonRecord>([
    { sharedKey: 'SECRET' },
    { signingKey: 'SECRET' },
    { hmac: 'SECRET' },
    { pin: 'SECRET' },
    { pin: 5318008 },
    { list: ['SECRET', 'SECRET2'] },
    { deep: { er: [{ value: 'SECRET' }, 5318008] } },
    { upstream_params: { client_assertion: { value: 'SECRET' } } },
    { upstream_params: { 'x-functions-key': { value: 'SECRET' } } },
    { upstream_params: { 'scope.value': { value: 'SECRET' } } },
    { authParamsMap: { client_assertion: 'SECRET' } },
    { authParams: { any: 'SECRET' } },
    { customHeaders: { any: 'SECRET' } },
    { scripts_key: 'SECRET' },
    { fieldsMap: { email: ['mail', 'Bearer SECRET'] } },
  ])('%j are shown as set, without the value', (options) => {
    const shown = shownOf('connection', { options });
    expect(shown).toContain('(set, not shown)');
    expect(shown).not.toMatch(/SECRET|5318008/);
  });

  test.each<readonly [JsonRecord, string]>([
    [{ authorizationURL: 'https://a.example/authorize' }, 'https://a.example/authorize'],
    [{ tokenURL: 'https://a.example/token' }, 'https://a.example/token'],
    [{ userInfoURL: 'https://a.example/me' }, 'https://a.example/me'],
    [{ icon_url: 'https://a.example/icon' }, 'https://a.example/icon'],
    [{ scope: 'openid names' }, '["openid","names"]'],
    [{ non_persistent_attrs: ['birth_date'] }, 'birth_date'],
    [{ set_user_root_attributes: 'never_on_login' }, 'never_on_login'],
    [{ upstream_params: { screen: { alias: 'screen_hint' } } }, 'screen_hint'],
    [{ upstream_params: { prompt: { value: 'login' } } }, 'login'],
    [{ fieldsMap: { email: 'mail' } }, 'mail'],
    [{ pkce_enabled: false }, 'false'],
    [{ something_new: true }, 'true'],
    [{ something_new: ['hidden', { flag: true }] }, 'true'],
    [{ fieldsMap: { email: ['mail', 'Bearer of good news'] } }, 'mail'],
    [{ scope: ['openid', 'Bearer abc.def'] }, 'openid'],
  ])('%j are shown with the value', (options, value) => {
    expect(shownOf('connection', { options })).toContain(value);
  });
});

test.each<JsonRecord>([
  { addons: { azure_sb: { sasKey: 'SECRET' } } },
  { addons: { azure_blob: { masterkey: 'SECRET' } } },
  { addons: { any: { signingKey: 'SECRET' } } },
  { encryption_key: { pub: 'a', private: 'SECRET' } },
  { client_metadata: { 'signing.key': 'SECRET' } },
  { client_metadata: { 'key.of.a.shop': 'SECRET' } },
])('of an application, %j is shown as set, without the value', (settings) => {
  const shown = shownOf('application', settings);
  expect(shown).toContain('(set, not shown)');
  expect(shown).not.toContain('SECRET');
});

const CREDENTIAL = 'Bearer abc.def';
const PEM = '-----BEGIN PRIVATE KEY-----\nMII';

describe('a file must not hold', () => {
  test.each<[ResourceKind, string, unknown]>([
    ['Action', 'secrets.A', 'text'],
    ['Action', 'secrets', [{ name: 'A', value: 'text' }]],
    ['application', 'encryption_key', { pub: 'text' }],
    ['application', 'addons', { partner: { name: 'text', signingKey: 'text' } }],
    ['application', 'addons', { 'of.a.key': 'text' }],
    ['application', 'client_metadata."of.a.key"', 'text'],
    ['application', 'description', CREDENTIAL],
    ['application', 'callbacks', ['https://a.example/', 'https://a.example/?token=text']],
    ['application', 'callbacks', ['text', CREDENTIAL]],
    ['application', 'mobile', [1, [{ api_key: 'text' }]]],
    ['application', 'logo_uri', 'https://a.example/?api_key=text'],
    ['application', 'refresh_tokens', 'text'],
    ['application', 'old_refresh_token', 'text'],
    ['application', 'addons.session_transfer.key', 'text'],
    ['application', 'old_metadata.didit_key', 'text'],
    ['connection', 'metadata.api_key', 'text'],
    ['connection', 'display_name', CREDENTIAL],
    ['connection', 'display_name', 'https://a.example/?name=text'],
    ['connection', 'options.scopes', 'text'],
    ['connection', 'options.scripts_of', 'text'],
    ['connection', 'options.unknown', 5],
    ['connection', 'options.unknown', ['text']],
    ['connection', 'options.unknown', [['text'], { name: true, other: 'text' }]],
    ['connection', 'options.fieldsMap.secret', true],
    ['connection', 'options.fieldsMap.name', ['text', CREDENTIAL]],
    ['connection', 'options.fieldsMap.name', ['https://name:password@a.example/']],
    ['connection', 'options.customHeaders', { name: true }],
    ['connection', 'options."custom.headers".name', false],
    ['connection', 'options.fieldsMap."custom headers"', 'text'],
    ['connection', 'options.icon_url', 'https://a.example/?name=text'],
  ])('%s: %s, %j', (kind, path, value) => {
    expect(holdsSecretAt(kind, path, value)).toBe(true);
  });
});

describe('a file may hold', () => {
  test.each<[ResourceKind, string, unknown]>([
    ['Action', 'runtime', 'node22'],
    ['Action', 'secrets', undefined],
    ['application', 'encryption_key', null],
    ['application', 'encryption_key', undefined],
    ['application', 'refresh_token', { token_lifetime: 60, infinite_token_lifetime: true }],
    ['application', 'jwt_configuration.secret', 'text'],
    ['application', 'session_transfer.can_create_session_transfer_token', true],
    ['application', 'mobile', [1, ['text'], { name: 'text' }]],
    ['application', 'client_metadata."secret.of".name', 'text'],
    ['application', 'client_metadata.didit_key', CREDENTIAL],
    ['organization', 'metadata.didit_key', 'text'],
    ['application', 'logo_uri', 'https://a.example/?name=text'],
    ['application', 'callbacks', ['https://a.example/?name=text']],
    ['connection', 'display_name', 'text'],
    ['connection', 'options.scope', CREDENTIAL],
    ['connection', 'options.scripts', { fetchUserProfile: PEM }],
    ['connection', 'options.scripts.fetchUserProfile', PEM],
    ['connection', 'options.customHeaders', {}],
    ['connection', 'options.fieldsMap', { name: 'text', names: ['text'] }],
    ['connection', 'options.unknown', [true, { name: false }]],
  ])('%s: %s, %j', (kind, path, value) => {
    expect(holdsSecretAt(kind, path, value)).toBe(false);
  });

  test('settings without each that a secret is in, and metadata without the secrets', () => {
    const metadata = { didit_policy: 'mode=off', plan: 'gold', 'of.a.key': 'text' };
    const shown = { didit_policy: 'mode=off', plan: 'gold' };
    expect(publicMetadata('connection', 'metadata', metadata)).toEqual(shown);
    expect(publicMetadata('application', 'key', { name: 'text' })).toEqual({ name: 'text' });
    expect(
      withoutSecretParts('application', {
        ...{ metadata, client_metadata: metadata, addons: { name: 'text', key: 'text' } },
        ...{ description: 'text', 'a.key': 'text' },
      }),
    ).toEqual({ metadata: shown, client_metadata: shown, description: 'text' });
    expect(withoutSecretParts('organization', { metadata: CREDENTIAL })).toEqual({});
    expect(withoutSecretParts('organization', { metadata: null, branding: { logo_url: 'text' } })).toEqual({
      ...{ metadata: null, branding: { logo_url: 'text' } },
    });
  });
});

test('of an address with credentials, the host is rated and the credentials are not shown', async () => {
  const edit = [
    'tokenURL: https://apx.didit.me/auth/v2/token',
    'tokenURL: https://user:SECRET-1@login.example.com/token?api_key=SECRET-2',
  ] as const;
  const plan = await buildPlan(
    { before: sample().model, after: sample([...edit]).model },
    { kind: 'revision', revision: 'main', commit: '0'.repeat(40) },
  );
  expect(securityChanges(plan)).toContainEqual({
    code: 'endpoint_host',
    where: 'connection didit · options.tokenURL',
    because: 'https://apx.didit.me → https://[hidden]@login.example.com',
  });
  for (const format of ['terminal', 'markdown', 'json'] as const) {
    const text = renderPlan(plan, format).text;
    expect(text).not.toContain('SECRET');
    expect(text).toContain('https://[hidden]@login.example.com/token?api_key=[hidden]');
  }
});

test('of a new connection, the credentials in an address are not shown either', async () => {
  const { model } = sample([
    'tokenURL: https://apx.didit.me/auth/v2/token',
    'tokenURL: https://user:SECRET-1@login.example.com/token?api_key=SECRET-2',
  ]);
  const plan = await buildPlan(
    { before: { resources: [], flow: [] }, after: model },
    { kind: 'revision', revision: 'main', commit: '0'.repeat(40) },
  );
  const found = JSON.stringify(securityChanges(plan));
  expect(found).toContain('options.tokenURL https://[hidden]@login.example.com');
  expect(found).not.toMatch(/SECRET-\d/);
});
