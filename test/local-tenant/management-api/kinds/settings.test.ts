import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ONLY_THING } from '../../../../scripts/local-tenant/store/collections.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asText } from '../json.ts';

// What is recorded here was reduced from the recordings of Auth0's Go SDK (MIT) and Terraform provider (MPL 2.0), facts only.
let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
});
afterEach(() => {
  api.close();
});

const read = async (path: string): Promise<JsonObject> => (await api.send('GET', path)).json;
const put = async (path: string, body: JsonObject): Promise<JsonObject> =>
  (await api.send('PUT', path, body)).json;

const FACTORS = '/guardian/factors';
const PUSH = `${FACTORS}/push-notification/providers`;

test('what a PUT leaves out of a setting is read as it started, and is not answered', async () => {
  const path = `${FACTORS}/webauthn-roaming/settings`;
  expect(await put(path, { userVerification: 'preferred' })).toEqual({ userVerification: 'preferred' });
  expect(await read(path)).toEqual({ userVerification: 'preferred', overrideRelyingParty: false });
  const own = { userVerification: 'required', overrideRelyingParty: true };
  expect(await put(path, own)).toEqual(own);
  expect(await read(path)).toEqual(own);
});

test('what Twilio is not told is read as nothing, and not answered', async () => {
  const own = { from: '+123', auth_token: 'token', sid: 'AC1' };
  expect(await put(`${FACTORS}/sms/providers/twilio`, own)).toEqual(own);
  expect(await read(`${FACTORS}/sms/providers/twilio`)).toEqual({ ...own, messaging_service_sid: null });
});

test.each([
  [`${FACTORS}/phone/settings`, ['otp_expiration_time', 'otp_length']],
  [`${FACTORS}/email/settings`, ['otp_expiration_time', 'otp_length']],
  [`${FACTORS}/webauthn-platform/settings`, ['overrideRelyingParty']],
])('the settings at %s name all that they are made of, before anybody writes them', async (path, names) => {
  expect(Object.keys(await read(path)).sort()).toEqual(names);
});

test('a setting that is only ever changed in parts is read without what it lost since it started', async () => {
  const path = '/tenants/settings';
  expect(await read(path)).toHaveProperty('friendly_name');
  api.collections.things(path).put(ONLY_THING, { support_email: 'a@example.com' });
  expect(await read(path)).not.toHaveProperty('friendly_name');
});

describe('secrets of services that push messages are not read back', () => {
  test.each([
    ['fcm', { server_key: 'hush-hush' }],
    ['fcmv1', { server_credentials: 'hush-hush' }],
  ])('of %s, not even once', async (name, body: JsonObject) => {
    expect(await put(`${PUSH}/${name}`, body)).toEqual({});
    expect(JSON.stringify(api.collections.things(`${PUSH}/${name}`).all())).toContain('hush-hush');
  });

  test('of sns, which are told once, with the key that is none beside them', async () => {
    const open = { aws_access_key_id: 'AKIA', aws_region: 'us-west-1' };
    const sns = { ...open, aws_secret_access_key: 'hush-hush' };
    expect(await put(`${PUSH}/sns`, sns)).toEqual(sns);
    expect(await read(`${PUSH}/sns`)).toEqual(open);
  });
});

test('the name and links of an app of one’s own for push messages are kept', async () => {
  const app = {
    app_name: 'Shop',
    apple_app_link: 'https://example.com/a',
    google_app_link: 'https://example.com/g',
  };
  expect((await api.send('PATCH', '/prompts/mfa-push', app)).json).toEqual(app);
  expect(await read('/prompts/mfa-push')).toEqual(app);
});

test('how a screen is rendered is answered as it was sent, and read with all that was said before', async () => {
  const path = '/prompts/signup/screen/signup/rendering';
  const first = { rendering_mode: 'advanced', context_configuration: ['branding.settings'] };
  const second = { default_head_tags_disabled: true };
  expect((await api.send('PATCH', path, first)).json).toEqual(first);
  expect((await api.send('PATCH', path, second)).json).toEqual(second);
  const { tenant, ...rest } = await read(path);
  expect(asText(tenant)).not.toBe('');
  expect(rest).toEqual({ prompt: 'signup', screen: 'signup', ...first, ...second });
  expect(await read('/prompts/login/screen/login/rendering')).toEqual({});
});

