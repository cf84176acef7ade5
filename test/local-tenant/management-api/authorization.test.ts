import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueManagementToken } from '../../../scripts/local-tenant/management-tokens.ts';
import type { Json } from '../../../scripts/local-tenant/resources.ts';
import { apiUnderTest } from './api-under-test.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import { asText } from './json.ts';

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

  test.each(['Bearer', 'Basic YTpi', 'Bearer not-a-token'])('with the header `%s`', async (authorization) => {
    const { status } = await api.request('/clients', { headers: { authorization } });
    expect(status).toBe(401);
  });

  test('with a token of another tenant', async () => {
    const other = await apiUnderTest();
    const token = await issueManagementToken(other.tenant, { clientId: 'x', scope: ['read:clients'] });
    other.close();
    const { status, json } = await api.request('/clients', { headers: { authorization: `Bearer ${token}` } });
    expect([status, json]).toEqual([401, invalidToken]);
  });

  test('with a token that has expired', async () => {
    const own = await apiUnderTest();
    const token = await issueManagementToken(own.tenant, { clientId: 'x', scope: ['read:clients'] });
    const headers = { authorization: `Bearer ${token}` };
    expect((await own.request('/clients', { headers })).status).toBe(200);
    own.pass(86_400_001);
    const { status, json } = await own.request('/clients', { headers });
    own.close();
    expect([status, json]).toEqual([401, invalidToken]);
  });

  test('for a route that is not there', async () => {
    const { status, json } = await api.send('GET', '/custom-domains');
    expect([status, json]).toEqual([404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }]);
  });
});

const ROUTES: readonly (readonly [method: string, path: string, scope: string, body?: Json])[] = [
  ['GET', '/clients', 'read:clients'],
  ['POST', '/clients', 'create:clients', { name: 'A' }],
  ['GET', '/clients/x', 'read:clients'],
  ['PATCH', '/clients/x', 'update:clients', {}],
  ['DELETE', '/clients/x', 'delete:clients'],
  ['POST', '/clients/x/rotate-secret', 'update:client_keys'],
  ['GET', '/client-grants', 'read:client_grants'],
  ['POST', '/client-grants', 'create:client_grants', {}],
  ['PATCH', '/client-grants/x', 'update:client_grants', {}],
  ['DELETE', '/client-grants/x', 'delete:client_grants'],
  ['GET', '/connections', 'read:connections'],
  ['POST', '/connections', 'create:connections', {}],
  ['PATCH', '/connections/x', 'update:connections', {}],
  ['DELETE', '/connections/x', 'delete:connections'],
  ['GET', '/connections/x/clients', 'read:connections'],
  ['PATCH', '/connections/x/clients', 'update:connections', []],
  ['GET', '/connections-directory-provisionings', 'read:directory_provisionings'],
  ['GET', '/actions/actions', 'read:actions'],
  ['POST', '/actions/actions', 'create:actions', {}],
  ['PATCH', '/actions/actions/x', 'update:actions', {}],
  ['DELETE', '/actions/actions/x', 'delete:actions'],
  ['POST', '/actions/actions/x/deploy', 'create:actions'],
  ['GET', '/actions/actions/x/versions', 'read:actions'],
  ['POST', '/actions/actions/x/versions/y/deploy', 'create:actions'],
  ['GET', '/actions/modules', 'read:actions'],
  ['GET', '/actions/triggers', 'read:actions'],
  ['GET', '/actions/triggers/post-login/bindings', 'read:actions'],
  ['PATCH', '/actions/triggers/post-login/bindings', 'update:actions', {}],
  ['GET', '/resource-servers', 'read:resource_servers'],
  ['POST', '/resource-servers', 'create:resource_servers', {}],
  ['PATCH', '/resource-servers/x', 'update:resource_servers', {}],
  ['DELETE', '/resource-servers/x', 'delete:resource_servers'],
  ['GET', '/roles', 'read:roles'],
  ['POST', '/roles', 'create:roles', {}],
  ['PATCH', '/roles/x', 'update:roles', {}],
  ['DELETE', '/roles/x', 'delete:roles'],
  ['GET', '/roles/x/permissions', 'read:roles'],
  ['POST', '/roles/x/permissions', 'update:roles', {}],
  ['GET', '/tenants/settings', 'read:tenant_settings'],
  ['PATCH', '/tenants/settings', 'update:tenant_settings', {}],
  ['GET', '/organizations', 'read:organizations'],
  ['POST', '/organizations', 'create:organizations', {}],
  ['PATCH', '/organizations/x', 'update:organizations', {}],
  ['DELETE', '/organizations/x', 'delete:organizations'],
  ['GET', '/organizations/x/members', 'read:organization_members'],
  ['POST', '/organizations/x/members', 'create:organization_members', {}],
  ['DELETE', '/organizations/x/members', 'delete:organization_members', {}],
  ['GET', '/users', 'read:users'],
  ['GET', '/users-by-email?email=a@example.com', 'read:users'],
  ['POST', '/users', 'create:users', {}],
  ['GET', '/users/x', 'read:users'],
  ['PATCH', '/users/x', 'update:users', {}],
  ['DELETE', '/users/x', 'delete:users'],
  ['POST', '/users/x/identities', 'update:users', {}],
  ['DELETE', '/users/x/identities/auth0/y', 'update:users'],
];

describe('a token needs the scope of the route', () => {
  test.each(ROUTES)('%s %s: %s', async (method, path, scope, body) => {
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
