import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../scripts/local-tenant/secrets.ts';
import { API, APPLICATION, client, existing, startTenant, TENANT_URL, textIn } from '../tenant-under-test.ts';
import { anyString } from '../../../matchers.ts';
import { codeForm, newCode } from '../codes.ts';

const VERIFIER = 'a-code-verifier-of-at-least-forty-three-characters';

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

  test.each(['Application/X-WWW-Form-Urlencoded', 'application/x-www-form-urlencoded;charset=UTF-8'])(
    'takes a form whose type is written %s',
    async (type) => {
      const tenant = await startTenant();
      const form = codeForm(await newCode(tenant));
      expect(await tenant.token(form, { 'content-type': type })).toMatchObject({ status: 200 });
    },
  );

  test('takes fields without a value as left out', async () => {
    const tenant = await startTenant();
    const answer = await tenant.token(codeForm(await newCode(tenant), { code_verifier: '', scope: '' }));
    expect(answer).toMatchObject({ status: 200 });
    expect(await tenant.token({ grant_type: '' })).toMatchObject({
      body: { error_description: 'Missing required parameter: grant_type' },
    });
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
    [{ grant_type: 'constructor' }, 403, 'unsupported_grant_type', 'Unsupported grant type: constructor'],
    [{ grant_type: '__proto__' }, 403, 'unsupported_grant_type', 'Unsupported grant type: __proto__'],
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

  test('needs no redirect_uri where /authorize had none, and takes no other one', async () => {
    const tenant = await startTenant();
    const withoutOne = async (parameters: Record<string, string>): Promise<number> => {
      const form = { grant_type: 'authorization_code', code: await newCode(tenant, parameters) };
      return (await tenant.token(form)).status;
    };
    expect(await withoutOne({ redirect_uri: '' })).toBe(200);
    expect(await withoutOne({})).toBe(403);
    expect(await tenant.token(codeForm(await newCode(tenant, { redirect_uri: '' })))).toMatchObject({
      status: 200,
    });
    const other = { redirect_uri: 'https://app.example.com/other' };
    const code = await newCode(tenant, { redirect_uri: '' });
    expect(await tenant.token(codeForm(code, other))).toMatchObject({ status: 403 });
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
    const apis = tenant.collections.things('/resource-servers');
    apis.put('rs_1', {
      ...existing(apis.get('rs_1')),
      token_dialect: 'rfc9068_profile',
      token_lifetime: 120,
    });
    const { body } = await tenant.token(codeForm(await newCode(tenant, { audience: API })));
    expect(body['expires_in']).toBe(120);
    expect(decodeJwt(textIn(body, 'access_token'))).toMatchObject({
      client_id: APPLICATION.clientId,
      jti: anyString,
    });
  });
});
