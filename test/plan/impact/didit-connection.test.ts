import { beforeAll, describe, expect, test } from 'vitest';
import { prepareConfig } from '../../../scripts/tenant-access/complete-config.ts';
import { prepareDeploy } from '../../../scripts/deploy/prepare-deploy.ts';
import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../../scripts/bundle/bundle.ts';
import { buildPlan } from '../../../scripts/plan/build-plan.ts';
import { modelFromConfig } from '../../../scripts/tenant-model/model-from-config.ts';
import { planDeploy } from '../../../scripts/plan/plan-deploy.ts';
import type { Plan } from '../../../scripts/plan/plan.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';
import { apiOf, deployedTenant } from '../fake-tenant.ts';
import type { ManagementApi } from '../../../scripts/tenant-access/management-api.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const UNVERIFIED = ['unverified', 'newly-verified'];
const TWICE = ['two-identities'];

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await buildBundles(readTenantConfig());
});

const SECOND_CONNECTION: Edit = [
  '\nactions:\n',
  `
  - name: other
    strategy: oauth2
    enabled_clients: [Didit Actions]
    options:
      client_id: '##DIDIT_CLIENT_ID##'
      client_secret: '##DIDIT_CLIENT_SECRET##'
      authorizationURL: https://other.example.com
      tokenURL: https://other.example.com/token
      scope: openid
      pkce_enabled: true
      scripts: { fetchUserProfile: '@@DIDIT_FETCH_USER_PROFILE@@' }
actions:
`,
];

/** `DIDIT_CONNECTION` of one Action, as it stands in the file. */
const named = (action: string, from: string, to: string): Edit => {
  const { tenantFile } = sample();
  const start = tenantFile.text.indexOf(`- name: ${action}\n`);
  const end = tenantFile.text.indexOf(`value: ${from}\n`, start) + `value: ${from}\n`.length;
  const block = tenantFile.text.slice(start, end);
  return [block, block.replace(`value: ${from}\n`, `value: ${to}\n`)];
};
const ACTIONS = ['didit-profile-sync', 'didit-access-policy', 'didit-claims', 'didit-step-up'];
/** A connection that carries no rules of its own is Didit's only for an Action that names it. */
const UNMARKED: Edit = ['      didit_policy: mode=enforce on_unavailable=deny\n', ''];
const RENAMED: readonly Edit[] = [
  ['  - name: didit\n', '  - name: didit2\n'],
  ...ACTIONS.map((action) => named(action, 'didit', 'didit2')),
];

/** What the settings of the connection `didit` come to. */
const effectsOf = ({ effects }: Plan) => effects.filter(({ connection }) => connection === 'didit');

const logins = ({ impact }: Plan): readonly unknown[] =>
  impact.changes
    .filter(({ application }) => application === 'Didit Sample Application')
    .filter(({ what, flows }) => what === 'login' && flows.includes('first login'))
    .map(({ people, before, after }) => [people, `${before ?? ''} → ${after ?? ''}`]);

