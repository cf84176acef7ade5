import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { declareVariables } from '../declare-variables.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const validate = (text: string) => {
  const tenantFile = parseTenantFile(declareVariables(text), 'tenant.yaml');
  return validateTenantConfig(tenantFile, tenantFile.document.toJS());
};

/** The shipped file with one line changed, and the number of that line. */
const changed = (from: string, to: string): { readonly text: string; readonly line: number } => {
  const at = shipped.indexOf(from);
  if (at === -1) throw new Error(`tenant.yaml has no "${from}"`);
  return { text: shipped.replace(from, to), line: shipped.slice(0, at).split('\n').length };
};

describe('the shipped tenant.yaml', () => {
  test('is valid', () => {
    const config = validate(shipped);
    expect(config.triggers['post-login'].map(({ action_name }) => action_name)).toEqual([
      'didit-profile-sync',
      'didit-step-up',
      'didit-access-policy',
      'didit-claims',
    ]);
  });

  test('gives the Management API secret to the one Action that reads profiles, and to no other', () => {
    const withSecret = validate(shipped).actions.filter(({ secrets = [] }) =>
      secrets.some(({ name }) => name === 'AUTH0_MANAGEMENT_CLIENT_SECRET'),
    );
    expect(withSecret.map(({ name }) => name)).toEqual(['didit-profile-sync']);
  });

  test('holds no secret in plain text', () => {
    const config = validate(shipped);
    const secrets = config.actions
      .flatMap((action) => action.secrets ?? [])
      .filter(({ name }) => name.includes('SECRET'));
    expect(secrets.map(({ value }) => value)).toEqual([
      '##AUTH0_MANAGEMENT_CLIENT_SECRET##',
      '##DIDIT_STEP_UP_CLIENT_SECRET##',
    ]);
    expect(config.connections.map(({ options }) => options['client_secret'])).toEqual([
      '##DIDIT_CLIENT_SECRET##',
    ]);
  });
});

test('an application needs no type: Auth0 has some without one', () => {
  const config = validate(changed('    app_type: regular_web\n', '').text);
  expect(config.clients.map(({ app_type }) => app_type)).toEqual([
    'non_interactive',
    undefined,
    'regular_web',
  ]);
});

describe('a mistake in tenant.yaml', () => {
  test.each([
    ['pkce_enabled: true', 'pkce_enable: true', 'pkce_enable', 'pkce_enabled'],
    [
      'set_user_root_attributes: on',
      'set_user_root_attribute: on',
      'set_user_root_attribute',
      'set_user_root_attributes',
    ],
    ['enabled_clients:', 'enabled_client:', 'enabled_client', 'enabled_clients'],
    ['grant_types:\n      - client', 'grant_type:\n      - client', 'grant_type', 'grant_types'],
    ['connections:\n  - name', 'conections:\n  - name', 'conections', 'connections'],
  ])('in a key is found with its line and the nearest valid one (%s)', (from, to, key, nearest) => {
    const { text, line } = changed(from, to);
    const [problem, ...others] = problemsOf(() => validate(text));
    // Not that the right one is missing, too.
    expect(others).toEqual([]);
    expect(problem?.code).toBe('TENANT_FILE_KEY');
    expect(problem?.message).toContain(`"${key}"`);
    expect(problem?.place).toMatchObject({ file: 'tenant.yaml', line });
    expect(problem?.remedy).toContain(`"${nearest}"`);
  });

  test('in a key that is nothing like the one that is missing is found beside it', () => {
    const { text } = changed('pkce_enabled: true', 'something: true');
    expect(problemsOf(() => validate(text)).map(({ code }) => code)).toEqual([
      'TENANT_FILE_VALUE',
      'TENANT_FILE_KEY',
    ]);
  });

  test.each([
    ['a wrong type', 'pkce_enabled: true', 'pkce_enabled: "yes"'],
    [
      'a value that is none of the allowed ones',
      'set_user_root_attributes: on_each_login',
      'set_user_root_attributes: always',
    ],
    ['an endpoint without TLS', 'tokenURL: https://apx', 'tokenURL: http://apx'],
    ['a runtime that Auth0 retires', 'runtime: node22', 'runtime: node18'],
    ['a scope that stands twice', '- read:users', '- read:users\n      - read:users', 1],
    [
      'an application that stands twice',
      '- Didit Sample Application\n',
      '- Didit Sample Application\n      - Didit Sample Application\n',
      1,
    ],
    [
      'an object that is never empty on a tenant',
      'jwt_configuration:\n      alg: RS256',
      'jwt_configuration: {}',
    ],
    ['a setting that cannot be changed', 'alg: RS256', 'alg: PS256\n      secret_encoded: true', 1],
    [
      'a registry without TLS',
      'dependencies: []',
      'dependencies: [{ name: a, version: 1.0.0, registry_url: http://npm.example }]',
    ],
    ['an application type that does not exist', 'app_type: regular_web', 'app_type: website'],
  ])('in a value is found with its line: %s', (_case, from, to, further = 0) => {
    const { text, line } = changed(from, to);
    expect(problemsOf(() => validate(text))).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { line: line + further } },
    ]);
  });

  test.each([
    [
      'an unknown application',
      '- Didit Sample Application',
      '- Didit Sample Aplication',
      'Didit Sample Application',
    ],
    ['an unknown Action', '- action_name: didit-claims', '- action_name: didit-claim', 'didit-claims'],
    [
      'an unknown client of a grant',
      '- client_id: Didit Actions',
      '- client_id: Didit Action',
      'Didit Actions',
    ],
    ['an unknown connection of an Action', 'value: didit\n', 'value: didit2\n', 'didit'],
  ])('in a reference is found with its line: %s', (_case, from, to, nearest) => {
    const { text, line } = changed(from, to);
    expect(problemsOf(() => validate(text))).toMatchObject([
      {
        code: 'TENANT_FILE_REFERENCE',
        place: { line },
        remedy: `Write "${nearest}" if that is what you mean.`,
      },
    ]);
  });

  test('is none where the connection of an Action comes from a placeholder', () => {
    const { text } = changed('value: didit\n', "value: '##NAME##'\n");
    expect(validate(text).actions).toHaveLength(4);
  });

  test('in the YAML itself is found with its line', () => {
    expect(problemsOf(() => parseTenantFile('a: 1\nb: [1\nc: 2\n', 'tenant.yaml'))[0]).toMatchObject({
      code: 'TENANT_FILE_SYNTAX',
      place: { file: 'tenant.yaml' },
    });
    expect(problemsOf(() => parseTenantFile('a: 1\na: 2\n', 'tenant.yaml'))).toMatchObject([
      {
        code: 'TENANT_FILE_SYNTAX',
        message: 'This key is here for the second time.',
        place: { line: 2 },
      },
    ]);
  });
});

