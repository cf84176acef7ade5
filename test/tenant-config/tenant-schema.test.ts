import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { managementApi, propertiesOf } from '../../scripts/auth0/management-api.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
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
    [
      'what auth0-deploy-cli refuses',
      'connections',
      { connected_accounts: { active: true, cross_app_access: true } },
    ],
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

/** Paths of settings that one schema takes and a second one has no place for. */
function withoutPlace(ours: JsonRecord, theirs: JsonRecord, above: string): readonly string[] {
  const known = recordOf(theirs['properties']);
  return Object.entries(recordOf(ours['properties'])).flatMap(([name, schema]) => {
    const path = `${above}.${name}`;
    if (!(name in known)) return theirs['additionalProperties'] === false ? [path] : [];
    const [own, other] = [recordOf(schema), recordOf(known[name])];
    return [
      ...withoutPlace(own, other, path),
      ...withoutPlace(recordOf(own['items']), recordOf(other['items']), `${path}[]`),
    ];
  });
}

test('tenant.yaml takes no setting that auth0-deploy-cli would refuse when it is sent', () => {
  const load = createRequire(import.meta.url);
  const cli: unknown = load('auth0-deploy-cli/lib/tools/auth0/schema');
  const sections = recordOf(recordOf(recordOf(cli)['default'])['properties']);
  const found = Object.entries({ connections, clients, clientGrants, resourceServers, organizations }).map(
    ([name, { items }]) => {
      const theirs = recordOf(recordOf(sections[name])['items']);
      expect(Object.keys(recordOf(theirs['properties'])).length).toBeGreaterThan(3);
      return withoutPlace(items, theirs, name);
    },
  );
  expect(found.flat()).toEqual([]);
});
