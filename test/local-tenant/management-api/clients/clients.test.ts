import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects, asText } from '../json.ts';
import { asObject } from '../../../../scripts/base/json-values.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

const create = async (body: JsonObject): Promise<string> =>
  asText((await api.send('POST', '/clients', body)).json['client_id']);

describe('a new application', () => {
  test('gets an id and a secret of Auth0’s form, and the defaults for what was left open', async () => {
    const { status, json } = await api.send('POST', '/clients', { name: 'Portal' });
    expect(status).toBe(201);
    expect(json['client_id']).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(json['client_secret']).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(json).toMatchObject({
      name: 'Portal',
      tenant: 'tenant',
      global: false,
      is_first_party: true,
      oidc_conformant: false,
      grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
      jwt_configuration: { lifetime_in_seconds: 36_000, secret_encoded: false },
      refresh_token: { rotation_type: 'non-rotating', expiration_type: 'non-expiring', leeway: 0 },
    });
  });

  test.each([
    // Recorded by the Terraform provider: the type does not matter.
    ...['non_interactive', 'spa'].map((app_type): [object, string[]] => [
      { app_type },
      ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    ]),
    [{ app_type: 'resource_server' }, []],
    [{ third_party_security_mode: 'strict' }, ['authorization_code']],
    [{ b2b_integration_configuration: { integration_type: 'third_party' } }, ['authorization_code']],
    [{ token_endpoint_auth_method: 'none' }, ['authorization_code', 'implicit', 'refresh_token']],
    [{ grant_types: ['authorization_code'] }, ['authorization_code']],
  ] as [object, string[]][])('of %j has the grants %j', async (settings, grantTypes) => {
    const { json } = await api.send('POST', '/clients', { name: 'Portal', ...settings });
    expect(json['grant_types']).toEqual(grantTypes);
  });

  test('with rotating refresh tokens has lifetimes that end', async () => {
    const { json } = await api.send('POST', '/clients', {
      name: 'Portal',
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 30 },
    });
    expect(json['refresh_token']).toEqual({
      rotation_type: 'rotating',
      expiration_type: 'expiring',
      leeway: 30,
      token_lifetime: 2_592_000,
      idle_token_lifetime: 1_296_000,
      infinite_token_lifetime: false,
      infinite_idle_token_lifetime: false,
    });
  });

  test('of a third party is OpenID Connect conformant', async () => {
    const { json } = await api.send('POST', '/clients', { name: 'Partner', is_first_party: false });
    expect(json['oidc_conformant']).toBe(true);
  });

  test('that wants to be told of logouts is told of those that the service chooses', async () => {
    const { json } = await api.send('POST', '/clients', { name: 'Portal', oidc_logout: {} });
    expect(json['oidc_logout']).toEqual({
      backchannel_logout_initiators: { mode: 'custom', selected_initiators: ['rp-logout', 'idp-logout'] },
    });
    expect(json['oidc_backchannel_logout']).toEqual({});
    const backchannel_logout_urls = ['https://app.example.com/logout'];
    const changed = await api.send('PATCH', `/clients/${asText(json['client_id'])}`, {
      oidc_logout: { backchannel_logout_urls, backchannel_logout_initiators: { mode: 'all' } },
    });
    expect(changed.json['oidc_backchannel_logout']).toEqual({ backchannel_logout_urls });
    expect(changed.json['oidc_logout']).toMatchObject({ backchannel_logout_initiators: { mode: 'all' } });
  });

  test('may have the name of another one', async () => {
    expect(await create({ name: 'Portal' })).not.toBe(await create({ name: 'Portal' }));
  });
});

