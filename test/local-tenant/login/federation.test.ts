import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { sha256 } from '../../../scripts/local-tenant/secrets.ts';
import type { Fault } from '../../../scripts/local-tenant/didit-stand-in/faults.ts';
import {
  authorizeUrl,
  DIDIT_CONNECTION,
  existing,
  NOW,
  startTenant,
  TENANT_URL,
} from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';
import { containing, matching } from '../../matchers.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

async function upstreamUrl(tenant: TenantUnderTest, more: Record<string, string> = {}): Promise<URL> {
  const response = await tenant.fetch(authorizeUrl(more), { redirect: 'manual' });
  return new URL(existing(response.headers.get('location') ?? undefined));
}

describe('the browser goes upstream as the connection’s options say', () => {
  test('to the stand-in in the place of Didit, with state, nonce and PKCE', async () => {
    const url = await upstreamUrl(await startTenant());
    expect(url.origin + url.pathname).toBe(`${TENANT_URL}/didit-stand-in`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'didit-client',
      redirect_uri: `${TENANT_URL}/login/callback`,
      scope: 'openid user_id names email picture is_verified is_over_18',
      state: matching(/^\w{43}$/),
      nonce: matching(/^\w{43}$/),
      code_challenge: matching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  test('to the API’s authorize endpoint, without PKCE, with fixed and aliased upstream parameters', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({
      options: {
        ...DIDIT_CONNECTION.options,
        authorizationURL: 'https://apx.didit.me/auth/v2/authorize?theme=dark',
        pkce_enabled: false,
        scope: ['openid', 'names'],
        upstream_params: {
          language: { value: 'es' },
          login_hint: { alias: 'login_hint' },
          unset: { alias: 'none' },
        },
      },
    });
    const url = await upstreamUrl(tenant, { login_hint: 'john@example.com' });
    expect(url.pathname).toBe('/didit-stand-in/auth/v2/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      theme: 'dark',
      language: 'es',
      login_hint: 'john@example.com',
      scope: 'openid names',
    });
    expect([...url.searchParams.keys()]).not.toContain('code_challenge');
    expect([...url.searchParams.keys()]).not.toContain('unset');
  });

  test('to any other provider unchanged', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({
      options: { ...DIDIT_CONNECTION.options, authorizationURL: 'https://idp.example.com/authorize' },
    });
    expect((await upstreamUrl(tenant)).origin).toBe('https://idp.example.com');
  });
});

