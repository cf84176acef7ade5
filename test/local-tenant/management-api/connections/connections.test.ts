import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects, asText } from '../json.ts';
import { asObject } from '../../../../scripts/base/json-values.ts';

let api: ApiUnderTest;
let path: string;
const OPTIONS: JsonObject = {
  client_id: 'didit-client',
  client_secret: 'didit-secret',
  authorizationURL: 'https://auth.didit.me',
  scope: 'openid names',
  pkce_enabled: true,
};

beforeEach(async () => {
  api = await apiUnderTest();
  const { json } = await api.send('POST', '/connections', {
    name: 'didit',
    strategy: 'oauth2',
    display_name: 'Didit',
    options: OPTIONS,
    metadata: { didit_policy: 'mode=report', other_team: 'x' },
  });
  path = `/connections/${asText(json['id'])}`;
});
afterEach(() => {
  api.close();
});

const stored = () => api.collections.connections.get(path.replace('/connections/', ''));

test('a new connection has an id of Auth0’s form and the defaults for what was left open', async () => {
  const { status, json } = await api.send('POST', '/connections', { name: 'other', strategy: 'oauth2' });
  expect(status).toBe(201);
  expect(json).toEqual({
    id: json['id'],
    name: 'other',
    strategy: 'oauth2',
    options: {},
    is_domain_connection: false,
    authentication: { active: true },
    connected_accounts: { active: false },
    realms: ['other'],
    enabled_clients: [],
  });
  expect(json['id']).toMatch(/^con_[A-Za-z0-9]{16}$/);
});

test('a database connection starts with the options of a database', async () => {
  const { json } = await api.send('POST', '/connections', {
    name: 'users',
    strategy: 'auth0',
    options: { brute_force_protection: false },
  });
  expect(asObject(json['options'])).toMatchObject({
    brute_force_protection: false,
    authentication_methods: { password: { enabled: true } },
    password_options: { complexity: { min_length: 15 }, history: { active: false, size: 3 } },
  });
  expect(asObject(json['options'])).not.toHaveProperty('passwordPolicy');
  const old = await api.send('POST', '/connections', {
    name: 'old-users',
    strategy: 'auth0',
    options: { passwordPolicy: 'fair' },
  });
  expect(asObject(old.json['options'])).toMatchObject({ passwordPolicy: 'fair' });
  expect(asObject(old.json['options'])).not.toHaveProperty('password_options');
});

test.each([
  [{}, ['email', 'profile']],
  [
    { gmail: true, profile: true, calendar: false },
    ['https://mail.google.com/mail/feed/atom', 'profile', 'email'],
  ],
  [{ email: true, youtube: true }, ['email', 'https://gdata.youtube.com']],
  [{ profile: true, scope: ['openid'] }, ['openid']],
])(
  'a Google connection with %j asks for what its flags stand for, in their order',
  async (options, scope) => {
    const { json } = await api.send('POST', '/connections', {
      name: 'google-oauth2',
      strategy: 'google-oauth2',
      options,
    });
    expect(asObject(json['options'])).toMatchObject({ scope, email: true });
  },
);

test('a database whose people have addresses of their own cannot let them share one afterwards', async () => {
  const email = { identifier: { active: true }, signup: { status: 'required' }, unique: true };
  const { json } = await api.send('POST', '/connections', {
    name: 'users',
    strategy: 'auth0',
    options: { attributes: { email } },
  });
  const change = (unique: boolean) =>
    api.send('PATCH', `/connections/${asText(json['id'])}`, {
      options: { attributes: { email: { ...email, unique } } },
    });
  const refused = await change(false);
  expect([refused.status, refused.json]).toEqual([
    400,
    {
      statusCode: 400,
      error: 'Bad Request',
      message: 'cannot add non-unique email attribute',
      errorCode: 'invalid_body',
    },
  ]);
  expect((await change(true)).status).toBe(200);
});

test('what an enterprise connection does not say is completed as its strategy does', async () => {
  const options = async (strategy: string, given: JsonObject): Promise<JsonObject> => {
    const name = `${strategy}-${api.collections.connections.all().length}`;
    const { json } = await api.send('POST', '/connections', { name, strategy, options: given });
    return asObject(json['options']);
  };
  const okta = { client_id: 'id', issuer: 'https://example.okta.com', userinfo_endpoint: null };
  expect(await options('okta', okta)).toEqual({
    ...okta,
    type: 'back_channel',
    schema_version: 'oidc-V4',
    attribute_map: { mapping_mode: 'basic_profile' },
    connection_settings: { pkce: 'auto' },
  });
  const flags = { email: true, profile: true, basic_profile: true };
  expect(await options('linkedin', flags)).toEqual({
    ...flags,
    scope: ['r_emailaddress', 'r_liteprofile', 'r_basicprofile'],
  });
  const idpinitiated = { client_id: 'id' };
  expect(await options('pingfederate', { idpinitiated })).toMatchObject({
    idpinitiated: { ...idpinitiated, enabled: true },
  });
  expect(await options('google-apps', { non_persistent_attrs: null })).toMatchObject({
    non_persistent_attrs: null,
  });
});