test('a file with nothing in it is found by its name alone: there is no key to name', () => {
  const [problem] = problemsOf(() => validate(''));
  expect(problem?.message).toBe('tenant.yaml is empty.');
  expect(problem?.place).toEqual({ file: 'tenant.yaml', line: 1 });
  // `npm run export > tenant.yaml` leaves one behind.
  expect(problem?.remedy).toContain('--output tenant.yaml');
});

describe('what is wrong is said in words that name the thing', () => {
  test.each([
    [
      'pkce_enabled: true',
      'pkce_enable: true',
      'Unknown key "pkce_enable" in options of connection "didit".',
      'Write "pkce_enabled" if that is what you mean, or remove the line.',
    ],
    [
      'runtime: node22\n    deployed: true\n    dependencies: []\n',
      'deployed: true\n',
      'Action "didit-profile-sync" has no "runtime".',
      'Add `runtime: node22`.',
    ],
    [
      'runtime: node22',
      'runtime: node18',
      'runtime of Action "didit-profile-sync" is the text "node18"; it must be node22.',
      'Write, for example: `runtime: node22`.',
    ],
    [
      'pkce_enabled: true',
      'pkce_enabled: "yes"',
      'options.pkce_enabled of connection "didit" is the text "yes"; it must be true or false.',
      'Write, for example: `pkce_enabled: true`.',
    ],
    [
      'tokenURL: https://apx',
      'tokenURL: http://apx',
      'options.tokenURL of connection "didit" must start with https://.',
      undefined,
    ],
    [
      '- read:users',
      '- read:users\n      - read:users',
      'scope of grant of "Didit Actions" names the same thing twice.',
      'Remove this line.',
    ],
    [
      'app_type: regular_web',
      'app_type: website',
      'app_type of application "Didit Sample Application" is the text "website"; it must be one of native, spa, regular_web, non_interactive.',
      'Write, for example: `app_type: native`.',
    ],
    [
      'alg: RS256',
      'alg: RS257',
      'jwt_configuration.alg of application "Didit Sample Application" is the text "RS257"; it must be one of HS256, RS256, RS512, PS256.',
      'Write, for example: `alg: RS256`.',
    ],
    // What is no word may be a secret, and is seen to be none at once, however long it is.
    ...['kJ8s7dDFksl2', `${'k'.repeat(60)}!`].map((text): [string, string, string, string] => [
      'alg: RS256',
      `alg: ${text}`,
      'jwt_configuration.alg of application "Didit Sample Application" is a text; it must be one of HS256, RS256, RS512, PS256.',
      'Write, for example: `alg: HS256`.',
    ]),
    [
      'token_lifetime: 86400',
      'token_lifetime: -1',
      'token_lifetime of API "Didit Sample API" is -1; it must be at least 0.',
      'Write, for example: `token_lifetime: 0`.',
    ],
    [
      'deployed: true',
      'deployed:',
      'deployed of Action "didit-profile-sync" is empty; it must be true.',
      'Write, for example: `deployed: true`.',
    ],
    [
      '- Didit Sample Application\n',
      '- Webshop\n',
      'Application "Webshop" is not listed under `clients`.',
      'Add it under `clients`, or remove it here.',
    ],
    ['- name: didit\n', '- label: didit\n', 'connections.0 has no "name".', undefined],
  ])('%j written as %j', (from, to, message, remedy) => {
    const [problem] = problemsOf(() => validate(changed(from, to).text));
    expect(problem?.message).toBe(message);
    if (remedy !== undefined) expect(problem?.remedy).toBe(remedy);
  });
});

