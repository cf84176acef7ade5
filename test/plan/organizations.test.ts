import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_NAMES } from '../../actions/didit/fields.ts';
import { evaluatePolicy } from '../../actions/didit/policy.ts';
import { readPolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { isEmptyPlan, securityChanges, securityCodes } from '../../scripts/plan/plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import { otherOrganizations } from '../../scripts/plan/ratings/other-organizations.ts';
import type { Field, ResourceKind } from '../../scripts/tenant-model/tenant-model.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { UnsecuredJWT } from 'jose';
import { apiOf, deployedTenant } from './fake-tenant.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { VALUES } from './plan-of.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

const RULES = '    client_metadata:\n      didit_policy: require=verified\n';
const SAMPLE = 'Didit Sample Application';

/** The sample application takes members of organizations. */
const takesMembers = (usage = 'allow', rules = RULES): Edit => [
  RULES,
  `    organization_usage: ${usage}\n${rules}`,
];

const listing = (rules: string, more = 'connections: [{ name: didit }]'): Edit => [
  'clientGrants:\n',
  `organizations:\n  - name: acme\n    ${more}\n    metadata:\n      didit_policy: ${rules}\n\nclientGrants:\n`,
];

async function planOf(
  edits: readonly Edit[],
  organizations: FakeTenant['organizations'] = [],
  kind: 'tenant' | 'drift' = 'tenant',
  accessToken?: string,
  deployed: readonly Edit[] = edits.filter(([from]) => from === RULES),
): Promise<Plan> {
  const values = new Map(VALUES);
  const original = sample(...deployed);
  const tenant = deployedTenant({ ...original, config: prepareConfig({ ...original, values }) });
  const api = apiOf({ ...tenant, organizations }, accessToken);
  const { tenantFile, bundles } = sample(...edits);
  return await planDeploy(api, await prepareDeploy(api, { tenantFile, bundles, values }), kind);
}

const acme = (rules: string, connections: readonly string[] = ['didit']) => ({
  name: 'acme',
  display_name: 'acme',
  metadata: { didit_policy: rules },
  connections,
});

const found = (plan: Plan): readonly string[] =>
  securityChanges(plan).map(({ code, where }) => `${code}: ${where}`);

/** Of two files, with what else a reviewer must see left out. */
async function loosened(before: readonly Edit[], after: readonly Edit[]): Promise<readonly string[]> {
  const target = { kind: 'revision', revision: 'main', commit: 'abc' } as const;
  // Nobody signs in: no logins are run.
  const still = ({ resources, ...model }: ReturnType<typeof sample>['model']) => ({
    ...model,
    resources: resources.map((resource) => ({
      ...resource,
      fields: new Map([...resource.fields].filter(([path]) => path !== 'options.scripts.fetchUserProfile')),
    })),
  });
  const [old, now] = [still(sample(...before).model), still(sample(...after).model)];
  const plan = await buildPlan({ before: old, after: now }, target);
  return securityChanges(plan)
    .filter(({ code }) => code === 'rules_loosened')
    .map(({ where, because }) => `${where}: ${because}`);
}

const IN_ACME = `rules of application ${SAMPLE} in organization acme through connection didit`;

describe('the rules of an organization that the file lists', () => {
  test('are rated where it is new and asks for less than its application', async () => {
    expect(await loosened([takesMembers()], [takesMembers(), listing('require=none')])).toEqual([
      `${IN_ACME}: at the application require=verified → require=none`,
    ]);
    expect(await loosened([takesMembers()], [takesMembers(), listing('mode=off')])).toHaveLength(1);
  });

  test.each([
    ['asks for more', [takesMembers(), listing('require=verified,age_over_18')]],
    ['has no rules', [takesMembers(), listing('""')]],
    [
      'cannot be signed in to through the connection',
      [takesMembers(), listing('mode=off', 'connections: []')],
    ],
    ['belongs to no application that takes members', [takesMembers('deny'), listing('mode=off')]],
  ])('are not rated where it is new and %s', async (_, after) => {
    expect(await loosened([after[0] ?? takesMembers()], after)).toEqual([]);
  });

  test('are rated where they become weaker, and where the application that they leave things to does', async () => {
    const before = [takesMembers(), listing('require=verified,age_over_18')];
    expect(await loosened(before, [takesMembers(), listing('require=age_over_18')])).toEqual([
      `${IN_ACME}: require=verified,age_over_18 → require=age_over_18`,
    ]);
    const looser = takesMembers('allow', RULES.replace('require=verified', 'require=verified mode=report'));
    expect(await loosened(before, [looser, listing('require=verified,age_over_18')])).toEqual([
      expect.stringMatching(new RegExp(`^rules of application ${SAMPLE} through connection didit: mode`)),
      expect.stringMatching(new RegExp(`^${IN_ACME}: mode=enforce → mode=report`)),
    ]);
    expect(
      await loosened(before, [takesMembers(), listing('require=verified,age_over_18,email_verified')]),
    ).toEqual([]);
  });

  test('are rated where an application begins to take its members', async () => {
    expect(
      await loosened(
        [takesMembers('deny'), listing('require=none')],
        [takesMembers('allow'), listing('require=none')],
      ),
    ).toEqual([`${IN_ACME}: at the application require=verified → require=none`]);
  });

  test('are rated for logins through other connections, too', async () => {
    const strict = takesMembers('allow', RULES.replace('require=verified', 'require=verified apply_to=all'));
    expect(await loosened([strict], [strict, listing('apply_to=didit')])).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${SAMPLE} in organization acme through connection (any other connection)`),
      ]),
    );
  });
});

test('effective settings of members are told as theirs, and not as those of the application', async () => {
  const stricter = await planOf(
    [takesMembers(), listing('require=verified,age_over_18')],
    [acme('require=verified')],
  );
  const { text } = renderPlan(stricter, 'terminal', false);
  expect(text).toMatch(
    new RegExp(`^ {2}rules of ${SAMPLE} in organization acme \\(through didit\\): .*age_over_18`, 'm'),
  );
});

test('rules of a listed organization that somebody has weakened on the tenant are found as drift', async () => {
  const listed = [takesMembers(), listing('require=verified,age_over_18')];
  const plan = await planOf(listed, [acme('mode=off')], 'drift');
  expect(found(plan)).toContain(`rules_loosened: ${IN_ACME}`);
  expect(found(await planOf(listed, [acme('mode=off')]))).not.toContain(`rules_loosened: ${IN_ACME}`);
});

describe('an organization that only the tenant knows', () => {
  test.each(['tenant', 'drift'] as const)(
    'and that asks for less than its application is found by a plan for a %s that changes nothing',
    async (kind) => {
      const plan = await planOf([takesMembers()], [acme('require=none')], kind);
      expect(isEmptyPlan(plan)).toBe(true);
      expect(found(plan)).toEqual([`organization_weaker: ${IN_ACME}`]);
      expect(securityCodes(plan)).toEqual(['organization_weaker']);
      const { text } = renderPlan(plan, 'terminal', false);
      expect(text).toMatch(/^! organization_weaker .*\n +rules of .* in organization acme .*require=none/m);
    },
  );

  test('is found where the application has to be signed in to as a member', async () => {
    expect(found(await planOf([takesMembers('require')], [acme('mode=report')]))).toHaveLength(1);
  });

  test.each([
    ['asks for more', [acme('require=verified,age_over_18')]],
    ['has no rules of its own', [{ ...acme(''), metadata: { other_team: 'x' } }]],
    ['cannot be signed in to through the connection', [acme('mode=off', ['theirs'])]],
  ])('is not found where it %s', async (_, organizations) => {
    expect(found(await planOf([takesMembers()], organizations))).toEqual([]);
  });

  test('is not looked at where no application takes members', async () => {
    const plan = await planOf([], [acme('mode=off')]);
    expect(found(plan)).toEqual([]);
    expect(plan.otherOrganizations).toEqual([]);
  });

  test('is found no more once the file lists it, whatever it lists', async () => {
    const plan = await planOf([takesMembers(), listing('require=none')], [acme('require=none')]);
    expect(isEmptyPlan(plan)).toBe(true);
    expect(found(plan)).toEqual([]);
  });

  test('needs a token that may see it: without, the plan is made all the same', async () => {
    const token = (...scopes: readonly string[]): string =>
      new UnsecuredJWT({ scope: scopes.join(' ') }).encode();
    const may = token('read:organizations', 'read:organization_connections');
    expect(found(await planOf([takesMembers()], [acme('mode=off')], 'tenant', may))).toHaveLength(1);
    const mayNot = token('read:organization_connections');
    expect(found(await planOf([takesMembers()], [acme('mode=off')], 'tenant', mayNot))).toEqual([]);
  });

  const rules = fc
    .record(
      {
        require: fc.subarray([...FLAG_NAMES]).map((names) => (names.length === 0 ? 'none' : names.join(','))),
        max_age: fc.constantFrom('1h', '1d', 'none'),
        on_unavailable: fc.constantFrom('deny', 'allow'),
        mode: fc.constantFrom('enforce', 'report', 'off'),
      },
      { requiredKeys: [] },
    )
    .map((settings) =>
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    );
  const now = Date.UTC(2026, 0, 1);
  const knowledge = fc.oneof(
    fc.constantFrom('failed' as const, 'none' as const),
    fc
      .tuple(
        fc.record(Object.fromEntries(FLAG_NAMES.map((name) => [name, fc.boolean()])), { requiredKeys: [] }),
        fc.constantFrom(0, 2, 48),
      )
      .map(([fields, hours]) => ({
        ...{ source: 'record' as const, fresh: false },
        record: {
          ...{ subject: 'someone', fields, verifiedAt: undefined, unverifiedAt: undefined, changedAt: now },
          ...{ syncedAt: now - hours * 3_600_000, source: 'event' as const, authenticatedAt: undefined },
          mapped: {},
        },
      })),
  );

  test('is found whenever it lets in anybody whom its application keeps out', () => {
    const asked = sample(takesMembers()).model;
    const { model } = sample(takesMembers(), listing('require=none'));
    /** Texts of any content: a tenant may have what a file must not. */
    const tenantWith = (texts: Readonly<Partial<Record<ResourceKind, string>>>): typeof model => ({
      ...model,
      resources: model.resources.map((resource) => {
        const path = resource.kind === 'application' ? 'client_metadata' : 'metadata';
        const text = texts[resource.kind];
        const field: Field = { kind: 'settings', key: 'didit_policy', text: text ?? '' };
        return text === undefined
          ? resource
          : { ...resource, fields: new Map([...resource.fields, [`${path}.didit_policy`, field]]) };
      }),
    });
    let kept = 0;
    fc.assert(
      fc.property(
        ...[rules, rules, rules],
        fc.array(knowledge, { minLength: 5, maxLength: 5 }),
        (connection, client, organization, all) => {
          const decide = (settings: PolicySettings, known: (typeof all)[number]) =>
            evaluatePolicy({
              settings,
              throughDidit: true,
              knowledge: known,
              authenticatedAt: undefined,
              now,
            }).decision;
          const atApplication = readPolicySettings({ connection, client });
          const asMember = readPolicySettings({ connection, client, organization });
          const letsIn = all.some(
            (known) => decide(atApplication, known) === 'deny' && decide(asMember, known) !== 'deny',
          );
          if (!letsIn) return;
          kept += 1;
          const tenant = tenantWith({ connection, application: client, organization });
          expect(otherOrganizations(tenant, asked)).toMatchObject([
            { application: SAMPLE, organization: 'acme', security: [{ code: 'organization_weaker' }] },
          ]);
        },
      ),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(20);
  });
});
