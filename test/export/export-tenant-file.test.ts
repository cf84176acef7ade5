import { describe, expect, test } from 'vitest';
import type { DeployChanges } from '../../scripts/tenant-model/changes.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { PreparedDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { exportNotices } from '../../scripts/export/export-notices.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import type { ExportedFile } from '../../scripts/export/export-tenant-file.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { placeholdersIn } from '../../scripts/tenant-config/placeholders.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';
import { codeOfDeploy } from '../deploy/deploy-inputs.ts';

const VALUES = {
  AUTH0_DOMAIN: 'tenant.example.com',
  DIDIT_CLIENT_ID: 'client-at-didit',
  DIDIT_CLIENT_SECRET: 'secret-at-didit',
  DIDIT_FETCH_USER_PROFILE: '// fetch-user-profile\n',
  // Of the shell, and none of the file's business.
  FOO_CLIENT_ID: 'example',
};

const NOTHING: Omit<DeployChanges, 'asked' | 'before' | 'after'> = {
  settings: [],
  resourceServers: [],
  clients: [],
  clientGrants: [],
  actions: [],
  bindings: undefined,
  connections: [],
};

const sentBy = ({ changes }: PreparedDeploy): typeof NOTHING => {
  const { asked: _asked, before: _before, after: _after, ...sent } = changes;
  return sent;
};

interface Exported extends ExportedFile {
  /** What a deploy of the exported text would find on the tenant, and the names of its placeholders. */
  readonly plan: (secrets?: Readonly<Record<string, string>>) => ReturnType<typeof prepareDeploy>;
  readonly placeholders: ReadonlySet<string>;
}

/** Of a tenant that the file was deployed to, and where somebody changed something since. */
async function exportOf(
  change: (tenant: FakeTenant) => FakeTenant,
  edits: readonly Edit[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Exported> {
  const { tenantFile, bundles } = sample(...edits);
  const values = new Map(Object.entries({ ...VALUES, ...more }));
  const config = prepareConfig({ tenantFile, values });
  const api = apiOf(change(deployedTenant({ ...sample(), tenantFile, config, bundles })));
  const state = await readTenantState(api, config);
  const deploy = { tenantFile, bundles, values };
  const exported = exportTenantFile(tenantFile, config, state, values, codeOfDeploy(deploy));
  const file = parseTenantFile(exported.text, 'exported.yaml');
  return {
    ...exported,
    plan: (secrets = {}) =>
      prepareDeploy(api, {
        ...deploy,
        tenantFile: file,
        values: new Map([...values, ...Object.entries(secrets)]),
      }),
    placeholders: new Set(placeholdersIn(file).map(({ name }) => name)),
  };
}

const withConnection =
  (fields: Readonly<Record<string, unknown>>, options: Readonly<Record<string, unknown>> = {}) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    connections: tenant.connections.map((connection) => ({
      ...connection,
      ...fields,
      options: { ...(connection['options'] as object), ...options },
    })),
  });

const withSample =
  (fields: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    clients: tenant.clients.map((client) =>
      client['name'] === 'Didit Sample Application' ? { ...client, ...fields } : client,
    ),
  });