describe('the browser comes back', () => {
  test('and the profile script gets the upstream ID token, and the user Auth0’s kind of id', async () => {
    const tenant = await startTenant();
    await tenant.signedIn();
    expect(tenant.scriptRuns).toEqual([
      {
        code: 'function (accessToken, context, callback) {}',
        context: { id_token: matching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
      },
    ]);
    expect(tenant.collections.users.get(ADULT)).toEqual({
      user_id: ADULT,
      identities: [
        {
          connection: 'didit',
          provider: 'oauth2',
          user_id: 'didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01',
          isSocial: true,
        },
      ],
      root: {
        name: 'John Doe',
        email: 'alejandro.rosas@example.com',
        email_verified: true,
        picture: containing('/pictures/adult'),
        didit_profile: { verified: true },
      },
      app_metadata: {},
      user_metadata: {},
      created_at: new Date(NOW).toISOString(),
      updated_at: new Date(NOW).toISOString(),
      last_login: new Date(NOW).toISOString(),
      last_ip: '127.0.0.1',
      logins_count: 1,
    });
  });

  test('but another browser cannot finish the login', async () => {
    const tenant = await startTenant();
    const attacker = createBrowser(tenant.fetch);
    const victim = createBrowser(tenant.fetch);
    const page = await attacker.open(authorizeUrl());
    const isCallback = (url: URL): boolean => url.pathname === '/login/callback';
    const callback =
      page.kind === 'page' ? await attacker.submit(page.page, { persona: 'adult' }, isCallback) : page;
    if (callback.kind !== 'stopped') throw new Error('expected the callback');
    const stolen = await victim.open(callback.url);
    expect(stolen).toMatchObject({
      kind: 'page',
      page: { status: 400, html: containing('Unable to verify authorization request state') },
    });
    // The attacker's own login still works: nobody can spoil it by guessing.
    expect(await attacker.open(callback.url, (url) => url.hostname === 'app.example.com')).toMatchObject({
      kind: 'stopped',
    });
  });

  test('and a state works once', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const isCallback = (url: URL): boolean => url.pathname === '/login/callback';
    const page = await browser.open(authorizeUrl());
    if (page.kind !== 'page') throw new Error('expected the page');
    const callback = await browser.submit(page.page, { persona: 'adult' }, isCallback);
    if (callback.kind !== 'stopped') throw new Error('expected the callback');
    await browser.open(callback.url, (url) => url.hostname === 'app.example.com');
    expect(await browser.open(callback.url)).toMatchObject({ kind: 'page', page: { status: 400 } });
  });

  test('with a refusal, which the application gets', async () => {
    const tenant = await startTenant();
    expect(await tenant.signIn({ persona: 'deny' })).toMatchObject({
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'The user denied the request',
    });
    expect(tenant.runs).toEqual([]);
    expect(tenant.collections.users.all()).toEqual([]);
  });

  test.each<[Fault, string, string]>([
    ['consent-denied', 'access_denied', 'The user denied the request'],
    ['token-500', 'invalid_request', 'failed to obtain access token'],
    ['token-401', 'invalid_request', 'failed to obtain access token'],
    ['token-malformed', 'invalid_request', 'failed to obtain access token'],
    ['userinfo-500', 'invalid_request', 'userinfo answered 500'],
    ['userinfo-401', 'invalid_request', 'userinfo answered 401'],
    ['userinfo-no-subject', 'invalid_request', 'the user profile has no user_id'],
  ])(
    '%s at Didit ends the login with %s, makes no user and runs no Action',
    async (fault, error, description) => {
      const tenant = await startTenant();
      expect(await tenant.signIn({ fault })).toMatchObject({ error, errorDescription: description });
      expect(tenant.collections.users.all()).toEqual([]);
      expect(tenant.runs).toEqual([]);
    },
  );

  test('too late, when the token endpoint takes longer than it may', async () => {
    const tenant = await startTenant({ upstreamTimeoutMilliseconds: 10 });
    expect(await tenant.signIn({ fault: 'token-slow' })).toMatchObject({
      error: 'invalid_request',
      errorDescription: 'failed to obtain access token',
    });
  });

  test('with an ID token of another login, which is refused', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const page = await browser.open(authorizeUrl());
    if (page.kind !== 'page') throw new Error('expected the page');
    const refused = await browser.submit(
      page.page,
      { persona: 'adult', nonce: 'of another login' },
      (url) => url.hostname === 'app.example.com',
    );
    expect(refused.kind === 'stopped' && refused.url.searchParams.get('error_description')).toBe(
      'the ID token of the identity provider belongs to another login',
    );
  });

  test('to a provider that cannot be reached: the login fails, and the secret is nowhere in the answer', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({
      options: { ...DIDIT_CONNECTION.options, tokenURL: 'https://idp.example.com/token' },
    });
    const result = await tenant.signIn();
    expect(result).toMatchObject({ errorDescription: 'failed to obtain access token' });
    expect(JSON.stringify(result)).not.toContain('didit-secret');
  });
});

test('secrets of a login in flight are stored as hashes', async () => {
  const tenant = await startTenant();
  const url = await upstreamUrl(tenant);
  const stored = JSON.stringify(tenant.context.store.collection('login-upstream').all());
  const state = url.searchParams.get('state') ?? '';
  expect(stored).not.toContain(state);
  expect(stored).toContain(sha256(state));
});
