import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asObject } from '../../../../scripts/base/json-values.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { inListOrder } from '../../../../scripts/local-tenant/management-api/request/pagination.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asText } from '../json.ts';

// What is recorded here was reduced from the recordings of Auth0's Terraform provider (MPL 2.0), facts only.
let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

test('addons of an application are taken away with `null`', async () => {
  const id = await api.madeAt('/clients', { name: 'Web', addons: { samlp: {} } }, 'client_id');
  const { status, json } = await api.send('PATCH', id, { addons: null });
  expect([status, 'addons' in json]).toEqual([200, false]);
});

test('an application is asked for approval on channels that are taken away with `null`', async () => {
  const channels = ['guardian-push', 'my-account'];
  const body = { name: 'Agent', async_approval_notification_channels: channels };
  const id = await api.madeAt('/clients', body, 'client_id');
  expect((await api.send('GET', id)).json['async_approval_notification_channels']).toEqual(channels);
  const { json } = await api.send('PATCH', id, { async_approval_notification_channels: null });
  expect(json).not.toHaveProperty('async_approval_notification_channels');
});

test('a change keeps the lifetime and the coding of tokens that it does not name, as recorded', async () => {
  const begun = { secret_encoded: true, alg: 'PS256', lifetime_in_seconds: 300 };
  const id = await api.madeAt('/clients', { name: 'Web', jwt_configuration: begun }, 'client_id');
  const change = await api.send('PATCH', id, { jwt_configuration: { alg: 'RS256' } });
  expect(change.json['jwt_configuration']).toEqual({ ...begun, alg: 'RS256' });
  const other = { secret_encoded: false, lifetime_in_seconds: 60 };
  const { json } = await api.send('PATCH', id, { jwt_configuration: other });
  expect(json['jwt_configuration']).toEqual(other);
});

test('what is said of session transfers is completed, as recorded', async () => {
  const body = { name: 'Native', session_transfer: { allow_refresh_token: true } };
  expect((await api.send('POST', '/clients', body)).json['session_transfer']).toEqual({
    can_create_session_transfer_token: false,
    allowed_authentication_methods: [],
    enforce_device_binding: 'ip',
    allow_refresh_token: true,
    enforce_online_refresh_tokens: true,
    enforce_cascade_revocation: true,
  });
});

test.each([null, {}])('being told of logouts ends with `oidc_logout: %j`', async (oidc_logout) => {
  const id = await api.madeAt('/clients', { name: 'Web', oidc_logout: {} }, 'client_id');
  expect((await api.send('GET', id)).json).toHaveProperty('oidc_backchannel_logout');
  const { json } = await api.send('PATCH', id, { oidc_logout });
  expect(Object.keys(json).filter((name) => name.includes('logout'))).toEqual([]);
});

test.each([
  [{ is_first_party: false }, 'rotating'],
  [{ oidc_conformant: true }, 'non-rotating'],
  [{}, 'non-rotating'],
  [{ is_first_party: false, token_endpoint_auth_method: 'client_secret_post' }, 'non-rotating'],
])('a public application of a third party rotates its tokens: %j', async (body, rotation_type) => {
  const name = { name: 'Web', token_endpoint_auth_method: 'none' };
  const { json } = await api.send('POST', '/clients', { ...name, ...body });
  expect(asObject(json['refresh_token'])['rotation_type']).toBe(rotation_type);
});

test('a list of grants that is asked for a field leaves out those that do not have it', async () => {
  await api.send('POST', '/resource-servers', { name: 'API', identifier: 'https://api.example.com/' });
  const grant = (body: JsonObject): Promise<string> =>
    api.made('/client-grants', { audience: 'https://api.example.com/', scope: [], ...body });
  const client = await api.made('/clients', { name: 'Shop' }, 'client_id');
  const others = await grant({ default_for: 'third_party_clients' });
  const own = await grant({ client_id: client });
  const ofUsers = await grant({ client_id: client, subject_type: 'user', allow_any_organization: true });
  const found = async (query: string): Promise<readonly unknown[]> =>
    (await api.send('GET', `/client-grants?${query}`)).list.map(({ id }) => id);
  expect(await found(`client_id=${client}`)).toEqual([own, ofUsers].toSorted(inListOrder));
  expect(await found('default_for=third_party_clients')).toEqual([others]);
  expect(await found('allow_any_organization=true')).toEqual([ofUsers]);
  expect(await found('subject_type=client')).toEqual([own, others].toSorted(inListOrder));
});

test('credentials come newest first, and whatever a list of theirs is asked to count, it does not', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const path = `${await api.madeAt('/clients', { name: 'Machine' }, 'client_id')}/credentials`;
  for (const name of ['first', 'second'])
    await api.send('POST', path, { credential_type: 'public_key', name, pem });
  const { list } = await api.send('GET', `${path}?include_totals=true&per_page=50`);
  expect(list.map(({ name }) => name)).toEqual(['second', 'first']);
});

test('credentials have ids of the service and end at a time that it writes its own way, as recorded', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const path = `${await api.madeAt('/clients', { name: 'Machine' }, 'client_id')}/credentials`;
  const body = { credential_type: 'public_key', name: 'key', pem };
  const { json } = await api.send('POST', path, { ...body, expires_at: '2096-05-13T09:33:13Z' });
  expect(json['id']).toMatch(/^cred_[A-Za-z0-9]{22}$/);
  expect(json['expires_at']).toBe('2096-05-13T09:33:13.000Z');
  const one = `${path}/${asText(json['id'])}`;
  const change = await api.send('PATCH', one, { expires_at: '2097-01-01T01:00:00+01:00' });
  expect(change.json['expires_at']).toBe('2097-01-01T00:00:00.000Z');
  for (const [method, at] of [
    ['POST', path],
    ['PATCH', one],
  ] as const) {
    const sent = method === 'POST' ? body : {};
    const refused = await api.send(method, at, { ...sent, expires_at: 'one day' });
    expect([refused.status, refused.json['errorCode']]).toEqual([400, 'invalid_body']);
  }
});
