import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MANAGEMENT_SCOPES } from '../../../../scripts/local-tenant/bootstrap.ts';
import { issueManagementToken } from '../../../../scripts/local-tenant/management-tokens.ts';
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
    const path = await api.madeAt('/event-streams', webhook);
    const { destination, status } = (await api.send('GET', path)).json;
    expect([status, asObject(asObject(destination)['configuration'])['webhook_authorization']]).toEqual([
      'enabled',
      { method: 'bearer' },
    ]);
  });
});

test('what nobody said of a new thing is as the service has it, also after a change', async () => {
  const stream = await api.madeAt('/log-streams', {
    name: 'logs',
    type: 'http',
    sink: { httpEndpoint: 'https://example.com/logs' },
  });
  expect((await api.send('GET', stream)).json['status']).toBe('active');
  await api.send('PATCH', stream, { status: 'paused' });
  expect((await api.send('GET', stream)).json['status']).toBe('paused');
  const profile = await api.madeAt('/connection-profiles', { name: 'profile' });
  await api.send('PATCH', profile, { name: 'another' });
  const unsaid = { connection_config: null, strategy_overrides: null };
  expect((await api.send('GET', profile)).json).toMatchObject({ name: 'another', ...unsaid });
  await api.send('PATCH', profile, { connection_config: {} });
  expect((await api.send('GET', profile)).json).toMatchObject({ ...unsaid, connection_config: {} });
});

test('what is said in part is completed, and what is empty is not taken away', async () => {
  const user_attributes = {
    email: { description: 'Address', label: 'Email', profile_required: true, auth0_mapping: 'email' },
  };
  const path = await api.madeAt('/user-attribute-profiles', { name: 'profile', user_attributes });
  await api.send('PATCH', path, { user_id: {} });
  const whole = { oidc_mapping: 'sub', scim_mapping: 'externalId' };
  expect((await api.send('GET', path)).json['user_id']).toMatchObject(whole);
  await api.send('PATCH', path, { user_id: { scim_mapping: 'userName' } });
  expect((await api.send('GET', path)).json['user_id']).toMatchObject({ ...whole, scim_mapping: 'userName' });
});

test('a field of a feature that is younger than its description is kept; one of what a deploy touches is refused', async () => {
  const young = { colour_of_tomorrow: 'ultraviolet' };
  const stream = { name: 'logs', type: 'http', sink: { httpEndpoint: 'https://example.com/logs' } };
  const path = await api.madeAt('/log-streams', { ...stream, ...young });
  expect((await api.send('GET', path)).json).toMatchObject(young);
  for (const list of ['/clients', '/organizations', '/roles'])
    expect((await api.send('POST', list, { name: 'deployed', ...young })).status).toBe(400);
});

test('an endpoint that is not set is told when it is written, and not read', async () => {
  const options = { client_id: 'id', authorizationURL: null, tokenURL: null };
  const body = { name: 'social', strategy: 'twitter', options };
  const { json } = await api.send('POST', '/connections', body);
  expect(json['options']).toEqual(options);
  const path = `/connections/${asText(json['id'])}`;
  expect((await api.send('GET', path)).json['options']).toEqual({ client_id: 'id' });
  expect((await api.send('PATCH', path, { options })).json['options']).toEqual(options);
});

