import { describe, expect, test } from 'vitest';
import { link, linkedTo } from '../../../scripts/local-tenant/store/links.ts';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import {
  API,
  APPLICATION,
  client,
  DIDIT_CONNECTION,
  NOW,
  startTenant,
  TENANT_URL,
} from './tenant-under-test.ts';
import { containing, matching } from '../../matchers.ts';

describe('/authorize refuses', () => {
  test.each([
    ['an unknown client', { client_id: 'nobody' }, 400, 'invalid_request: Unknown client: nobody'],
    [
      'a callback that is not the application’s',
      { redirect_uri: 'https://evil.example.com/' },
      403,
      'unauthorized_client: Callback URL mismatch. https://evil.example.com/ is not in the list of allowed callback URLs',
    ],
  ])('%s on a page, never by a redirect', async (_, parameters, status, message) => {
    const tenant = await startTenant();
    const arrival = await tenant.authorize(parameters);
    expect(arrival).toMatchObject({ kind: 'page', page: { status } });
    expect(arrival.kind === 'page' && arrival.page.html).toContain(message);
  });

  test.each([
    [{ response_type: 'saml' }, 'unsupported_response_type', 'Unsupported response type: saml'],
    [{ response_mode: 'pigeon' }, 'invalid_request', 'Unsupported response mode: pigeon'],
    [
      { audience: 'https://unknown.example.com' },
      'access_denied',
      'Service not found: https://unknown.example.com',
    ],
    [{ connection: 'nothing' }, 'invalid_request', 'the connection was not found'],
    [
      { code_challenge: 'too-short', code_challenge_method: 'S256' },
      'invalid_request',
      'Invalid parameter: code_challenge',
    ],
    [
      { code_challenge: 'x'.repeat(43) },
      'invalid_request',
      "Parameter 'code_challenge_method' must be 'S256'",
    ],
    [{ code_challenge_method: 'S256' }, 'invalid_request', 'Missing required parameter: code_challenge'],
    [{ prompt: 'none login' }, 'invalid_request', 'prompt=none cannot be combined with other prompts'],
    [{ prompt: 'none' }, 'login_required', 'Login required'],
    [{ max_age: 'soon' }, 'invalid_request', 'max_age must be a number of seconds'],
    [{ organization: 'org_1' }, 'invalid_request', 'parameter organization is not allowed for this client'],
    [{ request: 'a.b.c' }, 'request_not_supported', 'The parameter request is not supported'],
  ])('%o at the callback, with the state', async (parameters, error, description) => {
    const tenant = await startTenant();
    expect(await tenant.callbackOf({ ...parameters, state: 'example-state' })).toEqual({
      error,
      error_description: description,
      state: 'example-state',
    });
  });

  test('a request that nobody has pushed, on a page', async () => {
    const tenant = await startTenant();
    expect(
      await tenant.authorize({ request_uri: 'urn:ietf:params:oauth:request_uri:unknown' }),
    ).toMatchObject({
      page: { status: 400, html: containing('invalid_request: The request_uri is not valid') },
    });
  });

  test('a connection that the application is not enabled for', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({ enabled_clients: ['somebody else'] });
    expect(await tenant.callbackOf({})).toMatchObject({
      error: 'invalid_request',
      error_description: 'the connection was disabled',
    });
  });

  test('an application without any connection', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({ enabled_clients: [] });
    const query = new URLSearchParams({
      client_id: APPLICATION.clientId,
      redirect_uri: APPLICATION.callback,
      response_type: 'code',
    });
    const response = await tenant.fetch(`${TENANT_URL}/authorize?${query.toString()}`);
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error_description')).toBe(
      'no connections enabled for the client',
    );
  });

  test('a connection of another strategy, in plain words', async () => {
    const tenant = await startTenant();
    tenant.updateConnection({ strategy: 'samlp' });
    expect(await tenant.callbackOf({})).toMatchObject({
      error: 'invalid_request',
      error_description: containing('connections of the strategies oauth2 and auth0; didit is of samlp'),
    });
  });

  test('an application that may not use authorization codes', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ grant_types: ['client_credentials'] });
    expect(await tenant.callbackOf({})).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('/authorize', () => {
  test('takes the first callback when the request names none', async () => {
    const tenant = await startTenant();
    const query = new URLSearchParams({ client_id: APPLICATION.clientId, response_type: 'token' });
    const response = await tenant.fetch(`${TENANT_URL}/authorize?${query.toString()}`);
    expect(response.headers.get('location')).toContain(APPLICATION.callback);
  });

  test('answers with a form that posts itself for response_mode=form_post', async () => {
    const tenant = await startTenant();
    const arrival = await tenant.authorize({
      response_mode: 'form_post',
      prompt: 'none',
      state: '"><script>',
    });
    const html = arrival.kind === 'page' ? arrival.page.html : '';
    expect(html).toContain(`action="${APPLICATION.callback}"`);
    expect(html).toContain('name="error" value="login_required"');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;"');
  });

  test('offers the choice between several connections', async () => {
    const tenant = await startTenant();
    tenant.collections.connections.put('con_other', {
      ...DIDIT_CONNECTION,
      id: 'con_other',
      name: 'didit-two',
    });
    const query = new URLSearchParams({
      client_id: APPLICATION.clientId,
      redirect_uri: APPLICATION.callback,
      response_type: 'code',
      state: 'example-state',
    });
    const page = await (await tenant.fetch(`${TENANT_URL}/authorize?${query.toString()}`)).text();
    expect(page).toContain('Continue with didit</a>');
    expect(page).toContain('Continue with didit-two</a>');
    expect(page).toContain('state=example-state&amp;connection=didit-two');
  });

  test('uses the tenant’s default audience', async () => {
    const tenant = await startTenant();
    tenant.collections.things('/tenants/settings').put('only', { default_audience: API });
    const { accessTokenClaims } = await tenant.signedIn();
    expect(accessTokenClaims).toMatchObject({ azp: APPLICATION.clientId });
  });
});

