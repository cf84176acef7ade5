import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Origin } from '../../scripts/records/origins.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { isEmptyPlan, securityChanges } from '../../scripts/plan/plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { apiOf, deployedTenant } from './fake-tenant.ts';
import type { FakeTenant } from './fake-tenant.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

const VALUES: readonly (readonly [string, string])[] = [
  ['AUTH0_DOMAIN', 'tenant.example.com'],
  ['DIDIT_CLIENT_ID', 'client-at-didit'],
  ['DIDIT_CLIENT_SECRET', 'secret-at-didit'],
  ['DIDIT_FETCH_USER_PROFILE', '// fetch-user-profile\n'],
];

interface Setting {
  readonly edits?: readonly Edit[];
  readonly values?: readonly (readonly [string, string])[];
  readonly tenant?: (deployed: FakeTenant) => FakeTenant;
  readonly accessToken?: string;
  readonly updateSecrets?: boolean | 'moved' | 'in doubt';
  readonly replaceOptions?: boolean;
  readonly origins?: readonly Origin[];
}

/** The plan for a tenant that the unedited file was deployed to, and where somebody may have been since. */
async function planOf({
  edits = [],
  values = [],
  tenant,
  accessToken,
  origins = [],
  ...options
}: Setting): Promise<Plan> {
  const all = new Map([...VALUES, ...values]);
  const { tenantFile, bundles } = sample(...edits);
  const original = sample();
  const deployed = deployedTenant({ ...original, config: prepareConfig({ ...original, values: all }) });
  const api = apiOf(tenant === undefined ? deployed : tenant(deployed), accessToken);
  const deploy = { tenantFile, bundles, values: all, options };
  return await planDeploy(api, await prepareDeploy(api, deploy, origins));
}

const withOptions =
  (options: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    connections: tenant.connections.map((connection) => ({
      ...connection,
      options: { ...(connection['options'] as object), ...options },
    })),
  });

const fields = (plan: Plan): readonly string[] =>
  plan.changes.map(({ verb, resource, field }) =>
    `${verb} ${resource.kind} ${resource.name} ${field ?? ''}`.trim(),
  );

describe('a plan for a tenant', () => {
  test('is empty where everything is as the file says, and says so', async () => {
    const plan = await planOf({});
    expect(plan.changes).toEqual([]);
    expect(renderPlan(plan, 'terminal')).toBe(
      'Plan for the tenant tenant.example.com\nNothing would change.\n',
    );
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
    const [, , , title, first] = renderPlan(plan, 'terminal').split('\n');
    expect(title).toBe('For a security reviewer');
    expect(first).toContain('! endpoint_host  connection didit · options.tokenURL');
    expect(renderPlan(plan, 'terminal')).toContain(
      '! ~ connection didit · options.tokenURL: https://apx.didit.me/auth/v2/token → https://apx.didit.example/auth/v2/token',
    );
  });

  test('shows as erased what only the tenant has, and a deploy would lose', async () => {
    const tenant = withOptions({ icon_url: 'https://example.com/icon.png' });
    expect((await planOf({ tenant })).changes).toEqual([]);
    const plan = await planOf({ tenant, replaceOptions: true });
    expect(fields(plan)).toEqual(['erase connection didit options.icon_url']);
    expect(renderPlan(plan, 'terminal')).toContain(
      '- connection didit · options.icon_url: https://example.com/icon.png is erased',
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
      ).toEqual([['mobile.ios.team_id']]);
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
    expect(renderPlan(plan, 'markdown')).toContain("1  fraud-check  (another team's, kept)");
  });

  test('rates an Action that is taken out of the flow, or runs in another place', async () => {
    const removed = await planOf({
      edits: [['    - action_name: didit-access-policy\n      display_name: didit-access-policy\n', '']],
    });
    expect(securityChanges(removed)).toMatchObject([
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
    ]);
  });

  test.each([
    [true, '--update-secrets asks for it'],
    ['moved', 'the local tenant is at another port than at the last deploy'],
    ['in doubt', 'nobody knows whether those of the interrupted deploy arrived'],
  ] as const)(
    'says why all are sent (%s): nobody is told to have asked who has not',
    async (updateSecrets, because) => {
      const { secretValues } = await planOf({ updateSecrets });
      expect(new Set(secretValues.map((values) => values.because))).toEqual(new Set([because]));
    },
  );

  test('erases a rule from the tenant that was taken out of the file, and calls that looser', async () => {
    const plan = await planOf({
      edits: [['    client_metadata:\n      didit_policy: require=verified\n', '']],
    });
    expect(fields(plan)).toEqual(['erase application Didit Sample Application client_metadata.didit_policy']);
    expect(plan.changes[0]).toMatchObject({ security: [], causes: ['rules_loosened'] });
    expect(securityChanges(plan).map(({ code }) => code)).toEqual(['rules_loosened']);
    expect(renderPlan(plan, 'terminal')).toContain('! - application Didit Sample Application');
  });
});

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
      - name: DIDIT_HANDOVER_KEY
        value: '##DIDIT_HANDOVER_KEY##'
