import { jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { discoverTenant } from '../../../scripts/login/local/sign-in.ts';
import { API, APPLICATION, existing, NOW, startTenant, TENANT_URL, textIn } from './tenant-under-test.ts';
import { anyString, containing } from '../../matchers.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

describe('a whole login through openid-client', () => {
  test('ends with standard and custom claims in a validated ID token, and an opaque access token', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ idTokenClaims: { 'https://example.com/verified': true } }));
    const result = await tenant.signedIn();
    expect(result.idTokenClaims).toEqual({
      iss: `${TENANT_URL}/`,
      aud: APPLICATION.clientId,
      sub: ADULT,
      iat: NOW / 1000,
      exp: NOW / 1000 + 36_000,
      sid: anyString,
      nonce: anyString,
      name: 'John Doe',
      picture: containing('/didit-stand-in/pictures/adult?'),
      updated_at: new Date(NOW).toISOString(),
      email: 'alejandro.rosas@example.com',
      email_verified: true,
      'https://example.com/verified': true,
    });
    expect(result.accessTokenClaims).toBeUndefined();
    expect(result.refreshToken).toBeUndefined();
    expect(result.expiresIn).toBe(86_400);
  });

  test.each([
    ['unverified', { email: 'una.verified@example.com', email_verified: false }, false],
    ['no-email', {}, false],
    ['adult', { email: 'alejandro.rosas@example.com', email_verified: true }, true],
  ])('%s: the e-mail address is as verified as Didit says', async (persona, claims, verified) => {
    const tenant = await startTenant();
    const { idTokenClaims } = await tenant.signedIn({ persona });
    const { email, email_verified: emailVerified } = idTokenClaims;
    expect({
      ...(email === undefined ? {} : { email }),
      ...(emailVerified === undefined ? {} : { email_verified: emailVerified }),
    }).toEqual(claims);
    expect(tenant.runs[0]?.event['user']).toMatchObject({ email_verified: verified });
  });

  test('gives a JWT access token for an API, with its own custom claims and the scopes the API has', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ accessTokenClaims: { 'https://example.com/adult': true } }));
    const result = await tenant.signedIn({ audience: API, scope: 'openid read:things delete:things' });
    expect(result.accessTokenClaims).toEqual({
      iss: `${TENANT_URL}/`,
      sub: ADULT,
      aud: [API, `${TENANT_URL}/userinfo`],
      azp: APPLICATION.clientId,
      iat: NOW / 1000,
      exp: NOW / 1000 + 86_400,
      scope: 'openid read:things',
      'https://example.com/adult': true,
    });
    expect(result.idTokenClaims).not.toHaveProperty('email');
  });

  test('lets Actions add and remove scopes of the access token', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ addedScopes: ['write:things'], removedScopes: ['read:things'] }));
    const result = await tenant.signedIn({ audience: API, scope: 'openid read:things' });
    expect(result.scope).toBe('openid write:things');
  });

  test('gives the Management API audience no custom claims, and the ID token its own', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({
      idTokenClaims: { 'https://example.com/verified': true },
      accessTokenClaims: { 'https://example.com/verified': true },
    }));
    const result = await tenant.signedIn({ audience: `${TENANT_URL}/api/v2/` });
    expect(result.accessTokenClaims).not.toHaveProperty('https://example.com/verified');
    expect(result.idTokenClaims).toHaveProperty('https://example.com/verified', true);
  });

  // Where an application does not name the algorithm, none is shown, and HS256 is in force.
  test.each([
    ['that is set so', { alg: 'HS256', lifetime_in_seconds: 60 }],
    ['that names none', { lifetime_in_seconds: 60 }],
  ])('signs ID tokens with HS256 for an application %s', async (_, configuration) => {
    const tenant = await startTenant();
    tenant.updateClient({ jwt_configuration: configuration });
    const { code = '' } = await tenant.callbackOf({});
    const { body } = await tenant.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: APPLICATION.callback,
    });
    const secret = new TextEncoder().encode(APPLICATION.clientSecret);
    const { payload } = await jwtVerify(textIn(body, 'id_token'), secret, { algorithms: ['HS256'] });
    expect([payload.sub, payload.exp]).toEqual([ADULT, NOW / 1000 + 60]);
  });

  test('answers /userinfo with the standard claims and the custom claims of the ID token', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({
      idTokenClaims: { 'https://example.com/verified': true },
      accessTokenClaims: { 'https://example.com/api-only': true },
    }));
    const { accessToken, idTokenClaims } = await tenant.signedIn({ scope: 'openid email' });
    const config = await discoverTenant({
      tenantUrl: TENANT_URL,
      application: APPLICATION,
      fetch: tenant.fetch,
    });
    expect(await openid.fetchUserInfo(config, accessToken, idTokenClaims.sub)).toEqual({
      sub: ADULT,
      email: 'alejandro.rosas@example.com',
      email_verified: true,
      'https://example.com/verified': true,
    });
    tenant.advance(86_400_000);
    const expired = await tenant.fetch(`${TENANT_URL}/userinfo`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect([expired.status, expired.headers.get('www-authenticate')]).toEqual([
      401,
      containing('invalid_token'),
    ]);
  });

  test('works for a public client with PKCE and without a secret', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ token_endpoint_auth_method: 'none', app_type: 'spa' });
    const { clientId, callback } = APPLICATION;
    const result = await tenant.signedIn({ application: { clientId, callback } });
    expect(result.idTokenClaims.sub).toBe(ADULT);
  });

  test('logs out at the end-session endpoint: the next silent login needs the user again', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const { idToken } = await tenant.signedIn({ browser });
    const config = await discoverTenant({
      tenantUrl: TENANT_URL,
      application: APPLICATION,
      fetch: tenant.fetch,
    });
    const endSession = openid.buildEndSessionUrl(config, {
      id_token_hint: idToken,
      post_logout_redirect_uri: 'https://app.example.com/bye',
      state: 'example-state',
    });
    const arrival = await browser.open(endSession, (url) => url.hostname === 'app.example.com');
    expect(arrival).toMatchObject({
      kind: 'stopped',
      url: new URL('https://app.example.com/bye?state=example-state'),
    });
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      kind: 'denied',
      error: 'login_required',
    });
  });

  test('fifty people at once each get their own tokens', async () => {
    const tenant = await startTenant();
    tenant.setActions(({ event }) => ({
      idTokenClaims: { 'https://example.com/event-user': event['user'] ?? null },
    }));
    const personas = ['adult', 'minor', 'unverified', 'no-email', 'renamed'];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        tenant.signedIn({ persona: existing(personas[index % personas.length]) }),
      ),
    );
    expect(new Set(results.map(({ idTokenClaims }) => idTokenClaims.sub)).size).toBe(5);
    for (const { idTokenClaims } of results) {
      expect(idTokenClaims['https://example.com/event-user']).toMatchObject({ user_id: idTokenClaims.sub });
    }
    expect(tenant.collections.users.all().map(({ logins_count: count }) => count)).toEqual([
      10, 10, 10, 10, 10,
    ]);
  });
});
