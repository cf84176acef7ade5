import { expect, test } from 'vitest';
import { describeLoginTrace, fetchLoginTrace } from '../../../scripts/login/local/trace.ts';
import { problemsOfAsync } from '../../problems-of.ts';
import { client, existing, startTenant, TENANT_URL } from '../../local-tenant/login/tenant-under-test.ts';

async function tenantWithManagementClient() {
  const tenant = await startTenant();
  tenant.collections.clients.put('machine', client('machine', {}, 'machine-secret'));
  tenant.collections.clientGrants.put('cgr_1', {
    id: 'cgr_1',
    client_id: 'machine',
    audience: `${TENANT_URL}/api/v2/`,
    scope: ['read:users'],
    settings: {},
  });
  return tenant;
}

const MANAGEMENT = { clientId: 'machine', clientSecret: 'machine-secret' };

test('a trace is fetched with Management API credentials and reads as a story', async () => {
  const tenant = await tenantWithManagementClient();
  tenant.setActions(() => ({
    appMetadata: { didit: { verified: true } },
    idTokenClaims: { 'https://example.com/verified': true },
    trace: [
      {
        action: 'didit-profile-sync',
        handler: 'onExecutePostLogin',
        milliseconds: 12.34,
        calls: [{ method: 'api.user.setAppMetadata', arguments: ['didit', { verified: true }] }],
        logs: ['synced'],
        requests: [{ method: 'GET', url: 'https://localhost/api/v2/users/x', status: 200 }],
        notes: ['The claim aud is restricted.'],
      },
    ],
  }));
  const { loginId } = await tenant.signedIn();
  const trace = await fetchLoginTrace({
    tenantUrl: TENANT_URL,
    management: MANAGEMENT,
    loginId: existing(loginId),
    fetch: tenant.fetch,
  });
  expect(describeLoginTrace(trace).text).toBe(
    `login ${existing(loginId)} (oidc-basic-profile) of oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01
  didit-profile-sync onExecutePostLogin 12.3 ms
    api.user.setAppMetadata("didit", {"verified":true})
    GET https://localhost/api/v2/users/x -> 200
    log: synced
    note: The claim aud is restricted.
  decision: allow
  app_metadata.didit: nothing -> {"verified":true}
  ID token https://example.com/verified: true`,
  );
});

test('a denial and an error are told with their words', async () => {
  const tenant = await tenantWithManagementClient();
  for (const [decision, words] of [
    [{ kind: 'deny', reason: 'verify first' }, 'decision: deny, "verify first"'],
    [{ kind: 'error', message: 'boom' }, 'decision: error, "boom"'],
  ] as const) {
    tenant.setActions(() => ({ decision }));
    const { loginId } = await tenant.signIn();
    const trace = await fetchLoginTrace({
      tenantUrl: TENANT_URL,
      management: MANAGEMENT,
      loginId: existing(loginId),
      fetch: tenant.fetch,
    });
    expect(describeLoginTrace(trace).text).toContain(words);
  }
});

test('an unknown login is a problem with a remedy', async () => {
  const tenant = await tenantWithManagementClient();
  const [problem] = await problemsOfAsync(() =>
    fetchLoginTrace({
      tenantUrl: TENANT_URL,
      management: MANAGEMENT,
      loginId: 'nothing',
      fetch: tenant.fetch,
    }),
  );
  expect(problem?.code).toBe('TRACE_NOT_FOUND');
});
