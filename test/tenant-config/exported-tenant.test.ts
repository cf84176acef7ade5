import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { whereElse } from '../../scripts/tenant-config/other-sections.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const problemsIn = (text: string) => {
  const tenantFile = parseTenantFile(text, 'tenant.yaml');
  return problemsOf(() => validateTenantConfig(tenantFile, tenantFile.document.toJS()));
};

test('every section that auth0-deploy-cli writes is deployed here or is said to belong elsewhere', () => {
  const folder = 'node_modules/auth0-deploy-cli/lib/context/yaml/handlers';
  // The files that are called otherwise than their sections.
  const sections = globSync('*.js', { cwd: `${PROJECT_ROOT}/${folder}` })
    .map((file) => basename(file, '.js'))
    .filter((name) => name !== 'index')
    .map((name) => (name === 'phoneProvider' ? 'phoneProviders' : name));
  expect(sections.length).toBeGreaterThan(30);
  const deployed = Object.keys(TENANT_SCHEMA.properties);
  expect(sections.filter((name) => !deployed.includes(name) && whereElse(name) === undefined)).toEqual([]);
});

test('a whole exported tenant gets one error for each section that is not deployed from here, with its line', () => {
  const more = [
    'rules:\n  - name: Enrich\n    script: ./rules/enrich.js\n    enabled: true\n    stage: login_success\n',
    'databases:\n  - name: Username-Password-Authentication\n    strategy: auth0\n    options:\n      password: "##DB_PASSWORD##"\n',
    'branding:\n  colors: { primary: "#fff" }\n  templates: []\n',
    'tenant:\n  friendly_name: "Shop ##STAGE##"\n',
    'roles: []\n',
  ];
  const text = shipped + more.join('');
  const problems = problemsIn(text);
  expect(problems.map(({ code, place }) => [code, place])).toEqual(
    ['rules', 'databases', 'branding', 'tenant', 'roles'].map((key) => [
      'TENANT_FILE_KEY',
      { file: 'tenant.yaml', key, line: text.slice(0, text.indexOf(`\n${key}:`) + 1).split('\n').length },
    ]),
  );
  const [rules, databases] = problems;
  expect(rules?.remedy).toContain('an Action');
  expect(databases?.remedy).toContain('a file of its own for auth0-deploy-cli');
});

test('a connection of another kind and an Action of another trigger are one error each, whatever else they have', () => {
  const text = shipped.replace(
    'actions:\n',
    '  - name: google-oauth2\n    strategy: google-oauth2\n    options: { email: true, scope: [email], client_id: x }\n    is_x: 1\n\nactions:\n  - name: before-user-registration\n    code: own/register.js\n    runtime: node18-actions\n    supported_triggers: [{ id: pre-user-registration, version: v2 }]\n    status: built\n\n',
  );
  expect(problemsIn(text)).toMatchObject([
    { code: 'TENANT_FILE_VALUE', place: { key: 'connections.1.strategy' } },
    { code: 'TENANT_FILE_VALUE', place: { key: 'actions.0.supported_triggers.0.id' } },
  ]);
});

test.each([
  ['cross_origin_auth: true', 'cross_origin_authentication'],
  ['allowed_logout: []', 'allowed_logout_urls'],
  ['callback: []', 'callbacks'],
  ['refresh_tokens: {}', 'refresh_token'],
  ['oidc_conforment: true', 'oidc_conformant'],
])('a key of earlier days or a misspelt one gets the right one: %s', (line, key) => {
  const [problem, ...others] = problemsIn(
    shipped.replace('    app_type: regular_web\n', `    app_type: regular_web\n    ${line}\n`),
  );
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'TENANT_FILE_KEY',
    remedy: expect.stringContaining(`Write "${key}"`) as string,
  });
});