`,
      '',
    ],
    ['    - action_name: didit-claims\n      display_name: didit-claims\n', ''],
  ];
  const TITLE = 'Made by an earlier deploy from here, no longer in tenant.yaml, and still there';
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
    const [head, summary, , title, line, ...remedies] = renderPlan(plan, 'terminal').trimEnd().split('\n');
    expect([head, summary]).toEqual(['Plan for the tenant tenant.example.com', 'Nothing would change.']);
    expect([title, line]).toEqual([TITLE, '  Action didit-claims: it still runs at each login']);
    expect(remedies.join('\n')).toMatch(/list it in actions: without a binding, deploy, .*npm run destroy/s);
    const markdown = renderPlan(plan, 'markdown');
    expect(markdown).toContain(`#### ${TITLE}\n\n- \`Action didit-claims: it still runs at each login\`\n\n`);
  });

  test('is not called another team’s where the plan lists the Actions of each login', async () => {
    const plan = await planOf({
      edits: [...WITHOUT_CLAIMS, ['display_name: Didit\n', 'display_name: Didit ID\n']],
      origins: [made('Action', 'didit-claims')],
    });
    expect(plan.flow[2]).toMatchObject({ action: 'didit-claims', ours: true, change: 'none' });
    for (const format of ['terminal', 'markdown'] as const) {
      const text = renderPlan(plan, format);
      expect(text).toContain('3  didit-claims  (no longer in tenant.yaml, kept)');
      expect(text).not.toContain("another team's");
    }
  });

  test('is said of an Action that runs no longer, too, without a way to stop it', async () => {
    const plan = await planOf({
      edits: WITHOUT_CLAIMS,
      tenant: unbound,
      origins: [made('Action', 'didit-claims')],
    });
    const text = renderPlan(plan, 'terminal');
    expect(text).toContain('  Action didit-claims: it is bound to no login\n');
    expect(text).not.toContain('without a binding');
  });

  test('is said of a connection, with the applications that it is enabled for', async () => {
    const origins = [made('connection', 'didit-old')];
    const lineOf = async (tenant: (deployed: FakeTenant) => FakeTenant): Promise<string | undefined> => {
      const plan = await planOf({ tenant, origins });
      expect(plan.changes).toEqual([]);
      return renderPlan(plan, 'terminal').split('\n')[4];
    };
    expect(await lineOf(withOldConnection('id-Didit Sample Application', 'cli_unknown'))).toBe(
      '  connection didit-old: people can still sign in through it, to Didit Sample Application, cli_unknown',
    );
    expect(await lineOf(withOldConnection())).toBe(
      '  connection didit-old: it is enabled for no application',
    );
    const ofTheDomain = (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      connections: [
        ...tenant.connections,
        { id: 'id-didit-old', name: 'didit-old', is_domain_connection: true },
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
    expect(renderPlan(plan, 'terminal')).not.toContain(TITLE);
    expect(renderPlan(plan, 'markdown')).not.toContain(TITLE);
  });
});

