import { describe, expect, test } from 'vitest';
import { UnsecuredJWT } from 'jose';
import { checkScopes, REQUIRED_SCOPES } from '../../scripts/apply/required-scopes.ts';
import { problemsOf } from '../problems-of.ts';

const tokenWith = (scopes: readonly string[]): string =>
  new UnsecuredJWT({ scope: scopes.join(' ') }).encode();
const ALL = REQUIRED_SCOPES.map(({ scope }) => scope);

describe('the scopes of the deploy client', () => {
  test('are enough when all are there, whatever else is', () => {
    expect(() => {
      checkScopes(tokenWith([...ALL, 'read:logs']), 'tenant.example.com');
    }).not.toThrow();
  });

  test.each(ALL)('without %s stop a deploy before anything is sent', (missing) => {
    const problems = problemsOf(() => {
      checkScopes(tokenWith(ALL.filter((scope) => scope !== missing)), 'tenant.example.com');
    });
    expect(problems).toMatchObject([
      { code: 'SCOPE_MISSING', place: { file: 'tenant.example.com', key: missing } },
    ]);
  });

  test('hold nothing to delete anything with', () => {
    expect(ALL.filter((scope) => scope.startsWith('delete:'))).toEqual([]);
  });

  test('of a token that cannot be looked into are left to the tenant', () => {
    expect(() => {
      checkScopes('opaque', 'tenant.example.com');
    }).not.toThrow();
  });
});