test('the name is taken once', async () => {
  const { status, json } = await api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2' });
  expect([status, json]).toEqual([
    409,
    {
      statusCode: 409,
      error: 'Conflict',
      message: 'A connection with the same name already exists',
      errorCode: 'connection_conflict',
    },
  ]);
});

test.each(['with space', '-didit', 'did--it', 'didit_1'])('the name `%s` is refused', async (name) => {
  expect((await api.send('POST', '/connections', { name, strategy: 'oauth2' })).status).toBe(400);
});

test('the client secret is answered in plain text, as recorded', async () => {
  const answers = [
    await api.send('POST', '/connections', { name: 'second', strategy: 'oauth2', options: OPTIONS }),
    await api.send('GET', path),
    await api.send('GET', '/connections'),
    await api.send('GET', '/connections?take=5'),
    await api.send('PATCH', path, { options: OPTIONS }),
  ];
  for (const answer of answers) expect(JSON.stringify(answer.body)).toContain('didit-secret');
  expect(stored()?.options['client_secret']).toBe('didit-secret');
});

/** @see https://auth0.com/docs/troubleshoot/product-lifecycle/deprecations-and-migrations/migrate-connection-options-scope */
test('options are shown and changed with permissions of their own, and left out without', async () => {
  const read = ['read:connections'];
  for (const asked of [path, '/connections?name=didit']) {
    const { json, list } = await api.send('GET', asked, undefined, read);
    expect(list[0] ?? json).toMatchObject({ name: 'didit', display_name: 'Didit' });
    expect(list[0] ?? json).not.toHaveProperty('options');
  }
  const update = ['update:connections'];
  const refused = await api.send('PATCH', path, { options: OPTIONS }, update);
  expect(refused.json).toMatchObject({ statusCode: 403, errorCode: 'insufficient_scope' });
  const changed = await api.send('PATCH', path, { display_name: 'Didit!' }, update);
  expect(changed.json).toMatchObject({ display_name: 'Didit!' });
  expect(changed.json).not.toHaveProperty('options');
  const both = await api.send('PATCH', path, { options: OPTIONS }, [...update, 'update:connections_options']);
  expect(both.status).toBe(200);
  expect((await api.send('GET', path)).json['options']).toMatchObject(OPTIONS);
});

describe('a PATCH', () => {
  test('replaces the options whole: a secret that is not sent along is lost', async () => {
    const { json } = await api.send('PATCH', path, { options: { client_id: 'other' } });
    expect(json['options']).toEqual({ client_id: 'other' });
    expect(stored()?.options).toEqual({ client_id: 'other' });
  });

  test('without options leaves them', async () => {
    await api.send('PATCH', path, { show_as_button: false });
    expect(stored()?.options).toEqual(OPTIONS);
  });

  test('without a display name resets it to the name', async () => {
    expect((await api.send('GET', path)).json['display_name']).toBe('Didit');
    const { json } = await api.send('PATCH', path, { show_as_button: true });
    expect(json['display_name']).toBe('didit');
  });

  test('replaces metadata whole', async () => {
    const { json } = await api.send('PATCH', path, { metadata: { didit_policy: 'mode=off', gone: null } });
    expect(json['metadata']).toEqual({ didit_policy: 'mode=off' });
  });

  test.each([{ name: 'other' }, { strategy: 'oidc' }])('of %j is refused', async (body) => {
    expect((await api.send('PATCH', path, body)).json['errorCode']).toBe('invalid_body');
  });
});

test('a profile script has at most 51,200 characters', async () => {
  const script = (length: number): JsonObject => ({
    options: { scripts: { fetchUserProfile: 'x'.repeat(length) } },
  });
  expect((await api.send('PATCH', path, script(51_200))).status).toBe(200);
  expect((await api.send('PATCH', path, script(51_201))).json['message']).toBe(
    "Payload validation error: 'String is too long (51201 chars), maximum 51200' on property options.scripts.fetchUserProfile.",
  );
});

test('lists can be cut down by name and strategy', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  await api.send('POST', '/connections', { name: 'google-oauth2', strategy: 'google-oauth2' });
  const names = async (query: string): Promise<unknown[]> =>
    (await api.send('GET', `/connections?${query}`)).list.map((connection) => connection['name']);
  expect(await names('name=users')).toEqual(['users']);
  expect(await names('strategy=oauth2')).toEqual(['didit']);
  expect(await names('strategy=oauth2&strategy=auth0')).toEqual(['didit', 'users']);
  const { json } = await api.send('GET', `/connections?include_totals=true`);
  expect(json).toMatchObject({ total: 3, start: 0, limit: 50 });
});

