import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueManagementToken } from '../../../../scripts/local-tenant/management-tokens.ts';
import { openSigningKeys } from '../../../../scripts/local-tenant/signing-keys.ts';
import { openStore } from '../../../../scripts/local-tenant/store/store.ts';
import type { Json } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asText } from '../json.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await apiUnderTest();
});
afterAll(() => {
  api.close();
});

const invalidToken = { statusCode: 401, error: 'Unauthorized', message: 'Invalid token' };

describe('a request is refused', () => {
  test('without a token', async () => {
    const { status, json } = await api.request('/clients', {});
    expect([status, json]).toEqual([
      401,
      { statusCode: 401, error: 'Unauthorized', message: 'Missing authentication' },
    ]);
  });

  test('with a token that is none', async () => {
    const authorization = 'Bearer not-a-token';
    const { status, json } = await api.request('/clients', { headers: { authorization } });
    expect([status, json]).toEqual([401, invalidToken]);
  });

  // Recorded of a client that had no token to send.
  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'Basic YTpi'])(
    'with the header `%s`',
    async (authorization) => {
      const { status, json } = await api.request('/clients', { headers: { authorization } });
      expect([status, json]).toEqual([
        400,
        {
          statusCode: 400,
          error: 'Bad Request',
          message: 'Bad HTTP authentication header format',
          errorCode: 'Bearer',
        },
      ]);
    },
  );

  test('with a token of another tenant', async () => {
    const otherKeys = openSigningKeys(openStore(undefined));
    const other = await apiUnderTest({}, undefined, otherKeys);
    const token = await issueManagementToken(other.tenant, { clientId: 'x', scope: ['read:clients'] });
    other.close();
    const { status, json } = await api.request('/clients', { headers: { authorization: `Bearer ${token}` } });
    const message = 'Invalid signature received for JSON Web Token validation';
    expect([status, json]).toEqual([401, { ...invalidToken, message }]);
  });

  // auth0/laravel-auth0#455.
  test('with a token that has expired', async () => {
    const own = await apiUnderTest();
    const token = await issueManagementToken(own.tenant, { clientId: 'x', scope: ['read:clients'] });
    const headers = { authorization: `Bearer ${token}` };
    expect((await own.request('/clients', { headers })).status).toBe(200);
    own.pass(86_400_001);
    const { status, json } = await own.request('/clients', { headers });
    own.close();
    const message = 'Expired token received for JSON Web Token validation';
    expect([status, json]).toEqual([401, { ...invalidToken, message }]);
  });

  test.each(['/flows/%zz', '/roles/%', '/organizations/name/%E0%A4%A', '/clients/%zz', '/users/%zz'])(
    'for %s, which cannot be read',
    async (path) => {
      const { status, json } = await api.send('GET', path);
      expect([status, json]).toEqual([
        400,
        { statusCode: 400, error: 'Bad Request', message: 'Bad Request' },
      ]);
    },
  );

  test('for a route that is not there', async () => {
    const { status, json } = await api.send('GET', '/there-is-no-such-thing');
    expect([status, json]).toEqual([404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }]);
  });
});

