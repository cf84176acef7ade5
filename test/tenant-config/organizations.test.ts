import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { declareVariables } from '../declare-variables.ts';
import { literalSecrets } from '../../scripts/tenant-config/literal-secrets.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const validate = (text: string) => {
  const tenantFile = parseTenantFile(declareVariables(text), 'tenant.yaml');
  return validateTenantConfig(tenantFile, tenantFile.document.toJS());
};

describe('an organization', () => {
  const withOrganization = (lines: string, usage = 'allow') =>
    shipped
      .replace('    client_metadata:\n', `    organization_usage: ${usage}\n    client_metadata:\n`)
      .replace('clientGrants:\n', `organizations:\n  - name: acme\n${lines}\nclientGrants:\n`);
  const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
  const problemIn = (text: string) => {
    const [problem, ...others] = problemsOf(() => validate(text));
    expect(others).toEqual([]);
    return problem;
  };

  test('may say all that auth0-deploy-cli sends of it', () => {
    const text = withOrganization(`    display_name: Acme
    branding:
      logo_url: https://example.com/acme.png
      colors:
        primary: '#ff0000'
        page_background: '#000000'
    metadata:
      didit_policy: require=age_over_18
    connections:
      - name: didit
        assign_membership_on_login: true
        show_as_button: false
        is_signup_enabled: false
        is_enabled: true
`);
    expect(validate(text).organizations?.[0]?.connections?.[0]?.name).toBe('didit');
  });

  test.each([
    ['a value', 'didit_policy: require=verifeid', 'SETTING_INVALID', 'require of didit_policy'],
    ['a key', 'didit_polcy: require=verified', 'SETTING_INVALID', 'didit_polcy'],
    ['a key that only other levels have', 'didit_sync: mode=off', 'SETTING_INVALID', 'didit_sync'],
  ])('with a mistake in %s of its settings is refused as an application is', (_, setting, code, words) => {
    const text = withOrganization(`    metadata:\n      ${setting}\n`);
    const key = setting.slice(0, setting.indexOf(':'));
    const problem = problemIn(text);
    expect(problem).toMatchObject({
      code,
      place: {
        file: 'tenant.yaml',
        line: lineOf(text, setting),
        key: `organizations.0.metadata.${key}`,
      },
    });
    expect(problem?.message).toContain(words);
  });

  test('that requires what the connection does not ask Didit for is found in its own line', () => {
    const text = withOrganization('    metadata:\n      didit_policy: require=age_over_21\n');
    const problem = problemIn(text);
    expect(problem).toMatchObject({
      code: 'SETTINGS_CONTRADICT',
      place: { line: lineOf(text, 'require=age_over_21'), key: 'organizations.0.metadata.didit_policy' },
    });
    expect(problem?.message).toMatch(/\(application Didit Sample Application, organization acme\)\.$/);
    // Nobody signs in to the application as its member.
    const nobody = withOrganization('    metadata:\n      didit_policy: require=age_over_21\n', 'deny');
    expect(validate(nobody).organizations).toHaveLength(1);
  });

  test.each([
    [
      'members, which are not of a file',
      '    members: []\n',
      'TENANT_FILE_KEY',
      'Unknown key "members" in organization "acme"',
    ],
    ['a name that Auth0 refuses', '', 'TENANT_FILE_VALUE', 'name of organization "Acme" must match'],
    [
      'a placeholder of a secret among its metadata',
      "    metadata:\n      note: '##DIDIT_CLIENT_SECRET##'\n",
      'PLACEHOLDER_MISPLACED',
      '##DIDIT_CLIENT_SECRET## stands for a secret',
    ],
    [
      'one connection twice',
      '    connections: [{ name: didit }, { name: didit }]\n',
      'TENANT_FILE_REFERENCE',
      '"didit" is defined twice under organizations.0.connections',
    ],
  ])('with %s is refused', (_, lines, code, words) => {
    const text = withOrganization(lines);
    const problem = problemIn(lines === '' ? text.replace('name: acme', 'name: Acme') : text);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(words);
  });

  test('with a secret in its metadata is refused, without the value', () => {
    const text = withOrganization('    metadata:\n      api_secret: hunter2-and-more\n');
    const [problem, ...others] = literalSecrets(parseTenantFile(text, 'tenant.yaml'));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'SECRET_IN_FILE', place: { line: lineOf(text, 'api_secret') } });
    expect(problem?.message).not.toContain('hunter2');
  });
});
