import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { diffFlow } from '../../scripts/tenant-model/diff/diff-flow.ts';
import { diffModels } from '../../scripts/tenant-model/diff/diff-models.ts';
import { afterDeploy } from '../../scripts/tenant-model/after-deploy.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { modelFromState } from '../../scripts/tenant-model/model-from-state.ts';
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

type Tampering = (tenant: FakeTenant) => FakeTenant;

const inConnection =
  (settings: Readonly<Record<string, unknown>>): Tampering =>
  (tenant) => ({ ...tenant, connections: tenant.connections.map((found) => ({ ...found, ...settings })) });
const inOptions =
  (options: Readonly<Record<string, unknown>>): Tampering =>
  (tenant) => ({
    ...tenant,
    connections: tenant.connections.map((found) => ({
      ...found,
      options: { ...(found['options'] as object), ...options },
    })),
  });
const inApplication =
  (settings: Readonly<Record<string, unknown>>): Tampering =>
  (tenant) => ({
    ...tenant,
    clients: tenant.clients.map((found) =>
      found['name'] === 'Didit Sample Application' ? { ...found, ...settings } : found,
    ),
  });
const inDeployedVersion =
  (content: Readonly<Record<string, unknown>>): Tampering =>
  (tenant) => ({
    ...tenant,
    actions: tenant.actions.map((found) =>
      found['name'] === 'didit-claims'
        ? { ...found, deployed_version: { ...(found['deployed_version'] as object), ...content } }
        : found,
    ),
  });

/** What somebody may have done in the dashboard. */
const TAMPERINGS: readonly Tampering[] = [
  inConnection({ display_name: 'Other' }),
  inConnection({ show_as_button: true }),
  inConnection({ metadata: { didit_policy: 'mode=off', other_team: 'yes' } }),
  inConnection({ metadata: {} }),
  inOptions({ tokenURL: 'https://example.com/token' }),
  inOptions({ scope: ['openid', 'names'] }),
  inOptions({ icon_url: 'https://example.com/icon.png', upstream_params: { a: { value: 'b' } } }),
  inOptions({ pkce_enabled: undefined }),
  inOptions({ pkce_enabled: false }),
  inOptions({ set_user_root_attributes: undefined }),
  inConnection({ is_domain_connection: undefined, display_name: null }),
  inApplication({ jwt_configuration: undefined, oidc_conformant: null }),
  inApplication({ refresh_token: null }),
  inOptions({ scripts: { fetchUserProfile: '// other\n', getLogoutUrl: '// more\n' } }),
  inApplication({ callbacks: ['https://b.example/', 'https://app.example.com/callback'] }),
  inApplication({ client_metadata: { didit_claims: 'linked=on', other_team: 'yes' } }),
  inApplication({ refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 30 } }),
  inApplication({
    logo_uri: 'https://example.com/logo.png',
    grant_types: ['refresh_token', 'authorization_code'],
  }),
  inDeployedVersion({ code: '// other\n' }),
  inDeployedVersion({ secrets: [{ name: 'DIDIT_CONNECTION' }, { name: 'MORE' }] }),
  inDeployedVersion({ dependencies: [{ name: 'lodash', version: '4.17.21' }] }),
  inDeployedVersion({
    dependencies: [{ name: 'lodash', version: '4.17.21', registry_url: 'https://npm.example/' }],
  }),
  (tenant) => ({
    ...tenant,
    actions: tenant.actions.map((found) => ({ ...found, deployed_version: undefined })),
  }),
  (tenant) => ({ ...tenant, actions: tenant.actions.slice(1) }),
  (tenant) => ({ ...tenant, bindings: [...tenant.bindings].reverse() }),
  (tenant) => ({
    ...tenant,
    bindings: [{ display_name: 'x', action: { name: 'x' } }, ...tenant.bindings.slice(1)],
  }),
  (tenant) => ({
    ...tenant,
    bindings: tenant.bindings.map((found) => ({ ...found, display_name: 'Renamed' })),
  }),
  (tenant) => ({
    ...tenant,
    grants: tenant.grants.map((grant) => ({ ...grant, scope: ['read:users', 'read:logs'] })),
  }),
  (tenant) => ({ ...tenant, grants: [] }),
  (tenant) => ({
    ...tenant,
    servers: tenant.servers.map((server) => ({ ...server, token_lifetime: 60, name: 'Old' })),
  }),
  (tenant) => ({
    ...tenant,
    servers: tenant.servers.map((server) => ({
      ...server,
      token_lifetime: null,
      signing_alg: undefined,
      enforce_policies: true,
    })),
  }),
  (tenant) => ({ ...tenant, enabledClients: { 'id-didit': ['id-Didit Actions', 'id-unknown'] } }),
  (tenant) => ({ ...tenant, connections: [] }),
];

