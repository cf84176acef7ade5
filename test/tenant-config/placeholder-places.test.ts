import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../scripts/base/problem.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const VALUES: Readonly<Record<string, string>> = {
  AUTH0_DOMAIN: 'tenant.example.com',
  AUTH0_CLIENT_ID: 'id-of-the-deploy',
  AUTH0_CLIENT_SECRET: 'marked-secret-of-the-deploy',
  AUTH0_ACCESS_TOKEN: 'marked-token-of-the-deploy',
  DIDIT_CLIENT_ID: 'id-at-didit',
  DIDIT_CLIENT_SECRET: 'marked-secret-at-didit',
  DIDIT_FETCH_USER_PROFILE: 'function fetchUserProfile(accessToken, context, callback) {}',
  PARTNER: 'marked-secret-of-a-partner',
  STAGE: 'staging',
};

/** The shipped file with a piece of it replaced, and variables declared in it. */
const edited = (from: string, to: string, variables = '{ PARTNER: secret, STAGE: public }') => {
  if (!shipped.includes(from)) throw new Error(`tenant.yaml has no "${from}"`);
  return parseTenantFile(`${shipped.replace(from, () => to)}\nvariables: ${variables}\n`, 'tenant.yaml');
};
const asWritten = (from: string, to: string, variables?: string): TenantConfig => {
  const tenantFile = edited(from, to, variables);
  return validateTenantConfig(tenantFile, tenantFile.document.toJS());
};
const filledIn = (
  from: string,
  to: string,
  values: Readonly<Record<string, string>> = {},
  variables?: string,
): TenantConfig =>
  prepareConfig({
    tenantFile: edited(from, to, variables),
    values: new Map(Object.entries({ ...VALUES, ...values })),
  });

/** One for each kind of place that others can read, or that decides what something is. */
const OPEN_PLACES: readonly (readonly [key: string, from: string, to: (marker: string) => string])[] = [
  ['connections.0.display_name', 'display_name: Didit\n', (marker) => `display_name: 'x ${marker}'\n`],
  ['connections.0.name', '- name: didit\n', (marker) => `- name: '${marker}'\n`],
  ['connections.0.metadata.note', 'metadata:\n', (marker) => `metadata:\n      note: '${marker}'\n`],
  ['connections.0.options.client_id', "'##DIDIT_CLIENT_ID##'", (marker) => `'${marker}'`],
  [
    'connections.0.options.tokenURL',
    'https://apx.didit.me/auth/v2/token',
    (marker) => `'https://x/?a=${marker}'`,
  ],
  ['connections.0.options.scope', 'scope: openid user_id', (marker) => `scope: '${marker}' # openid user_id`],
  [
    'connections.0.options.upstream_params.a.value',
    'pkce_enabled: true',
    (marker) => `pkce_enabled: true\n      upstream_params: { a: { value: '${marker}' } }`,
  ],
  [
    'connections.0.options.authParams.key',
    'pkce_enabled: true',
    (marker) => `pkce_enabled: true\n      authParams: { key: '${marker}' }`,
  ],
  [
    'connections.0.options.customHeaders.User-Agent',
    'pkce_enabled: true',
    (marker) => `pkce_enabled: true\n      customHeaders: { User-Agent: '${marker}' }`,
  ],
  [
    'connections.0.options.scripts.fetchUserProfile',
    "'@@DIDIT_FETCH_USER_PROFILE@@'",
    (marker) => `'function (a, b, c) { return "${marker}"; }'`,
  ],
  ['actions.2.name', '- name: didit-claims\n    code', (marker) => `- name: 'x ${marker}'\n    code`],
  ['actions.2.code', 'code: dist/actions/didit-claims.js', (marker) => `code: 'dist/${marker}.js'`],
  [
    'actions.0.dependencies.0.name',
    'dependencies: []',
    (marker) => `dependencies: [{ name: '${marker}', version: 1.0.0 }]`,
  ],
  ['actions.0.secrets.0.name', '- name: AUTH0_DOMAIN', (marker) => `- name: '${marker}'`],
  [
    'clients.1.logo_uri',
    'app_type: regular_web',
    (marker) => `app_type: regular_web\n    logo_uri: 'https://x/${marker}'`,
  ],
  ['clients.1.callbacks.0', '- https://app.example.com/callback', (marker) => `- 'https://x/${marker}'`],
  [
    'clients.1.client_metadata.api_secret',
    'didit_policy: require=verified',
    (marker) => `api_secret: '${marker}'`,
  ],
  [
    'clientGrants.0.audience',
    '- client_id: Didit Actions\n    audience: https://##AUTH0_DOMAIN##/api/v2/',
    (marker) => `- client_id: Didit Actions\n    audience: '${marker}'`,
  ],
  ['resourceServers.0.name', 'name: Didit Sample API', (marker) => `name: 'x ${marker}'`],
];