describe('placeholders in an export', () => {
  test('are never made of other variables of the shell', async () => {
    const { text, placeholders, plan } = await exportOf(
      withConnection({ display_name: 'example' }, { icon_url: 'https://app.example.com/icon.png' }),
    );
    expect(text).toContain('display_name: example\n');
    expect(text).toContain('icon_url: https://app.example.com/icon.png');
    expect(placeholders).not.toContain('FOO_CLIENT_ID');
    expect((await plan()).changes.connections).toEqual([]);
  });

  test('do not come into a text that only holds their value somewhere', async () => {
    const { text } = await exportOf(
      withConnection({ display_name: 'client-at-didit of tenant.example.com' }),
    );
    expect(text).toContain('display_name: client-at-didit of tenant.example.com\n');
  });

  test('come back for a whole value', async () => {
    const { text } = await exportOf(withConnection({ display_name: 'tenant.example.com' }));
    expect(text).toMatch(/display_name: ["']##AUTH0_DOMAIN##["']/);
  });

  test('stay where the file has them, in a text and in a list', async () => {
    const { text, plan } = await exportOf(
      withSample({
        description: 'now at tenant.example.com',
        callbacks: ['https://tenant.example.com/one', 'https://tenant.example.com/two'],
      }),
      [
        [
          'description: Signs people in with Didit and lets nobody in whom Didit has not verified',
          "description: 'at ##AUTH0_DOMAIN##'",
        ],
        ['      - https://app.example.com/callback\n', "      - 'https://##AUTH0_DOMAIN##/one'\n"],
      ],
    );
    expect(text).toMatch(
      /description: 'now at ##AUTH0_DOMAIN##'|description: "now at ##AUTH0_DOMAIN##"|description: now at ##AUTH0_DOMAIN##/,
    );
    expect(text).toContain('https://##AUTH0_DOMAIN##/one');
    expect(text).toContain('https://tenant.example.com/two');
    expect((await plan()).changes.clients).toEqual([]);
  });

  test('of secrets keep their place, whatever the tenant has there', async () => {
    const { text } = await exportOf(
      withConnection({}, { upstream_params: { tenant: { value: 'another-secret' } } }),
      [
        [
          '      pkce_enabled: true\n',
          "      pkce_enabled: true\n      upstream_params: { tenant: { value: '##UPSTREAM##' } }\n",
        ],
      ],
      { UPSTREAM: 'one-secret' },
    );
    expect(text).toContain("value: '##UPSTREAM##'");
    expect(text).not.toContain('another-secret');
  });
});

describe('a text on the tenant that would be a placeholder in a file', () => {
  test.each([
    ['##MY_APP##', 'connections.didit.display_name', withConnection({ display_name: 'My ##MY_APP##' })],
    ['@@NAME@@', 'connections.didit.options.icon_url', withConnection({}, { icon_url: '@@NAME@@' })],
    [
      '##DIDIT_CLIENT_ID##',
      'connections.didit.options.client_id',
      withConnection({}, { client_id: '##DIDIT_CLIENT_ID##' }),
    ],
    ['##X##', 'connections.didit.metadata.note', withConnection({ metadata: { note: '##X##' } })],
    ['##KEY##', 'connections.didit.metadata.##KEY##', withConnection({ metadata: { '##KEY##': 'text' } })],
    [
      '##CODE##',
      'connections.didit.options.scripts',
      withConnection({}, { scripts: { fetchUserProfile: 'f("##CODE##")' } }),
    ],
    ['##X##', 'clients.Didit Sample Application.callbacks', withSample({ callbacks: ['https://##X##/'] })],
  ])('(%s at %s) is told about, and not written', async (marker, key, change) => {
    const { problems, plan, placeholders } = await exportOf(change);
    expect(problems).toMatchObject([{ code: 'PLACEHOLDER_ON_TENANT', place: { file: 'tenant.yaml', key } }]);
    expect(problems[0]?.message).toContain(marker);
    expect(placeholders).toEqual(new Set(placeholdersIn(sample().tenantFile).map(({ name }) => name)));
    await expect(plan()).resolves.toBeDefined();
  });

  test('as the name of an application is left out with it', async () => {
    const { problems, text, plan } = await exportOf((tenant) => ({
      ...tenant,
      clients: [...tenant.clients, { client_id: 'id-odd', name: 'Odd ##APP##' }],
      enabledClients: { 'id-didit': ['id-odd', ...(tenant.enabledClients['id-didit'] ?? [])] },
    }));
    expect(problems).toMatchObject([
      { code: 'PLACEHOLDER_ON_TENANT', place: { key: 'clients' } },
      { code: 'APPLICATION_NOT_EXPORTED', place: { key: 'connections.didit.enabled_clients' } },
    ]);
    expect(text).not.toContain('##APP##');
    expect(sentBy(await plan())).toEqual(NOTHING);
  });
});

test('an export holds nothing that looks like a credential, whatever it is called', async () => {
  const marked = 'marked-credential-0001';
  const { text } = await exportOf((tenant) =>
    withSample({
      client_metadata: { didit_policy: 'require=verified', note: `Bearer ${marked}`, their_token: marked },
    })(
      withConnection(
        { metadata: { note: `Bearer ${marked}` } },
        {
          authorizationHeader: `Bearer ${marked}`,
          customHeaders: { 'X-Key': marked },
          odd: { deep: [`Bearer ${marked}`] },
          jwks: { keys: [{ k: marked }] },
          icon_url: 'https://icons.example.com/didit.png',
        },
      )(tenant),
    ),
  );
  expect(text).not.toContain(marked);
  expect(text).toContain('icon_url: https://icons.example.com/didit.png');
});

/** An application of others that the connection is enabled for. */
const withOther =
  (fields: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    clients: [...tenant.clients, { client_id: 'id-other', name: 'Other', ...fields }],
    enabledClients: { 'id-didit': ['id-other', ...(tenant.enabledClients['id-didit'] ?? [])] },
  });

describe('an application of another team that the connection is enabled for', () => {
  test('is exported with its own rules, so that a deploy does not erase them; other keys stay where they are', async () => {
    const { text, problems, plan } = await exportOf(
      withOther({
        app_type: 'spa',
        client_metadata: { didit_policy: 'require=verified apply_to=all', didit_claims: '', theirs: 'note' },
      }),
    );
    expect(text).toMatch(
      /- name: Other\n {4}app_type: spa\n {4}client_metadata:\n {6}didit_policy: require=verified apply_to=all\n/,
    );
    expect(text).not.toContain('theirs');
    expect(problems).toEqual([]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('has no type in the export where it has none on the tenant', async () => {
    const { text, problems, plan } = await exportOf(withOther({}));
    expect(text).toMatch(/- name: Other\n(?! {4}app_type)/);
    expect(problems).toEqual([]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('has no type in the export where it is one that a file cannot name', async () => {
    const { problems, plan } = await exportOf(withOther({ app_type: 'zendesk' }));
    expect(problems).toMatchObject([{ code: 'TENANT_FILE_VALUE', place: { key: 'clients.Other.app_type' } }]);
    expect(problems[0]?.remedy).toContain('leaves it as it is on the tenant');
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test.each([
    ['misspelt', 'SETTING_INVALID', { client_metadata: { didit_policy: 'require=verifed' } }],
    ['a placeholder in a file', 'PLACEHOLDER_ON_TENANT', { client_metadata: { didit_policy: '##RULE##' } }],
    [
      'at odds with those of the connection',
      'SETTINGS_CONTRADICT',
      { client_metadata: { didit_policy: 'max_age=1h' } },
    ],
  ])(
    'is not listed where its rules are %s; nobody loses a rule or the connection',
    async (_case, code, fields) => {
      const { text, problems, plan } = await exportOf(withOther(fields));
      expect(text).not.toContain('name: Other');
      expect(problems.map((problem) => problem.code).sort()).toEqual(
        ['APPLICATION_NOT_EXPORTED', code].sort(),
      );
      expect(sentBy(await plan())).toEqual(NOTHING);
    },
  );

  test('is not listed where another one has the same name', async () => {
    const { problems, plan } = await exportOf((tenant) => {
      const changed = withOther({})(tenant);
      return { ...changed, clients: [...changed.clients, { client_id: 'id-twin', name: 'Other' }] };
    });
    expect(problems).toMatchObject([{ code: 'APPLICATION_NOT_EXPORTED' }]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });
});

const withSecrets =
  (action: string, names: readonly string[]) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    actions: tenant.actions.map((existing) =>
      existing['name'] === action
        ? {
            ...existing,
            deployed_version: {
              ...(existing['deployed_version'] as object),
              secrets: names.map((name) => ({ name, updated_at: '2026-01-01T00:00:00.000Z' })),
            },
          }
        : existing,
    ),
  });

/** The key that our Actions share, and which one it is. */
const KEY = ['DIDIT_HANDOVER_KEY', 'DIDIT_SHARED_KEY_0123456789abcdef'];

/** `didit-claims` with code of somebody's own, which needs nothing of ours, and without secrets. */
const OWN_CODE: Edit = [
  /didit-claims\n {4}code[^]*?value: '##DIDIT_HANDOVER_KEY##'\n/.exec(sample().tenantFile.text)?.[0] ?? '',
  `didit-claims
    code: own/claims.js
    runtime: node22
    deployed: true
    supported_triggers:
      - id: post-login
        version: v3
`,
];

describe('the secrets of an Action in an export', () => {
  test('are those of the tenant: one that somebody added there is a placeholder, one that went there goes', async () => {
    const { text, newSecrets, problems, plan } = await exportOf(
      withSecrets('didit-profile-sync', [
        'PARTNER_KEY',
        'partner.url',
        ...['AUTH0_DOMAIN', 'AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'],
        ...KEY,
      ]),
    );
    expect(newSecrets).toEqual([
      { action: 'didit-profile-sync', name: 'PARTNER_KEY', variable: 'PARTNER_KEY' },
      { action: 'didit-profile-sync', name: 'partner.url', variable: 'partner_url' },
    ]);
    expect(text).toMatch(/- name: PARTNER_KEY\n {8}value: ["']##PARTNER_KEY##["']\n/);
    expect(text).toMatch(/- name: AUTH0_DOMAIN\n {8}value: ["']##AUTH0_DOMAIN##["']\n/);
    expect(text.match(/- name: DIDIT_CONNECTION/g)).toHaveLength(2);
    expect(problems).toEqual([]);
    expect(sentBy(await plan({ PARTNER_KEY: 'one', partner_url: 'two' }))).toEqual(NOTHING);
  });

  test('come into an Action that lists none', async () => {
    const { plan } = await exportOf(withSecrets('didit-claims', ['PARTNER', 'NEW']), [OWN_CODE]);
    expect(sentBy(await plan({ PARTNER: 'didit', NEW: 'one' }))).toEqual(NOTHING);
  });

  test('have the placeholder of the key that the deploy makes, and nothing of which key it is', async () => {
    const { text, newSecrets, problems, plan } = await exportOf((tenant) => tenant);
    expect(
      text.match(/- name: DIDIT_HANDOVER_KEY\n {8}value: ["']##DIDIT_HANDOVER_KEY##["']\n/g),
    ).toHaveLength(3);
    expect(text).not.toContain('DIDIT_SHARED_KEY');
    expect([newSecrets, problems]).toEqual([[], []]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('have it, too, where the tenant has none: without it every rule denies, and a deploy gives all of them one', async () => {
    const { text, problems, plan } = await exportOf(withSecrets('didit-claims', ['DIDIT_CONNECTION']));
    expect(text.match(/##DIDIT_HANDOVER_KEY##/g)).toHaveLength(3);
    expect(problems).toMatchObject([
      { code: 'HANDOVER_KEY_MISSING', place: { key: 'actions.didit-claims.secrets' } },
    ]);
    expect(problems[0]?.remedy).toContain('puts there what the file says');
    expect((await plan()).changes.actions.map(({ secrets }) => secrets)).toEqual([
      'shared key is new',
      'shared key is new',
      'names changed',
    ]);
  });

  test('of somebody’s own never get the key of ours, whatever they are called', async () => {
    const { newSecrets } = await exportOf(withSecrets('didit-claims', ['DIDIT_HANDOVER_KEY']), [OWN_CODE]);
    expect(newSecrets).toEqual([
      { action: 'didit-claims', name: 'DIDIT_HANDOVER_KEY', variable: 'DIDIT_HANDOVER_KEY_2' },
    ]);
  });

  test('may hold the key for the record, whose value only a deploy has', async () => {
    const names = ['DIDIT_CONNECTION', 'DIDIT_RECORD_KEY', ...KEY];
    const { problems, plan } = await exportOf(withSecrets('didit-claims', names));
    expect(problems).toEqual([]);
    expect(sentBy(await plan({ DIDIT_RECORD_KEY: 'didit_record' }))).toEqual(NOTHING);
  });

  test('never get a variable that stands for something else', async () => {
    const { newSecrets } = await exportOf(
      withSecrets('didit-claims', ['DIDIT_CONNECTION', ...KEY, 'DIDIT-CLIENT-SECRET', 'a-b', 'a.b', 'a_b']),
    );
    expect(newSecrets.map(({ variable }) => variable)).toEqual([
      'DIDIT_CLIENT_SECRET_2',
      'a_b_2',
      'a_b_3',
      'a_b',
    ]);
  });
});

describe('what a file cannot hold', () => {
  const withAction =
    (name: string, content: Readonly<Record<string, unknown>>) =>
    (tenant: FakeTenant): FakeTenant => ({
      ...tenant,
      actions: tenant.actions.map((action) =>
        action['name'] === name
          ? { ...action, deployed_version: { ...(action['deployed_version'] as object), ...content } }
          : action,
      ),
    });

  test('is left out where the file did not have it: a deploy leaves it alone', async () => {
    const { text, problems, plan } = await exportOf(withConnection({}, { foo_option: 1 }));
    expect(text).not.toContain('foo_option');
    expect(problems).toMatchObject([
      {
        code: 'TENANT_FILE_KEY',
        place: { file: 'tenant.yaml', key: 'connections.didit.options.foo_option' },
      },
    ]);
    expect(problems[0]?.remedy).toContain('leaves it as it is on the tenant');
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('is as the file had it otherwise, and it says that a deploy changes that', async () => {
    const { text, problems, plan } = await exportOf(withAction('didit-claims', { runtime: 'node18' }));
    expect(text).not.toContain('node18');
    expect(problems).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { key: 'actions.didit-claims.runtime' } },
    ]);
    expect(problems[0]?.remedy).toContain('puts there what the file says');
    expect((await plan()).changes.actions).toMatchObject([{ fields: ['runtime'], secrets: undefined }]);
  });

  test('is left out alone where it is a part of something', async () => {
    const { text, problems, plan } = await exportOf(
      withSample({ refresh_token: { rotation_type: 'non-rotating', expiration_type: 'expiring', odd: 1 } }),
    );
    expect(text).toContain('rotation_type: non-rotating');
    expect(text).not.toContain('odd');
    expect(problems).toMatchObject([
      { place: { key: 'clients.Didit Sample Application.refresh_token.odd' } },
    ]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('among rules of ours is told about as taken off by a deploy', async () => {
    const { problems, plan } = await exportOf(
      withSample({ client_metadata: { didit_policy: 'require=verified', didit_clams: 'id_token=verified' } }),
    );
    expect(problems).toMatchObject([
      {
        code: 'SETTING_INVALID',
        place: { key: 'clients.Didit Sample Application.client_metadata.didit_clams' },
      },
    ]);
    expect(problems[0]?.remedy).toContain('takes it off the tenant');
    expect((await plan()).changes.clients).toMatchObject([{ fields: ['client_metadata.didit_clams'] }]);
  });

  test('since settings contradict each other is taken back as far as is needed', async () => {
    const { problems } = await exportOf(
      withConnection({
        metadata: { note: 'kept', didit_claims: 'id_token=verified', didit_sync: 'mode=on' },
      }),
    );
    expect(problems).toMatchObject([
      { code: 'SETTINGS_CONTRADICT', place: { key: 'connections.didit.metadata.didit_claims' } },
    ]);
  });

  test('as an empty text is nothing, and needs no word', async () => {
    const { text, problems, plan } = await exportOf((tenant) =>
      withSample({ description: '' })(
        withConnection({ display_name: '' }, { icon_url: '', logoutUrl: '' })(tenant),
      ),
    );
    expect(text).not.toMatch(/icon_url|logoutUrl|display_name: (?:Didit|"")\n/);
    expect(problems).toEqual([]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('as something that the tenant does not say is what the service takes', async () => {
    const { text, problems, plan } = await exportOf(withConnection({}, { pkce_enabled: undefined }));
    expect(text).toContain('pkce_enabled: false');
    expect(problems).toEqual([]);
    expect(sentBy(await plan())).toEqual(NOTHING);
  });

  test('as a secret in the place of something that the file has is told about', async () => {
    const { text, problems } = await exportOf(withSample({ description: 'Bearer marked-credential-0002' }));
    expect(text).not.toContain('marked-credential');
    expect(problems).toMatchObject([
      { code: 'SECRET_ON_TENANT', place: { key: 'clients.Didit Sample Application.description' } },
    ]);
  });
});

test('what an export could not write, and what a deploy of it needs, are told in a line each', async () => {
  const exported = await exportOf((tenant) =>
    withSecrets('didit-claims', ['DIDIT_CONNECTION', 'CUSTOM_KEY', ...KEY])(
      withConnection({}, { foo_option: 1 })(tenant),
    ),
  );
  expect(exportNotices(exported)).toEqual([
    expect.stringMatching(
      /^Not as on the tenant: connections\.didit\.options\.foo_option \(TENANT_FILE_KEY\)\. .*"foo_option" is no key of .* Correct it on the tenant, then export again\.$/,
    ),
    'The tenant has a secret CUSTOM_KEY of didit-claims that the file did not list: a deploy needs the variable CUSTOM_KEY.',
  ]);
});
