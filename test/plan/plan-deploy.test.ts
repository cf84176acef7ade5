import { describe, expect, test } from 'vitest';
import { isEmptyPlan, securityChanges } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import type { FakeTenant } from './fake-tenant.ts';
import type { Edit } from './sample.ts';
import { fields, planOf, withOptions } from './plan-of.ts';
import type { Setting } from './plan-of.ts';
import { matching } from '../matchers.ts';
import { problemsOfAsync } from '../problems-of.ts';

describe('a plan for a tenant', () => {
  test('is empty where everything is as the file says, and says so', async () => {
    const plan = await planOf({});
    expect(plan.changes).toEqual([]);
    // This tenant shows nobody the secrets of its applications.
    expect(renderPlan(plan, 'terminal').text.split('\n')).toEqual([
      'Plan for the tenant tenant.example.com',
      'Nothing would change.',
      matching(/^Not looked at: .*read:client_keys/),
    ]);
  });

  test('puts a token endpoint on another host first, marked, whatever else changes', async () => {
    const plan = await planOf({
      edits: [
        ['display_name: Didit\n', 'display_name: Aardvark\n'],
        ['https://apx.didit.me/auth/v2/token', 'https://apx.didit.example/auth/v2/token'],
        ['description: Lets', 'description: It lets'],
      ],
    });
    expect(plan.changes.map(({ field }) => field)).toEqual([
      'options.tokenURL',
      'display_name',
      'description',
    ]);
    expect(securityChanges(plan)).toEqual([
      {
        code: 'endpoint_host',
        where: 'connection didit · options.tokenURL',
        because: 'https://apx.didit.me → https://apx.didit.example',
      },
    ]);
    const { text } = renderPlan(plan, 'terminal');
    expect(text.split('\n')[1]).toBe('1 new host');
    expect(text.slice(text.indexOf('Security findings')).split('\n')[1]).toMatch(/^! endpoint_host/);
    // Its finding shows it whole, so the list of changes does not.
    expect(text.split('options.tokenURL')).toHaveLength(2);
    expect(text).toContain(
      '    ~ connection didit · options.tokenURL: https://apx.didit.me/auth/v2/token → https://apx.didit.example/auth/v2/token',
    );
  });

  test('shows as erased what only the tenant has, and a deploy would lose', async () => {
    const tenant = withOptions({ icon_url: 'https://example.com/icon.png' });
    expect((await planOf({ tenant })).changes).toEqual([]);
    const plan = await planOf({ tenant, replaceOptions: true });
    expect(fields(plan)).toEqual(['erase connection didit options.icon_url']);
    expect(renderPlan(plan, 'terminal').text).toContain(
      '- connection didit · options.icon_url: https://example.com/icon.png is removed',
    );
  });

  describe('shows and rates as erased what is in an object', () => {
    const HINT = { upstream_params: { hint: { alias: 'login_hint' }, prompt: { value: 'x' } } };
    const withLine = (line: string): Edit => ['pkce_enabled: true', `pkce_enabled: true\n      ${line}`];
    const erased = async (setting: Setting): Promise<unknown> => {
      const plan = await planOf(setting);
      expect(plan.changes.map(({ verb }) => verb)).toEqual(plan.changes.map(() => 'erase'));
      return plan.changes.map(({ field, security }) => [field, ...security.map(({ code }) => code)]);
    };
    const BOTH = [
      ['options.upstream_params.hint.alias', 'connection_request'],
      ['options.upstream_params.prompt.value', 'connection_request'],
    ];

    test.each(['{}', 'null'])('that the file asks to be %s', async (value) => {
      expect(
        await erased({ tenant: withOptions(HINT), edits: [withLine(`upstream_params: ${value}`)] }),
      ).toEqual(BOTH);
    });

    test('of headers, whose values are not shown', async () => {
      expect(
        await erased({
          tenant: withOptions({ customHeaders: { 'X-Key': 'value' } }),
          edits: [withLine('customHeaders: {}')],
        }),
      ).toEqual([['options.customHeaders.X-Key', 'connection_request']]);
    });

    test('of an application', async () => {
      const tenant = (deployed: FakeTenant): FakeTenant => ({
        ...deployed,
        clients: deployed.clients.map((client) => ({ ...client, mobile: { ios: { team_id: 'a' } } })),
      });
      expect(
        await erased({ tenant, edits: [['app_type: regular_web', 'app_type: regular_web\n    mobile: {}']] }),
      ).toEqual([['mobile.ios.team_id', 'setting_not_judged']]);
    });

    test('that --replace-options takes away', async () => {
      expect(await erased({ tenant: withOptions(HINT), replaceOptions: true })).toEqual(BOTH);
    });

    test('that the file names a part of, with --replace-options', async () => {
      expect(
        await erased({
          tenant: withOptions(HINT),
          edits: [withLine('upstream_params: { prompt: { value: x } }')],
          replaceOptions: true,
        }),
      ).toEqual(BOTH.slice(0, 1));
    });

    test('that the file names a part of, where options are sent for the secret alone', async () => {
      const setting: Setting = {
        tenant: withOptions(HINT),
        edits: [withLine('upstream_params: { prompt: { value: x } }')],
      };
      expect(await erased(setting)).toEqual([]);
      expect(await erased({ ...setting, updateSecrets: true })).toEqual(BOTH.slice(0, 1));
    });

    test('and a list that gets shorter', async () => {
      const list = { allowed: [{ name: 'a' }, { name: 'b' }] };
      expect(
        await erased({
          tenant: withOptions({ upstream_params: list }),
          edits: [withLine('upstream_params: { allowed: [{ name: a }] }')],
        }),
      ).toEqual([['options.upstream_params.allowed.1.name', 'connection_request']]);
    });
  });

  test('shows the description of a scope that goes, as the deploy sends it', async () => {
    const plan = await planOf({
      edits: [
        ['    allow_offline_access: true', '    allow_offline_access: true\n    scopes: [{ value: a }]'],
      ],
      tenant: (tenant) => ({
        ...tenant,
        servers: tenant.servers.map((server) => ({
          ...server,
          scopes: [{ value: 'a', description: 'Old' }],
        })),
      }),
    });
    expect(fields(plan)).toEqual(['erase API https://api.example.com/ scopes.a.description']);
  });

  test('shows Actions of other teams as kept, in their places', async () => {
    const plan = await planOf({
      edits: [['display_name: Didit\n', 'display_name: Didit ID\n']],
      tenant: (tenant) => ({
        ...tenant,
        bindings: [{ display_name: 'fraud-check', action: { name: 'fraud-check' } }, ...tenant.bindings],
      }),
    });
    expect(plan.flow[0]).toEqual({
      action: 'fraud-check',
      displayName: 'fraud-check',
      formerName: 'fraud-check',
      ours: false,
      change: 'none',
      before: 1,
      after: 1,
    });
    expect(renderPlan(plan, 'markdown').text).toContain("1  fraud-check  (another team's, kept)");
  });

  test('rates an Action that is taken out of the flow, or runs in another place', async () => {
    const removed = await planOf({
      edits: [['    - action_name: didit-access-policy\n      display_name: didit-access-policy\n', '']],
    });
    expect(securityChanges(removed)).toMatchObject([
      {
        code: 'rules_loosened',
        because:
          'mode=enforce require=verified max_age=none apply_to=didit on_unavailable=deny step_up=off → no Action decides',
      },
      { code: 'action_removed_from_flow', because: 'didit-access-policy' },
    ]);
    const moved = await planOf({
      tenant: (tenant) => ({ ...tenant, bindings: [...tenant.bindings].reverse() }),
    });
    expect(moved.flow.map(({ change }) => change)).toContain('moved');
    expect(securityChanges(moved)[0]?.code).toBe('action_reordered');
  });

  test('names the applications that a connection is enabled for and the file does not know', async () => {
    const plan = await planOf({
      tenant: (tenant) => ({
        ...tenant,
        clients: [...tenant.clients, { client_id: 'id-Portal', name: 'Portal' }],
        enabledClients: { 'id-didit': ['id-Portal', ...(tenant.enabledClients['id-didit'] ?? [])] },
      }),
    });
    expect(securityChanges(plan)).toEqual([
      { code: 'application_disabled', where: 'connection didit · enabled_clients', because: 'Portal' },
    ]);
  });

  test('takes an Action that was never deployed for one that runs nothing', async () => {
    const plan = await planOf({
      tenant: (tenant) => ({
        ...tenant,
        actions: tenant.actions.map((action) =>
          action['name'] === 'didit-claims' ? { ...action, deployed_version: undefined } : action,
        ),
      }),
    });
    expect(fields(plan)).toContain('create Action didit-claims code');
  });

  test('says which secrets are sent, and why', async () => {
    const sent = async (setting: Setting): Promise<readonly string[]> =>
      (await planOf(setting)).secretValues.filter((values) => values.sent).map((values) => values.of);
    expect(await sent({})).toEqual([]);
    expect(await sent({ updateSecrets: true })).toEqual([
      'connection didit',
      'Action didit-profile-sync',
      'Action didit-access-policy',
      'Action didit-claims',
      'Action didit-step-up',
    ]);
    expect(isEmptyPlan(await planOf({ updateSecrets: true }))).toBe(false);
  });

  test('says in words that a new key goes to all Actions that share it', async () => {
    const added: Edit = ['secrets:\n', "secrets:\n      - name: EXTRA\n        value: 'extra'\n"];
    const { secretValues } = await planOf({ edits: [added] });
    expect(secretValues.filter(({ sent }) => sent).map(({ of, because }) => [of, because])).toEqual([
      ['Action didit-profile-sync', 'the names of its secrets change'],
      ['Action didit-access-policy', 'a new key for all Actions that share it, in the same deploy'],
      ['Action didit-claims', 'a new key for all Actions that share it, in the same deploy'],
      ['Action didit-step-up', 'a new key for all Actions that share it, in the same deploy'],
    ]);
  });

  test.each([
    [true, '--update-secrets asks for it'],
    ['moved', 'the local tenant uses another port than at the last deploy'],
    ['in doubt', 'it is not known whether those of the interrupted deploy arrived'],
  ] as const)(
    'says why all are sent (%s): nobody is told to have asked who has not',
    async (updateSecrets, because) => {
      const { secretValues } = await planOf({ updateSecrets });
      expect(new Set(secretValues.map((values) => values.because))).toEqual(new Set([because]));
    },
  );

  test('is none where a connection of another kind has the name: Auth0 makes no connection another kind', async () => {
    const problems = await problemsOfAsync(() =>
      planOf({
        tenant: (deployed) => ({
          ...deployed,
          connections: deployed.connections.map((connection) => ({ ...connection, strategy: 'auth0' })),
        }),
      }),
    );
    expect(problems).toMatchObject([
      { code: 'NAME_IN_USE', place: { tenant: 'tenant.example.com', resource: 'connection didit' } },
    ]);
  });

  test('is none where an Action of another trigger has the name: it is somebody else’s, and would get our code', async () => {
    const of = (id: string) => (deployed: FakeTenant) => ({
      ...deployed,
      actions: deployed.actions.map((action) =>
        action['name'] === 'didit-claims'
          ? { ...action, supported_triggers: [{ id, version: 'v2' }] }
          : action,
      ),
    });
    expect(await problemsOfAsync(() => planOf({ tenant: of('credentials-exchange') }))).toMatchObject([
      { code: 'NAME_IN_USE', place: { tenant: 'tenant.example.com', resource: 'Action didit-claims' } },
    ]);
    // Of an older version of the trigger, it is ours to bring up to date.
    expect(fields(await planOf({ tenant: of('post-login') }))).toEqual([
      'change Action didit-claims supported_triggers',
    ]);
  });

  test('erases a rule from the tenant that was taken out of the file, and calls that looser', async () => {
    const plan = await planOf({
      edits: [['    client_metadata:\n      didit_policy: require=verified\n', '']],
    });
    expect(fields(plan)).toEqual(['erase application Didit Sample Application client_metadata.didit_policy']);
    expect(plan.changes[0]).toMatchObject({ security: [], causes: ['rules_loosened'] });
    expect(securityChanges(plan).map(({ code }) => code)).toEqual(['rules_loosened']);
    expect(renderPlan(plan, 'terminal').text).toContain('! - application Didit Sample Application');
  });
});

