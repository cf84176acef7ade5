import { describe, expect, test } from 'vitest';
import { UnsecuredJWT } from 'jose';
import {
  checkScopes,
  ORGANIZATION_SCOPES,
  REQUIRED_SCOPES,
} from '../../scripts/tenant-access/required-scopes.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { describeProblem } from '../../scripts/base/problem.ts';
import { problemsOf } from '../problems-of.ts';

const tokenWith = (scopes: readonly string[]): string =>
  new UnsecuredJWT({ scope: scopes.join(' ') }).encode();
const ALL = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes);

/** A file whose Actions use the two clients of the project, or one of them. */
const fileWith = (...clients: readonly string[]) =>
  parseTenantFile(
    clients.map((name) => `- "##${name}_CLIENT_ID##"\n- "##${name}_CLIENT_SECRET##"\n`).join(''),
    'tenant.yaml',
  );

const check = (
  scopes: readonly string[],
  values: Readonly<Record<string, string>> = {},
  tenantFile = fileWith('AUTH0_MANAGEMENT'),
): void => {
  checkScopes(tokenWith(scopes), 'tenant.example.com', {
    tenantFile,
    values: new Map(Object.entries(values)),
  });
};
const allBut = (missing: string): readonly string[] => ALL.filter((scope) => scope !== missing);

describe('the scopes of the deploy client', () => {
  test('are enough when all are there, whatever else is', () => {
    expect(() => {
      check([...ALL, 'read:logs']);
    }).not.toThrow();
  });

  test('for organizations are asked for where the file lists any, each, and nowhere else', () => {
    const organizations = ORGANIZATION_SCOPES.flatMap(({ scopes }) => scopes);
    const file = parseTenantFile('organizations: []\n', 'tenant.yaml');
    check([...ALL, ...organizations], {}, file);
    check(ALL);
    for (const missing of organizations) {
      const some = organizations.filter((scope) => scope !== missing);
      const [problem, ...others] = problemsOf(() => {
        check([...ALL, ...some], {}, file);
      });
      expect(others).toEqual([]);
      expect(problem?.code).toBe('SCOPE_MISSING');
      expect(problem?.message).toContain(`    ${missing}  for `);
    }
  });

  test.each(ALL)('without %s stop a deploy before anything is sent', (missing) => {
    const [problem, ...others] = problemsOf(() => {
      check(allBut(missing));
    });
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'SCOPE_MISSING', place: { tenant: 'tenant.example.com' } });
    expect(problem?.message.split('\n').slice(1)).toEqual([expect.stringContaining(`    ${missing}  for `)]);
  });

  test('are asked for in one problem, each once, with its reason and one remedy', () => {
    const [problem, ...others] = problemsOf(() => {
      check(['read:logs']);
    });
    expect(others).toEqual([]);
    const text = problem === undefined ? '' : describeProblem(problem).text;
    expect(text.match(/\w+:\w+(?=[ \n])/g)).toEqual(ALL);
    for (const { why } of REQUIRED_SCOPES) expect(text).toContain(`for ${why}`);
    expect(text.split('\n')).toHaveLength(REQUIRED_SCOPES.length + 3);
  });

  test('need not read the secret of a client that the environment names', () => {
    const [id, secret] = [{ AUTH0_MANAGEMENT_CLIENT_ID: 'id' }, { AUTH0_MANAGEMENT_CLIENT_SECRET: 'secret' }];
    const withoutKeys = (values: Readonly<Record<string, string>>) => () => {
      check(allBut('read:client_keys'), values);
    };
    expect(withoutKeys({ ...id, ...secret })).not.toThrow();
    for (const half of [id, secret, { ...id, AUTH0_MANAGEMENT_CLIENT_SECRET: '' }]) {
      expect(problemsOf(withoutKeys(half))).toMatchObject([{ code: 'SCOPE_MISSING' }]);
    }
    expect(
      problemsOf(() => {
        check(allBut('read:clients'), { ...id, ...secret });
      }),
    ).toMatchObject([{ code: 'SCOPE_MISSING' }]);
  });

  test('need to read the secret of each client that the file uses and the environment does not name', () => {
    const both = fileWith('AUTH0_MANAGEMENT', 'DIDIT_STEP_UP');
    const management = { AUTH0_MANAGEMENT_CLIENT_ID: 'id', AUTH0_MANAGEMENT_CLIENT_SECRET: 'secret' };
    const stepUp = { DIDIT_STEP_UP_CLIENT_ID: 'id', DIDIT_STEP_UP_CLIENT_SECRET: 'secret' };
    for (const values of [management, stepUp])
      expect(
        problemsOf(() => {
          check(allBut('read:client_keys'), values, both);
        }),
      ).toMatchObject([{ code: 'SCOPE_MISSING' }]);
    expect(() => {
      check(allBut('read:client_keys'), { ...management, ...stepUp }, both);
    }).not.toThrow();
  });

  test('hold nothing to delete anything with', () => {
    expect(ALL.filter((scope) => scope.startsWith('delete:'))).toEqual([]);
  });

  test('of a token that cannot be looked into are left to the tenant', () => {
    expect(() => {
      checkScopes('opaque', 'tenant.example.com', { tenantFile: fileWith(), values: new Map() });
    }).not.toThrow();
  });
});
