import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiUnderTest } from './api-under-test.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import { asObjects, asText } from './json.ts';
import { asObject } from '../../../scripts/base/json-values.ts';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

describe('resource servers', () => {
  const identifier = 'https://api.example.com/';

  test('are made once for each identifier, and found by id and by identifier', async () => {
    const { status, json } = await api.send('POST', '/resource-servers', { identifier, name: 'API' });
    expect(status).toBe(201);
    expect(json).toMatchObject({ name: 'API', identifier, token_lifetime: 86_400, signing_alg: 'RS256' });
    expect(json['id']).toMatch(/^[0-9a-f]{24}$/);
    expect((await api.send('POST', '/resource-servers', { identifier })).status).toBe(409);
    const encoded = encodeURIComponent(identifier);
    for (const path of [encoded, ...[encoded, encoded.replace('%3A', ':')].map(encodeURIComponent)])
      expect((await api.send('GET', `/resource-servers/${path}`)).json['id']).toBe(json['id']);
    const patched = await api.send('PATCH', `/resource-servers/${asText(json['id'])}`, {
      token_lifetime: 60,
    });
    expect(patched.json).toMatchObject({ name: 'API', token_lifetime: 60 });
    expect((await api.send('DELETE', `/resource-servers/${encoded}`)).status).toBe(204);
    expect((await api.send('GET', `/resource-servers/${encoded}`)).json['errorCode']).toBe(
      'inexistent_resource_server',
    );
  });

  test('tell their signing secret to whoever makes them, and never again', async () => {
    const { json } = await api.send('POST', '/resource-servers', { identifier, signing_alg: 'HS256' });
    expect(json['signing_secret']).toMatch(/^[A-Za-z0-9]{32}$/);
    const read = await api.send('GET', `/resource-servers/${asText(json['id'])}`);
    expect(read.json).not.toHaveProperty('signing_secret');
    expect(JSON.stringify((await api.send('GET', '/resource-servers')).body)).not.toContain('signing_secret');
    expect(api.collections.things('/resource-servers').all()[0]?.['signing_secret']).toMatch(
      /^[A-Za-z0-9]{32}$/,
    );
  });

  test('that say of one kind of subject who may have tokens leave the others as they are by default', async () => {
    const policy = 'require_client_grant';
    const { status, json } = await api.send('POST', '/resource-servers', {
      identifier,
      subject_type_authorization: { anonymous_user: { policy } },
    });
    expect([status, json['subject_type_authorization']]).toEqual([
      201,
      { anonymous_user: { policy }, client: { policy }, user: { policy: 'allow_all' } },
    ]);
  });

  test('of the system cannot be changed', async () => {
    api.collections.things('/resource-servers').put('system', {
      id: 'system',
      identifier: 'https://tenant.example.com/api/v2/',
      name: 'Auth0 Management API',
      is_system: true,
    });
    expect((await api.send('PATCH', '/resource-servers/system', { token_lifetime: 1 })).status).toBe(400);
    expect((await api.send('DELETE', '/resource-servers/system')).status).toBe(400);
  });
});

test('an API that was made without a name has none', async () => {
  const { json } = await api.send('POST', '/resource-servers', {
    identifier: 'https://nameless.example.com/',
  });
  expect(json).not.toHaveProperty('name');
});

test('what somebody may do is listed by name, in whatever order it was given', async () => {
  const resource_server_identifier = 'https://api.example.com/';
  const names = ['write:b', 'read:c', 'read:a'];
  const scopes = names.map((value) => ({ value }));
  await api.send('POST', '/resource-servers', { identifier: resource_server_identifier, scopes });
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const made = await api.send('POST', '/users', { connection: 'users', email: 'ada@example.com' });
  const member = asText(made.json['user_id']);
  const organization = asText((await api.send('POST', '/organizations', { name: 'acme' })).json['id']);
  await api.send('POST', `/organizations/${organization}/members`, { members: [member] });
  const roles: string[] = [];
  for (const name of ['owner', 'admin', 'guest'])
    roles.push(asText((await api.send('POST', '/roles', { name })).json['id']));
  const permissions = names.map((permission_name) => ({ permission_name, resource_server_identifier }));
  const listed = async (path: string, given: JsonObject, field: string): Promise<Json[]> => {
    await api.send('POST', path, given);
    return (await api.send('GET', path)).list.map((one) => one[field] ?? '');
  };
  const user = `/users/${encodeURIComponent(member)}`;
  const inOrder = ['read:a', 'read:c', 'write:b'];
  expect(await listed(`${user}/permissions`, { permissions }, 'permission_name')).toEqual(inOrder);
  const ofRole = await listed(`/roles/${roles[0] ?? ''}/permissions`, { permissions }, 'permission_name');
  expect(ofRole).toEqual(inOrder);
  for (const owner of [user, `/organizations/${organization}/members/${encodeURIComponent(member)}`])
    expect(await listed(`${owner}/roles`, { roles }, 'name')).toEqual(['admin', 'guest', 'owner']);
});

