import { describe, expect, test } from 'vitest';
import { compareResults } from '../../../scripts/plan/impact/compare-results.ts';
import { NOT_POSSIBLE } from '../../../scripts/plan/impact/login-result.ts';
import type { LoginResult } from '../../../scripts/plan/impact/login-result.ts';

const allowed = (facts: Readonly<Record<string, string>> = {}): LoginResult => ({
  outcome: 'allowed',
  code: undefined,
  facts: new Map(Object.entries(facts)),
});
const denied: LoginResult = { outcome: 'denied', code: 'didit_age_under_18', facts: new Map() };

describe('two endings of the same login', () => {
  test('that end in the same way are no change', () => {
    const facts = { 'ID token claim verified': 'true' };
    expect(compareResults(allowed(facts), allowed(facts))).toEqual([]);
    expect(compareResults(denied, denied)).toEqual([]);
  });

  test('that are denied now say why, and not that claims are gone; they are not called looser', () => {
    expect(compareResults(allowed({ 'ID token claim verified': 'true' }), denied)).toEqual([
      {
        what: 'login',
        change: 'changed',
        before: 'allowed',
        after: 'denied (didit_age_under_18)',
        security: [],
      },
    ]);
  });

  test('that are denied now still tell what is kept with the user', () => {
    const kept = { ...denied, facts: new Map([['app_metadata.didit.verified', 'true']]) };
    expect(compareResults(allowed(), kept).map(({ what }) => what)).toEqual([
      'login',
      'app_metadata.didit.verified',
    ]);
  });

  test('that were denied are rated, by code as by settings', () => {
    expect(compareResults(denied, allowed())).toMatchObject([
      { security: [{ code: 'rules_loosened', because: 'denied (didit_age_under_18) → allowed' }] },
    ]);
  });

  test('that were not possible at all are new, not looser', () => {
    expect(compareResults(NOT_POSSIBLE, allowed())).toMatchObject([
      { before: 'not possible', after: 'allowed', security: [] },
    ]);
  });

  test('name a claim with both its values where it changes', () => {
    expect(
      compareResults(allowed({ 'ID token claim x': 'true' }), allowed({ 'ID token claim x': 'false' })),
    ).toMatchObject([{ what: 'ID token claim x', change: 'changed', before: 'true', after: 'false' }]);
  });

  test.each([
    ['ID token claim birthdate', 'personal_data_in_token'],
    ['access token claim https://example.com/didit/subject', 'personal_data_in_token'],
    ['app_metadata.didit.birthdate', 'personal_data_kept'],
  ])('rate personal data that comes to light: %s', (fact, code) => {
    expect(
      compareResults(allowed(), allowed({ [fact]: '"…"' }))[0]?.security.map((rating) => rating.code),
    ).toEqual([code]);
  });

  test.each(['ID token claim https://example.com/didit/age_over_21', 'app_metadata.didit.verified'])(
    'do not rate an answer: %s',
    (fact) => {
      expect(compareResults(allowed(), allowed({ [fact]: 'true' }))[0]?.security).toEqual([]);
    },
  );
});