describe('the SSO session', () => {
  test('signs in silently, for every application of the connection, and tells the Actions the truth', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const first = await tenant.signedIn({ browser });
    tenant.collections.clients.put(
      'second',
      client('second', { callbacks: ['https://app.example.com/two'], token_endpoint_auth_method: 'none' }),
    );
    tenant.updateConnection({ enabled_clients: [APPLICATION.clientId, 'second'] });
    tenant.advance(60_000);
    const silent = await tenant.signedIn({
      browser,
      application: { clientId: 'second', callback: 'https://app.example.com/two' },
      parameters: { prompt: 'none' },
    });
    expect(silent.idTokenClaims.sub).toBe(first.idTokenClaims.sub);
    expect(silent.idTokenClaims['sid']).toBe(first.idTokenClaims['sid']);
    expect(tenant.scriptRuns).toHaveLength(1);
    expect(tenant.runs[1]?.event).toMatchObject({
      transaction: { prompt: ['none'], protocol: 'oidc-basic-profile' },
      session: { clients: [{ client_id: APPLICATION.clientId }, { client_id: 'second' }] },
      authentication: { methods: [{ name: 'federated', timestamp: new Date(NOW).toISOString() }] },
      stats: { logins_count: 1 },
    });
  });

  test('does not count for an application that the connection is not enabled for', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    tenant.collections.clients.put(
      'second',
      client('second', { callbacks: ['https://app.example.com/two'], token_endpoint_auth_method: 'none' }),
    );
    expect(
      await tenant.signIn({
        browser,
        application: { clientId: 'second', callback: 'https://app.example.com/two' },
        parameters: { prompt: 'none' },
      }),
    ).toMatchObject({ error: 'login_required' });
  });

  test.each([
    ['prompt=login', { parameters: { prompt: 'login' } }],
    ['max_age', { maxAge: 30 }],
  ])('gives way to %s', async (_, options) => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    tenant.advance(31_000);
    await tenant.signedIn({ browser, ...options });
    expect(tenant.scriptRuns).toHaveLength(2);
    // The browser has one session, not two.
    expect(tenant.context.store.collection('login-sessions').all()).toHaveLength(1);
  });

  test('is young enough within max_age, and auth_time says when', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    tenant.advance(29_000);
    const { idTokenClaims } = await tenant.signedIn({ browser, maxAge: 30 });
    expect(idTokenClaims.auth_time).toBe(NOW / 1000);
    expect(tenant.scriptRuns).toHaveLength(1);
  });

  test('ends after three days without use, or when the tenant’s settings say so', async () => {
    const hour = 3_600_000;
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const silently = { browser, parameters: { prompt: 'none' } };
    await tenant.signedIn({ browser });
    tenant.advance(71 * hour);
    expect(await tenant.signIn(silently)).toMatchObject({ kind: 'signed-in' });
    tenant.advance(72 * hour);
    expect(await tenant.signIn(silently)).toMatchObject({ error: 'login_required' });

    tenant.collections.things('/tenants/settings').put('only', { idle_session_lifetime: 1 });
    await tenant.signedIn({ browser });
    tenant.advance(hour);
    expect(await tenant.signIn(silently)).toMatchObject({ error: 'login_required' });
  });

  test('ends after a week, however busy it is', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    const silently = { browser, parameters: { prompt: 'none' } };
    await tenant.signedIn({ browser });
    for (const hours of [60, 60, 47]) {
      tenant.advance(hours * 3_600_000);
      expect(await tenant.signIn(silently)).toMatchObject({ kind: 'signed-in' });
    }
    tenant.advance(3_600_000);
    expect(await tenant.signIn(silently)).toMatchObject({ error: 'login_required' });
  });

  test('has cookies that scripts and other sites’ plain HTTP cannot read', async () => {
    const tenant = await startTenant();
    const arrival = await tenant.authorize({});
    const cookies = arrival.kind === 'stopped' ? arrival.headers.getSetCookie() : [];
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatch(/^auth0=[A-Za-z0-9]{43}; .*HttpOnly; Secure; SameSite=None/);
    // The store knows the hash only.
    const secret = /^auth0=([^;]+)/.exec(cookies[0] ?? '')?.[1] ?? '';
    expect(JSON.stringify(tenant.context.store.collection('login-sessions').all())).not.toContain(secret);
  });
});

