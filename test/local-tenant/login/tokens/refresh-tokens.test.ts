import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../../scripts/login/local/browser.ts';
import { API, APPLICATION, client, existing, startTenant, textIn } from '../tenant-under-test.ts';
import type { TenantUnderTest } from '../tenant-under-test.ts';
import { anyString } from '../../../matchers.ts';
import { codeForm, newCode } from '../codes.ts';

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
    const apis = tenant.collections.things('/resource-servers');
    apis.put('rs_1', { ...existing(apis.get('rs_1')), allow_offline_access: false });
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