describe.each(OPEN_PLACES)('the placeholder of a secret at %s', (key, from, to) => {
  test.each([
    '##PARTNER##',
    '@@PARTNER@@',
    '##DIDIT_CLIENT_SECRET##',
    '##AUTH0_CLIENT_SECRET##',
    '##AUTH0_ACCESS_TOKEN##',
  ])('is one error with its line before anything is sent: %s', (marker) => {
    for (const read of [asWritten, filledIn]) {
      const problems = problemsOf(() => read(from, to(marker)));
      expect(problems).toMatchObject([
        {
          code: 'PLACEHOLDER_MISPLACED',
          place: { file: 'tenant.yaml', key, line: expect.any(Number) as number },
        },
      ]);
      expect(problems.map(describeProblem).join('\n')).not.toContain('marked-');
    }
  });
});

describe('a secret', () => {
  test('may be the secret of a connection, a secret of an Action, and a header that is named like a credential', () => {
    expect(filledIn("'##DIDIT_CLIENT_SECRET##'", "'##PARTNER##'").connections[0]?.options).toMatchObject({
      client_secret: VALUES['PARTNER'],
    });
    const secret = '- name: PARTNER\n        value: ##PARTNER##'.replace('##PARTNER##', "'key=##PARTNER##'");
    expect(
      filledIn('- name: AUTH0_DOMAIN', `${secret}\n      - name: AUTH0_DOMAIN`).actions[0]?.secrets?.[0],
    ).toEqual({ name: 'PARTNER', value: `key=${VALUES['PARTNER'] ?? ''}` });
    for (const header of ['Authorization', 'X-Api-Key', 'x-auth-token', 'Proxy-Authorization'])
      expect(
        filledIn(
          'pkce_enabled: true',
          `pkce_enabled: true\n      customHeaders: { ${header}: 'Bearer ##PARTNER##' }`,
        ).connections[0]?.options['customHeaders'],
      ).toEqual({ [header]: `Bearer ${VALUES['PARTNER'] ?? ''}` });
  });

  test.each(['AUTH0_CLIENT_ID', 'AUTH0_CLIENT_SECRET', 'AUTH0_ACCESS_TOKEN'])(
    'of the deploy itself goes nowhere, not even where secrets go: %s',
    (name) => {
      for (const from of [
        "'##DIDIT_CLIENT_SECRET##'",
        "'##AUTH0_MANAGEMENT_CLIENT_SECRET##'",
        "'##AUTH0_DOMAIN##'",
      ])
        expect(problemsOf(() => asWritten(from, `'##${name}##'`))).toMatchObject([
          {
            code: 'PLACEHOLDER_MISPLACED',
            message: expect.stringContaining('of the deploy itself') as string,
          },
        ]);
    },
  );

  test('is not reached through an alias or a merge key either', () => {
    const anchored = shipped.replace("client_secret: '##DIDIT", "client_secret: &secret '##DIDIT");
    const alias = anchored.replace(
      '      pkce_enabled: true\n',
      '      pkce_enabled: true\n      icon_url: *secret\n',
    );
    const merged = shipped
      .replace('    metadata:\n', '    metadata:\n      <<: *shared\n')
      .replace('connections:\n', "x-shared: &shared { note: '##DIDIT_CLIENT_SECRET##' }\nconnections:\n");
    for (const [text, key] of [
      [alias, 'connections.0.options.icon_url'],
      [merged, 'connections.0.metadata.note'],
    ] as const) {
      const tenantFile = parseTenantFile(text, 'tenant.yaml');
      const problems = problemsOf(() => validateTenantConfig(tenantFile, tenantFile.document.toJS()));
      expect(problems.filter(({ code }) => code === 'PLACEHOLDER_MISPLACED')).toMatchObject([
        { place: { key } },
      ]);
    }
  });

  test.each([
    ['as it is', (secret: string) => `x ${secret}`],
    ['in base64', (secret: string) => Buffer.from(`a:${secret}`).toString('base64')],
    ['in base64url', (secret: string) => Buffer.from(secret).toString('base64url')],
    ['in hexadecimal digits', (secret: string) => Buffer.from(secret).toString('hex')],
    ['in an address', (secret: string) => `https://x/?a=${encodeURIComponent(secret)}`],
  ])('is not filled in through a public variable that holds it %s', (_how, hidden) => {
    for (const name of ['DIDIT_CLIENT_SECRET', 'PARTNER', 'AUTH0_CLIENT_SECRET', 'AUTH0_ACCESS_TOKEN']) {
      const problems = problemsOf(() =>
        filledIn('display_name: Didit\n', "display_name: '##STAGE##'\n", {
          STAGE: hidden(VALUES[name] ?? ''),
        }),
      );
      expect(problems).toMatchObject([{ code: 'VARIABLE_VALUE', place: { variable: 'STAGE' } }]);
      expect(problems.map(describeProblem).join('\n')).not.toContain('marked-');
    }
  });
});

