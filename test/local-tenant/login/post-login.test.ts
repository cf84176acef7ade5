import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { API, APPLICATION, existing, NOW, startTenant } from './tenant-under-test.ts';
import { anyString, objectWith } from '../../matchers.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

describe('the Actions of the trigger', () => {
  test('are the bound ones, in order, in their deployed versions, with their own secrets', async () => {
    const tenant = await startTenant();
    const first = existing(tenant.collections.actions.get('act_1'));
    const version = existing(tenant.collections.actionVersions.get('ver_1'));
    const binding = existing(tenant.collections.triggerBindings.get('post-login')?.bindings[0]);
    tenant.collections.actions.put('act_2', {
      ...first,
      id: 'act_2',
      name: 'second',
      deployed_version_id: 'ver_2',
    });
    tenant.collections.actions.put('act_3', {
      ...first,
      id: 'act_3',
      name: 'draft only',
      deployed_version_id: null,
    });
    tenant.collections.actions.put('act_4', { ...first, id: 'act_4', name: 'not bound' });
    tenant.collections.actionVersions.put('ver_2', {
      ...version,
      id: 'ver_2',
      code: '// deployed',
      secrets: [],
    });
    tenant.collections.triggerBindings.put('post-login', {
      trigger_id: 'post-login',
      bindings: [
        { ...binding, id: 'b2', action_id: 'act_2' },
        { ...binding, id: 'b3', action_id: 'act_3' },
        { ...binding, id: 'b1', action_id: 'act_1' },
      ],
    });
    await tenant.signedIn();
    expect(tenant.runs[0]?.actions).toEqual([
      { id: 'act_2', name: 'second', code: '// deployed', secrets: {}, dependencies: [] },
      {
        id: 'act_1',
        name: 'example-action',
        code: version.code,
        secrets: { EXAMPLE: 'example secret' },
        dependencies: [],
      },
    ]);
  });

  test('may be none', async () => {
    const tenant = await startTenant();
    tenant.collections.triggerBindings.delete('post-login');
    await tenant.signedIn();
    expect(tenant.runs).toEqual([]);
  });

  test('get the documented event, and of the user nothing but what is documented', async () => {
    const tenant = await startTenant();
    await tenant.signedIn({
      audience: API,
      scope: 'openid email',
      parameters: {
        login_hint: 'john@example.com',
        ui_locales: 'es en',
        acr_values: 'a b',
        'ext-custom': 'x',
      },
    });
    const event = existing(tenant.runs[0]).event;
    expect(event).toEqual({
      authentication: { methods: [{ name: 'federated', timestamp: new Date(NOW).toISOString() }] },
      authorization: { roles: [] },
      client: {
        client_id: APPLICATION.clientId,
        name: `Client ${APPLICATION.clientId}`,
        metadata: { didit_policy: 'require=verified' },
      },
      connection: {
        id: 'con_didit',
        name: 'didit',
        strategy: 'oauth2',
        metadata: { didit_policy: 'mode=off' },
      },
      request: {
        method: 'GET',
        ip: '127.0.0.1',
        geoip: {},
        hostname: 'localhost:4433',
        user_agent: 'local-tenant-login-client',
        query: objectWith({ 'ext-custom': 'x', login_hint: 'john@example.com' }),
        body: {},
      },
      resource_server: { identifier: API },
      session: objectWith({
        id: anyString,
        cookie: { mode: 'persistent' },
        metadata: {},
      }),
      stats: { logins_count: 1 },
      tenant: { id: 'local-tenant' },
      transaction: {
        id: anyString,
        acr_values: ['a', 'b'],
        locale: 'es',
        login_hint: 'john@example.com',
        metadata: {},
        prompt: [],
        protocol: 'oidc-basic-profile',
        redirect_uri: APPLICATION.callback,
        requested_scopes: ['openid', 'email'],
        response_type: ['code'],
        state: anyString,
        ui_locales: ['es', 'en'],
      },
      user: {
        user_id: ADULT,
        name: 'John Doe',
        email: 'alejandro.rosas@example.com',
        email_verified: true,
        picture: anyString,
        created_at: new Date(NOW).toISOString(),
        updated_at: new Date(NOW).toISOString(),
        app_metadata: {},
        user_metadata: {},
        identities: [
          {
            connection: 'didit',
            provider: 'oauth2',
            user_id: 'didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01',
            isSocial: true,
          },
        ],
        multifactor: [],
        enrolledFactors: [],
      },
    });
  });

  test('write metadata once, after all of them: seen at the next login, merged, with null as removal', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({
      appMetadata: { didit: { verified: true }, old: 1 },
      userMetadata: { theme: 'dark' },
    }));
    await tenant.signedIn();
    tenant.setActions(() => ({ appMetadata: { old: null } }));
    await tenant.signedIn();
    expect(tenant.runs[0]?.event['user']).toMatchObject({ app_metadata: {}, user_metadata: {} });
    expect(tenant.runs[1]?.event['user']).toMatchObject({
      app_metadata: { didit: { verified: true }, old: 1 },
      user_metadata: { theme: 'dark' },
    });
    expect(tenant.collections.users.get(ADULT)).toMatchObject({
      app_metadata: { didit: { verified: true } },
      user_metadata: { theme: 'dark' },
    });
    expect(tenant.collections.users.get(ADULT)?.app_metadata).not.toHaveProperty('old');
  });

  test('write to the user who signed in, not to anybody else', async () => {
    const tenant = await startTenant();
    await tenant.signedIn({ persona: 'minor' });
    tenant.setActions(() => ({ appMetadata: { adult: true } }));
    await tenant.signedIn();
    expect(
      tenant.collections.users.all().map(({ root, app_metadata: metadata }) => [root['name'], metadata]),
    ).toEqual([
      ['Mia Young', {}],
      ['John Doe', { adult: true }],
    ]);
  });

  test('keep what the Management API wrote while they ran', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => {
      const user = existing(tenant.collections.users.get(ADULT));
      tenant.collections.users.put(ADULT, { ...user, app_metadata: { meanwhile: true } });
      return { appMetadata: { didit: 1 } };
    });
    await tenant.signedIn();
    expect(tenant.collections.users.get(ADULT)?.app_metadata).toEqual({ meanwhile: true, didit: 1 });
  });

  test('deny with a reason that reaches the application; metadata is written, the session stays', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    tenant.setActions(() => ({
      decision: { kind: 'deny', reason: 'Please verify first' },
      appMetadata: { denied: true },
    }));
    expect(await tenant.signIn({ browser })).toMatchObject({
      kind: 'denied',
      error: 'access_denied',
      errorDescription: 'Please verify first',
    });
    expect(tenant.collections.users.get(ADULT)).toMatchObject({
      app_metadata: { denied: true },
      logins_count: 1,
    });
    tenant.setActions(() => ({}));
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      kind: 'signed-in',
    });
  });

  test('fail the login with their message when one throws', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ decision: { kind: 'error', message: 'x is not a function' } }));
    expect(await tenant.signIn()).toMatchObject({
      error: 'access_denied',
      errorDescription: 'x is not a function',
    });
  });

  test('can link the account and go on as the primary user, with whom the session stays', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const database = { connection: 'db', provider: 'auth0', user_id: '1', isSocial: false };
    tenant.setActions(() => {
      const user = existing(tenant.collections.users.get(ADULT));
      const primary = { ...user, user_id: 'auth0|1', root: { name: 'Primary' } };
      tenant.collections.users.put('auth0|1', { ...primary, identities: [database, ...user.identities] });
      tenant.collections.users.delete(ADULT);
      return { primaryUserId: 'auth0|1', appMetadata: { lost: true } };
    });
    const linked = await tenant.signedIn({ browser });
    expect([linked.idTokenClaims.sub, linked.idTokenClaims['name']]).toEqual(['auth0|1', 'Primary']);
    tenant.setActions(() => ({}));
    const silent = await tenant.signedIn({ browser, parameters: { prompt: 'none' } });
    expect(silent.idTokenClaims.sub).toBe('auth0|1');
    expect(tenant.collections.users.get('auth0|1')?.app_metadata).toEqual({});
  });

  test('cannot go on as a user who is somebody else, or nobody', async () => {
    const tenant = await startTenant();
    await tenant.signedIn({ persona: 'minor' });
    const stranger = existing(tenant.collections.users.all()[0]).user_id;
    for (const primaryUserId of [stranger, 'auth0|nobody']) {
      tenant.setActions(() => ({ primaryUserId }));
      expect(await tenant.signIn()).toMatchObject({ kind: 'denied', error: 'access_denied' });
    }
  });

  test('do not run for a blocked user', async () => {
    const tenant = await startTenant();
    await tenant.signedIn();
    const user = existing(tenant.collections.users.get(ADULT));
    tenant.collections.users.put(ADULT, { ...user, root: { ...user.root, blocked: true } });
    expect(await tenant.signIn()).toMatchObject({
      error: 'unauthorized',
      errorDescription: 'user is blocked',
    });
    expect(tenant.runs).toHaveLength(1);
  });

  test('can end the session, shorten it, and note metadata and methods', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    tenant.setActions(() => ({
      session: { revoked: false, idleExpiresAt: NOW + 60_000, metadata: { step: 'one' } },
      recordedMethods: ['https://example.com/proof'],
    }));
    await tenant.signedIn({ browser });
    tenant.setActions(() => ({ decision: { kind: 'deny', reason: 'out' }, session: { revoked: true } }));
    tenant.advance(59_000);
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      errorDescription: 'out',
    });
    expect(tenant.runs[1]?.event).toMatchObject({
      session: { metadata: { step: 'one' } },
      authentication: { methods: [{ name: 'federated' }, { name: 'https://example.com/proof' }] },
    });
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      error: 'login_required',
    });
  });
});
