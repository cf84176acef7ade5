import { afterEach, beforeEach, expect, test } from 'vitest';
import { asObject } from '../../../../scripts/base/json-values.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects, asText } from '../json.ts';

// What is recorded here was reduced from the recordings of Auth0's Terraform provider (MPL 2.0), facts only.
let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

const organization = async (body: JsonObject = {}): Promise<string> =>
  await api.made('/organizations', { name: 'acme', ...body });

test('an organization keeps applications of third parties out, and limits nobody to its own, unless it says so', async () => {
  const path = `/organizations/${await organization()}`;
  const start = { third_party_client_access: 'block', is_app_entitlement_active: false };
  expect((await api.send('GET', path)).json).toMatchObject(start);
  const change = { third_party_client_access: 'allow' };
  expect((await api.send('PATCH', path, change)).json).toMatchObject({ ...start, ...change });
  expect((await api.send('PATCH', path, { third_party_client_access: 'some' })).status).toBe(400);
});

test('the applications of an organization are linked, changed and taken away, each with what it is', async () => {
  const list = `/organizations/${await organization()}/clients`;
  const client_id = await api.made('/clients', { name: 'Web' }, 'client_id');
  const shown = {
    client_id,
    use_for_member_access: true,
    client: {
      name: 'Web',
      is_first_party: true,
      grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    },
  };
  const linked = await api.send('POST', list, { clients: [{ client_id, use_for_member_access: true }] });
  expect([linked.status, linked.list]).toEqual([201, [shown]]);
  const one = `${list}/${client_id}`;
  expect((await api.send('GET', one)).json).toEqual(shown);
  const changed = { ...shown, use_for_member_access: false };
  expect((await api.send('PATCH', one, { use_for_member_access: false })).json).toEqual(changed);
  expect((await api.send('GET', `${list}?take=50`)).json).toEqual({ clients: [changed] });
  expect((await api.send('DELETE', list, { clients: [client_id] })).status).toBe(204);
  expect((await api.send('GET', list)).json).toEqual({ clients: [] });
  expect((await api.send('GET', one)).status).toBe(404);
  expect((await api.send('PATCH', one, { use_for_member_access: true })).status).toBe(404);
});

test('an application that nobody has, and more than ten at once, are no applications of an organization', async () => {
  const list = `/organizations/${await organization()}/clients`;
  const of = (client_id: string): JsonObject => ({ client_id, use_for_member_access: true });
  expect((await api.send('POST', list, { clients: [of('nobody')] })).status).toBe(404);
  const ids: string[] = [];
  for (let count = 0; count < 11; count += 1)
    ids.push(await api.made('/clients', { name: `Web ${String(count)}` }, 'client_id'));
  expect((await api.send('POST', list, { clients: ids.map(of) })).status).toBe(400);
  expect((await api.send('POST', list, { clients: ids.slice(1).map(of) })).list).toHaveLength(10);
});

test('a list of organizations says what each lets an application do, where it is asked', async () => {
  const id = await organization();
  await organization({ name: 'other' });
  const client_id = await api.made('/clients', { name: 'Web' }, 'client_id');
  const clients = [{ client_id, use_for_member_access: true }];
  await api.send('POST', `/organizations/${id}/clients`, { clients });
  const listed = async (query: string): Promise<unknown[]> => {
    const { json } = await api.send('GET', `/organizations?take=50${query}`);
    return asObjects(json['organizations']).map(({ client = 'none' }) => client);
  };
  const asked = `&include_client_association_for=${client_id}`;
  expect(await listed(asked)).toEqual([{ use_for_member_access: true }, 'none']);
  expect(await listed('')).toEqual(['none', 'none']);
});

test('a role of an organization has an owner, and no description until it is read', async () => {
  const owner_id = await organization();
  const body = { name: 'Operator', type: 'organization', owner_id };
  const { json } = await api.send('POST', '/roles', body);
  expect(json).toEqual({ id: json['id'], ...body });
  const path = `/roles/${asText(json['id'])}`;
  expect((await api.send('GET', path)).json).toEqual({ ...json, description: '' });
  const { json: tenants } = await api.send('POST', '/roles', { name: 'Everywhere' });
  expect(tenants).toMatchObject({ type: 'tenant', description: null });
});

