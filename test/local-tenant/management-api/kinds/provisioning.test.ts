import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects } from '../json.ts';

// What is recorded here was reduced from the recordings of Auth0's Terraform provider (MPL 2.0), facts only.
let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

test('people of another system are taken in by connections of enterprises alone', async () => {
  const connection = async (name: string, strategy: string): Promise<string> =>
    `${await api.madeAt('/connections', { name, strategy })}/scim-configuration`;
  const database = await api.send('POST', await connection('users', 'auth0'));
  expect([database.status, database.json['message']]).toEqual([404, 'scim strategy not enabled']);
  const path = await connection('okta', 'okta');
  expect((await api.send('GET', path)).status).toBe(404);
  const { status, json } = await api.send('POST', path);
  expect([status, json['strategy'], json['user_id_attribute']]).toEqual([201, 'okta', 'externalId']);
  expect(asObjects(json['mapping'])).toContainEqual({ scim: 'active', auth0: 'blocked' });
  const change = { user_id_attribute: 'id', mapping: [{ scim: 'userName', auth0: 'email' }] };
  expect((await api.send('PATCH', path, change)).json).toMatchObject(change);
  expect((await api.send('DELETE', path)).status).toBe(204);
  expect((await api.send('GET', path)).status).toBe(404);
});

test('a token for taking people in is told to whoever makes it, and never again', async () => {
  const path = `${await api.madeAt('/connections', { name: 'okta', strategy: 'okta' })}/scim-configuration`;
  await api.send('POST', path);
  const { json } = await api.send('POST', `${path}/tokens`, { scopes: ['get:users'], token_lifetime: 900 });
  expect(json['token']).toMatch(/^tok_/);
  const [listed] = asObjects((await api.send('GET', `${path}/tokens`)).body);
  expect(listed).toMatchObject({ token_id: json['token_id'], scopes: ['get:users'] });
  expect(Object.keys(listed ?? {}).filter((name) => /^token(?!_id)/.test(name))).toEqual([]);
});

describe('the people of a directory are taken over', () => {
  test('by a connection that exists, as the service maps them where nothing else is said', async () => {
    const refused = await api.send('POST', '/connections/con_none/directory-provisioning', {});
    expect([refused.status, refused.json['errorCode']]).toEqual([404, 'inexistent_connection']);
    const connection = await api.madeAt('/connections', { name: 'staff', strategy: 'google-apps' });
    const path = `${connection}/directory-provisioning`;
    const { status, json } = await api.send('POST', path, {});
    expect(status).toBe(201);
    expect(json).toMatchObject({
      connection_name: 'staff',
      strategy: 'google-apps',
      synchronize_automatically: false,
      synchronize_groups: 'off',
    });
    const mapping = asObjects(json['mapping']);
    expect(mapping).toHaveLength(51);
    expect(mapping.filter(({ idp }) => idp === 'suspended').map(({ auth0 }) => auth0)).toEqual([
      ...['suspended', 'is_suspended', 'blocked'],
    ]);
    expect(mapping[0]).toEqual({ idp: 'id', auth0: 'app_metadata.external_id' });
    const change = { mapping: [{ idp: 'id', auth0: 'external_id' }] };
    expect((await api.send('PATCH', path, change)).json).toMatchObject(change);
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await api.send('GET', path)).status).toBe(404);
  });

  test('with the groups that were written last, all at once', async () => {
    const connection = await api.madeAt('/connections', { name: 'staff', strategy: 'google-apps' });
    const path = `${connection}/directory-provisioning/synchronized-groups`;
    expect((await api.send('GET', `${path}?take=50`)).json).toEqual({ groups: [] });
    await api.send('PUT', path, { groups: [{ id: 'one' }, { id: 'two' }] });
    expect((await api.send('PUT', path, { groups: [{ id: 'one' }] })).status).toBe(204);
    expect((await api.send('GET', path)).json).toEqual({ groups: [{ id: 'one' }] });
  });
});

describe('ways to prove who one is', () => {
  const database = (): Promise<string> => api.made('/connections', { name: 'users', strategy: 'auth0' });
  const person = (user_id: string): Promise<string> =>
    api.madeAt('/users', { connection: 'users', user_id, email: `${user_id}@example.com` }, 'user_id');

  test('are kept by person, go with the person, and are none of who comes after', async () => {
    await database();
    const bob = await person('bob');
    const list = `${bob}/authentication-methods`;
    const method = await api.made(list, { type: 'totp', name: 'Phone', totp_secret: '5HCWXIP2MJNSUBGY' });
    expect(method).toMatch(/^totp\|dev_\w{16}$/);
    expect(JSON.stringify((await api.send('GET', list)).body)).not.toContain('5HCWXIP2MJNSUBGY');
    expect((await api.send('GET', `${await person('ada')}/authentication-methods`)).body).toEqual([]);
    await api.send('DELETE', bob);
    expect((await api.send('GET', list)).status).toBe(404);
    await person('bob');
    expect((await api.send('GET', list)).body).toEqual([]);
  });

  test.each([
    ['abcd@a.io', '****@****'],
    ['abcde@example.com', 'abcd****@exam*******'],
    ['abcdefghij@example.com', 'abcd******@exam*******'],
  ])('show the first letters of %s', async (email, shown) => {
    await database();
    const list = `${await person('bob')}/authentication-methods`;
    expect((await api.send('POST', list, { type: 'email', name: 'Mail', email })).json['email']).toBe(shown);
  });
});
