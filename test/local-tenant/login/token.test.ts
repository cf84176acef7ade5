import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { verifyManagementToken } from '../../../scripts/local-tenant/management-tokens.ts';
import { sha256 } from '../../../scripts/local-tenant/secrets.ts';
import { API, APPLICATION, client, existing, startTenant, TENANT_URL, textIn } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';
import { anyString, containing } from '../../matchers.ts';

const VERIFIER = 'a-code-verifier-of-at-least-forty-three-characters';

const codeForm = (code: string, more: Record<string, string> = {}): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: APPLICATION.callback,
  ...more,
});

async function newCode(tenant: TenantUnderTest, parameters: Record<string, string> = {}): Promise<string> {
  return existing((await tenant.callbackOf(parameters))['code']);
}

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

describe('client authentication at /oauth/token', () => {
  const { clientId, clientSecret } = APPLICATION;

  test.each([
    ['client_secret_post', { client_id: clientId, client_secret: clientSecret }, {}],
    ['client_secret_basic', {}, basic(clientId, clientSecret)],
  ])('takes %s', async (_, form, headers) => {
    const tenant = await startTenant();
    const answer = await tenant.token(codeForm(await newCode(tenant), form), headers);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'openid' } });
  });

  test('takes a JSON body, as Auth0 does', async () => {
    const tenant = await startTenant();
    const response = await tenant.fetch(`${TENANT_URL}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(
        codeForm(await newCode(tenant), { client_id: clientId, client_secret: clientSecret }),
      ),
    });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, {}, 401, 'access_denied', 'Unauthorized'],
    ['an unknown client', { client_id: 'nobody' }, {}, 401, 'access_denied', 'Unauthorized'],
    ['a wrong secret in the header', {}, basic(clientId, 'wrong'), 401, 'access_denied', 'Unauthorized'],
    [
      'another client in the body than in the header',
      { client_id: 'other' },
      basic(clientId, clientSecret),
      401,
      'access_denied',
      'Unauthorized',
    ],
    ['an unreadable header', {}, { authorization: 'Basic !!' }, 401, 'access_denied', 'Unauthorized'],
    [
      'two ways at once',
      { client_secret: clientSecret },
      basic(clientId, clientSecret),
      400,
      'invalid_request',
      'Only one client authentication method may be used',
    ],
    ['no client id', { client_id: '' }, {}, 400, 'invalid_request', 'Missing required parameter: client_id'],
  ])('refuses %s', async (_, form, headers, status, error, description) => {
    const tenant = await startTenant();
    const code = await newCode(tenant);
    expect(await tenant.token(codeForm(code, form), headers)).toEqual({
      status,
      body: { error, error_description: description },
    });
    // The code is not spent by somebody who could not say who they are.
    expect(await tenant.token(codeForm(code))).toMatchObject({ status: 200 });
  });

  test('refuses a confidential client that sends no secret', async () => {
    const tenant = await startTenant();
    expect(
      await tenant.token(codeForm(await newCode(tenant), { client_id: clientId, client_secret: '' })),
    ).toMatchObject({ status: 401 });
  });

  test('refuses a public client without PKCE', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ token_endpoint_auth_method: 'none' });
    expect(await tenant.token(codeForm(await newCode(tenant)))).toMatchObject({ status: 401 });
  });
});

describe('grant types', () => {
  test.each([
    [{}, 400, 'invalid_request', 'Missing required parameter: grant_type'],
    [{ grant_type: 'password' }, 403, 'unsupported_grant_type', 'Unsupported grant type: password'],
    [
      { grant_type: 'client_credentials' },
      403,
      'unauthorized_client',
      "Grant type 'client_credentials' not allowed for the client.",
    ],
    [{ grant_type: 'authorization_code' }, 400, 'invalid_request', 'Missing required parameter: code'],
    [{ grant_type: 'refresh_token' }, 400, 'invalid_request', 'Missing required parameter: refresh_token'],
    [
      { grant_type: 'refresh_token', refresh_token: 'x' },
      403,
      'invalid_grant',
      'Unknown or invalid refresh token.',
    ],
  ])('%o is refused', async (form, status, error, description) => {
    const tenant = await startTenant();
    expect(await tenant.token(form)).toEqual({ status, body: { error, error_description: description } });
  });
});

describe('a code', () => {
  const challenge = { code_challenge: sha256(VERIFIER), code_challenge_method: 'S256' };

  test.each([
    [
      'with the wrong redirect_uri',
      {},
      { redirect_uri: 'https://app.example.com/other' },
      'The redirect URI is wrong. You sent https://app.example.com/other, and we expected https://app.example.com/callback',
    ],
    ['with a wrong verifier', challenge, { code_verifier: 'x'.repeat(43) }, 'Failed to verify code verifier'],
    ['without its verifier', challenge, {}, 'Failed to verify code verifier'],
    [
      'with a verifier that nobody asked for',
      {},
      { code_verifier: VERIFIER },
      'Failed to verify code verifier',
    ],
  ])('%s is refused, and spent', async (_, parameters, form, description) => {
    const tenant = await startTenant();
    const code = await newCode(tenant, parameters);
    expect(await tenant.token(codeForm(code, form))).toEqual({
      status: 403,
      body: { error: 'invalid_grant', error_description: description },
    });
    expect(await tenant.token(codeForm(code, { code_verifier: VERIFIER }))).toMatchObject({
      body: { error_description: 'Invalid authorization code' },
    });
  });

  test('works once, even for two requests at the same moment', async () => {
    const tenant = await startTenant();
    const form = codeForm(await newCode(tenant));
    const answers = await Promise.all([tenant.token(form), tenant.token(form)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  test('expires after ten minutes', async () => {
    const tenant = await startTenant();
    const code = await newCode(tenant);
    tenant.advance(600_000);
    expect(await tenant.token(codeForm(code))).toMatchObject({ status: 403 });
  });

  test('of another application is refused', async () => {
    const tenant = await startTenant();
    tenant.collections.clients.put('second', client('second', {}, 'second-secret'));
    const form = codeForm(await newCode(tenant), { client_id: 'second', client_secret: 'second-secret' });
    expect(await tenant.token(form)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('without openid brings no ID token', async () => {
    const tenant = await startTenant();
    const { body } = await tenant.token(
      codeForm(await newCode(tenant, { scope: 'read:things', audience: API })),
    );
    expect(body).not.toHaveProperty('id_token');
    expect(decodeJwt(textIn(body, 'access_token'))).toMatchObject({ aud: API, scope: 'read:things' });
  });

  test('for an API of RFC 9068 brings an access token of its form and lifetime', async () => {
    const tenant = await startTenant();
    const resourceServer = existing(tenant.collections.resourceServers.get('rs_1'));
    tenant.collections.resourceServers.put('rs_1', {
      ...resourceServer,
      settings: { ...resourceServer.settings, token_dialect: 'rfc9068_profile', token_lifetime: 120 },
    });
    const { body } = await tenant.token(codeForm(await newCode(tenant, { audience: API })));
    expect(body['expires_in']).toBe(120);
    expect(decodeJwt(textIn(body, 'access_token'))).toMatchObject({
      client_id: APPLICATION.clientId,
      jti: anyString,
    });
  });
});

describe('refresh tokens', () => {
  const OFFLINE = { scope: 'openid offline_access' };
  const refresh = (tenant: TenantUnderTest, token: unknown, more: Record<string, string> = {}) =>
    tenant.token({ grant_type: 'refresh_token', refresh_token: String(token), ...more });

  async function firstToken(
    tenant: TenantUnderTest,
    parameters: Record<string, string> = OFFLINE,
  ): Promise<string> {
    const { body } = await tenant.token(codeForm(await newCode(tenant, parameters)));
    return textIn(body, 'refresh_token');
  }

  test('rotate: each works once, the Actions run again without a user or upstream data', async () => {
    const tenant = await startTenant();
    const first = await firstToken(tenant);
    tenant.setActions(({ event }) => ({
      idTokenClaims: { 'https://example.com/protocol': JSON.stringify(event['transaction']) },
      appMetadata: { refreshed: true },
    }));
    tenant.advance(60_000);
    const { status, body } = await refresh(tenant, first);
    expect(status).toBe(200);
    expect(body['refresh_token']).not.toBe(first);
    expect(decodeJwt(textIn(body, 'id_token'))['https://example.com/protocol']).toContain(
      'oauth2-refresh-token',
    );
    expect(tenant.scriptRuns).toHaveLength(1);
    const event = existing(tenant.runs[1]).event;
    expect(event).toMatchObject({
      refresh_token: { id: anyString, client_id: APPLICATION.clientId },
      request: { method: 'POST', body: { grant_type: 'refresh_token' } },
      stats: { logins_count: 1 },
    });
    // Auth0 does not tell Actions here which scopes were asked for.
    expect(event['transaction']).toMatchObject({ requested_scopes: [] });
    expect(body['scope']).toBe(OFFLINE.scope);
    expect(event).not.toHaveProperty('session');
    expect(JSON.stringify(event)).not.toContain(first);
    expect(JSON.stringify(event)).not.toContain(APPLICATION.clientSecret);
    expect(tenant.collections.users.all()[0]?.app_metadata).toEqual({ refreshed: true });
    expect(await refresh(tenant, body['refresh_token'])).toMatchObject({ status: 200 });
  });

  test('a used one that turns up again ends the whole family', async () => {
    const tenant = await startTenant();
    const stolen = await firstToken(tenant);
    const { body } = await refresh(tenant, stolen);
    expect(await refresh(tenant, stolen)).toEqual({
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    });
    expect(await refresh(tenant, body['refresh_token'])).toMatchObject({ status: 403 });
  });

  test('but another sign-in’s family lives on', async () => {
    const tenant = await startTenant();
    const stolen = await firstToken(tenant);
    const other = await firstToken(tenant);
    await refresh(tenant, stolen);
    await refresh(tenant, stolen);
    expect(await refresh(tenant, other)).toMatchObject({ status: 200 });
  });

  test('within the leeway a repeated request is no theft', async () => {
    const tenant = await startTenant();
    tenant.updateClient({
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 5 },
    });
    const first = await firstToken(tenant);
    await refresh(tenant, first);
    tenant.advance(4999);
    expect(await refresh(tenant, first)).toMatchObject({ status: 200 });
    tenant.advance(1);
    expect(await refresh(tenant, first)).toMatchObject({ status: 403 });
  });

  test('of two requests at the same moment one is refused, and the family ends', async () => {
    const tenant = await startTenant();
    const first = await firstToken(tenant);
    const answers = await Promise.all([refresh(tenant, first), refresh(tenant, first)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await refresh(tenant, winner?.body['refresh_token'])).toMatchObject({ status: 403 });
  });

  test('end when unused for 15 days, and after 30 days in any case', async () => {
    const day = 86_400_000;
    const tenant = await startTenant();
    // Rotating tokens expire, whether the application says so or not.
    tenant.updateClient({ refresh_token: { rotation_type: 'rotating' } });
    const unused = await firstToken(tenant);
    let used: unknown = await firstToken(tenant);
    tenant.advance(14 * day);
    used = (await refresh(tenant, used)).body['refresh_token'];
    tenant.advance(day);
    expect(await refresh(tenant, unused)).toMatchObject({ status: 403 });
    tenant.advance(13 * day);
    used = (await refresh(tenant, used)).body['refresh_token'];
    expect(used).toBeDefined();
    tenant.advance(2 * day);
    expect(await refresh(tenant, used)).toMatchObject({ status: 403 });
  });

  test('without rotation stay the same and never end', async () => {
    const tenant = await startTenant();
    tenant.updateClient({
      refresh_token: { rotation_type: 'non-rotating', expiration_type: 'non-expiring' },
    });
    const token = await firstToken(tenant);
    tenant.advance(400 * 86_400_000);
    const { status, body } = await refresh(tenant, token);
    expect([status, 'refresh_token' in body]).toEqual([200, false]);
    expect(await refresh(tenant, token)).toMatchObject({ status: 200 });
  });

  test('may ask for fewer scopes, never for more', async () => {
    const tenant = await startTenant();
    const token = await firstToken(tenant, { scope: 'openid offline_access read:things', audience: API });
    const { body } = await refresh(tenant, token, { scope: 'openid write:things' });
    expect(body['scope']).toBe('openid');
  });

  test('are for the application that got them', async () => {
    const tenant = await startTenant();
    tenant.collections.clients.put('second', client('second', {}, 'second-secret'));
    const token = await firstToken(tenant);
    expect(
      await refresh(tenant, token, { client_id: 'second', client_secret: 'second-secret' }),
    ).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
    expect(await refresh(tenant, token)).toMatchObject({ status: 200 });
  });

  test('are not given where the API does not allow them, or the application may not refresh', async () => {
    const tenant = await startTenant();
    const resourceServer = existing(tenant.collections.resourceServers.get('rs_1'));
    tenant.collections.resourceServers.put('rs_1', { ...resourceServer, settings: {} });
    const denied = await tenant.token(codeForm(await newCode(tenant, { ...OFFLINE, audience: API })));
    expect(denied.body).not.toHaveProperty('refresh_token');
    tenant.updateClient({ grant_types: ['authorization_code'] });
    const refused = await tenant.token(codeForm(await newCode(tenant, OFFLINE)));
    expect(refused.body).not.toHaveProperty('refresh_token');
  });

  test('a denial is the answer, the metadata is written, and the token is not spent', async () => {
    const tenant = await startTenant();
    const token = await firstToken(tenant);
    tenant.setActions(() => ({
      decision: { kind: 'deny', reason: 'Not any more' },
      appMetadata: { denied: true },
    }));
    expect(await refresh(tenant, token)).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: 'Not any more' },
    });
    expect(tenant.collections.users.all()[0]?.app_metadata).toEqual({ denied: true });
    tenant.setActions(() => ({}));
    expect(await refresh(tenant, token)).toMatchObject({ status: 200 });
  });

  test('Actions can note metadata, set an earlier end, and revoke', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({
      refreshToken: { revoked: false, metadata: { device: 'phone' }, expiresAt: Date.now() + 60_000 },
    }));
    const token = await firstToken(tenant);
    tenant.setActions(() => ({}));
    tenant.advance(59_000);
    const { body } = await refresh(tenant, token);
    expect(tenant.runs.at(-1)?.event).toMatchObject({ refresh_token: { metadata: { device: 'phone' } } });
    tenant.advance(1000);
    expect(await refresh(tenant, body['refresh_token'])).toMatchObject({ status: 403 });

    const revoked = await firstToken(tenant);
    tenant.setActions(() => ({
      decision: { kind: 'deny', reason: 'revoked' },
      refreshToken: { revoked: true },
    }));
    await refresh(tenant, revoked);
    tenant.setActions(() => ({}));
    expect(await refresh(tenant, revoked)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test('end with the session that an Action revokes', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const { refreshToken } = await tenant.signedIn({ browser, scope: 'openid offline_access' });
    tenant.setActions(() => ({ decision: { kind: 'deny', reason: 'out' }, session: { revoked: true } }));
    await tenant.signIn({ browser });
    tenant.setActions(() => ({}));
    expect(await refresh(tenant, refreshToken)).toMatchObject({ status: 403 });
  });

  test('end with a blocked or deleted user', async () => {
    const tenant = await startTenant();
    const token = await firstToken(tenant);
    const user = existing(tenant.collections.users.all()[0]);
    tenant.collections.users.put(user.user_id, { ...user, root: { blocked: true } });
    expect(await refresh(tenant, token)).toMatchObject({ status: 403 });
    tenant.collections.users.delete(user.user_id);
    expect(await refresh(tenant, token)).toMatchObject({ status: 403 });
  });
});

describe('client credentials', () => {
  const machine = { client_id: 'machine', client_secret: 'machine-secret', grant_type: 'client_credentials' };
  const management = `${TENANT_URL}/api/v2/`;

  async function tenantWithMachine(): Promise<TenantUnderTest> {
    const tenant = await startTenant();
    tenant.collections.clients.put(
      'machine',
      client('machine', { app_type: 'non_interactive' }, 'machine-secret'),
    );
    tenant.collections.clientGrants.put('cgr_1', {
      id: 'cgr_1',
      client_id: 'machine',
      audience: management,
      scope: ['read:users', 'read:clients'],
      settings: {},
    });
    return tenant;
  }

  test('give a Management API token with the granted scopes, or the fewer that were asked for', async () => {
    const tenant = await tenantWithMachine();
    const all = await tenant.token({ ...machine, audience: management });
    expect(all).toMatchObject({
      status: 200,
      body: { expires_in: 86_400, scope: 'read:users read:clients' },
    });
    const fewer = await tenant.token({ ...machine, audience: management, scope: 'read:users' });
    expect(await verifyManagementToken(tenant.context, textIn(fewer.body, 'access_token'))).toEqual({
      clientId: 'machine',
      scope: ['read:users'],
    });
    expect(tenant.runs).toEqual([]);
  });

  test('are not another client’s', async () => {
    const tenant = await tenantWithMachine();
    tenant.collections.clients.put('other', client('other', {}, 'other-secret'));
    expect(
      await tenant.token({
        client_id: 'other',
        client_secret: 'other-secret',
        grant_type: 'client_credentials',
        audience: management,
      }),
    ).toMatchObject({ status: 403, body: { error: 'access_denied' } });
  });

  test('give an API’s token where there is a grant for it', async () => {
    const tenant = await tenantWithMachine();
    tenant.collections.clientGrants.put('cgr_2', {
      id: 'cgr_2',
      client_id: 'machine',
      audience: API,
      scope: ['read:things'],
      settings: {},
    });
    const { body } = await tenant.token({ ...machine, audience: API });
    expect(decodeJwt(textIn(body, 'access_token'))).toMatchObject({
      sub: 'machine@clients',
      aud: API,
      gty: 'client-credentials',
      scope: 'read:things',
    });
  });

  test.each([
    [{}, 'No audience parameter was provided, and no default audience has been configured'],
    [
      { audience: 'https://unknown.example.com' },
      'Service not enabled within domain: https://unknown.example.com',
    ],
    [{ audience: API }, containing(`Client is not authorized to access "${API}"`)],
    [
      { audience: management, scope: 'read:users delete:users' },
      'Client has not been granted scopes: delete:users',
    ],
  ])('%o are refused', async (form, description) => {
    const tenant = await tenantWithMachine();
    expect(await tenant.token({ ...machine, ...form })).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: description },
    });
  });
});
