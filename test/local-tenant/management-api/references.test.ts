import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { MANAGEMENT_SCOPES } from '../../../scripts/local-tenant/bootstrap.ts';
import { apiUnderTest } from './api-under-test.ts';
import type { ApiUnderTest } from './api-under-test.ts';
import { asText } from './json.ts';

const SYSTEM = 'https://tenant.example.com/api/v2/';

let api: ApiUnderTest;
let known: Readonly<Record<string, string>> = {};
beforeEach(async () => {
  api = await apiUnderTest();
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  const scopes = [{ value: 'read:things' }];
  api.collections
    .things('/resource-servers')
    .put('system', { id: 'system', identifier: SYSTEM, is_system: true, scopes });
  known = {
    client: await api.made(
      '/clients',
      { name: 'Web', organization_usage: 'allow', initiate_login_uri: 'https://app.example.com/login' },
      'client_id',
    ),
    organization: await api.made('/organizations', { name: 'team' }),
    user: await api.made('/users', { connection: 'users', email: 'a@example.com' }, 'user_id'),
    role: await api.made('/roles', { name: 'Support' }),
    api: await api.made('/resource-servers', { identifier: 'https://api.example.com/', scopes }),
  };
});
afterEach(() => {
  api.close();
});

/** With `{client}` and the like in paths and bodies replaced by what is there. */
async function send(method: string, path: string, body: Json): Promise<{ status: number; json: JsonObject }> {
  const filled = (text: string): string =>
    Object.entries(known).reduce((filling, [name, id]) => filling.replaceAll(`{${name}}`, id), text);
  const parsed = JSON.parse(filled(JSON.stringify(body))) as Json;
  return api.send(method, filled(path), parsed, MANAGEMENT_SCOPES);
}

const invitation = { inviter: { name: 'Ada' }, invitee: { email: 'b@example.com' } };
const CLIENT: readonly Json[] = [404, 'The client does not exist', 'inexistent_client'];
const CONNECTION: readonly Json[] = [404, 'The connection does not exist', 'inexistent_connection'];
const USER: readonly Json[] = [404, 'The user does not exist.', 'inexistent_user'];
const nobody = 'auth0|nobody';
const nowhere = 'con_nowhere000000000';
const gone = 'nobodyHasThisId00000000000000000';
const permissions = (resource_server_identifier: string): JsonObject => ({
  permissions: [{ resource_server_identifier, permission_name: 'read:things' }],
});

describe('what a body names must be there', () => {
  test.each<[string, JsonObject, readonly (Json | undefined)[]]>([
    ['/tickets/password-change', { user_id: nobody }, USER],
    ['/tickets/password-change', { user_id: '{user}', client_id: gone }, CLIENT],
    ['/tickets/password-change', { email: 'a@example.com', connection_id: nowhere }, CONNECTION],
    [
      '/tickets/email-verification',
      { user_id: '{user}', organization_id: 'org_nowhere000000000' },
      [404, 'No organization found by that id or name', undefined],
    ],
    ['/jobs/verification-email', { user_id: nobody }, USER],
    ['/jobs/verification-email', { user_id: '{user}', client_id: gone }, CLIENT],
    ['/organizations/{organization}/invitations', { ...invitation, client_id: gone }, CLIENT],
    [
      '/organizations/{organization}/invitations',
      { ...invitation, client_id: '{client}', connection_id: nowhere },
      CONNECTION,
    ],
    [
      '/organizations/{organization}/clients',
      { clients: [{ client_id: gone, use_for_member_access: true }] },
      CLIENT,
    ],
    [
      '/organizations/{organization}/client-grants',
      { grant_id: 'cgr_nowhere000000000' },
      [404, 'The grant does not exist.', 'inexistent_client_grant'],
    ],
    [
      '/users/{user}/roles',
      { roles: ['rol_nowhere000000000'] },
      [404, 'The role does not exist.', undefined],
    ],
    [
      '/roles/{role}/permissions',
      permissions('https://gone.example.com/'),
      [404, "The resource server does not exist: 'https://gone.example.com/'", 'inexistent_resource_server'],
    ],
    [
      '/users/{user}/permissions',
      permissions('gone'),
      [404, "The resource server does not exist: 'gone'", 'inexistent_resource_server'],
    ],
    [
      '/organizations',
      { name: 'other', enabled_connections: [{ connection_id: nowhere }] },
      [400, `Connections: ${nowhere} not found.`, undefined],
    ],
    [
      '/users/{user}/identities',
      { provider: 'auth0', user_id: 'x', connection_id: nowhere.slice(0, 20) },
      [400, 'The provider/connection is not configured.', 'inexistent_connection'],
    ],
    [
      '/clients',
      {
        name: 'Other',
        my_organization_configuration: { ...profiles(), invitation_landing_client_id: gone },
      },
      [404, 'The Client ID for Invitations could not be found.', undefined],
    ],
  ])('%s %j', async (path, body, expected) => {
    const { status, json } = await send('POST', path, body);
    expect([status, json['message'], json['errorCode']]).toEqual(expected);
  });

  test.each<[string, JsonObject]>([
    [
      '/tickets/password-change',
      { user_id: '{user}', client_id: '{client}', organization_id: '{organization}' },
    ],
    ['/jobs/verification-email', { user_id: '{user}', client_id: '{client}' }],
    ['/organizations/{organization}/invitations', { ...invitation, client_id: '{client}' }],
    ['/roles/{role}/permissions', permissions('https://api.example.com/')],
    [
      '/clients',
      {
        name: 'Other',
        my_organization_configuration: { ...profiles(), invitation_landing_client_id: '{client}' },
      },
    ],
  ])('and is taken where it is: %s %j', async (path, body) => {
    expect((await send('POST', path, body)).status).toBe(201);
  });
});