test('roles that do not exist are given to nobody', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const person = { connection: 'users', email: 'a@example.com', password: 'Correct-horse-1' };
  const user = asText((await api.send('POST', '/users', person)).json['user_id']);
  const path = `/users/${encodeURIComponent(user)}/roles`;
  const { status, json } = await api.send('POST', path, { roles: ['rol_none'] });
  expect([status, json['message']]).toEqual([404, 'The role does not exist.']);
});

describe('roles', () => {
  test('have a name of their own and permissions of APIs that define them', async () => {
    const scopes = [{ value: 'read:things', description: 'Read things' }];
    await api.send('POST', '/resource-servers', {
      identifier: 'https://api.example.com/',
      name: 'API',
      scopes,
    });
    const { status, json } = await api.send('POST', '/roles', { name: 'Support', description: 'Helps' });
    expect([status, json]).toEqual([
      200,
      { id: json['id'], name: 'Support', description: 'Helps', type: 'tenant' },
    ]);
    expect(json['id']).toMatch(/^rol_[A-Za-z0-9]{16}$/);
    expect((await api.send('POST', '/roles', { name: 'Support' })).status).toBe(409);

    const path = `/roles/${asText(json['id'])}`;
    const permission = {
      resource_server_identifier: 'https://api.example.com/',
      permission_name: 'read:things',
    };
    const added = await api.send('POST', `${path}/permissions`, { permissions: [permission] });
    expect(added.status).toBe(201);
    await api.send('POST', `${path}/permissions`, { permissions: [permission] });
    const listed = await api.send('GET', `${path}/permissions?include_totals=true`);
    expect(listed.json).toEqual({
      permissions: [{ ...permission, resource_server_name: 'API', description: 'Read things' }],
      start: 0,
      limit: 50,
      total: 1,
    });
    const unknown = { permissions: [{ ...permission, permission_name: 'fly' }] };
    expect((await api.send('POST', `${path}/permissions`, unknown)).status).toBe(400);
    const removed = await api.send('DELETE', `${path}/permissions`, { permissions: [permission] });
    expect(removed.status).toBe(204);
    expect((await api.send('GET', `${path}/permissions`)).body).toEqual([]);
  });

  test('are renamed, found by a part of their name, and deleted', async () => {
    const { json } = await api.send('POST', '/roles', { name: 'Support' });
    const path = `/roles/${asText(json['id'])}`;
    expect((await api.send('PATCH', path, { name: 'Helpers' })).json).toMatchObject({
      name: 'Helpers',
      description: null,
    });
    expect((await api.send('GET', '/roles?name_filter=help')).list).toHaveLength(1);
    expect((await api.send('GET', '/roles?name_filter=support')).list).toHaveLength(0);
    expect((await api.send('DELETE', path)).status).toBe(200);
    expect((await api.send('GET', path)).status).toBe(404);
  });
});