const ROUTES: readonly { method: string; path: string; scope: string; body?: Json }[] = [
  { method: 'GET', path: '/clients', scope: 'read:clients' },
  { method: 'POST', path: '/clients', scope: 'create:clients', body: { name: 'A' } },
  { method: 'GET', path: '/clients/x', scope: 'read:clients' },
  { method: 'PATCH', path: '/clients/x', scope: 'update:clients', body: {} },
  { method: 'DELETE', path: '/clients/x', scope: 'delete:clients' },
  { method: 'POST', path: '/clients/x/rotate-secret', scope: 'update:client_keys' },
  { method: 'GET', path: '/client-grants', scope: 'read:client_grants' },
  { method: 'POST', path: '/client-grants', scope: 'create:client_grants', body: {} },
  { method: 'PATCH', path: '/client-grants/x', scope: 'update:client_grants', body: {} },
  { method: 'DELETE', path: '/client-grants/x', scope: 'delete:client_grants' },
  { method: 'GET', path: '/connections', scope: 'read:connections' },
  { method: 'POST', path: '/connections', scope: 'create:connections', body: {} },
  { method: 'PATCH', path: '/connections/x', scope: 'update:connections', body: {} },
  { method: 'DELETE', path: '/connections/x', scope: 'delete:connections' },
  { method: 'GET', path: '/connections/x/clients', scope: 'read:connections' },
  { method: 'PATCH', path: '/connections/x/clients', scope: 'update:connections', body: [] },
  { method: 'GET', path: '/connections-directory-provisionings', scope: 'read:directory_provisionings' },
  { method: 'GET', path: '/actions/actions', scope: 'read:actions' },
  { method: 'POST', path: '/actions/actions', scope: 'create:actions', body: {} },
  { method: 'PATCH', path: '/actions/actions/x', scope: 'update:actions', body: {} },
  { method: 'DELETE', path: '/actions/actions/x', scope: 'delete:actions' },
  { method: 'POST', path: '/actions/actions/x/deploy', scope: 'create:actions' },
  { method: 'GET', path: '/actions/actions/x/versions', scope: 'read:actions' },
  { method: 'POST', path: '/actions/actions/x/versions/y/deploy', scope: 'create:actions' },
  { method: 'GET', path: '/actions/modules', scope: 'read:actions' },
  { method: 'GET', path: '/actions/triggers', scope: 'read:actions' },
  { method: 'GET', path: '/actions/triggers/post-login/bindings', scope: 'read:actions' },
  { method: 'PATCH', path: '/actions/triggers/post-login/bindings', scope: 'update:actions', body: {} },
  { method: 'GET', path: '/resource-servers', scope: 'read:resource_servers' },
  { method: 'POST', path: '/resource-servers', scope: 'create:resource_servers', body: {} },
  { method: 'PATCH', path: '/resource-servers/x', scope: 'update:resource_servers', body: {} },
  { method: 'DELETE', path: '/resource-servers/x', scope: 'delete:resource_servers' },
  { method: 'GET', path: '/roles', scope: 'read:roles' },
  { method: 'POST', path: '/roles', scope: 'create:roles', body: {} },
  { method: 'PATCH', path: '/roles/x', scope: 'update:roles', body: {} },
  { method: 'DELETE', path: '/roles/x', scope: 'delete:roles' },
  { method: 'GET', path: '/roles/x/permissions', scope: 'read:roles' },
  { method: 'POST', path: '/roles/x/permissions', scope: 'update:roles', body: {} },
  { method: 'GET', path: '/tenants/settings', scope: 'read:tenant_settings' },
  { method: 'PATCH', path: '/tenants/settings', scope: 'update:tenant_settings', body: {} },
  { method: 'GET', path: '/organizations', scope: 'read:organizations' },
  { method: 'POST', path: '/organizations', scope: 'create:organizations', body: {} },
  { method: 'PATCH', path: '/organizations/x', scope: 'update:organizations', body: {} },
  { method: 'DELETE', path: '/organizations/x', scope: 'delete:organizations' },
  { method: 'GET', path: '/organizations/x/members', scope: 'read:organization_members' },
  { method: 'POST', path: '/organizations/x/members', scope: 'create:organization_members', body: {} },
  { method: 'DELETE', path: '/organizations/x/members', scope: 'delete:organization_members', body: {} },
  { method: 'GET', path: '/organizations/x/connections', scope: 'read:organization_connections' },
  { method: 'GET', path: '/organizations/x/enabled_connections', scope: 'read:organization_connections' },
  { method: 'GET', path: '/organizations/x/client-grants', scope: 'read:organization_client_grants' },
  { method: 'GET', path: '/organizations/x/discovery-domains', scope: 'read:organization_discovery_domains' },
  { method: 'GET', path: '/users', scope: 'read:users' },
  { method: 'GET', path: '/users-by-email?email=a@example.com', scope: 'read:users' },
  { method: 'POST', path: '/users', scope: 'create:users', body: {} },
  { method: 'GET', path: '/users/x', scope: 'read:users' },
  { method: 'PATCH', path: '/users/x', scope: 'update:users', body: {} },
  { method: 'DELETE', path: '/users/x', scope: 'delete:users' },
  { method: 'POST', path: '/users/x/identities', scope: 'update:users', body: {} },
  { method: 'DELETE', path: '/users/x/identities/auth0/y', scope: 'update:users' },
];

describe('a token needs the scope of the route', () => {
  // The description's list: of people for themselves and of parts of an answer, too.
  test.each([
    ['GET', '/clients', 'read:clients,read:client_keys,read:client_credentials,read:client_summary'],
    ['GET', '/clients/x', 'read:clients,read:client_keys,read:client_credentials,read:client_summary'],
    [
      'PATCH',
      '/clients/x',
      'update:clients,update:client_keys,update:client_credentials,update:client_token_vault_privileged_access',
    ],
    ['GET', '/users', 'read:users,read:user_idp_tokens'],
    ['GET', '/users/auth0%7C1', 'read:users,read:current_user,read:user_idp_tokens'],
    ['PATCH', '/users/auth0%7C1', 'update:users,update:users_app_metadata,update:current_user_metadata'],
    ['DELETE', '/users/auth0%7C1', 'delete:users,delete:current_user'],
    ['POST', '/users/auth0%7C1/identities', 'update:users,update:current_user_identities'],
    ['DELETE', '/users/auth0%7C1/identities/auth0/2', 'update:users,update:current_user_identities'],
    ['GET', '/connections/x/clients', 'read:connections'],
  ])('%s %s names all that are known', async (method, path, scopes) => {
    const { status, json } = await api.send(method, path, undefined, ['read:nothing']);
    expect([status, json['message'], json['errorCode']]).toEqual([
      403,
      `Insufficient scope, expected any of: ${scopes}`,
      'insufficient_scope',
    ]);
  });

  test('and one that people have for themselves lets no application through', async () => {
    const { status } = await api.send('GET', '/users/auth0%7C1', undefined, ['read:current_user']);
    expect(status).toBe(403);
  });

  test.each(ROUTES)('$method $path: $scope', async ({ method, path, scope, body }) => {
    const without = await api.send(method, path, body, ['read:something_else']);
    expect(without.json).toMatchObject({
      statusCode: 403,
      error: 'Forbidden',
      errorCode: 'insufficient_scope',
    });
    expect(asText(without.json['message'])).toMatch(/^Insufficient scope, expected any of: /);
    expect(asText(without.json['message'])).toContain(scope);
    const withScope = await api.send(method, path, body, [scope]);
    expect(withScope.status).not.toBe(403);
    expect(withScope.status).toBeLessThan(500);
  });

  test('in the words of the service', async () => {
    const { json } = await api.send('GET', '/connections-directory-provisionings', undefined, []);
    expect(json).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'Insufficient scope, expected any of: read:directory_provisionings',
      errorCode: 'insufficient_scope',
    });
  });
});
