import { describe, expect, test } from 'vitest';
import { loadActions } from './logins.ts';

const actions = await loadActions();

const codeOf = (name: string): string => actions.find((action) => action.name === name)?.code ?? '';

describe.each(actions)('the bundle $name', ({ code, handler }) => {
  test("has a handler that Auth0's loader accepts", () => {
    expect(handler.constructor.name).toBe('AsyncFunction');
  });

  test('has at most 24 KiB, readable as it is', () => {
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(24 * 1_024);
    expect(code).toContain('\n  ');
  });

  test('loads nothing', () => {
    expect(code).not.toMatch(/\brequire\(|\bimport\(/);
  });

  test('carries neither prose nor what only the tools need', () => {
    expect(code).not.toMatch(/Levenshtein|editDistance|What has to be true|Takes effect with the next build/);
  });

  test('does not read what Didit sends: that is for the profile script', () => {
    expect(code).not.toMatch(/apx\.didit\.me|readProfile|is_over_18/);
  });
});

describe('no bundle contains what it has no use for', () => {
  test.each([
    [
      'didit-access-policy',
      ['fetch(', 'AUTH0_MANAGEMENT_CLIENT_SECRET', 'setCustomClaim', 'setAppMetadata', 'id_token'],
    ],
    [
      'didit-claims',
      ['fetch(', 'AUTH0_MANAGEMENT_CLIENT_SECRET', 'access.deny', 'setAppMetadata', 'didit_not_verified'],
    ],
    [
      'didit-profile-sync',
      ['setCustomClaim', 'access.deny', 'didit_not_verified', 'verified_claims', 'trust_framework'],
    ],
  ])('%s', (name, unused) => {
    expect(unused.filter((text) => codeOf(name).includes(text))).toEqual([]);
  });

  test('(and what it does use is found this way)', () => {
    expect(codeOf('didit-profile-sync')).toContain('AUTH0_MANAGEMENT_CLIENT_SECRET');
    expect(codeOf('didit-access-policy')).toContain('access.deny');
    expect(codeOf('didit-claims')).toContain('setCustomClaim');
  });
});
