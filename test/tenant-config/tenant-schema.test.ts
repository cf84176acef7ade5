import { expect, test } from 'vitest';
import { managementApi, propertiesOf } from '../../scripts/auth0/management-api.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';

const { connections, clients, clientGrants, resourceServers, organizations } = TENANT_SCHEMA.properties;

const OF_OTHER_STRATEGIES = ['cross_app_access_requesting_app', 'cross_app_access_resource_app'];

/**
 * What somebody has on a tenant can stand in the file, but for secrets, what only a creation takes and nobody can change, and what the file
 * says in another way.
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
