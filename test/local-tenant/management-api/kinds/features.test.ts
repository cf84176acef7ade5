import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

/** The path of a new thing. */
async function made(list: string, body: JsonObject, id = 'id'): Promise<string> {
  const { json } = await api.send('POST', list, body);
  return `${list}/${asText(json[id])}`;
}

describe('secrets are kept and not read back', () => {
  const webhook = {
    name: 'hook',
    subscriptions: [{ event_type: 'user.created' }],
    destination: {
      type: 'webhook',
      configuration: {
        webhook_endpoint: 'https://example.com/hook',
        webhook_authorization: { method: 'bearer', token: 'hush-hush' },
      },
    },
  };
  const provider = {
    name: 'ses',
    default_from_address: 'a@example.com',
    credentials: { accessKeyId: 'hush-hush-key', secretAccessKey: 'hush-hush-secret', region: 'us-east-1' },
  };
  const vault = { app_id: 'HTTP', name: 'vault', setup: { type: 'BEARER', token: 'hush-hush' } };
  const phone = {
    name: 'twilio',
    configuration: { default_from: '+123', sid: 'AC1', delivery_methods: ['text'] },
    credentials: { auth_token: 'hush-hush' },
  };
  test.each([
    ['/event-streams', webhook, true],
    ['/emails/provider', provider, false],
    ['/flows/vault/connections', vault, true],
    ['/branding/phone/providers', phone, true],
  ])('at %s', async (list, body: JsonObject, hasId) => {
    const { status, json } = await api.send('POST', list, body);
    const path = hasId ? `${list}/${asText(json['id'])}` : list;
    const read = await api.send('GET', path);
    expect([status, read.status]).toEqual([201, 200]);
    expect(JSON.stringify([json, read.json])).not.toContain('hush-hush');
    const kept = api.collections.things(list).all();
    expect(JSON.stringify(kept)).toContain('hush-hush');
  });

  test('and what is not secret beside them is', async () => {
    expect((await api.send('POST', '/emails/provider', provider)).json).toEqual({
      name: 'ses',
      default_from_address: 'a@example.com',
      credentials: { region: 'us-east-1' },
    });
    const path = await made('/event-streams', webhook);
    const { destination, status } = (await api.send('GET', path)).json;
    expect([status, asObject(asObject(destination)['configuration'])['webhook_authorization']]).toEqual([
      'enabled',
      { method: 'bearer' },
    ]);
  });
});

test('what nobody said of a new thing is as the service has it, also after a change', async () => {
  const stream = await made('/log-streams', {
    name: 'logs',
    type: 'http',
    sink: { httpEndpoint: 'https://example.com/logs' },
  });
  expect((await api.send('GET', stream)).json['status']).toBe('active');
  await api.send('PATCH', stream, { status: 'paused' });
  expect((await api.send('GET', stream)).json['status']).toBe('paused');
  const profile = await made('/connection-profiles', { name: 'profile' });
  await api.send('PATCH', profile, { name: 'another' });
  expect((await api.send('GET', profile)).json).toMatchObject({ name: 'another', strategy_overrides: null });
});

test('what is said in part is completed, and what is empty is not taken away', async () => {
  const user_attributes = {
    email: { description: 'Address', label: 'Email', profile_required: true, auth0_mapping: 'email' },
  };
  const path = await made('/user-attribute-profiles', { name: 'profile', user_attributes });
  await api.send('PATCH', path, { user_id: {} });
  const whole = { oidc_mapping: 'sub', scim_mapping: 'externalId' };
  expect((await api.send('GET', path)).json['user_id']).toMatchObject(whole);
  await api.send('PATCH', path, { user_id: { scim_mapping: 'userName' } });
  expect((await api.send('GET', path)).json['user_id']).toMatchObject({ ...whole, scim_mapping: 'userName' });
});

test('addons of an application are taken away with `null`', async () => {
  const id = await made('/clients', { name: 'Web', addons: { samlp: {} } }, 'client_id');
  const { status, json } = await api.send('PATCH', id, { addons: null });
  expect([status, 'addons' in json]).toEqual([200, false]);
});

test('a rule for networks knows when it was made, whichever way it is written', async () => {
  const rule = { action: { block: true }, match: { asns: [9453] }, scope: 'tenant' };
  const body = { description: 'one', active: true, priority: 1, rule };
  const { json } = await api.send('POST', '/network-acls', body);
  expect(json).toMatchObject(body);
  api.pass(1_000);
  const path = `/network-acls/${asText(json['id'])}`;
  const put = await api.send('PUT', path, { ...body, priority: 2 });
  expect(put.json).toMatchObject({ priority: 2, created_at: json['created_at'] });
  expect(put.json['updated_at']).not.toBe(json['updated_at']);
});

test('what a form is given nothing for, it does not have', async () => {
  const form = await made('/forms', { name: 'form', languages: { primary: 'en' }, messages: {} });
  await api.send('PATCH', form, { ending: { resume_flow: true } });
  const { json } = await api.send('PATCH', form, { ending: {}, nodes: [] });
  expect(Object.keys(json).sort()).toEqual(['created_at', 'id', 'languages', 'name', 'updated_at']);
});

test('factors stay in their order when one of them is enabled', async () => {
  const names = async (): Promise<string[]> =>
    (await api.send('GET', '/guardian/factors')).list.map(({ name }) => asText(name));
  const before = await names();
  const { json } = await api.send('PUT', '/guardian/factors/otp', { enabled: true });
  expect(json).toEqual({ enabled: true });
  expect(await names()).toEqual(before);
  const factors = (await api.send('GET', '/guardian/factors')).list;
  expect(factors.find(({ name }) => name === 'otp')).toEqual({
    name: 'otp',
    enabled: true,
    trial_expired: false,
  });
});

describe('domains', () => {
  test('of a new tenant wait for somebody to verify them, the first one as the primary one', async () => {
    const first = await api.send('POST', '/custom-domains', {
      domain: 'login.example.com',
      type: 'self_managed_certs',
    });
    expect(first.json).toMatchObject({
      primary: true,
      status: 'pending_verification',
      custom_client_ip_header: null,
    });
    const second = { domain: 'id.example.com', type: 'auth0_managed_certs' };
    const { json } = await api.send('POST', '/custom-domains', second);
    expect(json).toMatchObject({ primary: false });
    expect(json).not.toHaveProperty('custom_client_ip_header');
    const refused = await api.send('PATCH', '/custom-domains/default', { domain: second.domain });
    expect([refused.status, refused.json['errorCode']]).toEqual([400, 'invalid_body']);
  });

  test('are searched by the beginning of their names', async () => {
    for (const domain of ['a1.example.com', 'a2.example.com', 'b.example.com'])
      await api.send('POST', '/custom-domains', { domain, type: 'self_managed_certs' });
    const found = async (q: string): Promise<string[]> => {
      const { json } = await api.send('GET', `/custom-domains?take=10&q=${encodeURIComponent(q)}`);
      return asObjects(json['custom_domains']).map(({ domain }) => asText(domain));
    };
    expect(await found('domain:a*')).toEqual(['a1.example.com', 'a2.example.com']);
    expect(await found('domain:"b.example.com"')).toEqual(['b.example.com']);
    expect(await found('domain:a* AND status:ready')).toEqual([]);
  });
});

test('people of another system are taken in by connections of enterprises alone', async () => {
  const connection = async (name: string, strategy: string): Promise<string> =>
    `${await made('/connections', { name, strategy })}/scim-configuration`;
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
