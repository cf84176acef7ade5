import { createHash } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { TenantUnderTest } from './tenant-under-test.ts';
import { API, APPLICATION, startTenant, TENANT_URL, existing } from './tenant-under-test.ts';

const ORIGIN = 'https://app.example.com';

/** A tenant whose application may use every flow. */
async function startWithImplicit(): Promise<TenantUnderTest> {
  const tenant = await startTenant();
  tenant.updateClient({ grant_types: ['authorization_code', 'implicit', 'refresh_token'] });
  return tenant;
}

/** What the application reads at its callback: in the fragment. */
async function fragmentOf(
  tenant: TenantUnderTest,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const arrival = await tenant.authorize({ nonce: 'n-1', state: 's-1', ...parameters });
  if (arrival.kind === 'page') throw new Error(`expected the callback, got ${arrival.page.html}`);
  expect(arrival.url.search).toBe('');
  return Object.fromEntries(new URLSearchParams(arrival.url.hash.slice(1)));
}

/** The left half of the hash, as OpenID Connect Core 3.3.2.11 has it. */
const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

describe('a response type', () => {
  test.each([
    ['code', ['code'], 'oidc-basic-profile'],
    ['id_token', ['id_token'], 'oidc-implicit-profile'],
    ['token', ['access_token'], 'oidc-implicit-profile'],
    ['token id_token', ['access_token', 'id_token'], 'oidc-implicit-profile'],
    ['code id_token', ['code', 'id_token'], 'oidc-hybrid-profile'],
    ['id_token token code', ['access_token', 'code', 'id_token'], 'oidc-hybrid-profile'],
  ])('%s brings %j, and Actions see the protocol %s', async (type, brought, protocol) => {
    const tenant = await startWithImplicit();
    const answer =
      type === 'code'
        ? await tenant.callbackOf({ response_type: type })
        : await fragmentOf(tenant, { response_type: type, audience: API });
    const secrets = ['code', 'access_token', 'id_token'];
    expect(
      Object.keys(answer)
        .filter((name) => secrets.includes(name))
        .sort(),
    ).toEqual(brought);
    expect(tenant.runs[0]?.event['transaction']).toMatchObject({ protocol, response_type: type.split(' ') });
  });

  test('with an ID token ties the token and the code to it', async () => {
    const tenant = await startWithImplicit();
    tenant.setActions(() => ({ idTokenClaims: { 'https://example.com/a': 1 }, accessTokenClaims: { b: 2 } }));
    const answer = await fragmentOf(tenant, {
      response_type: 'code token id_token',
      scope: 'openid email',
      audience: API,
    });
    const { payload } = await jwtVerify(answer['id_token'] ?? '', tenant.context.keys.publicKey, {
      issuer: `${TENANT_URL}/`,
      audience: APPLICATION.clientId,
    });
    expect(payload).toMatchObject({
      nonce: 'n-1',
      at_hash: halfHash(answer['access_token'] ?? ''),
      c_hash: halfHash(answer['code'] ?? ''),
      'https://example.com/a': 1,
    });
    expect(payload['email']).toBeDefined();
    expect(decodeJwt(answer['access_token'] ?? '')).toMatchObject({ b: 2 });
    expect(answer).toMatchObject({ state: 's-1', token_type: 'Bearer', expires_in: '86400' });
    const { status } = await tenant.token({
      grant_type: 'authorization_code',
      code: answer['code'] ?? '',
      redirect_uri: APPLICATION.callback,
    });
    expect(status).toBe(200);
  });

  test.each([
    [{ response_type: 'id_token' }, 'Missing required parameter: nonce'],
    [{ response_type: 'token', response_mode: 'query' }, 'Unsupported response mode: query'],
    [{ response_type: 'code code' }, 'Unsupported response type: code code'],
    [{ response_type: 'code saml' }, 'Unsupported response type: code saml'],
  ])('is refused where the request does not fit: %j', async (parameters, description) => {
    const tenant = await startWithImplicit();
    const arrival = await tenant.authorize(parameters);
    const url = arrival.kind === 'stopped' ? arrival.url : new URL(TENANT_URL);
    const answer = new URLSearchParams(url.hash === '' ? url.search : url.hash.slice(1));
    expect(answer.get('error_description')).toBe(description);
  });

  test('with a token is refused without the implicit grant', async () => {
    const tenant = await startTenant();
    expect(await fragmentOf(tenant, { response_type: 'code id_token' })).toMatchObject({
      error: 'unauthorized_client',
      error_description: "Grant type 'implicit' not allowed for the client.",
    });
  });

  test('tells a denial in the fragment too', async () => {
    const tenant = await startWithImplicit();
    tenant.setActions(() => ({ decision: { kind: 'deny', reason: 'no' } }));
    expect(await fragmentOf(tenant, { response_type: 'id_token' })).toEqual({
      error: 'access_denied',
      error_description: 'no',
      state: 's-1',
    });
  });
});