describe('Action modules', () => {
  const trigger = [{ id: 'post-login', version: 'v3' }];
  const withVersion = async (): Promise<{ module_id: string; module_version_id: string }> => {
    const module = await api.send('POST', '/actions/modules', { name: 'greeter', code: '1' });
    const module_id = asText(module.json['id']);
    const version = await api.send('POST', `/actions/modules/${module_id}/versions`);
    return { module_id, module_version_id: asText(version.json['id']) };
  };

  test('are named by the Actions that use them, in the draft and in each version', async () => {
    const asked = await withVersion();
    const body = { name: 'greet', supported_triggers: trigger, code: '2', modules: [asked] };
    const modules = [{ ...asked, module_name: 'greeter', module_version_number: 1 }];
    const id = await api.madeAt('/actions/actions', body);
    expect((await api.send('GET', id)).json['modules']).toEqual(modules);
    api.pass(60_000);
    expect((await api.send('POST', `${id}/deploy`)).json['modules']).toEqual(modules);
    const without = await api.send('PATCH', id, { modules: [] });
    expect(without.json).not.toHaveProperty('modules');
    expect(without.json).toMatchObject({ all_changes_deployed: false, deployed_version: { modules } });
  });

  test('know which Actions use them, in pages that leave out zeros', async () => {
    const asked = await withVersion();
    const of = `/actions/modules/${asked.module_id}`;
    expect((await api.send('GET', `${of}/actions`)).json).toEqual({ actions: [], per_page: 50 });
    await api.madeAt('/actions/actions', {
      name: 'greet',
      supported_triggers: trigger,
      code: '2',
      modules: [asked],
    });
    const { json } = await api.send('GET', `${of}/actions`);
    expect(json).toMatchObject({ total: 1, per_page: 50 });
    expect(asObjects(json['actions'])).toMatchObject([{ action_name: 'greet', module_version_number: 1 }]);
    expect((await api.send('GET', of)).json['actions_using_module_total']).toBe(1);
    const beyond = await api.send('GET', `${of}/actions?page=1&per_page=10`);
    expect(beyond.json).toEqual({ actions: [], page: 1, per_page: 10 });
  });

  test('list their versions with the newest first, as recorded', async () => {
    const module = await api.madeAt('/actions/modules', { name: 'shared', code: 'one' });
    for (const code of ['one', 'two', 'three']) {
      await api.send('PATCH', module, { code });
      await api.send('POST', `${module}/versions`);
    }
    const { json } = await api.send('GET', `${module}/versions`);
    expect(asObjects(json['versions']).map(({ code }) => code)).toEqual(['three', 'two', 'one']);
  });

  test('of a version that nobody published are refused', async () => {
    const modules = [{ ...(await withVersion()), module_version_id: 'none' }];
    const body = { name: 'greet', supported_triggers: trigger, code: '2', modules };
    expect((await api.send('POST', '/actions/actions', body)).status).toBe(400);
  });
});

test('what attack protection does not say of itself is as the service has it; secrets of captchas are not read back', async () => {
  const captcha = { active_provider_id: 'hcaptcha', hcaptcha: { site_key: 'site', secret: 'hush-hush' } };
  const { json } = await api.send('PATCH', '/attack-protection/captcha', captcha);
  expect(json).toMatchObject({ hcaptcha: { site_key: 'site' }, arkose: { fail_open: false } });
  const read = await api.send('GET', '/attack-protection/captcha');
  expect(JSON.stringify([json, read.json])).not.toContain('hush-hush');
  expect(JSON.stringify(api.collections.things('/attack-protection/captcha').all())).toContain('hush-hush');
  const phone = { type: 'exponential' };
  await api.send('PATCH', '/attack-protection/phone-provider-protection', phone);
  expect((await api.send('GET', '/attack-protection/phone-provider-protection')).json).toEqual(phone);
});

test('phone providers and templates name their tenant and channel, templates their syntax', async () => {
  const content = { from: '+123', body: { text: 'Code', voice: 'Code' } };
  const template = await api.madeAt('/branding/phone/templates', { type: 'otp_enroll', content });
  const { json } = await api.send('PATCH', template, { content: { from: '+456' } });
  expect(json).toMatchObject({ channel: 'phone', content: { syntax: 'liquid', from: '+456' } });
  expect(json['tenant']).toBe(asText((await api.send('GET', template)).json['tenant']));
  expect([json['created_at'], json['updated_at']].map((time) => typeof time)).toEqual(['string', 'string']);
});

test('the template of the login page is read by another name than it is written by', async () => {
  const path = '/branding/templates/universal-login';
  await api.send('PUT', path, { template: '<html></html>' });
  expect((await api.send('GET', path)).json).toEqual({ body: '<html></html>' });
});