describe('enabled applications', () => {
  const enabled = async (): Promise<unknown[]> =>
    asObjects((await api.send('GET', `${path}/clients`)).json['clients']).map(({ client_id }) => client_id);
  const application = async (): Promise<string> =>
    asText((await api.send('POST', '/clients', { name: 'A' })).json['client_id']);

  test('are switched on and off one by one', async () => {
    const [first, second] = [await application(), await application()];
    const on = await api.send('PATCH', `${path}/clients`, [
      { client_id: first, status: true },
      { client_id: second, status: true },
    ]);
    expect([on.status, on.body]).toEqual([204, '']);
    expect((await enabled()).toSorted()).toEqual([first, second].toSorted());
    await api.send('PATCH', `${path}/clients`, [{ client_id: first, status: false }]);
    expect(await enabled()).toEqual([second]);
    expect((await api.send('GET', path)).json['enabled_clients']).toEqual([second]);
  });

  test('must exist, and one that does not keeps all of the call from happening', async () => {
    const { status } = await api.send('PATCH', `${path}/clients`, [
      { client_id: await application(), status: true },
      { client_id: 'nobodyHasThisId00000000000000000', status: true },
    ]);
    expect(status).toBe(400);
    expect(await enabled()).toEqual([]);
  });

  test('are at most 50 in one call', async () => {
    const body = Array.from({ length: 51 }, () => ({
      client_id: 'nobodyHasThisId00000000000000000',
      status: false,
    }));
    expect((await api.send('PATCH', `${path}/clients`, body.slice(1))).status).toBe(204);
    expect((await api.send('PATCH', `${path}/clients`, body)).json['message']).toBe(
      "Payload validation error: 'Array is too long (51), maximum 50'.",
    );
  });
});

test('deleting a connection answers when, and takes its users with it', async () => {
  api.collections.users.put('oauth2|didit|1', {
    user_id: 'oauth2|didit|1',
    identities: [{ connection: 'didit', provider: 'oauth2', user_id: 'didit|1', isSocial: true }],
    root: {},
    app_metadata: {},
    user_metadata: {},
    created_at: '2026-11-01T00:00:00.000Z',
    updated_at: '2026-11-01T00:00:00.000Z',
    last_login: null,
    last_ip: null,
    logins_count: 1,
  });
  const { status, json } = await api.send('DELETE', path);
  expect([status, json]).toEqual([202, { deleted_at: '2026-11-02T10:00:00.000Z' }]);
  expect((await api.send('GET', path)).json['errorCode']).toBe('inexistent_connection');
  expect((await api.send('GET', '/users/oauth2%7Cdidit%7C1')).status).toBe(404);
});

test('a tenant that has stopped to show the applications of a connection shows them at their own address alone', async () => {
  const moved = await apiUnderTest({ hidesEnabledClients: true });
  const { json: application } = await moved.send('POST', '/clients', { name: 'Shop' });
  const id = asText(application['client_id']);
  const made = await moved.send('POST', '/connections', {
    name: 'didit',
    strategy: 'oauth2',
    enabled_clients: [id],
  });
  expect(made.json['enabled_clients']).toEqual([id]);
  const own = `/connections/${asText(made.json['id'])}`;
  const refused = await moved.send('PATCH', own, { show_as_button: true, enabled_clients: [] });
  expect([refused.status, refused.json['message']]).toEqual([
    400,
    "Payload validation error: 'Additional properties not allowed: enabled_clients'.",
  ]);
  const patched = await moved.send('PATCH', own, { show_as_button: true });
  expect(patched.status).toBe(200);
  const [listed = {}] = (await moved.send('GET', '/connections')).list;
  for (const shown of [patched.json, listed, (await moved.send('GET', own)).json])
    expect(shown).not.toHaveProperty('enabled_clients');
  expect((await moved.send('GET', `${own}/clients`)).json).toEqual({ clients: [{ client_id: id }] });
  moved.close();
});

test('a SAML connection is read out of the metadata that was sent, which is not kept', async () => {
  const metadataXml = `<md:EntityDescriptor><md:IDPSSODescriptor>
    <md:SingleLogoutService Binding="urn:logout" Location="https://idp.example.com/out"/>
    <md:SingleSignOnService Binding="urn:redirect" Location="https://idp.example.com/in"/>
    <ds:X509Certificate>\n  QUJD\n  REVG\n</ds:X509Certificate></md:IDPSSODescriptor></md:EntityDescriptor>`;
  const send = async (options: JsonObject) =>
    asObject(
      (await api.send('POST', '/connections', { name: 'saml', strategy: 'samlp', options })).json['options'],
    );
  const pem = '-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n';
  expect(await send({ metadataXml, signInEndpoint: 'https://own.example.com/in' })).toEqual({
    signInEndpoint: 'https://own.example.com/in',
    signOutEndpoint: 'https://idp.example.com/out',
    bindingMethod: 'urn:redirect',
    signingCert: Buffer.from(pem).toString('base64'),
  });
});
