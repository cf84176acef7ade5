import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { discoverTenant, signIn } from '../../../scripts/login/local/sign-in.ts';
import type { SignedIn, SignInOptions, SignInRefused } from '../../../scripts/login/local/sign-in.ts';
import { startTenantOverTls } from '../../local-tenant/login/tenant-over-tls.ts';
import type { TenantOverTls } from '../../local-tenant/login/tenant-over-tls.ts';
import { problemsOfAsync } from '../../problems-of.ts';
import { API, APPLICATION, existing } from '../../local-tenant/login/tenant-under-test.ts';
import { anyString, containing, matching } from '../../matchers.ts';

/** A profile script as Auth0 takes it: one function expression, calling Didit by its real name. */
const PROFILE_SCRIPT = `function fetchUserProfile(accessToken, context, callback) {
  fetch('https://apx.didit.me/auth/v2/users/retrieve/', { headers: { authorization: 'Bearer ' + accessToken } })
    .then(async (response) => {
      if (!response.ok) return callback(new Error('userinfo ' + response.status));
      const user = await response.json();
      callback(null, {
        user_id: user.sub,
        name: user.names && user.names.full_name,
        didit_profile: { verified: user.is_verified, saw_id_token: typeof context.id_token },
      });
    })
    .catch(callback);
}`;

const ACTION = `exports.onExecutePostLogin = async (event, api) => {
  const me = event.user.user_id;
  const response = await fetch('https://apx.didit.me/auth/config/jwks');
  api.idToken.setCustomClaim('https://example.com/keys', (await response.json()).keys.length);
  api.accessToken.setCustomClaim('https://example.com/extra-attribute', String(event.user.didit_profile));
  api.user.setAppMetadata('logins', event.stats.logins_count);
  if (event.request.query.deny) api.access.deny('Denied: ' + event.request.query.deny);
  if (event.request.query.away)
    api.redirect.sendUserTo('https://elsewhere.example.com/verify', {
      query: { session_token: api.redirect.encodeToken({ secret: event.secrets.EXAMPLE, payload: { for: me } }) },
    });
};
exports.onContinuePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('https://example.com/continued', event.request.query.proof);
};`;

let tenant: TenantOverTls;

beforeAll(async () => {
  tenant = await startTenantOverTls(PROFILE_SCRIPT, ACTION);
});

afterAll(async () => {
  await tenant.close();
});

const login = (options: Partial<SignInOptions> = {}) =>
  signIn({
    tenantUrl: tenant.url,
    application: APPLICATION,
    persona: 'adult',
    connection: 'didit',
    ...options,
  });

function signedIn(result: SignedIn | SignInRefused): SignedIn {
  if (result.kind === 'denied') throw new Error(`${result.error}: ${result.errorDescription}`);
  return result;
}

describe('a sign-in over TLS, with Actions in worker threads', () => {
  test('returns ID-token claims, a decoded access token and a refresh token', async () => {
    // Nobody else signs this person in: it is the first login.
    const result = signedIn(
      await login({ persona: 'minor', audience: API, scope: 'openid profile offline_access' }),
    );
    expect(result.idTokenClaims).toMatchObject({
      iss: `${tenant.url}/`,
      name: 'Mia Young',
      'https://example.com/keys': 1,
    });
    expect(result.accessTokenClaims).toMatchObject({ 'https://example.com/extra-attribute': 'undefined' });
    expect(result.refreshToken).toEqual(anyString);
    expect(tenant.collections.users.get(result.idTokenClaims.sub)).toMatchObject({
      root: { didit_profile: { verified: true, saw_id_token: 'string' } },
      app_metadata: { logins: 1 },
    });
  });

  test('returns an Action’s denial', async () => {
    expect(await login({ parameters: { deny: 'not today' } })).toMatchObject({
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'Denied: not today',
    });
  });

  test('returns Didit’s denial', async () => {
    expect(await login({ persona: 'deny' })).toMatchObject({ kind: 'denied', error: 'access_denied' });
  });

  test('returns what the profile script failed with', async () => {
    expect(await login({ fault: 'userinfo-500' })).toMatchObject({
      kind: 'denied',
      errorDescription: 'userinfo 500',
    });
  });

  test('comes back from where an Action has sent the browser', async () => {
    const result = await login({
      parameters: { away: 'yes' },
      visitElsewhere: (url) => {
        expect(url.origin + url.pathname).toBe('https://elsewhere.example.com/verify');
        expect(url.searchParams.get('session_token')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
        return { proof: 'shown' };
      },
    });
    expect(result).toMatchObject({ idTokenClaims: { 'https://example.com/continued': 'shown' } });
  });

  test('uses the session of a browser that has been there before', async () => {
    const browser = createBrowser();
    const first = signedIn(await login({ browser }));
    const second = signedIn(await login({ browser, parameters: { prompt: 'none' } }));
    expect(second.idTokenClaims['sid']).toBe(first.idTokenClaims['sid']);
  });
});

describe('openid-client after the sign-in', () => {
  test('refreshes with rotation; a refresh token that is used twice ends all that came from it', async () => {
    const first = signedIn(await login({ scope: 'openid profile offline_access' }));
    const config = await discoverTenant({ tenantUrl: tenant.url, application: APPLICATION });
    const stolen = existing(first.refreshToken);
    const second = await openid.refreshTokenGrant(config, stolen);
    expect(second.claims()).toMatchObject({ sub: first.idTokenClaims.sub, 'https://example.com/keys': 1 });
    expect(second.refresh_token).not.toBe(stolen);
    await expect(openid.refreshTokenGrant(config, stolen)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(openid.refreshTokenGrant(config, existing(second.refresh_token))).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('logs out: the browser’s next silent sign-in needs the user', async () => {
    const browser = createBrowser();
    const { idToken } = signedIn(await login({ browser }));
    expect(await login({ browser, parameters: { prompt: 'none' } })).toMatchObject({ kind: 'signed-in' });
    const config = await discoverTenant({ tenantUrl: tenant.url, application: APPLICATION });
    const arrival = await browser.open(
      openid.buildEndSessionUrl(config, {
        id_token_hint: idToken,
        post_logout_redirect_uri: 'https://app.example.com/bye',
      }),
      (url) => url.hostname === 'app.example.com',
    );
    expect(arrival.kind).toBe('stopped');
    expect(await login({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      kind: 'denied',
      error: 'login_required',
    });
  });
});

describe('a sign-in that cannot be', () => {
  test('says what the tenant’s page says', async () => {
    const [problem] = await problemsOfAsync(() =>
      login({ application: { ...APPLICATION, callback: 'https://evil.example.com/' } }),
    );
    expect(problem).toMatchObject({
      code: 'SIGN_IN_STOPPED',
      message: matching(/403: unauthorized_client: Callback URL mismatch\. https:\/\/evil/),
    });
  });

  test('says which persona is unknown', async () => {
    const [problem] = await problemsOfAsync(() => login({ persona: 'nobody' }));
    expect(problem).toMatchObject({
      code: 'SIGN_IN_STOPPED',
      message: containing('There is no persona nobody'),
    });
  });

  test('does not swallow the refusal of a wrong client secret', async () => {
    await expect(login({ application: { ...APPLICATION, clientSecret: 'wrong' } })).rejects.toMatchObject({
      error: 'access_denied',
      status: 401,
    });
  });
});