describe('secrets', () => {
  test('are read with `read:client_keys` only', async () => {
    const id = await create({ name: 'Portal' });
    const plain = await api.send('GET', `/clients/${id}`, undefined, ['read:clients']);
    expect(plain.json).not.toHaveProperty('client_secret');
    expect(plain.json).not.toHaveProperty('signing_keys');
    const listed = await api.send('GET', '/clients', undefined, ['read:clients']);
    expect(JSON.stringify(listed.body)).not.toContain('client_secret');
    const withKeys = await api.send('GET', `/clients/${id}`, undefined, ['read:clients', 'read:client_keys']);
    expect(withKeys.json['client_secret']).toMatch(/^[A-Za-z0-9]{64}$/);
    const patched = await api.send('PATCH', `/clients/${id}`, { name: 'B' }, ['update:clients']);
    expect(patched.json).not.toHaveProperty('client_secret');
  });

  test('have a signing key whose private part is answered once, at creation', async () => {
    const { json } = await api.send('POST', '/clients', { name: 'Portal' });
    expect(asObjects(json['signing_keys'])[0]).toHaveProperty('key');
    const read = await api.send('GET', `/clients/${asText(json['client_id'])}`);
    expect(asObjects(read.json['signing_keys'])[0]).not.toHaveProperty('key');
  });

  test('can be rotated, and set', async () => {
    const id = await create({ name: 'Portal' });
    const before = (await api.send('GET', `/clients/${id}`)).json['client_secret'];
    const rotated = await api.send('POST', `/clients/${id}/rotate-secret`);
    expect(rotated.json['client_secret']).not.toBe(before);
    await api.send('PATCH', `/clients/${id}`, { client_secret: 'chosen' });
    expect(api.collections.clients.get(id)?.client_secret).toBe('chosen');
  });

  test('are gone from view where an application authenticates by key', async () => {
    const id = await create({ name: 'Portal' });
    const methods = { private_key_jwt: { credentials: [{ id: 'cred_1' }] } };
    const { json } = await api.send('PATCH', `/clients/${id}`, {
      client_authentication_methods: methods,
      token_endpoint_auth_method: null,
    });
    expect(json).not.toHaveProperty('client_secret');
    expect(json).not.toHaveProperty('token_endpoint_auth_method');
    expect(json['client_authentication_methods']).toEqual(methods);
  });
});