test('the users that were there in the last thirty days are counted, and days are not told of', async () => {
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  for (const [days, user_id] of [
    [29, 'recent'],
    [31, 'earlier'],
    [undefined, 'never'],
  ] as const) {
    await api.send('POST', '/users', { connection: 'users', user_id, email: `${user_id}@example.com` });
    const user = api.collections.users.get(`auth0|${user_id}`);
    if (user === undefined || days === undefined) continue;
    const last_login = new Date(api.tenant.now() - days * 86_400_000).toISOString();
    api.collections.users.put(user.user_id, { ...user, last_login });
  }
  expect((await api.send('GET', '/stats/active-users')).body).toBe(1);
  expect((await api.send('GET', '/stats/daily?from=20260101&to=20261231')).body).toEqual([]);
  expect((await api.send('GET', '/stats/daily?from=yesterday')).json['errorCode']).toBe(
    'invalid_query_string',
  );
});

test('taking back the consents of a user, of whom there are none, has nothing to do', async () => {
  expect((await api.send('DELETE', '/grants?user_id=auth0%7Cnobody')).status).toBe(204);
  expect((await api.send('GET', '/grants?user_id=auth0%7Cnobody')).body).toEqual([]);
});

test('there are no links for users who are not there', async () => {
  for (const page of ['email-verification', 'password-change']) {
    const { status, json } = await api.send('POST', `/tickets/${page}`, { user_id: 'auth0|nobody' });
    expect([status, json['errorCode']]).toEqual([404, 'inexistent_user']);
  }
});

test('a text alone stands for the one field that a body has', async () => {
  const path = '/branding/templates/universal-login';
  const token = await issueManagementToken(api.tenant, { clientId: 'test', scope: MANAGEMENT_SCOPES });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const { status } = await api.request(path, { method: 'PUT', headers, body: '"<html>text</html>"' });
  expect([status, (await api.send('GET', path)).json]).toEqual([204, { body: '<html>text</html>' }]);
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

test('a rule for networks names its tenant where it is read', async () => {
  const rule = { action: { block: true }, match: { asns: [9453] }, scope: 'tenant' };
  const body = { description: 'A', active: true, priority: 1, rule };
  const id = await api.madeAt('/network-acls', body);
  expect((await api.send('GET', id)).json).toMatchObject({ tenant_id: 'tenant', deleted_at: null });
  expect((await api.send('PUT', id, body)).json).not.toHaveProperty('tenant_id');
});

test('what a form is given nothing for, it does not have', async () => {
  const form = await api.madeAt('/forms', { name: 'form', languages: { primary: 'en' }, messages: {} });
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

test('a key for rules of networks is told by its fingerprint, and not read back', async () => {
  const value = Buffer.from('hush-hush').toString('base64');
  const { json } = await api.send('POST', '/keys/network-acls', { name: 'key', alg: 'hmac-sha256', value });
  const read = await api.send('GET', `/keys/network-acls/${asText(json['id'])}`);
  const fingerprint = createHash('sha256').update('hush-hush').digest('hex');
  expect(read.json).toMatchObject({ name: 'key', fingerprint });
  expect(JSON.stringify([json, read.json])).not.toContain(value);
});

test('variations of a feature flag name the flag that they are of', async () => {
  const parameters = { shown: { type: 'boolean', value: false } };
  const flag = await api.madeAt('/experimentation/feature-flags', { name: 'flag', parameters });
  expect((await api.send('GET', flag)).json).toMatchObject({ type: 'self', status: 'draft' });
  const body = { name: 'on', overrides: { shown: true } };
  const { json } = await api.send('POST', `${flag}/variations`, body);
  expect(flag).toContain(asText(json['feature_flag_id']));
  expect((await api.send('GET', `${flag}/variations`)).json).toEqual({ variations: [json] });
});

test('parts of a page that are given nothing are not there', async () => {
  const path = '/prompts/signup/partials';
  const part = { signup: { 'form-content-start': '<b>Hello</b>' } };
  expect((await api.send('PUT', path, part)).json).toEqual(part);
  expect((await api.send('PUT', path, { signup: {} })).json).toEqual({});
});