describe('tenant settings', () => {
  test('are there from the start, and a PATCH changes what it names', async () => {
    expect((await api.send('GET', '/tenants/settings')).json).toMatchObject({
      friendly_name: 'Local tenant',
    });
    await api.send('PATCH', '/tenants/settings', { friendly_name: 'Ours', flags: { enable_sso: false } });
    const { json } = await api.send('GET', '/tenants/settings');
    expect(json).toMatchObject({ friendly_name: 'Ours', sandbox_version: '22' });
    expect(asObject(json['flags'])).toMatchObject({ enable_sso: false, universal_login: true });
  });

  test('that nobody has set are read, and are not told by a change of others', async () => {
    const path = '/tenants/settings';
    const unset = { resource_parameter_profile: 'audience', client_id_metadata_document_supported: false };
    expect((await api.send('GET', path)).json).toMatchObject(unset);
    const { json } = await api.send('PATCH', path, { friendly_name: 'Ours' });
    expect(Object.keys(json).filter((name) => name in unset)).toEqual([]);
    const set = { resource_parameter_profile: 'compatibility' };
    expect((await api.send('PATCH', path, set)).json).toMatchObject(set);
    expect((await api.send('GET', path)).json).toMatchObject({ ...unset, ...set });
  });

  test('count lifetimes in hours, in whatever unit they come', async () => {
    const lifetimes = { session_lifetime_in_minutes: 90, idle_session_lifetime: 2 };
    const { json } = await api.send('PATCH', '/tenants/settings', lifetimes);
    expect(json).toMatchObject({ session_lifetime: 1.5, idle_session_lifetime: 2 });
    expect(json).not.toHaveProperty('session_lifetime_in_minutes');
  });
});

describe('organizations', () => {
  test('are made with metadata, found by id and name, changed and deleted', async () => {
    const body = { name: 'acme', display_name: 'Acme', metadata: { didit_policy: 'require=verified' } };
    const { status, json } = await api.send('POST', '/organizations', body);
    const fields = { third_party_client_access: 'block', is_app_entitlement_active: false };
    expect([status, json]).toEqual([201, { id: json['id'], ...body, ...fields }]);
    expect(json['id']).toMatch(/^org_[A-Za-z0-9]{16}$/);
    expect((await api.send('POST', '/organizations', { name: 'acme' })).status).toBe(409);
    const path = `/organizations/${asText(json['id'])}`;
    expect((await api.send('GET', '/organizations/name/acme')).json).toEqual(json);
    const changed = await api.send('PATCH', path, { metadata: { a: '1', b: null } });
    expect(changed.json).toEqual({
      id: json['id'],
      name: 'acme',
      display_name: 'Acme',
      metadata: { a: '1' },
      ...fields,
    });
    expect((await api.send('DELETE', path)).status).toBe(204);
    expect((await api.send('GET', path)).status).toBe(404);
  });

  test.each(['Acme', 'has space', '-acme', ''])('cannot be called `%s`', async (name) => {
    expect((await api.send('POST', '/organizations', { name })).json['errorCode']).toBe('invalid_body');
  });

  test('have 25 keys of metadata, and no more', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 26 }, (_, number) => [`key${number}`, 'x']));
    expect((await api.send('POST', '/organizations', { name: 'acme', metadata })).status).toBe(400);
    delete metadata['key0'];
    expect((await api.send('POST', '/organizations', { name: 'acme', metadata })).status).toBe(201);
  });

  test('are sorted as asked', async () => {
    for (const name of ['beta', 'alpha']) await api.send('POST', '/organizations', { name });
    const names = async (query: string): Promise<unknown[]> =>
      (await api.send('GET', `/organizations${query}`)).list.map(({ name }) => name);
    expect(await names('')).toEqual(['alpha', 'beta']);
    expect(await names('?sort=name:-1')).toEqual(['beta', 'alpha']);
    expect(await names('?sort=created_at:1')).toEqual(['beta', 'alpha']);
  });

  test('have members, who must exist and leave with their account', async () => {
    await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
    const user = await api.send('POST', '/users', { connection: 'users', email: 'ada@example.com' });
    const id = asText(user.json['user_id']);
    const organization = await api.send('POST', '/organizations', { name: 'acme' });
    const path = `/organizations/${asText(organization.json['id'])}/members`;
    expect((await api.send('POST', path, { members: [id, 'nobody'] })).status).toBe(400);
    expect((await api.send('POST', path, { members: [id] })).status).toBe(204);
    expect((await api.send('POST', path, { members: [id] })).status).toBe(204);
    expect((await api.send('GET', `${path}?fields=user_id,email`)).body).toEqual([
      { user_id: id, email: 'ada@example.com' },
    ]);
    const userPath = `/users/${encodeURIComponent(id)}`;
    expect((await api.send('GET', `${userPath}/organizations`)).list).toEqual([organization.json]);
    await api.send('DELETE', userPath);
    expect((await api.send('GET', path)).body).toEqual([]);
  });
});