describe('privileged access to the token vault', () => {
  const { publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = {
    name: 'vault',
    credential_type: 'public_key',
    pem: publicKey,
  };
  const withAccess = (access: JsonObject): JsonObject => ({
    name: 'Vault',
    token_vault_privileged_access: access,
  });

  test('has credentials of its own, which are told in full once', async () => {
    const { status, json } = await api.send(
      'POST',
      '/clients',
      withAccess({ credentials: [key], ip_allowlist: ['10.0.0.0/8'] }),
    );
    expect(status).toBe(201);
    const [told] = asObjects(asObject(json['token_vault_privileged_access'])['credentials']);
    expect(told).toMatchObject({ name: 'vault', credential_type: 'public_key', alg: 'RS256' });
    expect(told).not.toHaveProperty('pem');
    const path = `/clients/${asText(json['client_id'])}`;
    expect((await api.send('GET', path)).json['token_vault_privileged_access']).toEqual({
      credentials: [{ id: told?.['id'] }],
      ip_allowlist: ['10.0.0.0/8'],
    });
    expect((await api.send('GET', `${path}/credentials`)).list).toEqual([told]);
  });

  test.each<[string, JsonObject]>([
    ['three credentials', { credentials: [key, key, key] }],
    ['eleven addresses', { ip_allowlist: Array.from({ length: 11 }, (_, last) => `10.0.0.${last}`) }],
    ['an address that is none', { ip_allowlist: ['not-an-ip'] }],
    ['six grants', { grants: Array.from({ length: 6 }, (_, index) => ({ connection: `c${index}` })) }],
    [
      '21 scopes',
      { grants: [{ connection: 'c', scopes: Array.from({ length: 21 }, (_, index) => `s${index}`) }] },
    ],
  ])('is refused with %s', async (_, access) => {
    const { status, json } = await api.send('POST', '/clients', withAccess(access));
    expect([status, json['errorCode']]).toEqual([400, 'invalid_body']);
  });
});

describe('a PATCH', () => {
  test('changes what it names and nothing else', async () => {
    const id = await create({ name: 'Portal', callbacks: ['https://a.example.com/'], app_type: 'spa' });
    const { json } = await api.send('PATCH', `/clients/${id}`, { callbacks: [] });
    expect(json).toMatchObject({ name: 'Portal', callbacks: [], app_type: 'spa' });
  });

  test('merges client_metadata and takes away the keys that are null', async () => {
    const id = await create({ name: 'Portal', client_metadata: { a: '1', b: '2' } });
    await api.send('PATCH', `/clients/${id}`, { client_metadata: { b: null, c: '3' } });
    const { json } = await api.send('GET', `/clients/${id}`);
    expect(json['client_metadata']).toEqual({ a: '1', c: '3' });
  });

  test('counts the keys of others: ten in all', async () => {
    const ten = Object.fromEntries(Array.from({ length: 10 }, (_, number) => [`key${number}`, 'x']));
    const id = await create({ name: 'Portal', client_metadata: ten });
    const { status, json } = await api.send('PATCH', `/clients/${id}`, { client_metadata: { more: 'x' } });
    expect([status, json['message']]).toEqual([
      400,
      "Payload validation error: 'Too many properties defined (11), maximum 10' on property client_metadata.",
    ]);
    const swapped = await api.send('PATCH', `/clients/${id}`, { client_metadata: { key0: null, more: 'x' } });
    expect(swapped.status).toBe(200);
  });

  test('of what is not there answers 404', async () => {
    const { status, json } = await api.send('PATCH', '/clients/nobody', { name: 'A' });
    expect(status).toBe(404);
    expect(json).toEqual({
      statusCode: 404,
      error: 'Not Found',
      message: 'The client does not exist',
      errorCode: 'inexistent_client',
    });
  });
});

describe('lists', () => {
  const names = (body: Json): unknown[] => asObjects(body).map((client) => client['name']);

  test('can be cut down by kind', async () => {
    await create({ name: 'Web', app_type: 'regular_web' });
    await create({ name: 'Machine', app_type: 'non_interactive' });
    await create({ name: 'Other', app_type: 'spa', is_first_party: false });
    const { clients } = api.collections;
    clients.put('all', { client_id: 'all', client_secret: '', name: 'All', settings: { global: true } });
    const get = async (query: string): Promise<unknown[]> =>
      names((await api.send('GET', `/clients?${query}`)).body);
    expect(await get('is_global=true')).toEqual(['All']);
    expect(await get('is_global=false')).toEqual(['Web', 'Machine', 'Other']);
    expect(await get('app_type=spa,regular_web')).toEqual(['Web', 'Other']);
    expect(await get('is_first_party=true')).toEqual(['Web', 'Machine']);
  });

  test('show the fields that were asked for, or all others', async () => {
    const id = await create({ name: 'Web' });
    const only = await api.send('GET', `/clients/${id}?fields=name,jwt_configuration.lifetime_in_seconds`);
    // Recorded: the tenant is shown beside whatever is asked for.
    expect(only.json).toEqual({
      tenant: 'tenant',
      name: 'Web',
      jwt_configuration: { lifetime_in_seconds: 36_000 },
    });
    const others = await api.send(
      'GET',
      `/clients/${id}?fields=name,jwt_configuration.lifetime_in_seconds&include_fields=false`,
    );
    expect(others.json).not.toHaveProperty('name');
    expect(asObject(others.json['jwt_configuration'])).toEqual({ secret_encoded: false });
  });
});

test('what an application says of its tokens is completed only where it says nothing', async () => {
  const jwtOf = async (body: JsonObject): Promise<Json | undefined> =>
    (await api.send('POST', '/clients', { name: 'Web', ...body })).json['jwt_configuration'];
  expect(await jwtOf({})).toEqual({ lifetime_in_seconds: 36_000, secret_encoded: false });
  const said = { alg: 'RS256' };
  expect(await jwtOf({ jwt_configuration: said })).toEqual({ ...said, secret_encoded: false });
});

test('deleting an application takes its grants and its places at connections with it', async () => {
  const id = await create({ name: 'Web' });
  await api.send('POST', '/resource-servers', { identifier: 'https://api.example.com/' });
  const grant = await api.send('POST', '/client-grants', {
    client_id: id,
    audience: 'https://api.example.com/',
  });
  const connection = await api.send('POST', '/connections', {
    name: 'didit',
    strategy: 'oauth2',
    enabled_clients: [id],
  });
  expect((await api.send('DELETE', `/clients/${id}`)).status).toBe(204);
  expect((await api.send('GET', `/clients/${id}`)).status).toBe(404);
  expect((await api.send('GET', `/client-grants/${asText(grant.json['id'])}`)).status).toBe(404);
  expect(
    (await api.send('GET', `/connections/${asText(connection.json['id'])}`)).json['enabled_clients'],
  ).toEqual([]);
});

test('a grant is one for each application, API and kind of subject, and both must be there', async () => {
  const id = await create({ name: 'Machine' });
  await api.send('POST', '/resource-servers', { identifier: 'https://api.example.com/' });
  const body = { client_id: id, audience: 'https://api.example.com/', scope: ['read:things'] };
  const first = await api.send('POST', '/client-grants', body);
  expect(first.json).toEqual({ ...body, id: first.json['id'], subject_type: 'client' });
  expect(first.json['id']).toMatch(/^cgr_[A-Za-z0-9]{16}$/);
  expect((await api.send('POST', '/client-grants', body)).status).toBe(409);
  for (const subject_type of ['user', 'anonymous_user']) {
    const other = await api.send('POST', '/client-grants', { ...body, subject_type });
    expect(other.json).toMatchObject({ subject_type });
    expect((await api.send('POST', '/client-grants', { ...body, subject_type })).status).toBe(409);
    const found = await api.send('GET', `/client-grants?subject_type=${subject_type}`);
    expect(found.list).toEqual([other.json]);
    await api.send('DELETE', `/client-grants/${asText(other.json['id'])}`);
  }
  expect((await api.send('POST', '/client-grants', { ...body, client_id: 'nobody' })).status).toBe(404);
  expect((await api.send('POST', '/client-grants', { ...body, audience: 'nowhere' })).status).toBe(404);
  const path = `/client-grants/${asText(first.json['id'])}`;
  expect((await api.send('PATCH', path, { scope: [] })).json['scope']).toEqual([]);
  const found = await api.send('GET', `/client-grants?client_id=${id}`);
  expect(found.list).toHaveLength(1);
  expect((await api.send('DELETE', path)).status).toBe(204);
  expect((await api.send('GET', '/client-grants')).body).toEqual([]);
});

test('a grant for all applications of third parties names none of them, and there is one for each API', async () => {
  await api.send('POST', '/resource-servers', { identifier: 'https://api.example.com/' });
  const body = {
    audience: 'https://api.example.com/',
    scope: ['read:data'],
    default_for: 'third_party_clients',
  };
  const { status, json } = await api.send('POST', '/client-grants', body);
  expect(status).toBe(201);
  expect(json).toEqual({ ...body, id: json['id'], subject_type: 'client' });
  expect((await api.send('GET', `/client-grants/${asText(json['id'])}`)).json).toEqual(json);
  expect((await api.send('POST', '/client-grants', body)).status).toBe(409);
  expect((await api.send('GET', '/client-grants?default_for=third_party_clients')).list).toEqual([json]);
  const nobody = await api.send('POST', '/client-grants', { audience: 'https://api.example.com/' });
  expect(nobody.json['message']).toContain('Missing required property: client_id');
});

test.each([
  [{}, 2_592_000, 1_296_000],
  [{ token_endpoint_auth_method: 'client_secret_post' }, 31_557_600, 2_592_000],
  [{ token_endpoint_auth_method: 'none' }, 2_592_000, 1_296_000],
])('refresh tokens of an application with %j live as long as recorded', async (settings, life, idle) => {
  const { json } = await api.send('POST', '/clients', { name: 'Portal', ...settings });
  expect(json['refresh_token']).toMatchObject({ token_lifetime: life, idle_token_lifetime: idle });
});

test('an application of a third party, in strict mode, starts as those do', async () => {
  const settings = { is_first_party: false, third_party_security_mode: 'strict' };
  const { json } = await api.send('POST', '/clients', { name: 'Partner', ...settings });
  expect(json['client_id']).toMatch(/^tpc_\w{22}$/);
  expect(json).toMatchObject({
    oidc_conformant: true,
    jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 3_600 },
    refresh_token: { expiration_type: 'expiring', infinite_idle_token_lifetime: false },
  });
});
