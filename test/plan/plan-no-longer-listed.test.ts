import { describe, expect, test } from 'vitest';
import type { Origin } from '../../scripts/records/origins.ts';
import { isEmptyPlan, securityChanges } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import type { FakeTenant } from './fake-tenant.ts';
import type { Edit } from './sample.ts';
import { planOf } from './plan-of.ts';

describe('what an earlier deploy from here made, and tenant.yaml no longer lists,', () => {
  const made = (kind: Origin['kind'], name: string, id = `id-${name}`): Origin => ({
    kind,
    name,
    origin: 'made',
    ids: [id],
  });
  /** The Action `didit-claims` is taken out. */
  const WITHOUT_CLAIMS: readonly Edit[] = [
    [
      `  - name: didit-claims
    code: dist/actions/didit-claims.js
    runtime: node22
    deployed: true
    dependencies: []
    supported_triggers:
      - id: post-login
        version: v3
    secrets:
      - name: DIDIT_CONNECTION
        value: didit
      - name: DIDIT_STEP_UP_CLIENT_ID
        value: '##DIDIT_STEP_UP_CLIENT_ID##'
      - name: DIDIT_HANDOVER_KEY
        value: '##DIDIT_HANDOVER_KEY##'
`,
      '',
    ],
    ['    - action_name: didit-claims\n      display_name: didit-claims\n', ''],
  ];
  const TITLE = 'Made by an earlier deploy from here, no longer in tenant.yaml, and still there';
  const below = (text: string): readonly string[] =>
    text.split(`\n${TITLE}\n`)[1]?.trimEnd().split('\n') ?? [];
  const unbound = (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    bindings: tenant.bindings.filter(({ display_name }) => display_name !== 'didit-claims'),
  });
  const withOldConnection =
    (...clients: readonly string[]) =>
    (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      connections: [...tenant.connections, { id: 'id-didit-old', name: 'didit-old', options: {} }],
      enabledClients: { ...tenant.enabledClients, 'id-didit-old': clients },
    });

  test('is said of an Action that still runs, with the way to stop it, in a plan that stays empty', async () => {
    const plan = await planOf({ edits: WITHOUT_CLAIMS, origins: [made('Action', 'didit-claims')] });
    expect(isEmptyPlan(plan)).toBe(true);
    expect(securityChanges(plan)).toEqual([]);
    expect(plan.noLongerListed).toEqual([
      { resource: { kind: 'Action', name: 'didit-claims' }, inUse: true, applications: [] },
    ]);
    const { text } = renderPlan(plan, 'terminal');
    expect(text).toMatch(/^Plan for the tenant tenant.example.com\nNothing would change.\n/);
    const [line, ...remedies] = below(text);
    expect(line).toBe('  Action didit-claims: it still runs at each login');
    expect(remedies.join('\n')).toMatch(/list it in actions: without a binding, deploy, .*npm run destroy/s);
    const markdown = renderPlan(plan, 'markdown').text;
    expect(markdown).toContain(`#### ${TITLE}\n\n- \`Action didit-claims: it still runs at each login\`\n\n`);
  });

  test('is not called another team’s where the plan lists the Actions of each login', async () => {
    const plan = await planOf({
      edits: [...WITHOUT_CLAIMS, ['display_name: Didit\n', 'display_name: Didit ID\n']],
      origins: [made('Action', 'didit-claims')],
    });
    expect(plan.flow[3]).toMatchObject({ action: 'didit-claims', ours: true, change: 'none' });
    for (const format of ['terminal', 'markdown'] as const) {
      const text = renderPlan(plan, format).text;
      expect(text).toContain('4  didit-claims  (no longer in tenant.yaml, kept)');
      expect(text).not.toContain("another team's");
    }
  });

  test('is said of an Action that runs no longer, too, without a way to stop it', async () => {
    const plan = await planOf({
      edits: WITHOUT_CLAIMS,
      tenant: unbound,
      origins: [made('Action', 'didit-claims')],
    });
    const text = renderPlan(plan, 'terminal').text;
    expect(text).toContain('  Action didit-claims: no login runs it\n');
    expect(text).not.toContain('without a binding');
  });

  test('is said of a connection, with the applications that it is enabled for', async () => {
    const origins = [made('connection', 'didit-old')];
    const lineOf = async (tenant: (deployed: FakeTenant) => FakeTenant): Promise<string | undefined> => {
      const plan = await planOf({ tenant, origins });
      expect(plan.changes).toEqual([]);
      return below(renderPlan(plan, 'terminal').text)[0];
    };
    expect(await lineOf(withOldConnection('id-Didit Sample Application', 'cli_unknown'))).toBe(
      '  connection didit-old: people can still sign in through it, to Didit Sample Application, cli_unknown',
    );
    expect(await lineOf(withOldConnection())).toBe('  connection didit-old: no application uses it');
    const ofTheDomain = (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      connections: [
        ...tenant.connections,
        { id: 'id-didit-old', name: 'didit-old', options: {}, is_domain_connection: true },
      ],
    });
    expect(await lineOf(ofTheDomain)).toBe(
      '  connection didit-old: people can still sign in through it, to the whole domain',
    );
  });

  test('is not said of what is listed, was there before, is gone, or was made anew by somebody', async () => {
    const origins: readonly Origin[] = [
      made('Action', 'didit-profile-sync'),
      made('connection', 'didit'),
      made('connection', 'gone'),
      made('connection', 'didit-old', 'id-of-ours'),
      { ...made('Action', 'didit-claims'), origin: 'found' },
    ];
    const tenant = withOldConnection('id-Didit Sample Application');
    const plan = await planOf({ edits: WITHOUT_CLAIMS, origins, tenant });
    expect(plan.noLongerListed).toEqual([]);
    expect(renderPlan(plan, 'terminal').text).not.toContain(TITLE);
    expect(renderPlan(plan, 'markdown').text).not.toContain(TITLE);
  });
});
