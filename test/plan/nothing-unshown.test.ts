// @module-tag long
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import type { ChangeOptions } from '../../scripts/tenant-model/changes.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { optionsAfterDeploy } from '../../scripts/tenant-model/connection-update.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { PreparedDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { recordOf, without, isJsonObject } from '../../scripts/base/json-values.ts';
import { completeSettings } from '../../scripts/auth0/client-defaults.ts';
import type { FieldChange } from '../../scripts/tenant-model/diff/change.ts';
import { diffModels } from '../../scripts/tenant-model/diff/diff-models.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { modelFromState } from '../../scripts/tenant-model/model-from-state.ts';
import { deployPair } from '../../scripts/plan/plan-deploy.ts';
import { apiOf, deployedTenant } from './fake-tenant.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

const VALUES = new Map([
  ['AUTH0_DOMAIN', 'tenant.example.com'],
  ['DIDIT_CLIENT_ID', 'client-at-didit'],
  ['DIDIT_CLIENT_SECRET', 'secret-at-didit'],
  ['DIDIT_FETCH_USER_PROFILE', '// fetch-user-profile\n'],
]);

const leaf: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  ...['', null, 'x', 'y', 1, true, {}, [], ['a'], ['b', 'a'], ['a', 'b']],
  ...[[{ a: 'x' }], [{ a: 'x' }, { b: 'y' }], [{ a: null }]],
);
const objectOf = (child: fc.Arbitrary<unknown>): fc.Arbitrary<Readonly<Record<string, unknown>>> =>
  fc.record({ a: child, b: child, prompt: child }, { requiredKeys: [] });
const anyObject = objectOf(fc.oneof({ weight: 2, arbitrary: leaf }, objectOf(leaf)));

const option = { upstream_params: fc.option(anyObject), customHeaders: anyObject, fieldsMap: anyObject };
/**
 * Mostly the same on both sides: what is sent for another reason takes along what nobody has asked for, and so hides whether an
 * object alone is seen to change.
 */