describe('the drift of a tenant', () => {
  const withConnection =
    (settings: object) =>
    (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      connections: tenant.connections.map((connection) => ({ ...connection, ...settings })),
    });
  const withApi =
    (settings: object) =>
    (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      servers: tenant.servers.map((server) => ({ ...server, ...settings })),
    });

  test.each<[string, (tenant: FakeTenant) => FakeTenant, readonly string[]]>([
    ['that opens it', withConnection({ is_domain_connection: true }), ['connection_reach']],
    ['that leaves it closed', withConnection({ is_domain_connection: false }), []],
    ['that links accounts', withConnection({ connected_accounts: { active: true } }), ['connection_reach']],
    ['that is harmless', withConnection({ show_as_button: true }), []],
    ['of an API', withApi({ skip_consent_for_verifiable_first_party_clients: true }), ['consent_skipped']],
    ['of an API that is safer', withApi({ token_lifetime_for_web: 60 }), []],
  ])(
    'is a setting of which the file says nothing only where it makes things less safe: one %s',
    async (_, tenant, codes) => {
      const edits: readonly Edit[] = [['    is_domain_connection: false\n', '']];
      const unsaid = (deployed: FakeTenant): FakeTenant =>
        tenant(withConnection({ is_domain_connection: undefined })(deployed));
      const drift = await planOf({ kind: 'drift', edits, tenant: unsaid });
      expect(
        securityChanges(drift)
          .map(({ code }) => code)
          .filter((code) => code !== 'rules_loosened' && code !== 'application_enabled'),
      ).toEqual(codes);
      expect(isEmptyPlan(drift)).toBe(codes.length === 0);
      // It stays: nothing is sent because of it.
      expect(isEmptyPlan(await planOf({ edits, tenant: unsaid }))).toBe(true);
    },
  );
});