test('a rule for networks that goes is answered in words, and is gone', async () => {
  const rule = { action: { block: true }, match: { asns: [1] }, scope: 'tenant' };
  const body = { description: 'block', active: true, priority: 1, rule };
  const path = await api.madeAt('/network-acls', body);
  const gone = await api.send('DELETE', path);
  expect([gone.status, gone.json]).toEqual([200, { code: 204, object: '' }]);
  for (const method of ['GET', 'DELETE']) {
    const again = await api.send(method, path);
    const message = 'NetworkACL with this ID was not found';
    expect([again.status, again.json]).toEqual([404, { statusCode: 404, error: 'Not Found', message }]);
  }
});

test('a key for encryption waits for somebody to bring it, and is known by its `kid`', async () => {
  const made = await api.send('POST', '/keys/encryption', { type: 'customer-provided-root-key' });
  expect(made.json).toMatchObject({ state: 'pre-activation', parent_kid: null });
  expect(made.json).not.toHaveProperty('id');
  const path = `/keys/encryption/${asText(made.json['kid'])}`;
  expect(await read(path)).toEqual(made.json);
  expect((await api.send('DELETE', path)).status).toBe(204);
});

test('a domain that somebody has verified again is answered as it is', async () => {
  const domain = { domain: 'login.example.com', type: 'auth0_managed_certs' };
  const path = await api.madeAt('/custom-domains', domain, 'custom_domain_id');
  const verified = await api.send('POST', `${path}/verify`);
  expect([verified.status, verified.json]).toEqual([200, await read(path)]);
  expect(verified.json['status']).toBe('pending_verification');
  expect((await api.send('POST', '/custom-domains/cd_none/verify')).status).toBe(404);
});

test('trying a provider or template for phones says that something was sent; none that is there can be tried', async () => {
  const provider = {
    name: 'twilio',
    configuration: { default_from: '+123', sid: 'AC1', delivery_methods: ['text'] },
    credentials: { auth_token: 'hush-hush' },
  };
  const path = await api.madeAt('/branding/phone/providers', provider);
  const message = { to: '+4912345678', delivery_method: 'text' };
  const tried = await api.send('POST', `${path}/try`, message);
  expect([tried.status, tried.json['code']]).toEqual([202, 202]);
  for (const list of ['providers', 'templates'])
    expect((await api.send('POST', `/branding/phone/${list}/none/try`, message)).status).toBe(404);
});

test('a link for those who set up their own sign-in leads from a profile that is there', async () => {
  const path = await api.madeAt('/self-service-profiles', { name: 'partners' });
  const body = { connection_config: { name: 'partner' } };
  const { status, json } = await api.send('POST', `${path}/sso-ticket`, body);
  expect([status, Object.keys(json)]).toEqual([201, ['ticket']]);
  expect((await api.send('POST', '/self-service-profiles/ssp_none/sso-ticket', body)).status).toBe(404);
});

describe('enrollments', () => {
  test.each(['GET', 'DELETE'])('are not there: %s', async (method) => {
    const { status, json } = await api.send(method, '/guardian/enrollments/dev_0000000000000001');
    expect([status, json['errorCode']]).toEqual([404, 'enrollment_not_found']);
  });

  test('begin with a ticket, for users who are there', async () => {
    await api.send('POST', '/connections', { name: 'database', strategy: 'auth0' });
    const body = { connection: 'database', email: 'a@example.com', user_id: 'somebody' };
    const id = await api.made('/users', body, 'user_id');
    const { status, json } = await api.send('POST', '/guardian/enrollments/ticket', { user_id: id });
    expect(status).toBe(200);
    expect(asText(json['ticket_id'])).not.toBe('');
    expect(asText(json['ticket_url'])).toContain(asText(json['ticket_id']));
    const nobody = await api.send('POST', '/guardian/enrollments/ticket', { user_id: 'auth0|nobody' });
    expect(nobody.status).toBe(404);
  });
});
