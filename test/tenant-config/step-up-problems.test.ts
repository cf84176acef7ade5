import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../scripts/base/problem.ts';
import type { Problem } from '../../scripts/base/problem.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { checkTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

/** What the page of the feature says: the lines of the grant without their marks. */
const withGrant = (text: string): string => {
  const grant = /(?: {2}# (?:- client_id: Didit Step-up| {2}.*)\n)+/.exec(text)?.[0] ?? '';
  return text.replace(grant, grant.replaceAll('  # ', '  '));
};

const ON = [
  'didit_policy: require=verified\n',
  'didit_policy: require=verified apply_to=all step_up=on\n',
] as const;

const edited = (...edits: readonly (readonly [string, string])[]): string =>
  edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`tenant.yaml has no ${from}`);
    return text.replace(from, to);
  }, withGrant(shipped));

function findingsIn(text: string): readonly Problem[] {
  const tenantFile = parseTenantFile(text, 'tenant.yaml');
  const checked = checkTenantConfig(tenantFile, tenantFile.document.toJS());
  return 'findings' in checked ? checked.findings.map(({ problem }) => problem) : [];
}

const problemsIn = (text: string): readonly string[] =>
  findingsIn(text).map((problem) => describeProblem(problem).text);

test('a file with the setting, and with the grant that the page names, is right', () => {
  expect(withGrant(shipped)).not.toBe(shipped);
  expect(problemsIn(edited(ON))).toEqual([]);
  expect(problemsIn(withGrant(shipped))).toEqual([]);
});

test('without the setting nothing is asked for', () => {
  expect(problemsIn(shipped)).toEqual([]);
  const off = shipped.replace(ON[0], ON[1].replace('=on', '=off'));
  expect(problemsIn(off)).toEqual([]);
});

test('without the grant, the lines to add are named', () => {
  const [found, ...others] = findingsIn(shipped.replace(...ON));
  const problem = found?.remedy ?? '';
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    code: 'SETTINGS_CONTRADICT',
    message: 'step_up of didit_policy: Didit Step-up may link nobody.',
  });
  expect(problem).toContain('  - client_id: Didit Step-up\n    audience: https://##AUTH0_DOMAIN##/api/v2/\n');
  const added = shipped.replace(...ON).replace('clientGrants:\n', `clientGrants:\n${grantIn(problem)}`);
  expect(problemsIn(added)).toEqual([]);
});

const grantIn = (problem: string): string =>
  `${problem.slice(problem.indexOf('  - client_id:')).trimEnd()}\n`;

describe('the application is the one that comes back to the tenant itself', () => {
  const DOMAIN = 'tenant.example.com';
  const CALLBACK = 'https://##AUTH0_DOMAIN##/continue';
  const CALLBACKS = '    callbacks:\n      - https://app.example.com/callback\n';
  const another = (host: string) => [CALLBACKS, `${CALLBACKS}      - https://${host}/continue\n`] as const;

  /** What is found where the domain is filled in, as before a deploy. */
  const foundAt = (domain: string | undefined, text: string): readonly string[] => {
    const tenantFile = parseTenantFile(text, 'tenant.yaml');
    const filledIn = parseTenantFile(text.replaceAll('##AUTH0_DOMAIN##', DOMAIN), 'tenant.yaml');
    const checked = checkTenantConfig(
      tenantFile,
      (domain === undefined ? tenantFile : filledIn).document.toJS(),
      domain,
    );
    return 'findings' in checked ? checked.findings.map(({ problem }) => problem.message) : [];
  };

  test('also where another one that is not enabled for Didit comes back to such an address elsewhere', () => {
    // The sample stands before it, and has no grant.
    const text = edited(ON, another('partner.example'));
    for (const domain of [undefined, DOMAIN]) expect(foundAt(domain, text)).toEqual([]);
  });

  test.each(['partner.example', `${DOMAIN}.partner.example`, `${DOMAIN}:8443`])(
    'and not one that comes back to %s, once the domain is known',
    (host) => {
      const text = edited(ON, [CALLBACK, `https://${host}/continue`]);
      expect(foundAt(DOMAIN, text)).toEqual([
        'step_up of didit_policy: no application takes people to Didit and back.',
      ]);
    },
  );

  test('and any that does so in a file that names its tenant itself, until the domain is known', () => {
    const text = edited(ON, [CALLBACK, `https://${DOMAIN}/continue`]);
    for (const domain of [undefined, DOMAIN]) expect(foundAt(domain, text)).toEqual([]);
  });
});

describe('where step_up=on can come to nothing, an error says what is missing', () => {
  const BINDING = '    - action_name: didit-step-up\n      display_name: didit-step-up\n';
  const POLICY = '    - action_name: didit-access-policy\n      display_name: didit-access-policy\n';
  test.each([
    ['no binding', [[BINDING, '']], 'no Action asks anybody'],
    [
      'a binding after the rules',
      [
        [BINDING, ''],
        [POLICY, POLICY + BINDING],
      ],
      'no Action asks anybody',
    ],
    ['no application', [['/continue', '/elsewhere']], 'no application takes people to Didit and back'],
    [
      'a connection that is not enabled',
      [['      - Didit Step-up\n', '']],
      'the connection is not enabled for Didit Step-up',
    ],
  ] as const)('%s', (_name, edits, wrong) => {
    expect(problemsIn(edited(ON, ...edits)).join('\n')).toContain(`step_up of didit_policy: ${wrong}.`);
  });

  test('at a connection as well', () => {
    const text = edited(
      ['didit_policy: mode=enforce', 'didit_policy: step_up=on mode=enforce'],
      [BINDING, ''],
    );
    expect(problemsIn(text).join('\n')).toContain('connections.0.metadata.didit_policy');
  });
});
