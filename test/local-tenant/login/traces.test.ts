import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { issueManagementToken } from '../../../scripts/local-tenant/management-tokens.ts';
import { openTraces } from '../../../scripts/local-tenant/login/traces.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import { APPLICATION, existing, NOW, startTenant, TENANT_URL } from './tenant-under-test.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

describe('the trace of a login', () => {
  test('is there for whoever may read users, and tells what changed', async () => {
    const tenant = await startTenant();
    const actionTrace = {
      action: 'example-action',
      handler: 'onExecutePostLogin' as const,
      milliseconds: 3,
      calls: [{ method: 'api.user.setAppMetadata', arguments: ['didit', true] }],
      logs: ['hello'],
      requests: [],
      notes: [],
    };
    tenant.setActions(() => ({
      appMetadata: { didit: true },
      idTokenClaims: { 'https://example.com/verified': true },
      trace: [actionTrace],
    }));
    const { loginId } = await tenant.signedIn();
    const path = `${TENANT_URL}/local-tenant/logins/${existing(loginId)}`;
    expect((await tenant.fetch(path)).status).toBe(401);
    const weak = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:clients'] });
    expect((await tenant.fetch(path, { headers: { authorization: `Bearer ${weak}` } })).status).toBe(401);
    const token = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:users'] });
    const answer = await tenant.fetch(path, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toEqual({
      id: loginId,
      at: new Date(NOW).toISOString(),
      client_id: APPLICATION.clientId,
      connection: 'didit',
      user_id: ADULT,
      protocol: 'oidc-basic-profile',
      tag: null,
      event: expect.objectContaining({
        user: expect.objectContaining({ user_id: ADULT }) as unknown,
      }) as unknown,
      decision: { kind: 'allow' },
      user: {
        root: expect.objectContaining({ didit_profile: { verified: true } }) as unknown,
        identities: [expect.objectContaining({ connection: 'didit' }) as unknown],
      },
      actions: [actionTrace],
      metadata_before: { app_metadata: {}, user_metadata: {} },
      metadata_after: { app_metadata: { didit: true }, user_metadata: {} },
      id_token_claims: { 'https://example.com/verified': true },
      access_token_claims: {},
      tokens: {
        id_token: {
          header: expect.objectContaining({ alg: 'RS256' }) as unknown,
          payload: expect.objectContaining({ sub: ADULT }) as unknown,
        },
        access_token: null,
      },
    });
  });

  test('only the newest are kept, newest first, and as many as somebody has said', async () => {
    const store = openStore(undefined);
    openTraces({ store }).keepAtMost(5);
    const tenant = await startTenant({ store });
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    let last = '';
    for (let count = 0; count < 8; count += 1) {
      const arrival = await tenant.authorize({}, browser);
      last = arrival.kind === 'stopped' ? (arrival.headers.get('x-local-tenant-login') ?? '') : '';
    }
    const token = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:users'] });
    const answer = await tenant.fetch(`${TENANT_URL}/local-tenant/logins`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const traces: unknown = await answer.json();
    expect(traces).toHaveLength(5);
    expect(traces).toHaveProperty('0.id', last);
  });
});
