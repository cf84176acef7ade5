import { expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import { API, APPLICATION, startTenant } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

const logOf = (tenant: TenantUnderTest): readonly JsonObject[] => tenant.collections.things('/logs').all();

test("the log says how logins, silent ones, exchanges and refreshes ended, in Auth0's types", async () => {
  const tenant = await startTenant();
  const browser = createBrowser(tenant.fetch);
  const { refreshToken = '' } = await tenant.signedIn({
    browser,
    audience: API,
    scope: 'openid offline_access read:things',
  });
  await tenant.callbackOf({ prompt: 'none' }, browser);
  await tenant.callbackOf({ prompt: 'none' });
  await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  await tenant.token({ grant_type: 'refresh_token', refresh_token: 'wrong' });
  await tenant.token({ grant_type: 'authorization_code', code: 'wrong' });
  tenant.setActions(() => ({ decision: { kind: 'deny', reason: 'not today' } }));
  await tenant.signIn();
  await tenant.callbackOf({ prompt: 'none' }, browser);
  const log = logOf(tenant);
  expect(log.map(({ type }) => type)).toEqual([
    ...['s', 'seacft', 'ssa', 'fsa', 'sertft', 'fertft', 'feacft', 'f', 'fsa'],
  ]);
  const [success, , silent, , refresh] = log;
  expect(success).toMatchObject({
    client_id: APPLICATION.clientId,
    connection: 'didit',
    connection_id: 'con_didit',
    strategy: 'oauth2',
    strategy_type: 'social',
    audience: API,
    details: { prompts: [], stats: { loginsCount: 1 } },
  });
  expect(success?.['details']).toHaveProperty('session_id');
  expect(silent).toMatchObject({ session_connection: 'didit' });
  expect(refresh?.['details']).not.toHaveProperty('session_id');
  expect(log.at(-2)).toMatchObject({
    description: 'not today',
    details: { error: { message: 'not today', oauthError: 'access_denied' } },
  });
});

test('the log holds no metadata, no claim and no secret', async () => {
  const tenant = await startTenant();
  tenant.setActions(() => ({
    appMetadata: { kept: 'private-metadata' },
    idTokenClaims: { 'https://example.com/a': 'private-claim' },
  }));
  const { refreshToken = '', accessToken } = await tenant.signedIn({ scope: 'openid offline_access' });
  await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  const text = JSON.stringify(logOf(tenant));
  for (const secret of ['private-', accessToken, refreshToken, APPLICATION.clientSecret])
    expect(text).not.toContain(secret);
});