describe('a secret is in no rendering of any plan', () => {
  const marked = fc.stringMatching(/^[A-Za-z0-9]{12,24}$/).map((text) => `marked-${text}`);
  const OPTIONS: Edit = [
    '      pkce_enabled: true\n',
    "      pkce_enabled: true\n      customHeaders: { X-Trace: 'constant', X-Key: '##HEADER_VALUE##' }\n      upstream_params: { tenant: { value: '##UPSTREAM##' } }\n",
  ];
  const DESCRIPTION: Edit = ['description: Lets the Action', "description: '##NOTE## lets the Action"];
  const EXTRA = (value: string): Edit => [
    'secrets:\n',
    `secrets:\n      - name: EXTRA\n        value: ${value}\n`,
  ];
  const DESCRIPTION_END: Edit = ['read user profiles\n', "read user profiles'\n"];

  test('whether it is in the file, in the environment or on the tenant', async () => {
    const tuple = fc.tuple(marked, marked, marked, marked, marked, marked, marked, marked);
    await fc.assert(
      fc.asyncProperty(tuple, async (secrets) => {
        const [didit, header, upstream, note, old, client, token, action] = secrets;
        const plan = await planOf({
          edits: [OPTIONS, DESCRIPTION, DESCRIPTION_END, EXTRA(action)],
          values: [
            ['DIDIT_CLIENT_SECRET', didit],
            ['HEADER_VALUE', header],
            ['UPSTREAM', upstream],
            ['NOTE', note],
          ],
          accessToken: token,
          replaceOptions: true,
          tenant: (tenant) => ({
            ...withOptions({
              client_secret: old,
              customHeaders: { 'X-Key': old, authorization: old },
              upstream_params: { tenant: { value: old } },
              authParams: { key: old },
              api_key: old,
            })(tenant),
            clients: tenant.clients.map((answer) => ({
              ...answer,
              description: `somebody wrote ${didit} here`,
              client_secret: client,
              signing_keys: [{ key: client }],
            })),
            servers: tenant.servers.map((server) => ({ ...server, signing_secret: client, name: 'Old' })),
          }),
        });
        expect(fields(plan)).toEqual(
          expect.arrayContaining([
            'change connection didit options.customHeaders.X-Key',
            'change connection didit options.upstream_params.tenant.value',
            'erase connection didit options.authParams.key',
            'change application Didit Actions description',
          ]),
        );
        for (const format of ['terminal', 'markdown', 'json'] as const) {
          const text = renderPlan(plan, format, true);
          expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  }, 180_000);

  test.each([
    ['an unusual name', { authorizationHeader: 'marked-credential' }],
    ['a key set', { jwks: { keys: [{ k: 'marked-credential' }] } }],
    ['Bearer', { odd: 'Bearer marked-credential' }],
    ['Basic', { odd: `Basic ${Buffer.from('marked-credential:x').toString('base64')}` }],
    ['a private key', { odd: '-----BEGIN PRIVATE KEY-----\nmarked-credential' }],
    ['a JWT in a list', { odd: ['eyJhbGciOiJub25lIn0.marked-credential.'] }],
    ['headers further below', { odd: { deepHeaders: { 'X.Key': 'marked-credential' } } }],
  ])('when only the tenant has it, under whatever name: %s', async (_case, options) => {
    const plan = await planOf({ tenant: withOptions(options), replaceOptions: true });
    expect(plan.changes).toHaveLength(1);
    expect(plan.changes[0]).toMatchObject({ verb: 'erase', before: '(set, not shown)' });
    for (const format of ['terminal', 'markdown', 'json'] as const) {
      const text = renderPlan(plan, format);
      expect(text).not.toContain('marked-credential');
      expect(text).not.toContain(Buffer.from('marked-credential:x').toString('base64'));
    }
  });

  test('and nothing that a reviewer must see is taken for one', async () => {
    const plan = await planOf({
      edits: [
        ['scope: openid user_id', 'scope: Bearer'],
        ['https://apx.didit.me/auth/v2/token', 'https://evil.example/eyJhbGciOiJub25lIn0.e30.'],
      ],
    });
    expect(securityChanges(plan).map(({ code }) => code)).toEqual(['endpoint_host', 'scopes_widened']);
    const script = await planOf({
      tenant: withOptions({ scripts: { fetchUserProfile: '-----BEGIN PRIVATE KEY-----' } }),
    });
    expect(securityChanges(script).map(({ code }) => code)).toEqual(['profile_script']);
  });

  test('but where it comes from is', async () => {
    const plan = await planOf({
      edits: [OPTIONS],
      values: [
        ['HEADER_VALUE', 'hidden'],
        ['UPSTREAM', 'hidden'],
      ],
    });
    expect(plan.changes.find(({ field }) => field === 'options.customHeaders.X-Key')?.after).toBe(
      '(set from ##HEADER_VALUE##, not shown)',
    );
  });

  test('and an endpoint is none, whatever its name sounds like', async () => {
    const plan = await planOf({
      edits: [['authorizationURL: https://auth.didit.me', 'authorizationURL: https://other.example']],
    });
    expect(plan.changes[0]).toMatchObject({
      before: 'https://auth.didit.me',
      after: 'https://other.example',
    });
  });
});