/** What a team may have changed in the file since. Each leaves what those after it look for. */
const EDITS: readonly Edit[] = [
  ['    allow_offline_access: true', '    allow_offline_access: true\n    enforce_policies: false'],
  ['    allow_offline_access: true', '    allow_offline_access: true\n    token_dialect: access_token'],
  ['      - read:users', '      - read:users\n    subject_type: client'],
  ['      alg: RS256', '      alg: HS256\n      lifetime_in_seconds: 36000'],
  ['      rotation_type: rotating', '      rotation_type: non-rotating\n      leeway: 0'],
  ['      expiration_type: expiring', '      expiration_type: non-expiring'],
  ['    app_type: regular_web', '    app_type: regular_web\n    is_first_party: true'],
  ['display_name: Didit\n', 'display_name: Didit ID\n'],
  ['pkce_enabled: true', 'pkce_enabled: true\n      upstream_params: { a: { value: c } }'],
  ['pkce_enabled: true', 'pkce_enabled: false'],
  ['      didit_sync: mode=on refresh_after=24h\n', ''],
  ['    client_metadata:\n      didit_policy: require=verified\n', ''],
  ['    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n', ''],
  ['app_type: regular_web', 'app_type: spa\n    web_origins: []'],
  ['    - action_name: didit-access-policy\n      display_name: didit-access-policy\n', ''],
  ['      - read:users', '      - read:users\n      - read:clients'],
];

const original = sample();
const deployed = deployedTenant({ ...original, config: prepareConfig({ ...original, values: VALUES }) });

test('a plan shows changes of exactly the resources that the deploy sends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([...TAMPERINGS], { maxLength: 3 }),
      fc.subarray([...EDITS], { maxLength: 2 }),
      fc.boolean(),
      async (tamperings, edits, replaceOptions) => {
        const api = apiOf(tamperings.reduce((tenant, tamper) => tamper(tenant), deployed));
        const { tenantFile, bundles } = sample(...edits);
        const prepared = await prepareDeploy(api, {
          tenantFile,
          bundles,
          values: VALUES,
          options: { replaceOptions },
        });
        const wanted = modelFromConfig(prepared.config, bundles);
        const before = modelFromState(prepared.state, wanted);
        const after = afterDeploy(before, wanted, replaceOptions);
        const shown = [
          ...diffModels({ before, after }),
          ...diffFlow(before.flow, after.flow, () => true).filter(({ change }) => change !== 'none'),
        ];
        const kinds = new Set(shown.map((change) => ('kind' in change ? change.kind : 'flow')));
        const sends = {
          connection: prepared.changes.connections.length > 0,
          // That values of secrets are sent alone changes nothing that can be seen: the plan says it among them.
          Action: prepared.changes.actions.some(({ isNew, fields }) => isNew || fields.length > 0),
          application: prepared.changes.clients.length > 0,
          grant: prepared.changes.clientGrants.length > 0,
          API: prepared.changes.resourceServers.length > 0,
          flow: prepared.changes.bindings !== undefined,
        };
        expect([...kinds].sort()).toEqual(
          Object.entries(sends)
            .filter(([, sent]) => sent)
            .map(([kind]) => kind)
            .sort(),
        );
        expect(isEmptyDeploy(prepared.changes)).toBe(shown.length === 0);
      },
    ),
    { numRuns: 100 },
  );
});
