import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { problemsIn } from '../../scripts/base/problem.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import {
  checkTenantConfig,
  validateTenantConfig,
} from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const VALUES: Readonly<Record<string, string>> = {
  AUTH0_DOMAIN: 'tenant.example.com',
  DIDIT_CLIENT_ID: 'id-at-didit',
  DIDIT_CLIENT_SECRET: 'marked-secret-at-didit',
  DIDIT_FETCH_USER_PROFILE: 'function fetchUserProfile(accessToken, context, callback) {}',
};

/** The shipped file with a piece of it replaced, and the variable VALUE. */
const edited = (from: string, to: string) => {
  if (!shipped.includes(from)) throw new Error(`tenant.yaml has no "${from}"`);
  return parseTenantFile(`${shipped.replace(from, () => to)}\nvariables: { VALUE: public }\n`, 'tenant.yaml');
};
const asWritten = (from: string, to: string): TenantConfig => {
  const tenantFile = edited(from, to);
  return validateTenantConfig(tenantFile, tenantFile.document.toJS());
};
const filledIn = (from: string, to: string, value: string): TenantConfig =>
  prepareConfig({
    tenantFile: edited(from, to),
    values: new Map(Object.entries({ ...VALUES, VALUE: value })),
  });

describe('a placeholder of a value with a type', () => {
  const CALLBACKS = shipped.slice(
    shipped.indexOf('    callbacks:'),
    shipped.indexOf('    allowed_logout_urls:'),
  );
  test.each<[string, string, string, string, (config: TenantConfig) => unknown, unknown]>([
    [
      'a list',
      CALLBACKS,
      '    callbacks: @@VALUE@@\n',
      '["https://a.example/"]',
      ({ clients }) => clients[1]?.callbacks,
      ['https://a.example/'],
    ],
    [
      'a flag',
      'pkce_enabled: true',
      "pkce_enabled: '##VALUE##'",
      'false',
      ({ connections }) => connections[0]?.options['pkce_enabled'],
      false,
    ],
    [
      'a flag with one allowed value',
      'deployed: true',
      "deployed: '##VALUE##'",
      'true',
      ({ actions }) => actions[0]?.name,
      'didit-profile-sync',
    ],
    [
      'a number',
      'token_lifetime: 86400',
      'token_lifetime: @@VALUE@@',
      '60',
      ({ resourceServers }) => resourceServers?.[0],
      {
        name: 'Didit Sample API',
        identifier: 'https://api.example.com/',
        signing_alg: 'RS256',
        token_lifetime: 60,
        allow_offline_access: true,
      },
    ],
    [
      'an object',
      'client_metadata:\n      didit_policy: require=verified\n',
      'client_metadata: @@VALUE@@\n',
      '{"didit_policy":"require=age_over_18"}',
      ({ clients }) => clients[1]?.client_metadata,
      { didit_policy: 'require=age_over_18' },
    ],
    [
      'a text that is a number',
      'display_name: Didit\n',
      'display_name: @@VALUE@@\n',
      '42',
      ({ connections }) => connections[0],
      expect.objectContaining({ display_name: '42' }),
    ],
    [
      'a text that is a list',
      'display_name: Didit\n',
      'display_name: @@VALUE@@\n',
      '["a"]',
      ({ connections }) => connections[0],
      expect.objectContaining({ display_name: '["a"]' }),
    ],
    [
      'one of a few words',
      'app_type: regular_web',
      "app_type: '##VALUE##'",
      'spa',
      ({ clients }) => clients[1]?.app_type,
      'spa',
    ],
    [
      'an address',
      'tokenURL: https://apx.didit.me/auth/v2/token',
      "tokenURL: '##VALUE##'",
      'https://t.example/',
      ({ connections }) => connections[0]?.options['tokenURL'],
      'https://t.example/',
    ],
    [
      'a setting',
      'didit_policy: require=verified',
      "didit_policy: '##VALUE##'",
      'require=age_over_18',
      ({ clients }) => clients[1]?.client_metadata,
      { didit_policy: 'require=age_over_18' },
    ],
    [
      'the applications of a connection',
      'enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n',
      'enabled_clients: @@VALUE@@\n',
      '["Didit Actions"]',
      ({ connections }) => connections[0]?.enabled_clients,
      ['Didit Actions'],
    ],
    [
      'the name of a connection',
      '- name: didit\n',
      "- name: '##VALUE##'\n",
      'didit',
      ({ connections }) => connections[0]?.name,
      'didit',
    ],
  ])(
    'is let in as it is written, and is %s once it is filled in',
    (_type, from, to, value, valueIn, expected) => {
      expect(() => asWritten(from, to)).not.toThrow();
      expect(valueIn(filledIn(from, to, value))).toEqual(expected);
    },
  );

  test.each([
    [
      'pkce_enabled: true',
      "pkce_enabled: '##VALUE##'",
      'yes',
      'TENANT_FILE_VALUE',
      'connections.0.options.pkce_enabled',
    ],
    [CALLBACKS, '    callbacks: @@VALUE@@\n', '[1]', 'TENANT_FILE_VALUE', 'clients.1.callbacks.0'],
    [
      CALLBACKS,
      "    callbacks: '##VALUE##'\n",
      '["https://a.example/"]',
      'TENANT_FILE_VALUE',
      'clients.1.callbacks',
    ],
    [
      'token_lifetime: 86400',
      "token_lifetime: '##VALUE##'",
      '1.5',
      'TENANT_FILE_VALUE',
      'resourceServers.0.token_lifetime',
    ],
    ['app_type: regular_web', "app_type: '##VALUE##'", 'desktop', 'TENANT_FILE_VALUE', 'clients.1.app_type'],
    [
      'tokenURL: https://apx.didit.me/auth/v2/token',
      "tokenURL: '##VALUE##'",
      'http://x/',
      'TENANT_FILE_VALUE',
      'connections.0.options.tokenURL',
    ],
    [
      'didit_policy: require=verified',
      "didit_policy: '##VALUE##'",
      'requires=x',
      'SETTING_INVALID',
      'clients.1.client_metadata.didit_policy',
    ],
    [
      '- Didit Sample Application\n',
      "- '##VALUE##'\n",
      'Unknown',
      'TENANT_FILE_REFERENCE',
      'connections.0.enabled_clients.0',
    ],
  ])('is held to it once it is filled in: %s', (from, to, value, code, key) => {
    expect(problemsOf(() => filledIn(from, to, value))).toMatchObject([{ code, place: { key } }]);
  });

  test('cannot be a list of things that the rest of the file refers to', () => {
    const secrets = shipped.slice(
      shipped.indexOf('    secrets:\n'),
      shipped.indexOf('\n  - name: didit-access-policy'),
    );
    expect(problemsOf(() => asWritten(secrets, '    secrets: @@VALUE@@\n'))).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { key: 'actions.0.secrets' } },
    ]);
  });

  /** The shipped file with a placeholder in the place of what stands at a path. */
  const withPlaceholderAt = (
    path: readonly string[],
    variables: object = { VALUE: 'public' },
    name = 'VALUE',
  ) => {
    const document = parseDocument(shipped);
    document.setIn(path, `@@${name}@@`);
    document.set('variables', variables);
    return parseTenantFile(document.toString(), 'tenant.yaml');
  };

  const pathsIn = (data: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
    Object.entries(typeof data === 'object' && data !== null ? data : {}).flatMap(
      ([step, child]: [string, unknown]) => [[...path, step], ...pathsIn(child, [...path, step])],
    );
  const paths = pathsIn(parseDocument(shipped).toJS());

  test.each([
    'triggers',
    'triggers.post-login.0',
    'connections.0',
    'actions.1',
    'actions.0.secrets.2',
    'actions.0.supported_triggers.0',
    'clients.2',
    'clientGrants.0',
    'resourceServers.0',
  ])('cannot be a section, or one of a list of things: %s', (key) => {
    const tenantFile = withPlaceholderAt(key.split('.'));
    expect(problemsOf(() => validateTenantConfig(tenantFile, tenantFile.document.toJS()))).toMatchObject([
      { code: 'TENANT_FILE_VALUE', place: { key } },
    ]);
  });

  test.each(['STAGE', 'PARTNER_API_KEY'])(
    'is told to be declared only where it may stand, and then as what may stand there: %s',
    (name) => {
      const problemsAt = (path: readonly string[], variables: object) => {
        const tenantFile = withPlaceholderAt(path, variables, name);
        const checked = checkTenantConfig(tenantFile, tenantFile.document.toJS());
        return ('findings' in checked ? checked.findings : [])
          .map(({ problem }) => problem)
          .filter(({ place }) => place.key === path.join('.'));
      };
      let toldTo = 0;
      // Each eighth, for their number alone takes long: places of all kinds are among them.
      for (const path of paths.filter((_, index) => index % 8 === 0)) {
        const [first] = problemsAt(path, {});
        if (first?.code !== 'PLACEHOLDER_UNDECLARED') continue;
        const kind = /\{ \w+: (\w+) \}/.exec(first.remedy)?.[1];
        if (kind === undefined) expect(name).toBe('PARTNER_API_KEY');
        else expect(problemsAt(path, { [name]: kind }), path.join('.')).toEqual([]);
        toldTo += 1;
      }
      expect(toldTo).toBeGreaterThan(0);
    },
  );

  test(
    'is a problem of the file or none, wherever it stands and whatever JSON it is filled in with',
    { tags: ['long'] },
    () => {
      expect(paths.length).toBeGreaterThan(150);
      fc.assert(
        fc.property(fc.constantFrom(...paths), fc.json({ maxDepth: 2 }), (path, value) => {
          const tenantFile = withPlaceholderAt(path);
          const values = new Map(Object.entries({ ...VALUES, VALUE: value }));
          try {
            validateTenantConfig(tenantFile, tenantFile.document.toJS());
            prepareConfig({ tenantFile, values });
          } catch (error) {
            expect(problemsIn(error), `${path.join('.')}: ${value}`).not.toEqual([]);
          }
        }),
        { numRuns: 150 },
      );
    },
  );
});
