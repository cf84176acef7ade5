import { expect, test } from 'vitest';
import { declareVariables } from '../declare-variables.ts';
import { problemsIn } from '../../scripts/base/problem.ts';
import { resolvePlaceholders } from '../../scripts/tenant-config/placeholders.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';

const FILE = `connections:
  - name: didit
    strategy: oauth2
    options:
      client_id: '##DIDIT_CLIENT_ID##'
      client_secret: '##DIDIT_CLIENT_SECRET##'
      authorizationURL: https://didit.example/authorize
      tokenURL: https://didit.example/token
      scope: openid
      pkce_enabled: true
      scripts: { fetchUserProfile: '@@SCRIPT@@' }
actions:
  - name: ours
    code: other/ours.js
    runtime: node22
    deployed: true
    supported_triggers: [{ id: post-login, version: v3 }]
    dependencies:
      - { name: lodash, version: 4.17.21 }
    secrets:
      - { name: FIRST, value: '##FIRST##' }
triggers:
  post-login:
    - action_name: ours
clients:
  - name: App
clientGrants:
  - client_id: App
    audience: https://api.example/
    scope: []
resourceServers:
  - name: An API
    identifier: https://api.example/
    scopes:
      - value: read
`;

const VALUES = new Map([
  ['DIDIT_CLIENT_ID', 'id'],
  ['DIDIT_CLIENT_SECRET', 'didit-secret'],
  ['SCRIPT', 'script'],
  ['FIRST', 'first'],
  ['AUDIENCE', 'https://api.example/'],
]);

/** What is said of the file with more lines after one of its lines. */
function findings(after: string, more: string): readonly { line: number | undefined; message: string }[] {
  const tenantFile = parseTenantFile(declareVariables(FILE.replace(after, `${after}${more}`)), 'tenant.yaml');
  try {
    validateTenantConfig(tenantFile, resolvePlaceholders(tenantFile, VALUES));
    return [];
  } catch (error) {
    return problemsIn(error).map(({ code, message, place }) => {
      expect(code).toBe('TENANT_FILE_REFERENCE');
      return { line: place !== undefined && 'line' in place ? place.line : undefined, message };
    });
  }
}

const connection = FILE.slice(FILE.indexOf('  - name: didit'), FILE.indexOf('actions:'));
const action = FILE.slice(FILE.indexOf('  - name: ours'), FILE.indexOf('\ntriggers:') + 1);

test.each<[string, string, string, number, string]>([
  [
    'a connection',
    connection,
    connection,
    12,
    '"didit" is defined twice under connections, in lines 2 and 12.',
  ],
  ['an Action', action, action, 22, '"ours" is defined twice under actions, in lines 13 and 22.'],
  [
    'a secret of an Action',
    "      - { name: FIRST, value: '##FIRST##' }\n",
    '      - { name: FIRST, value: other }\n',
    22,
    '"FIRST" is defined twice under actions.0.secrets, in lines 21 and 22.',
  ],
  [
    'a package of an Action, in another version',
    '      - { name: lodash, version: 4.17.21 }\n',
    '      - { name: lodash, version: 3.0.0 }\n',
    20,
    '"lodash" is defined twice under actions.0.dependencies, in lines 19 and 20.',
  ],
  [
    'a binding, under another name',
    '    - action_name: ours\n',
    '    - action_name: ours\n      display_name: Again\n',
    25,
    '"ours" is defined twice under triggers.post-login, in lines 24 and 25.',
  ],
  [
    'an application',
    '  - name: App\n',
    '  - name: App\n    app_type: spa\n',
    27,
    '"App" is defined twice under clients, in lines 26 and 27.',
  ],
  [
    'a grant, with other scopes',
    '    scope: []\n',
    '  - client_id: App\n    audience: https://api.example/\n    scope: [read]\n    subject_type: client\n',
    31,
    '"App" is defined twice under clientGrants, in lines 28 and 31.',
  ],
  [
    'a grant for an API that a placeholder stands for',
    '    scope: []\n',
    "  - client_id: App\n    audience: '##AUDIENCE##'\n    scope: [read]\n",
    31,
    '"App" is defined twice under clientGrants, in lines 28 and 31.',
  ],
  [
    'an API',
    '      - value: read\n',
    '  - name: Another\n    identifier: https://api.example/\n',
    37,
    '"https://api.example/" is defined twice under resourceServers, in lines 33 and 37.',
  ],
  [
    'an API that a placeholder stands for, whose value is not told',
    '      - value: read\n',
    "  - name: Another\n    identifier: '##AUDIENCE##'\n",
    37,
    '"##AUDIENCE##" is defined twice under resourceServers, in lines 33 and 37.',
  ],
  [
    'a scope of an API',
    '      - value: read\n',
    '      - value: read\n        description: Again\n',
    36,
    '"read" is defined twice under resourceServers.0.scopes, in lines 35 and 36.',
  ],
])('%s cannot be listed twice, and both lines are named', (_what, after, more, line, message) => {
  expect(findings(after, more)).toEqual([{ line, message }]);
});

test('an application may have a grant of its own and one for its users, for the same API', () => {
  expect(
    findings(
      '    scope: []\n',
      '  - client_id: App\n    audience: https://api.example/\n    scope: [read]\n    subject_type: user\n',
    ),
  ).toEqual([]);
});