describe('a value with what nobody sees at its ends', () => {
  const withStage = (STAGE: string) => () =>
    filledIn('display_name: Didit\n', "display_name: '##STAGE##'\n", { STAGE });

  test.each(['test\n', ' test', '\u200Btest', 'test\u00A0', '\uFEFFtest', '\n'])(
    'is not filled in: %j',
    (value) => {
      expect(problemsOf(withStage(value))).toMatchObject([
        { code: 'VARIABLE_VALUE', place: { variable: 'STAGE' } },
      ]);
    },
  );

  test.each(['a test', 'line 1\nline 2\n', '-----BEGIN KEY-----\nabc\n-----END KEY-----\n', '👩‍👩‍👧'])(
    'is another thing than one of several lines, or with blanks inside: %j',
    (value) => {
      expect(withStage(value)).not.toThrow();
    },
  );
});

describe('a placeholder that nobody declares', () => {
  test('is not filled in, whatever the shell has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('HOME', 'PATH', 'GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'toString'),
        (name) => {
          const read = () =>
            filledIn('display_name: Didit\n', `display_name: '##${name}##'\n`, { [name]: 'of-the-shell' });
          expect(problemsOf(read)).toMatchObject([
            { code: 'PLACEHOLDER_UNDECLARED', place: { key: 'connections.0.display_name' } },
          ]);
        },
      ),
    );
  });

  test('gets the name that it was meant to be', () => {
    const [problem] = problemsOf(() => asWritten("'##DIDIT_CLIENT_SECRET##'", "'##DIDIT_CLIENT_SECRT##'"));
    expect(problem?.remedy).toContain('Write ##DIDIT_CLIENT_SECRET## if that is what you mean');
  });

  test('is none in a key: what a key is called decides what may stand there', () => {
    const key = 'connections.0.options.customHeaders.##STAGE##';
    const to = "pkce_enabled: true\n      customHeaders: { '##STAGE##': '##PARTNER##' }";
    expect(problemsOf(() => asWritten('pkce_enabled: true', to))).toContainEqual(
      expect.objectContaining({
        code: 'PLACEHOLDER_MISPLACED',
        place: expect.objectContaining({ key }) as object,
      }),
    );
  });
});

describe('the declaration of variables', () => {
  test.each([
    ['DIDIT_CLIENT_SECRET: public', 'documented'],
    ['AUTH0_DOMAIN: secret', 'documented'],
    ['AUTH0_CLIENT_SECRET: secret', 'a credential of the deploy'],
    ['DIDIT_HANDOVER_KEY: public', 'made by the deploy'],
    ['PARTNER_API_KEY: public', 'named like a secret'],
    ['GITHUB_TOKEN: public', 'named like a secret'],
    ['STAGE: open', 'another kind'],
  ])('cannot make of a name what it is not: %s (%s)', (declaration) => {
    expect(problemsOf(() => asWritten('Didit\n', 'Didit\n', `{ ${declaration} }`))).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { key: expect.stringContaining('variables') as string } },
    ]);
  });
});