const mostly = (usual: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const ROTATING = { rotation_type: 'rotating', expiration_type: 'expiring' };
const LASTING = { rotation_type: 'non-rotating', expiration_type: 'non-expiring', leeway: 0 };
const OWN_METADATA = { didit_policy: 'require=verified' };
const property = {
  mobile: anyObject,
  oidc_logout: anyObject,
  fedcm_login: fc.option(anyObject),
  encryption_key: fc.option(anyObject),
};
const scopes = mostly(
  [{ value: 'a', description: 'A' }, { value: 'b' }],
  [],
  [{ value: 'a' }],
  [{ value: 'b' }, { value: 'a', description: 'A' }],
);

/** What the file says of some objects, and what the tenant has there. */
const file = fc.record({
  options: fc.record(option, { requiredKeys: [] }),
  application: fc.record(property, { requiredKeys: [] }),
  refreshToken: mostly(ROTATING, null, { ...ROTATING, leeway: 30 }, LASTING),
  jwt: mostly({ alg: 'RS256' }, { lifetime_in_seconds: 36_000 }, { scopes: {} }),
  metadata: mostly(OWN_METADATA, {}, { other_team: '' }),
  scopes,
  description: mostly('Signs people in', 'Another'),
  displayName: mostly('Didit', 'Another'),
  icon: mostly('https://example.com/i', 'https://example.com/j'),
});
const tenant = fc.record({
  options: fc.record(
    { ...option, icon_url: mostly('https://example.com/i', undefined) },
    { requiredKeys: ['icon_url'] },
  ),
  application: fc.record(
    {
      ...property,
      refresh_token: mostly(ROTATING, { ...ROTATING, leeway: 30 }, LASTING),
      jwt_configuration: mostly({ alg: 'RS256' }, { alg: 'HS256' }, { alg: 'RS256', scopes: { a: 'b' } }),
      client_metadata: mostly({ ...OWN_METADATA, other_team: 'yes' }, {}, { didit_policy: 'mode=off' }),
    },
    { requiredKeys: ['refresh_token', 'jwt_configuration', 'client_metadata'] },
  ),
  scopes,
});

const lines = (indent: string, values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `\n${indent}${name}: ${JSON.stringify(value)}`)
    .join('');

/** JSON is YAML. */
const editsOf = (asked: typeof file extends fc.Arbitrary<infer File> ? File : never): readonly Edit[] => [
  ['pkce_enabled: true', `pkce_enabled: true${lines('      ', { ...asked.options, icon_url: asked.icon })}`],
  ['display_name: Didit\n', `display_name: ${String(asked.displayName)}\n`],
  ['description: Signs people in', `description: ${String(asked.description)}`],
  [
    '    jwt_configuration:\n      alg: RS256\n    refresh_token:\n      rotation_type: rotating\n      expiration_type: expiring\n    client_metadata:\n      didit_policy: require=verified\n',
    `${lines('    ', {
      ...asked.application,
      jwt_configuration: asked.jwt,
      refresh_token: asked.refreshToken,
      client_metadata: asked.metadata,
    }).slice(1)}\n`,
  ],
  [
    '    allow_offline_access: true',
    `    allow_offline_access: true${lines('    ', { scopes: asked.scopes })}`,
  ],
];

const APPLICATION = 'Didit Sample Application';

function completed(settings: object): Readonly<Record<string, unknown>> {
  const sent: unknown = structuredClone(settings);
  if (!isJsonObject(sent)) throw new Error('These are no settings.');
  return completeSettings(sent);
}

/** The tenant after what the deploy sends has arrived: the service replaces objects whole, and completes some of them. */
function afterwards(before: FakeTenant, { changes }: PreparedDeploy, replaceOptions: boolean): FakeTenant {
  return {
    ...before,
    connections: before.connections.map((connection) => {
      const changed = changes.connections.find(({ config }) => config.name === connection['name']);
      if (changed === undefined) return connection;
      const { options, display_name: displayName } = recordOf(changed.config);
      return {
        ...connection,
        display_name: displayName,
        options: without(
          changed.secret === undefined
            ? recordOf(connection['options'])
            : optionsAfterDeploy(recordOf(options), recordOf(connection['options']), replaceOptions),
          ['client_secret'],
        ),
      };
    }),
    clients: before.clients.map((client) => {
      const config = changes.clients.find((changed) => changed.config.name === client['name'])?.config;
      if (config === undefined) return client;
      const { client_metadata: metadata, ...settings } = recordOf(config);
      return {
        ...completed({ ...client, ...settings }),
        client_metadata: Object.fromEntries(
          Object.entries({ ...recordOf(client['client_metadata']), ...recordOf(metadata) }).filter(
            ([, value]) => value !== null,
          ),
        ),
      };
    }),
    servers: before.servers.map((server) => ({
      ...server,
      ...changes.resourceServers.find(({ config }) => config.identifier === server['identifier'])?.config,
    })),
  };
}

const original = sample();
const deployed = deployedTenant({ ...original, config: prepareConfig({ ...original, values: VALUES }) });

test('a deploy changes what the plan shows and nothing else, whatever empty and half-filled objects there are', async () => {
  await fc.assert(
    fc.asyncProperty(file, tenant, fc.boolean(), fc.boolean(), async (asked, there, replace, update) => {
      const before: FakeTenant = {
        ...deployed,
        connections: deployed.connections.map((connection) => ({
          ...connection,
          options: { ...recordOf(connection['options']), ...there.options },
        })),
        clients: deployed.clients.map((client) =>
          client['name'] === APPLICATION ? completed({ ...client, ...there.application }) : client,
        ),
        servers: deployed.servers.map((server) => ({
          ...server,
          scopes: there.scopes,
        })),
      };
      const { tenantFile, bundles } = sample(...editsOf(asked));
      const options: ChangeOptions = { replaceOptions: replace, updateSecrets: update };
      const deploy = { tenantFile, bundles, values: VALUES, options };
      const prepared = await prepareDeploy(apiOf(before), deploy);
      const shown = diffModels(deployPair(prepared));
      const secretsSent = prepared.changes.connections.some(({ secret }) => secret !== undefined);
      expect(shown.length === 0 && !secretsSent && !update).toBe(isEmptyDeploy(prepared.changes));

      const after = await prepareDeploy(apiOf(afterwards(before, prepared, replace)), {
        ...deploy,
        options: { replaceOptions: replace },
      });
      const wanted = modelFromConfig(after.config, bundles);
      const really = diffModels({
        before: modelFromState(prepared.state, wanted),
        after: modelFromState(after.state, wanted),
      });
      const textsOf = (changes: readonly FieldChange[]): readonly string[] =>
        changes.map(({ kind, name, path = '' }) => `${kind} ${name} ${path}`).sort();
      expect(textsOf(shown)).toEqual(textsOf(really));
      // A second deploy has nothing to send: what was sent is read back as it was meant.
      expect(isEmptyDeploy(after.changes)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