function profiles(): JsonObject {
  return { allowed_strategies: ['oidc'], connection_deletion_behavior: 'allow' };
}

describe('what a path names must be there', () => {
  test.each([
    ['GET', '/event-streams/est_0000000000000000000000/deliveries'],
    ['GET', '/flows/af_0000000000000000000000/executions'],
    ['GET', '/experimentation/feature-flags/flg_0000000000000000000000/variations'],
    ['GET', '/groups/grp_11111111111111/members'],
    ['GET', '/hooks/nothing/secrets'],
    ['DELETE', '/hooks/nothing/secrets'],
  ])('%s %s', async (method, path) => {
    const body = method === 'GET' ? undefined : {};
    const { status, json } = await api.send(method, path, body);
    expect([status, json['message']]).toEqual([404, 'Not Found']);
  });

  test.each([
    ['POST', '/organizations/org_0000000000000000/invitations'],
    ['PUT', '/connections/con_0000000000000000/directory-provisioning/synchronized-groups'],
    ['PATCH', '/organizations/org_0000000000000000/enabled_connections/con_0000000000000000'],
  ])('but a body that is wrong is refused before: %s %s', async (method, path) => {
    expect((await api.send(method, path, { colour: 'red' })).json['errorCode']).toBe('invalid_body');
  });
});

test('the id of a profile has the form of one', async () => {
  const own = { ...profiles(), connection_profile_id: 'cop_WRONG' };
  const { status, json } = await send('POST', '/clients', {
    name: 'Web',
    my_organization_configuration: own,
  });
  expect([status, json['errorCode']]).toEqual([400, 'invalid_body']);
  expect(json['message']).toContain('my_organization_configuration.connection_profile_id');
});

test('nobody is invited to an application that knows no organizations, and the link names the organization', async () => {
  const path = '/organizations/{organization}/invitations';
  const other = await api.made('/clients', { name: 'Other' }, 'client_id');
  const { status, json } = await send('POST', path, { ...invitation, client_id: other });
  expect([status, json['message']]).toEqual([
    400,
    `The specified client_id (${other}) does not allow organizations.`,
  ]);
  const invited = await send('POST', path, { ...invitation, client_id: '{client}' });
  expect(new URL(asText(invited.json['invitation_url'])).searchParams.get('organization_name')).toBe('team');
});

// Refused in these words: auth0/agent-skills#180. The link is as the Go SDK recorded it.
test('an invitation leads to the login of the application, or else to that of the tenant, and to nothing else', async () => {
  const path = '/organizations/{organization}/invitations';
  const invite = (client_id: string) => send('POST', path, { ...invitation, client_id });
  const bare = await api.made('/clients', { name: 'Bare', organization_usage: 'require' }, 'client_id');
  const refused = await invite(bare);
  expect([refused.status, refused.json['message']]).toEqual([
    400,
    'A default login route is required to generate the invitation url.',
  ]);
  expect((await api.send('GET', `/organizations/${known['organization'] ?? ''}/invitations`)).list).toEqual(
    [],
  );
  await api.send('PATCH', '/tenants/settings', { default_redirection_uri: 'https://example.com/start' });
  const linkOf = async (client: string): Promise<string> =>
    asText((await invite(client)).json['invitation_url']).split('?')[0] ?? '';
  expect(await linkOf(bare)).toBe('https://example.com/start');
  expect(await linkOf('{client}')).toBe('https://app.example.com/login');
  await api.send('PATCH', `/clients/${bare}`, { initiate_login_uri: '' });
  expect(await linkOf(bare)).toBe('https://example.com/start');
  await api.send('PATCH', `/clients/${bare}`, {
    initiate_login_uri: 'https://bare.example.com/login?from=mail',
  });
  const { searchParams } = new URL(asText((await invite(bare)).json['invitation_url']));
  expect([searchParams.get('from'), searchParams.get('organization_name')]).toEqual(['mail', 'team']);
});

describe('of the tenant’s own API', () => {
  test('an application is granted any scope: which there are is not known here', async () => {
    const body = { client_id: '{client}', audience: SYSTEM };
    const scope = ['read:users', 'read:users_app_metadata'];
    const { status, json } = await send('POST', '/client-grants', { ...body, scope });
    expect(status).toBe(201);
    const path = `/client-grants/${asText(json['id'])}`;
    expect((await send('PATCH', path, { scope: ['read:insights'] })).status).toBe(200);
    expect((await send('PATCH', path, { scope: [] })).json['scope']).toEqual([]);
  });

  test('nothing is granted as a whole', async () => {
    for (const allow_all_scopes of [true, false]) {
      const body = { client_id: '{client}', audience: SYSTEM, allow_all_scopes };
      const { status, json } = await send('POST', '/client-grants', body);
      expect([status, json['message']]).toEqual([
        400,
        '`allow_all_scopes` cannot be provided when `audience` is a system API',
      ]);
    }
  });
});

test('of another API, an application is granted what that may have some day, as recorded', async () => {
  const body = { client_id: '{client}', audience: 'https://api.example.com/', scope: ['read:things'] };
  const { json } = await send('POST', '/client-grants', body);
  const scope = ['read:things', 'update:things'];
  const changed = await send('PATCH', `/client-grants/${asText(json['id'])}`, { scope });
  expect([changed.status, changed.json['scope']]).toEqual([200, scope]);
});

test('a user is linked once, with its provider before its id, too', async () => {
  await api.send('POST', '/users', { connection: 'users', email: 'b@example.com', user_id: 'second' });
  const path = '/users/{user}/identities';
  for (const status of [201, 409])
    expect((await send('POST', path, { provider: 'auth0', user_id: 'auth0|second' })).status).toBe(status);
});
