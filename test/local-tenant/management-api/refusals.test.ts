import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import { apiUnderTest } from './api-under-test.ts';
import type { ApiUnderTest } from './api-under-test.ts';

// What the service was seen to refuse, in threads that quote its words; each says which.
let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

describe('what there is one of is not made twice', () => {
  const domain = { domain: 'login.example.com', type: 'auth0_managed_certs' };
  const provider = { name: 'ses', credentials: { accessKeyId: 'a', secretAccessKey: 'b', region: 'eu' } };
  const template = {
    ...{ template: 'verify_email', body: 'x', from: 'a@example.com', subject: 's' },
    ...{ syntax: 'liquid', enabled: true },
  };
  test.each<[string, JsonObject]>([
    // auth0/auth0-deploy-cli#1243.
    ['/custom-domains', domain],
    // auth0/terraform-provider-auth0#282 and #330.
    ['/emails/provider', provider],
    ['/email-templates', template],
    // auth0-deploy-cli changes the one that is there then.
    ['/branding/phone/templates', { type: 'otp_verify', content: { body: { text: 'x' } } }],
  ])('%s', async (path, body) => {
    expect((await api.send('POST', path, body)).status).toBeLessThan(300);
    const before = (await api.send('GET', path === '/email-templates' ? `${path}/verify_email` : path)).body;
    expect((await api.send('POST', path, body)).status).toBe(409);
    expect((await api.send('GET', path === '/email-templates' ? `${path}/verify_email` : path)).body).toEqual(
      before,
    );
  });

  test('a provider of e-mail is named, and another one is taken once it is gone', async () => {
    await api.send('POST', '/emails/provider', provider);
    const { json } = await api.send('POST', '/emails/provider', { ...provider, name: 'ses' });
    expect(json['message']).toBe('An email provider is already configured: ses');
    await api.send('DELETE', '/emails/provider');
    expect((await api.send('POST', '/emails/provider', provider)).status).toBe(201);
  });

  test('a domain of an organization, and what takes over the people of a connection', async () => {
    const team = await api.made('/organizations', { name: 'acme' });
    const domains = `/organizations/${team}/discovery-domains`;
    const google = { name: 'people', strategy: 'google-apps' };
    const connection = await api.made('/connections', { ...google, options: {}, show_as_button: false });
    const provisioning = `/connections/${connection}`;
    for (const [path, body, status] of [
      [domains, { domain: 'acme.example.com' }, 409],
      [`${provisioning}/directory-provisioning`, {}, 409],
      // auth0-deploy-cli goes on where this is refused.
      [`${provisioning}/scim-configuration`, {}, 400],
    ] as const) {
      expect((await api.send('POST', path, body)).status, path).toBe(201);
      expect((await api.send('POST', path, body)).status, path).toBe(status);
    }
    const { json } = await api.send('POST', `${provisioning}/scim-configuration`, {});
    expect(json['message']).toContain('already exists');
  });
});

// auth0/terraform-provider-auth0#1669 and #1670: one that is not named is true.
test('a database whose people share addresses stays so, and each change has to say it again', async () => {
  const email = { identifier: { active: true }, profile_required: true, signup: { status: 'required' } };
  const database = { name: 'shared', strategy: 'auth0' };
  const attributes = { email: { ...email, unique: false } };
  const id = await api.made('/connections', { ...database, options: { attributes } });
  const change = (own: JsonObject) =>
    api.send('PATCH', `/connections/${id}`, { options: { attributes: { email: own } } });
  for (const own of [email, { ...email, unique: true }]) {
    const { status, json } = await change(own);
    expect([status, json['message'], json['errorCode']]).toEqual([
      400,
      'cannot patch unique property on email attribute',
      'invalid_body',
    ]);
  }
  expect((await change({ ...email, unique: false })).status).toBe(200);
});

// auth0/node-auth0#729.
test('roles are given by their ids, not by their names', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const person = { connection: 'users', email: 'ada@example.com' };
  const path = `/users/${encodeURIComponent(await api.made('/users', person, 'user_id'))}/roles`;
  const role = await api.made('/roles', { name: 'client' });
  const { status, json } = await api.send('POST', path, { roles: ['client'] });
  expect([status, json['message']]).toEqual([400, 'Invalid request payload input']);
  expect((await api.send('POST', path, { roles: [role] })).status).toBe(204);
});

// alexkappa/terraform-provider-auth0#338.
test('a tenant chooses among the versions of Node that are offered, or keeps the one it has', async () => {
  const { status, json } = await api.send('PATCH', '/tenants/settings', { sandbox_version: '8' });
  expect([status, json['message']]).toEqual([
    400,
    'The sandbox_version provided is invalid. Please use one of the available options: ["22","18"]',
  ]);
  expect((await api.send('GET', '/tenants/settings')).json['sandbox_version']).toBe('22');
  api.collections.things('/tenants/settings').put('only', { sandbox_version: '16' });
  const kept = await api.send('PATCH', '/tenants/settings', { sandbox_version: '16' });
  expect([kept.status, kept.json['sandbox_version']]).toEqual([200, '16']);
});

// Seen by others: blockscout/blockscout, who ask for an e-mail address where they are answered so.
test('a new user of a database needs an e-mail address, unless the database says what its people have', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const { status, json } = await api.send('POST', '/users', { connection: 'users', username: 'ada' });
  expect([status, json['message'], json['errorCode']]).toEqual([
    400,
    "Payload validation error: 'Missing required property: email'.",
    'invalid_body',
  ]);
  await api.send('POST', '/connections', {
    ...{ name: 'named', strategy: 'auth0' },
    options: { attributes: { username: { identifier: { active: true } } } },
  });
  expect((await api.send('POST', '/users', { connection: 'named', username: 'ada' })).status).toBe(201);
});
