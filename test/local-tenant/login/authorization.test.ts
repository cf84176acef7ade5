import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { link } from '../../../scripts/local-tenant/store/links.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import { API, client, existing, startTenant, textIn } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';
const AUDIENCE = { audience: API, scope: 'openid offline_access read:things write:things' };

/** A role of the adult that may read; writing is a permission of nobody. */
function giveRole(tenant: TenantUnderTest): void {
  const { store } = tenant.context;
  const permission = { resource_server_identifier: API, permission_name: 'read:things' };
  tenant.collections.things('/roles').put('rol_1', { id: 'rol_1', name: 'Reader' });
  link(store, 'role-users', 'rol_1', ADULT);
  link(store, 'role-permissions', 'rol_1', JSON.stringify([API, 'read:things']), permission);
  const elsewhere = { ...permission, resource_server_identifier: 'https://other.example.com' };
  link(store, 'user-permissions', ADULT, 'elsewhere', { ...elsewhere, permission_name: 'write:things' });
}

const configureApi = (tenant: TenantUnderTest, settings: JsonObject): void => {
  const apis = tenant.collections.things('/resource-servers');
  apis.put('rs_1', { ...existing(apis.get('rs_1')), ...settings });
};

describe('roles', () => {
  test('are in the event by name, at a login and at a refresh', async () => {
    const tenant = await startTenant();
    giveRole(tenant);
    const { refreshToken = '' } = await tenant.signedIn(AUDIENCE);
    await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(tenant.runs.map(({ event }) => event['authorization'])).toEqual([
      { roles: ['Reader'] },
      { roles: ['Reader'] },
    ]);
  });

  test('of a member count in a login for the organization only', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ organization_usage: 'allow' });
    await tenant.signedIn();
    tenant.collections.things('/organizations').put('org_1', { id: 'org_1', name: 'acme' });
    tenant.collections.things('/roles').put('rol_2', { id: 'rol_2', name: 'Owner' });
    link(tenant.context.store, 'organization-members', 'org_1', ADULT);
    link(tenant.context.store, 'member-roles', `org_1 ${ADULT}`, 'rol_2');
    await tenant.signedIn({ parameters: { organization: 'org_1' } });
    expect(tenant.runs.map(({ event }) => event['authorization'])).toEqual([
      { roles: [] },
      { roles: ['Owner'] },
    ]);
  });
});

describe('role-based access control of an API', () => {
  test.each([
    [{}, 'openid read:things write:things offline_access', undefined],
    [{ enforce_policies: true }, 'openid read:things offline_access', undefined],
    [
      { enforce_policies: true, token_dialect: 'access_token_authz' },
      'openid read:things offline_access',
      ['read:things'],
    ],
    [
      { enforce_policies: true, token_dialect: 'rfc9068_profile_authz' },
      'openid read:things offline_access',
      ['read:things'],
    ],
    [{ token_dialect: 'access_token_authz' }, 'openid read:things write:things offline_access', undefined],
  ])('with %j leaves the scopes %s and the permissions %j', async (settings, scopes, permissions) => {
    const tenant = await startTenant();
    giveRole(tenant);
    configureApi(tenant, settings);
    tenant.setActions(() => ({ accessTokenClaims: { 'https://example.com/a': 1 } }));
    const { accessToken, refreshToken = '' } = await tenant.signedIn(AUDIENCE);
    const { body } = await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    for (const token of [accessToken, textIn(body, 'access_token')]) {
      const claims = decodeJwt(token);
      expect(new Set(String(claims['scope']).split(' '))).toEqual(new Set(scopes.split(' ')));
      expect(claims['permissions']).toEqual(permissions);
    }
  });

  test('shows a machine what it was granted', async () => {
    const tenant = await startTenant();
    configureApi(tenant, { enforce_policies: true, token_dialect: 'access_token_authz' });
    tenant.collections.clients.put('machine', client('machine', { grant_types: ['client_credentials'] }));
    tenant.collections.clientGrants.put('cgr_1', {
      id: 'cgr_1',
      client_id: 'machine',
      audience: API,
      scope: ['write:things'],
      settings: {},
    });
    const { body } = await tenant.token({
      grant_type: 'client_credentials',
      client_id: 'machine',
      client_secret: 'machine-secret',
      audience: API,
    });
    expect(decodeJwt(textIn(body, 'access_token'))['permissions']).toEqual(['write:things']);
  });
});

describe('the name of an organization', () => {
  test.each([true, false])('is taken and given where the tenant allows names: %s', async (allowed) => {
    const tenant = await startTenant();
    tenant.updateClient({ organization_usage: 'allow' });
    await tenant.signedIn();
    tenant.collections.things('/organizations').put('org_1', { id: 'org_1', name: 'acme' });
    link(tenant.context.store, 'organization-members', 'org_1', ADULT);
    tenant.collections
      .things('/tenants/settings')
      .put('only', { allow_organization_name_in_authentication_api: allowed });
    const { idTokenClaims } = await tenant.signedIn({ parameters: { organization: 'org_1' } });
    expect(idTokenClaims['org_id']).toBe('org_1');
    expect(idTokenClaims['org_name']).toBe(allowed ? 'acme' : undefined);
    const byName = await tenant.signIn({ parameters: { organization: 'acme' } });
    expect(byName.kind).toBe(allowed ? 'signed-in' : 'denied');
  });
});

describe('a callback on the own machine', () => {
  test('is answered at once, unless the tenant is told to ask first', async () => {
    const tenant = await startTenant();
    tenant.updateClient({ callbacks: ['http://localhost:3000/callback'] });
    const arrive = (settings: JsonObject, parameters = {}) => {
      tenant.updateClient(settings);
      return tenant.authorize({ redirect_uri: 'http://localhost:3000/callback', ...parameters });
    };
    // The walk follows the redirect to a server that is not there.
    await expect(arrive({})).rejects.toThrow(/fetch failed/);
    tenant.leaveOpen({ confirmsLoopback: true });
    const asked = await arrive({});
    const { html } = existing(asked.kind === 'page' ? asked.page : undefined);
    expect(html).toMatch(/Continue to localhost:3000\?[^]*href="http:\/\/localhost:3000\/callback\?code=/);
    await expect(arrive({}, { prompt: 'none' })).rejects.toThrow(/fetch failed/);
    await expect(arrive({ skip_non_verifiable_callback_uri_confirmation_prompt: true })).rejects.toThrow(
      /fetch failed/,
    );
  });
});

describe('a profile of more than 10 kB', () => {
  test.each([
    ['is noted as deprecated', '2027-03-03T23:00:00Z', true],
    ['is refused from 4 March 2027 on', '2027-03-04T01:00:00Z', false],
  ])('%s', async (_, at, isKept) => {
    const tenant = await startTenant();
    await tenant.signedIn();
    tenant.advance(Date.parse(at) - tenant.context.now());
    tenant.setActions(() => ({ appMetadata: { notes: 'x'.repeat(10_000) } }));
    const result = await tenant.signIn();
    expect(result.kind).toBe(isKept ? 'signed-in' : 'denied');
    expect(tenant.collections.users.get(ADULT)?.app_metadata['notes'] !== undefined).toBe(isKept);
    const types = tenant.collections
      .things('/logs')
      .all()
      .map(({ type }) => type);
    expect(types.includes('depnote')).toBe(isKept);
  });
});
