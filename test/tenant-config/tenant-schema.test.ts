import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { managementApi, propertiesOf } from '../../scripts/auth0/management-api.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';

const { connections, clients, clientGrants, resourceServers, organizations } = TENANT_SCHEMA.properties;

const OF_OTHER_STRATEGIES = ['cross_app_access_requesting_app', 'cross_app_access_resource_app'];

/**
 * What somebody has on a tenant can stand in the file, but for secrets, what only a creation takes and nobody can change, and
 * what the file says in another way.
 */
test.each<[string, unknown, string, readonly string[]]>([
  ['a connection', connections.items, '/connections', OF_OTHER_STRATEGIES],
  ['an application', clients.items, '/clients', ['client_secret', 'resource_server_identifier']],
  ['a grant', clientGrants.items, '/client-grants', ['default_for']],
  ['an API', resourceServers.items, '/resource-servers', ['signing_secret']],
  ['an organization', organizations.items, '/organizations', ['enabled_connections']],
])('tenant.yaml takes of %s what the Management API takes', (_what, schema, path, others) => {
  const { paths } = managementApi();
  const bodies = [paths[path]?.post?.body, paths[`${path}/{id}`]?.patch?.body];
  const taken = new Set(bodies.flatMap((body) => Object.keys(propertiesOf(body))));
  expect(taken.size).toBeGreaterThan(4);
  const known = Object.keys(recordOf(recordOf(schema)['properties']));
  expect([...taken].filter((name) => !known.includes(name)).toSorted()).toEqual(others.toSorted());
});

/** A file of one connection and one application, with more in one of its sections. */
const withMore = (section: string, more: object): unknown => {
  const sections: Record<string, object[]> = {
    ...{
      connections: [CONNECTION],
      actions: [],
      clients: [{ name: 'Shop' }],
      clientGrants: [{ client_id: 'Shop', audience: 'a', scope: ['read'] }],
    },
    resourceServers: [{ name: 'API', identifier: 'https://api.example.com/' }],
    organizations: [{ name: 'acme' }],
  };
  sections[section] = [{ ...sections[section]?.[0], ...more }];
  return { ...sections, triggers: { 'post-login': [] } };
};

const CONNECTION = {
  ...{ name: 'didit', strategy: 'oauth2' },
  options: {
    ...{ client_id: 'id', client_secret: '##DIDIT_CLIENT_SECRET##', scope: 'openid', pkce_enabled: true },
    ...{ authorizationURL: 'https://auth.didit.me', tokenURL: 'https://apx.didit.me/auth/v2/token' },
    scripts: { fetchUserProfile: 'script' },
  },
};

describe('inside of a setting, tenant.yaml', () => {
  const isTaken = new Ajv({ allowUnionTypes: true, validateFormats: false }).compile(TENANT_SCHEMA);

  test.each<[string, string, object]>([
    [
      'an account that is connected to several',
      'connections',
      { connected_accounts: { active: true, cross_app_access: true } },
    ],
    [
      'whatever an add-on holds',
      'clients',
      { addons: { samlp: { audience: 'a', younger_than_its_description: 1 } } },
    ],
    ['no key for encryption', 'clients', { encryption_key: null }],
    [
      'keys of an application that is new',
      'clients',
      { client_authentication_methods: { private_key_jwt: { credentials: [{ pem: 'key' }] } } },
    ],
    [
      'keys of an application that is there',
      'clients',
      { client_authentication_methods: { private_key_jwt: { credentials: [{ id: 'cred_1' }] } } },
    ],
    [
      'a policy of refresh tokens',
      'clients',
      { refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring' } },
    ],
    ['a scope of an API', 'resourceServers', { scopes: [{ value: 'read:all' }] }],
    ['a quota of an organization', 'organizations', { token_quota: { client_credentials: { per_day: 1 } } }],
  ])('takes %s', (_what, section, more) => {
    expect(isTaken(withMore(section, more)), JSON.stringify(isTaken.errors)).toBe(true);
  });

  test.each<[string, string, object]>([
    ['an add-on without a value, which the Management API refuses', 'clients', { addons: { samlp: null } }],
    ['an add-on that there is not', 'clients', { addons: { saml: {} } }],
    ['half a policy of refresh tokens', 'clients', { refresh_token: { rotation_type: 'rotating' } }],
    [
      'a strategy that a My Organization page does not have',
      'clients',
      {
        my_organization_configuration: {
          allowed_strategies: ['github'],
          connection_deletion_behavior: 'allow',
        },
      },
    ],
    [
      'an API setting without a value: what is left out stays as it is',
      'resourceServers',
      { token_encryption: null },
    ],
    ['a word that is none', 'resourceServers', { consent_policy: 'never' }],
    ['a scope that is too long', 'resourceServers', { scopes: [{ value: 'a'.repeat(281) }] }],
    ['a quota of nothing', 'organizations', { token_quota: { client_credentials: {} } }],
    ['all scopes, whatever there will be', 'clientGrants', { allow_all_scopes: true }],
    ['what another strategy has', 'connections', { cross_app_access_resource_app: {} }],
  ])('refuses %s', (_what, section, more) => {
    expect(isTaken(withMore(section, {}))).toBe(true);
    expect(isTaken(withMore(section, more))).toBe(false);
  });
});
