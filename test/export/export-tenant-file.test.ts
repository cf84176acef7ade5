import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportNotices } from '../../scripts/export/export-notices.ts';
import { placeholdersIn } from '../../scripts/tenant-config/placeholders.ts';
import { sample } from '../plan/sample.ts';
import { exportOf, NOTHING, withConnection, withSample, withSecrets } from './export-of.ts';

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
      withConnection({}, { customHeaders: { 'X-Api-Key': 'another-secret' } }),
      [
        [
          '      pkce_enabled: true\n',
          "      pkce_enabled: true\n      customHeaders: { X-Api-Key: '##GATEWAY_KEY##' }\n",
        ],
      ],
      { GATEWAY_KEY: 'one-secret' },
    );
    expect(text).toContain("X-Api-Key: '##GATEWAY_KEY##'");
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
    expect((await plan()).changes).toEqual(NOTHING);
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

test('what an export could not write, and what a deploy of it needs, are told in a line each', async () => {
  const exported = await exportOf((tenant) =>
    withSecrets('didit-claims', [
      ...['DIDIT_CONNECTION', 'CUSTOM_KEY'],
      ...['DIDIT_HANDOVER_KEY', 'DIDIT_SHARED_KEY_0123456789abcdef'],
    ])(withConnection({}, { foo_option: true })(tenant)),
  );
  expect(exportNotices(exported)).toEqual([
    expect.stringMatching(
      /^Not as on the tenant: connections\.didit\.options\.foo_option \(TENANT_FILE_KEY\)\. .*Unknown key "foo_option" in options of connection "didit"\. .* Correct it on the tenant, then export again\.$/,
    ),
    'The tenant has a secret CUSTOM_KEY of didit-claims that the file did not list: a deploy needs the variable CUSTOM_KEY.',
  ]);
});

test.each([
  ['検証', '承認'],
  ['a b', 'a_b'],
  ['Step-up', 'step-up'],
])('code of each Action has a file of its own, also of %s and %s', async (one, other) => {
  const codeOf = (action: Readonly<Record<string, unknown>>): string => `// of ${String(action['name'])}\n`;
  const exported = await exportOf(
    (tenant) => ({
      ...tenant,
      actions: tenant.actions.map((action) => ({
        ...action,
        deployed_version: { ...(action['deployed_version'] as object), code: codeOf(action) },
      })),
    }),
    [
      ['  - name: didit-step-up\n', `  - name: ${one}\n`],
      ['action_name: didit-step-up\n', `action_name: ${one}\n`],
      ['  - name: didit-claims\n', `  - name: ${other}\n`],
      ['action_name: didit-claims\n', `action_name: ${other}\n`],
    ],
  );
  const { actions } = parse(exported.text) as { actions: readonly { name: string; code: string }[] };
  expect(actions).toHaveLength(4);
  for (const action of actions) expect(exported.codeFiles.get(action.code)).toBe(codeOf({ ...action }));
  expect(new Set(actions.map(({ code }) => code.toLowerCase())).size).toBe(4);
});