describe('organizations', () => {
  test('membership is checked, and the tokens and the event name the organization', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ organization_usage: 'allow' });
    const shown = {
      id: 'org_1',
      name: 'example',
      display_name: 'Example',
      metadata: { didit_policy: 'mode=enforce' },
    };
    tenant.collections.things('/organizations').put('org_1', shown);
    const parameters = { organization: 'org_1' };
    expect(await tenant.signIn({ parameters })).toMatchObject({
      error: 'access_denied',
      errorDescription: matching(/^user oauth2\|didit\|.* is not part of the org_1 organization$/),
    });
    const [user] = tenant.collections.users.all();
    link(tenant.context.store, 'organization-members', 'org_1', user?.user_id ?? '');
    const { idTokenClaims, accessTokenClaims } = await tenant.signedIn({ parameters, audience: API });
    expect([idTokenClaims['org_id'], accessTokenClaims?.['org_id']]).toEqual(['org_1', 'org_1']);
    // All of it but the members.
    expect(tenant.runs.at(-1)?.event['organization']).toEqual(shown);
  });

  test('a connection that assigns membership makes a member of whoever signs in through it', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ organization_usage: 'allow' });
    tenant.collections.things('/organizations').put('org_1', { id: 'org_1', name: 'example' });
    const [connection] = tenant.collections.connections.all();
    tenant.collections
      .things('/organizations/org_1/enabled_connections')
      .put(connection?.id ?? '', { connection_id: connection?.id ?? '', assign_membership_on_login: true });
    const { idTokenClaims } = await tenant.signedIn({ parameters: { organization: 'org_1' } });
    expect(idTokenClaims['org_id']).toBe('org_1');
    const [user] = tenant.collections.users.all();
    expect(linkedTo(tenant.context.store, 'organization-members', 'org_1')).toMatchObject([
      { other: user?.user_id },
    ]);
  });

  test('an application can require one', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ organization_usage: 'require' });
    expect(await tenant.callbackOf({})).toMatchObject({
      error_description: 'parameter organization is required for this client',
    });
    expect(await tenant.callbackOf({ organization: 'org_nowhere' })).toMatchObject({
      error_description: 'parameter organization is invalid',
    });
  });
});
