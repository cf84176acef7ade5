import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';

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