describe('response_mode=web_message', () => {
  const message = (html: string): unknown => {
    const [, data = '', origin = ''] = /postMessage\(\s*(\{.*\}),\s*(".*"),/.exec(html) ?? [];
    return { data: JSON.parse(data) as unknown, origin: JSON.parse(origin) as unknown };
  };

  test.each(['web_origins', 'allowed_origins'])('answers a window of an origin of %s', async (setting) => {
    const tenant = await startTenant();
    tenant.updateClient({ [setting]: [`${ORIGIN}/`] });
    const arrival = await tenant.authorize({
      response_mode: 'web_message',
      prompt: 'none',
      state: '</script><script>alert(1)',
    });
    const { html } = existing(arrival.kind === 'page' ? arrival.page : undefined);
    expect(html).not.toContain('</script><script>alert');
    expect(message(html)).toEqual({
      origin: ORIGIN,
      data: {
        type: 'authorization_response',
        response: {
          error: 'login_required',
          error_description: 'Login required',
          state: '</script><script>alert(1)',
        },
      },
    });
  });

  test.each([[[]], [['https://other.example.com']], [['https://app.example.com.evil.example']]])(
    'shows an error to an origin that is not among %j',
    async (origins) => {
      const tenant = await startTenant();
      tenant.updateClient({ web_origins: origins });
      const arrival = await tenant.authorize({ response_mode: 'web_message', prompt: 'none' });
      expect(arrival).toMatchObject({ kind: 'page', page: { status: 403 } });
      expect(arrival.kind === 'page' && arrival.page.html).not.toContain('postMessage');
    },
  );
});

describe('a page of another origin', () => {
  const PATHS = ['/oauth/token', '/oauth/revoke', '/userinfo', '/.well-known/openid-configuration'];

  test.each(PATHS)(
    'may ask %s in a preflight where an application lists it, and only there',
    async (path) => {
      const tenant = await startTenant();
      tenant.updateClient({ web_origins: [ORIGIN, 'https://*.preview.example.com'] });
      const preflight = (origin: string): Promise<Response> =>
        tenant.fetch(TENANT_URL + path, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-headers': 'auth0-client',
            'access-control-request-method': 'POST',
          },
        });
      for (const origin of [ORIGIN, 'https://pr-1.preview.example.com']) {
        const { status, headers } = await preflight(origin);
        expect([status, headers.get('access-control-allow-origin')]).toEqual([204, origin]);
        expect(headers.get('access-control-allow-headers')).toBe('auth0-client');
      }
      for (const origin of ['https://evil.example.com', 'null', `${ORIGIN}:444`]) {
        const { status, headers } = await preflight(origin);
        expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
      }
    },
  );

  test('reads the answer of its own application, an error too, and of no other', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ allowed_origins: [ORIGIN] });
    tenant.collections.clients.put('other', {
      client_id: 'other',
      client_secret: 'other-secret',
      name: 'Other',
      settings: { web_origins: ['https://other.example.com'], grant_types: ['refresh_token'] },
    });
    const allowed = async (origin: string, clientId: string): Promise<string | null> => {
      const response = await tenant.fetch(`${TENANT_URL}/oauth/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: clientId,
          client_secret: clientId === 'other' ? 'other-secret' : APPLICATION.clientSecret,
          refresh_token: 'wrong',
        }),
      });
      expect(response.status).toBe(403);
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed(ORIGIN, APPLICATION.clientId)).toBe(ORIGIN);
    expect(await allowed(ORIGIN, 'other')).toBeNull();
    expect(await allowed('https://other.example.com', 'other')).toBe('https://other.example.com');
  });
});