test('the members who have a role in an organization are listed, those of another one are not', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const user = async (email: string): Promise<string> =>
    await api.made('/users', { connection: 'users', email, password: 'passpass$12$12' }, 'user_id');
  const role = await api.made('/roles', { name: 'Operator' });
  const of = async (name: string, member: string): Promise<string> => {
    const id = await organization({ name });
    await api.send('POST', `/organizations/${id}/members`, { members: [member] });
    await api.send('POST', `/organizations/${id}/members/${member}/roles`, { roles: [role] });
    return `/organizations/${id}/roles/${role}`;
  };
  const jane = await user('jane@example.com');
  const path = await of('acme', jane);
  await of('other', await user('joe@example.com'));
  const { json } = await api.send('GET', `${path}/members?include_fields=true&take=50`);
  expect(asObjects(json['members']).map(({ user_id }) => user_id)).toEqual([jane]);
  expect((await api.send('GET', `${path}/groups?take=50`)).json).toEqual({ groups: [] });
});

test('pages of connections count pages, whichever page is asked for; enabled ones count themselves', async () => {
  const id = await organization();
  const page = async (path: string): Promise<JsonObject> =>
    (await api.send('GET', `/organizations/${id}/${path}&include_totals=true&per_page=50`)).json;
  expect(await page('connections?page=1')).toEqual({ connections: [], start: 50, limit: 50, total: 0 });
  expect(asObject(await page('enabled_connections?page=0'))).toMatchObject({ start: 0, limit: 0 });
});

test("a person's organizations are all listed, and counted as none, as recorded since 2026", async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const person = { connection: 'users', email: 'jane@example.com', password: 'passpass$12$12' };
  const jane = await api.made('/users', person, 'user_id');
  for (const name of ['acme', 'bolts'])
    await api.send('POST', `/organizations/${await organization({ name })}/members`, { members: [jane] });
  const { json } = await api.send('GET', `/users/${jane}/organizations?include_totals=true&page=0`);
  expect(json).toMatchObject({ start: 0, limit: 50, total: 0 });
  expect(asObjects(json['organizations']).map(({ name }) => name)).toEqual(['acme', 'bolts']);
});

const member = async (team: string, email: string): Promise<string> => {
  const user = await api.made('/users', { connection: 'users', email }, 'user_id');
  await api.send('POST', `/organizations/${team}/members`, { members: [user] });
  return user;
};

// TestAccDataSourceOrganization of 2024, and OrganizationManager_MembersCheckpointPagination of the Go SDK.
test('members are listed from checkpoint to checkpoint until a page is empty; users of a role are not', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const team = await organization();
  const [a, b, c] = [
    await member(team, 'a@example.com'),
    await member(team, 'b@example.com'),
    await member(team, 'c@example.com'),
  ];
  const pages: unknown[][] = [];
  let next = '';
  do {
    const from = next === '' ? '' : `&from=${next}`;
    const { json } = await api.send('GET', `/organizations/${team}/members?take=2${from}`);
    pages.push(asObjects(json['members']).map(({ user_id }) => user_id));
    next = asText(json['next']);
  } while (next !== '');
  expect(pages).toEqual([[a, b], [c], []]);
  const role = await api.made('/roles', { name: 'Owner' });
  await api.send('POST', `/roles/${role}/users`, { users: [a] });
  expect((await api.send('GET', `/roles/${role}/users?take=2`)).json).not.toHaveProperty('next');
});

// auth0/terraform-provider-auth0#405.
test('who is no member has no roles to be read, until the person joins', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const team = await organization();
  const user = await api.made('/users', { connection: 'users', email: 'a@example.com' }, 'user_id');
  const path = `/organizations/${team}/members/${encodeURIComponent(user)}/roles`;
  const { status, json } = await api.send('GET', path);
  expect([status, json['message']]).toEqual([404, 'User is not a member of this organization']);
  await api.send('POST', `/organizations/${team}/members`, { members: [user] });
  expect((await api.send('GET', path)).body).toEqual([]);
});

// TestAccDataSourceOrganization of 2024, which names no sign-up; connections of other kinds have none.
test('a database that an organization has says that nobody signs up there', async () => {
  const team = await organization();
  const list = `/organizations/${team}/enabled_connections`;
  const database = await api.made('/connections', { name: 'users', strategy: 'auth0' });
  const social = await api.made('/connections', { name: 'social', strategy: 'oauth2' });
  for (const connection_id of [database, social]) await api.send('POST', list, { connection_id });
  const start = { assign_membership_on_login: false, show_as_button: true };
  expect((await api.send('GET', `${list}/${database}`)).json).toEqual({
    ...{ connection_id: database, ...start, is_signup_enabled: false },
    connection: { name: 'users', strategy: 'auth0' },
  });
  expect((await api.send('GET', `${list}/${social}`)).json).not.toHaveProperty('is_signup_enabled');
  await api.send('PATCH', `${list}/${database}`, {
    ...{ assign_membership_on_login: true, is_signup_enabled: true },
  });
  expect((await api.send('GET', list)).list[0]).toMatchObject({ is_signup_enabled: true });
});
