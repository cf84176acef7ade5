import type { JsonObject } from '../../../scripts/base/json-values.ts';
import type { ApiUnderTest } from '../management-api/api-under-test.ts';
import { asText } from '../management-api/json.ts';

/** An operation of the description, with a way to call it rightly on the tenant under test. */
export interface Call {
  readonly method: 'post' | 'patch';
  /** As the description writes it. */
  readonly template: string;
  readonly path: string;
  /** The least body that the operation takes; `unique` makes names that are not taken yet. */
  readonly body: (unique: string) => JsonObject;
}

const POST_LOGIN = [{ id: 'post-login' }];

/** One of each resource, and all operations with a body that the local tenant offers on them. */
export async function callsOn(api: ApiUnderTest): Promise<Call[]> {
  const made = async (path: string, body: JsonObject, id = 'id'): Promise<string> =>
    asText((await api.send('POST', path, body)).json[id]);
  const client = await made('/clients', { name: 'Application' }, 'client_id');
  const connection = await made('/connections', { name: 'social', strategy: 'oauth2' });
  await made('/connections', { name: 'database', strategy: 'auth0' });
  const action = await made('/actions/actions', { name: 'Action', supported_triggers: POST_LOGIN });
  const server = await made('/resource-servers', { identifier: 'https://api.example.com/' });
  const grant = await made('/client-grants', { client_id: client, audience: 'https://api.example.com/' });
  const role = await made('/roles', { name: 'Role' });
  const organization = await made('/organizations', { name: 'organization' });
  const user = await made('/users', { connection: 'database', email: 'user@example.com' }, 'user_id');
  const userPath = `/users/${encodeURIComponent(user)}`;
  return [
    { method: 'post', template: '/clients', path: '/clients', body: () => ({ name: 'Application' }) },
    {
      method: 'patch',
      template: '/clients/{id}',
      path: `/clients/${client}`,
      body: () => ({ description: '' }),
    },
    {
      method: 'post',
      template: '/client-grants',
      path: '/client-grants',
      body: (unique) => ({ client_id: client, audience: unique }),
    },
    {
      method: 'patch',
      template: '/client-grants/{id}',
      path: `/client-grants/${grant}`,
      body: () => ({ scope: [] }),
    },
    {
      method: 'post',
      template: '/connections',
      path: '/connections',
      body: (unique) => ({ name: unique, strategy: 'oauth2' }),
    },
    {
      method: 'patch',
      template: '/connections/{id}',
      path: `/connections/${connection}`,
      body: () => ({ show_as_button: true }),
    },
    {
      method: 'post',
      template: '/actions/actions',
      path: '/actions/actions',
      body: (unique) => ({ name: unique, supported_triggers: POST_LOGIN }),
    },
    {
      method: 'patch',
      template: '/actions/actions/{id}',
      path: `/actions/actions/${action}`,
      body: () => ({}),
    },
    {
      method: 'patch',
      template: '/actions/triggers/{triggerId}/bindings',
      path: '/actions/triggers/post-login/bindings',
      body: () => ({ bindings: [] }),
    },
    {
      method: 'post',
      template: '/resource-servers',
      path: '/resource-servers',
      body: (unique) => ({ identifier: unique }),
    },
    {
      method: 'patch',
      template: '/resource-servers/{id}',
      path: `/resource-servers/${server}`,
      body: () => ({}),
    },
    { method: 'post', template: '/roles', path: '/roles', body: (unique) => ({ name: unique }) },
    { method: 'patch', template: '/roles/{id}', path: `/roles/${role}`, body: () => ({}) },
    {
      method: 'patch',
      template: '/tenants/settings',
      path: '/tenants/settings',
      body: () => ({ friendly_name: 'Tenant' }),
    },
    {
      method: 'post',
      template: '/organizations',
      path: '/organizations',
      body: (unique) => ({ name: unique }),
    },
    {
      method: 'patch',
      template: '/organizations/{id}',
      path: `/organizations/${organization}`,
      body: () => ({}),
    },
    {
      method: 'post',
      template: '/users',
      path: '/users',
      body: (unique) => ({ connection: 'database', email: `${unique}@example.com` }),
    },
    { method: 'patch', template: '/users/{id}', path: userPath, body: () => ({ blocked: false }) },
    {
      method: 'post',
      template: '/users/{id}/identities',
      path: `${userPath}/identities`,
      body: () => ({ provider: 'oauth2', user_id: 'nobody' }),
    },
  ];
}