describe('an Action that takes another connection for the Didit one', () => {
  const planOf = async (before: readonly Edit[], after: readonly Edit[]): Promise<Plan> =>
    await buildPlan(
      {
        before: modelFromConfig(sample(...before).config, bundles),
        after: modelFromConfig(sample(...after).config, bundles),
      },
      { kind: 'revision', revision: 'before', commit: 'abc' },
    );

  test(
    'lets in whom the rules would have kept out: in the simulation, and rated among the effects',
    LONG,
    async () => {
      const plan = await planOf(
        [UNMARKED, SECOND_CONNECTION],
        [UNMARKED, SECOND_CONNECTION, named('didit-access-policy', 'didit', 'other')],
      );
      expect(logins(plan)).toEqual([
        [UNVERIFIED, 'denied (didit_not_verified) → allowed'],
        [TWICE, 'denied (didit_two_identities) → allowed'],
      ]);
      const [rules, ...others] = effectsOf(plan);
      expect(rules).toMatchObject({
        application: 'Didit Sample Application',
        what: 'rules',
        security: [{ code: 'rules_loosened' }],
      });
      expect(rules?.after).toMatch(/^mode=off .*\(for didit-access-policy, the Didit connection is other\)$/);
      expect(others).toEqual([]);
    },
  );

  test(
    'lets nobody in where the connection itself carries rules: they say that it is one of Didit',
    LONG,
    async () => {
      const { impact } = await planOf(
        [SECOND_CONNECTION],
        [SECOND_CONNECTION, named('didit-access-policy', 'didit', 'other')],
      );
      expect(impact.changes).toEqual([]);
    },
  );

  test('keeps no record and sets no claim', LONG, async () => {
    const edits = ['didit-profile-sync', 'didit-claims'].map((action) => named(action, 'didit', 'other'));
    const before = [UNMARKED, SECOND_CONNECTION];
    const plan = await planOf(before, [...before, ...edits]);
    expect(effectsOf(plan).map(({ what, after }) => [what, after])).toEqual([
      ['claims', expect.stringContaining('id_token=none access_token=none')],
      ['kept data', expect.stringContaining('mode=off (for didit-profile-sync')],
    ]);
  });

  test('is none where it comes from a placeholder: that it is right is taken for granted', async () => {
    const { impact, effects } = await planOf([], [named('didit-access-policy', 'didit', "'##NAME##'")]);
    expect([impact.changes, effects]).toEqual([[], []]);
  });
});

/** The fake tenant looks for one connection by its name as a tenant does. */
const ofNamedConnections = (api: ManagementApi): ManagementApi => ({
  ...api,
  list: async (path, ...rest) => {
    const found = await api.list(path, ...rest);
    const [, name] = /^\/connections\?name=([\w-]+)/.exec(path) ?? [];
    return name === undefined ? found : found.filter((connection) => connection['name'] === name);
  },
});

describe('on a tenant, which tells no value', () => {
  const VALUES = new Map([
    ['AUTH0_DOMAIN', 'tenant.example.com'],
    ['DIDIT_CLIENT_ID', 'client-at-didit'],
    ['DIDIT_CLIENT_SECRET', 'secret-at-didit'],
  ]);
  const planOf = async (
    edits: readonly Edit[],
    options: { readonly updateSecrets?: boolean } = {},
    existing: readonly Edit[] = [],
  ): Promise<Plan> => {
    const script = bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '';
    const values = new Map([...VALUES, ['DIDIT_FETCH_USER_PROFILE', script]]);
    const original = { ...sample(...existing), bundles };
    const deployed = deployedTenant({ ...original, config: prepareConfig({ ...original, values }) });
    const api = ofNamedConnections(apiOf(deployed));
    const { tenantFile } = sample(...edits);
    return await planDeploy(api, await prepareDeploy(api, { tenantFile, bundles, values, options }));
  };

  test('values are taken to be those of the file while they are not sent', async () => {
    const edits = [SECOND_CONNECTION, named('didit-access-policy', 'didit', 'other')];
    const { impact, effects } = await planOf(edits, {}, [SECOND_CONNECTION]);
    expect([impact.changes, effects]).toEqual([[], []]);
  });

  test('values that are sent anew are not: what they change is shown', LONG, async () => {
    const before = [UNMARKED, SECOND_CONNECTION];
    const edits = [...before, named('didit-access-policy', 'didit', 'other')];
    const plan = await planOf(edits, { updateSecrets: true }, before);
    expect(logins(plan)).toEqual([
      [UNVERIFIED, 'denied (didit_not_verified) → allowed'],
      [TWICE, 'denied (didit_two_identities) → allowed'],
    ]);
  });

  test('values that name a connection that is made only now are sent: its logins have the rules from the first one on', async () => {
    const plan = await planOf(RENAMED);
    expect(logins(plan)).toContainEqual([UNVERIFIED, 'not possible → denied (didit_not_verified)']);
    expect(
      plan.secretValues.filter(({ of }) => of.startsWith('Action')).map(({ because }) => because),
    ).toEqual(ACTIONS.map(() => 'one of them names a new connection'));
  });
});
