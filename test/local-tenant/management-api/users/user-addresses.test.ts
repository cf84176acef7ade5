import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asObject } from '../../../../scripts/base/json-values.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects } from '../json.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
});
afterEach(() => {
  api.close();
});

const databaseUser = (body: JsonObject = {}): Promise<string> =>
  api.made('/users', { connection: 'users', email: 'bob@example.com', ...body }, 'user_id');

test('a person of a database has an address in small letters, whoever writes it', async () => {
  const id = await databaseUser({ email: 'Bob@Example.COM' });
  const read = async (): Promise<unknown> => (await api.send('GET', `/users/${id}`)).json['email'];
  expect(await read()).toBe('bob@example.com');
  expect((await api.send('POST', '/users', { connection: 'users', email: 'BOB@example.com' })).status).toBe(
    409,
  );
  await api.send('PATCH', `/users/${id}`, { email: 'Robert@example.com' });
  expect(await read()).toBe('robert@example.com');
});

test('nobody is given the address of another one of the database, but each may keep the own', async () => {
  await databaseUser();
  const eve = await databaseUser({ email: 'eve@example.com' });
  const { status, json } = await api.send('PATCH', `/users/${eve}`, { email: 'BOB@example.com' });
  expect([status, json['message']]).toEqual([400, 'The specified new email already exists']);
  expect((await api.send('PATCH', `/users/${eve}`, { email: 'eve@example.com' })).status).toBe(200);
  expect((await api.send('PATCH', `/users/${eve}`, { email: 'ada@example.com' })).status).toBe(200);
});

test('people share an address where the database lets them', async () => {
  const status = 'required';
  const username = { identifier: { active: true }, profile_required: true, signup: { status } };
  const attributes = { email: { unique: false }, username };
  await api.send('POST', '/connections', { name: 'family', strategy: 'auth0', options: { attributes } });
  const body = { connection: 'family', email: 'home@example.com' };
  for (const user_id of ['first', 'second'])
    expect((await api.send('POST', '/users', { ...body, user_id })).status).toBe(201);
});

describe('a change of a user that names a connection', () => {
  let path = '';
  const read = async (): Promise<JsonObject> => (await api.send('GET', path)).json;
  const profileOf = (user: JsonObject, index: number): JsonObject =>
    asObject(asObject(asObjects(user['identities'] ?? [])[index])['profileData']);

  beforeEach(async () => {
    await api.send('POST', '/connections', { name: 'staff', strategy: 'auth0' });
    await api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2' });
    path = `/users/${await databaseUser({ name: 'Bob' })}`;
    for (const connection of ['staff', 'didit']) {
      const provider = connection === 'staff' ? 'auth0' : 'oauth2';
      const user_id = connection === 'staff' ? 'second' : 'didit|7c1f';
      const identities = [{ connection, provider, user_id, isSocial: provider === 'oauth2' }];
      const root = { name: 'Robert', email: `${connection}@example.com`, email_verified: false };
      const times = { created_at: '2026-11-01T09:00:00.000Z', updated_at: '2026-11-01T09:00:00.000Z' };
      const never = { last_login: null, last_ip: null, logins_count: 0 };
      const id = `${provider}|${user_id}`;
      api.collections.users.put(id, {
        ...{ user_id: id, identities, root, app_metadata: {}, user_metadata: {} },
        ...{ ...times, ...never },
      });
      expect((await api.send('POST', `${path}/identities`, { provider, user_id })).status).toBe(201);
    }
  });

  test.each([
    [{ email: 'New@example.com' }, { email: 'new@example.com' }],
    [{ email_verified: true }, { email_verified: true }],
    [
      { email: 'x@example.com', email_verified: true },
      { email: 'x@example.com', email_verified: true },
    ],
    [{ username: 'rob', phone_number: '+15550100', phone_verified: true }, { username: 'rob' }],
  ])('is of the identity there: %j', async (change, expected) => {
    const before = await read();
    const { status } = await api.send('PATCH', path, { connection: 'staff', ...change });
    const after = await read();
    expect(status).toBe(200);
    expect(profileOf(after, 1)).toMatchObject({ name: 'Robert', ...expected });
    expect({ ...after, identities: [], updated_at: '' }).toEqual({
      ...before,
      identities: [],
      updated_at: '',
    });
    expect(profileOf(after, 2)).toEqual(profileOf(before, 2));
  });

  test('takes the address of the identity there away, and no other', async () => {
    await api.send('PATCH', path, { connection: 'staff', email: null });
    expect(profileOf(await read(), 1)).not.toHaveProperty('email');
    expect((await read())['email']).toBe('bob@example.com');
  });

  test('leaves what no database knows with the user', async () => {
    const body = { connection: 'staff', name: 'Bobby', user_metadata: { colour: 'red' }, blocked: true };
    await api.send('PATCH', path, body);
    expect(await read()).toMatchObject({ name: 'Bobby', user_metadata: { colour: 'red' }, blocked: true });
    expect(profileOf(await read(), 1)['name']).toBe('Robert');
  });

  test('is of the primary identity where it names its connection, or none', async () => {
    await api.send('PATCH', path, { connection: 'users', email: 'first@example.com' });
    expect((await read())['email']).toBe('first@example.com');
    await api.send('PATCH', path, { email: 'second@example.com' });
    expect((await read())['email']).toBe('second@example.com');
    expect(profileOf(await read(), 1)['email']).toBe('staff@example.com');
  });

  test.each([
    [{ connection: 'nowhere', email: 'x@example.com' }, 'inexistent_connection'],
    [{ connection: 'others', email: 'x@example.com' }, 'inexistent_connection'],
    [{ connection: 'didit', email: 'x@example.com' }, 'operation_not_supported'],
    [{ connection: 'staff', email: 'eve@example.com' }, 'auth0_idp_error'],
  ])('is refused and changes nothing: %j', async (body, errorCode) => {
    await api.send('POST', '/connections', { name: 'others', strategy: 'auth0' });
    await api.send('POST', '/users', { connection: 'staff', email: 'eve@example.com' });
    const before = await read();
    const { status, json } = await api.send('PATCH', path, body);
    expect([status, json['errorCode']]).toEqual([400, errorCode]);
    expect(await read()).toEqual(before);
  });
});

test('fields of a user are those that the service lists: others are seen by leaving those out', async () => {
  const path = `/users/${await databaseUser()}`;
  for (const query of ['fields=didit_profile', 'fields=user_id,app_metadata.plan', 'fields=']) {
    const { status, json } = await api.send('GET', `${path}?${query}`);
    expect([status, json['errorCode']]).toEqual([400, 'invalid_query_string']);
  }
});

test('a change of a user that changes nothing is refused', async () => {
  const { status, json } = await api.send('PATCH', `/users/${await databaseUser()}`, {});
  expect([status, json['errorCode']]).toEqual([400, 'invalid_body']);
  expect(json['message']).toMatch(
    /^Payload validation error: 'None of the valid schemas were met'\. Inner errors: \[ Payload validation error: 'Missing required property: \w+'\. \(also\) .*'\. \]\.$/,
  );
});
