import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { verifyManagementToken } from '../../../../scripts/local-tenant/management-tokens.ts';
import { API, client, startTenant, TENANT_URL, textIn } from '../tenant-under-test.ts';
import type { TenantUnderTest } from '../tenant-under-test.ts';
import { containing } from '../../../matchers.ts';

describe('client credentials', () => {
  const machine = { client_id: 'machine', client_secret: 'machine-secret', grant_type: 'client_credentials' };
  const management = `${TENANT_URL}/api/v2/`;

  async function tenantWithMachine(): Promise<TenantUnderTest> {
    const tenant = await startTenant();
    tenant.collections.clients.put(
      'machine',
      client('machine', { app_type: 'non_interactive' }, 'machine-secret'),
    );
    tenant.collections.clientGrants.put('cgr_1', {
      id: 'cgr_1',
      client_id: 'machine',
      audience: management,
      scope: ['read:users', 'read:clients'],
      settings: {},
    });
    return tenant;
  }

  test('give a Management API token with the granted scopes, or the fewer that were asked for', async () => {
    const tenant = await tenantWithMachine();
    const all = await tenant.token({ ...machine, audience: management });
    expect(all).toMatchObject({
      status: 200,
      body: { expires_in: 86_400, scope: 'read:users read:clients' },
    });
    const fewer = await tenant.token({ ...machine, audience: management, scope: 'read:users' });
    expect(await verifyManagementToken(tenant.context, textIn(fewer.body, 'access_token'))).toEqual({
      clientId: 'machine',
      scope: ['read:users'],
    });
    expect(tenant.runs).toEqual([]);
  });

  test('are not another client’s', async () => {
    const tenant = await tenantWithMachine();
    tenant.collections.clients.put('other', client('other', {}, 'other-secret'));
    expect(
      await tenant.token({
        client_id: 'other',
        client_secret: 'other-secret',
        grant_type: 'client_credentials',
        audience: management,
      }),
    ).toMatchObject({ status: 403, body: { error: 'access_denied' } });
  });

  test('give an API’s token where there is a grant for it', async () => {
    const tenant = await tenantWithMachine();
    tenant.collections.clientGrants.put('cgr_2', {
      id: 'cgr_2',
      client_id: 'machine',
      audience: API,
      scope: ['read:things'],
      settings: {},
    });
    const { body } = await tenant.token({ ...machine, audience: API });
    expect(decodeJwt(textIn(body, 'access_token'))).toMatchObject({
      sub: 'machine@clients',
      aud: API,
      gty: 'client-credentials',
      scope: 'read:things',
    });
  });

  test.each([
    ['one of a third party, for an API', { is_first_party: false }, API, 200],
    ['one of a third party, for the tenant itself', { is_first_party: false }, management, 403],
    ['a first-party one', {}, API, 403],
  ])('by the grant of all applications of third parties: %s', async (_, settings, audience, status) => {
    const tenant = await startTenant();
    tenant.collections.clients.put('other', client('other', settings, 'other-secret'));
    for (const [id, granted] of [
      ['cgr_1', API],
      ['cgr_2', management],
    ] as const)
      tenant.collections.clientGrants.put(id, {
        id,
        client_id: '',
        audience: granted,
        scope: ['read:users'],
        settings: { default_for: 'third_party_clients' },
      });
    const form = { client_id: 'other', client_secret: 'other-secret', grant_type: 'client_credentials' };
    expect(await tenant.token({ ...form, audience })).toMatchObject({ status });
  });

  test.each([
    [{}, 'No audience parameter was provided, and no default audience has been configured'],
    [
      { audience: 'https://unknown.example.com' },
      'Service not enabled within domain: https://unknown.example.com',
    ],
    [{ audience: API }, containing(`Client is not authorized to access "${API}"`)],
    [
      { audience: management, scope: 'read:users delete:users' },
      'Client has not been granted scopes: delete:users',
    ],
  ])('%o are refused', async (form, description) => {
    const tenant = await tenantWithMachine();
    expect(await tenant.token({ ...machine, ...form })).toEqual({
      status: 403,
      body: { error: 'access_denied', error_description: description },
    });
  });
});