describe('a mistake in our settings', () => {
  test.each([
    ['an unknown key', 'didit_policy: mode', 'didit_polcy: mode', 'SETTING_INVALID', 'didit_policy'],
    ['an unknown setting', 'mode=enforce on', 'mod=enforce on', 'SETTING_INVALID', 'mode'],
    ['a value that cannot be read', 'require=verified', 'require=verifed', 'SETTING_INVALID', 'verified'],
  ])('is found with its line and the nearest valid name: %s', (_case, from, to, code, suggestion) => {
    const { text, line } = changed(from, to);
    const [problem] = problemsOf(() => validate(text));
    expect(problem).toMatchObject({ code, place: { line } });
    expect(problem?.remedy).toContain(`"${suggestion}"`);
  });

  test('is not the word none, where a token is to carry no claims, or an application to lift a rule', () => {
    const { text } = changed('didit_policy: require=verified', 'didit_policy: require=none max_age=none');
    const { connections } = validate(text.replace(/access_token=\S+/, 'access_token=none'));
    expect(connections[0]?.metadata?.['didit_claims']).toMatch(/ access_token=none$/);
  });

  test('with the word none beside others is told without another word to write', () => {
    const { text, line } = changed('access_token=verified,age_over_18', 'access_token=none,verified');
    expect(problemsOf(() => validate(text))).toMatchObject([
      {
        code: 'SETTING_INVALID',
        place: { line },
        remedy: 'For example: access_token=verified. docs/settings.md lists every setting.',
      },
    ]);
  });

  test('is found when a claim is asked for that is neither synced nor shared by Didit, each cause by itself', () => {
    const { text, line } = changed('id_token=verified,age_over_18', 'id_token=verified,birthdate');
    expect(problemsOf(() => validate(text))).toMatchObject([
      {
        code: 'SETTINGS_CONTRADICT',
        place: { line },
        remedy: expect.stringContaining('birthdate` in didit_sync') as string,
      },
      {
        code: 'SETTINGS_CONTRADICT',
        place: { line },
        remedy: expect.stringContaining('is_over_18 birthdate` in the options') as string,
      },
    ]);
  });

  test('is found when an application requires what the connection does not ask Didit for, with the scope to add', () => {
    const { text, line } = changed('require=verified', 'require=age_over_21');
    expect(problemsOf(() => validate(text))).toMatchObject([
      {
        code: 'SETTINGS_CONTRADICT',
        place: { line },
        remedy: expect.stringContaining('is_over_18 is_over_21` in the options') as string,
      },
    ]);
  });

  test('is not looked for among scopes that are filled in later', () => {
    const scope = 'scope: openid user_id names email phone picture is_verified is_over_18';
    expect(problemsOf(() => validate(changed(scope, 'scope: openid').text)).length).toBeGreaterThan(0);
    expect(() => validate(changed(scope, "scope: 'openid ##DIDIT_SCOPES##'").text)).not.toThrow();
  });

  test.each([
    ['with another case', 'Didit_policy'],
    ['with a hyphen', 'didit-policy'],
    ['with a blank before it', "' didit_policy'"],
    ['with a Cyrillic letter', 'diԁit_policy'],
  ])('is found in a key that only looks like ours: %s', (_, key) => {
    const { text, line } = changed('didit_policy: require=verified', `${key}: require=verified`);
    expect(problemsOf(() => validate(text))).toMatchObject([
      {
        code: 'SETTING_INVALID',
        place: { line },
        remedy: expect.stringContaining('"didit_policy"') as string,
      },
    ]);
  });

  test("does not concern other teams' keys", () => {
    const { text } = changed('didit_sync: mode', 'other_team: anything\n      didit_sync: mode');
    expect(validate(text).connections[0]?.metadata).toHaveProperty('other_team');
  });
});