test('an organization lists those first who joined last', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const path = `/organizations/${asText((await api.send('POST', '/organizations', { name: 'acme' })).json['id'])}/members`;
  for (const name of ['ada', 'bob', 'cleo']) {
    const email = `${name}@example.com`;
    const { json } = await api.send('POST', '/users', { connection: 'users', email });
    await api.send('POST', path, { members: [asText(json['user_id'])] });
  }
  const page = await api.send('GET', `${path}?per_page=2&include_totals=true`);
  expect(page.json).toMatchObject({ start: 0, limit: 2, total: 3 });
  expect(asObjects(page.json['members']).map(({ email }) => email)).toEqual([
    'cleo@example.com',
    'bob@example.com',
  ]);
});

test('whoever signs in by a connection of an organization does not become a member, unless it says so', async () => {
  const connection = await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const connection_id = asText(connection.json['id']);
  const made = await api.send('POST', '/organizations', {
    name: 'acme',
    enabled_connections: [{ connection_id }],
  });
  const own = { assign_membership_on_login: false, show_as_button: true };
  expect(asObjects(made.json['enabled_connections'])).toMatchObject([own]);
  const path = `/organizations/${asText(made.json['id'])}/enabled_connections`;
  expect((await api.send('GET', `${path}/${connection_id}`)).json).toMatchObject(own);
  await api.send('DELETE', `${path}/${connection_id}`);
  expect((await api.send('POST', path, { connection_id })).json).toMatchObject(own);
});

test('what auth0-deploy-cli asks for on its way is answered with empty lists', async () => {
  expect((await api.send('GET', '/actions/modules?page=0&per_page=100')).json).toEqual({
    modules: [],
    total: 0,
    page: 0,
    per_page: 100,
  });
  expect((await api.send('GET', '/connections-directory-provisionings?take=50')).json).toEqual({
    directory_provisionings: [],
  });
});

describe('modules of Actions', () => {
  const send = async (method: string, path: string, body?: Json) =>
    (await api.send(method, `/actions/modules${path}`, body)).json;

  test('are published as versions that are numbered, and say whether the newest is what the draft says', async () => {
    const made = await send('POST', '', { name: 'greetings', code: 'module.exports = 1;' });
    expect(made).toMatchObject({ dependencies: [], secrets: [], all_changes_published: false });
    const path = `/${asText(made['id'])}`;
    const first = await send('POST', `${path}/versions`, null);
    expect(first).toMatchObject({
      module_id: made['id'],
      version_number: 1,
      code: 'module.exports = 1;',
    });
    expect(await send('GET', path)).toMatchObject({
      all_changes_published: true,
      latest_version: { id: first['id'], version_number: 1 },
    });
    await send('PATCH', path, { code: 'module.exports = 2;' });
    expect(await send('GET', path)).toMatchObject({
      all_changes_published: false,
      latest_version: { version_number: 1 },
    });
    expect(await send('POST', `${path}/versions`)).toMatchObject({ version_number: 2 });
    expect(await send('GET', `${path}/versions`)).toMatchObject({ total: 2 });
    expect(await send('GET', `${path}/versions?page=1`)).toMatchObject({ versions: [], total: 0, page: 1 });
    expect((await api.send('GET', `/actions/modules/none/versions`)).status).toBe(404);
  });

  test('never show the value of a secret', async () => {
    const body = { name: 'm', code: '', secrets: [{ name: 'KEY', value: 'very-secret' }] };
    const made = await send('POST', '', body);
    const path = `/${asText(made['id'])}`;
    const patched = await send('PATCH', path, { secrets: [{ name: 'OTHER', value: 'very-secret' }] });
    const published = await send('POST', `${path}/versions`);
    expect(JSON.stringify([made, patched, published, await send('GET', path)])).not.toContain('very-secret');
    expect(patched['secrets']).toEqual([{ name: 'OTHER', updated_at: patched['updated_at'] }]);
  });
});
