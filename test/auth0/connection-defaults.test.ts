import { expect, test } from 'vitest';
import { changedConnectionOptions, newConnectionOptions } from '../../scripts/auth0/connection-defaults.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';

// Reduced from the recordings of Auth0's Terraform provider (MPL 2.0), facts only.
test.each<[string, JsonObject, unknown]>([
  ['apple', { name: true, email: true }, 'name email'],
  ['apple', { email: true, name: false }, 'email'],
  ['apple', {}, undefined],
  ['facebook', { email: true, user_birthday: true, public_profile: false }, 'email,user_birthday'],
  ['facebook', {}, ''],
  [
    'github',
    { email: true, read_user: true, follow: true, profile: true },
    ['user:email', 'read:user', 'user:follow'],
  ],
  [
    'github',
    { repo: true, repo_status: true, repo_deployment: true, admin_repo_hook: true, gist: false },
    ['repo', 'repo:status', 'repo_deployment', 'admin:repo_hook'],
  ],
  ['github', {}, []],
  ['windowslive', { signin: true, graph_user: true }, ['https://graph.microsoft.com/User.Read']],
  ['windowslive', { scope: ['wl.basic'], graph_user: true }, ['wl.basic']],
])('flags of %s such as %j stand for scopes', (strategy, options, scope) => {
  expect(newConnectionOptions(strategy, options, 'tenant.example.com')['scope']).toEqual(scope);
});

test('PKCE of OpenID Connect is chosen for a new connection, and off after a change that says nothing of it', () => {
  const options = { client_id: 'id', type: 'back_channel', scope: 'openid' };
  const domain = 'tenant.example.com';
  expect(newConnectionOptions('oidc', options, domain)['connection_settings']).toEqual({ pkce: 'auto' });
  const changed = changedConnectionOptions('oidc', options, domain);
  expect(changed).toEqual({
    ...options,
    schema_version: 'oidc-V4',
    attribute_map: { mapping_mode: 'bind_all' },
    connection_settings: { pkce: 'disabled' },
  });
  const asked = { connection_settings: { pkce: 'S256' } };
  expect(changedConnectionOptions('oidc', { ...options, ...asked }, domain)).toMatchObject(asked);
});
