import { describe, expect, test } from 'vitest';
import { compareLogins } from '../../../scripts/plan/impact/compare-logins.ts';
import { NOT_POSSIBLE } from '../../../scripts/plan/impact/login-result.ts';
import type { LoginResult } from '../../../scripts/plan/impact/login-result.ts';

const allowed = (facts: Readonly<Record<string, string>> = {}): LoginResult => ({
  outcome: 'allowed',
  code: undefined,
  facts: new Map(Object.entries(facts)),
});
const denied: LoginResult = { outcome: 'denied', code: 'didit_age_under_18', facts: new Map() };

const compare = (before: LoginResult, after: LoginResult, people: readonly string[] = ['minor']) =>
  compareLogins(people.map((person) => ({ person, application: 'Shop', before, after })));

describe('logins on both sides of a plan', () => {
  test('that end in the same way are no change', () => {
    const facts = { 'ID token claim verified': 'true' };
    expect(compare(allowed(facts), allowed(facts))).toEqual([]);
    expect(compare(denied, denied)).toEqual([]);
  });

  test('that are denied now say why, and are not called looser', () => {
    expect(compare(allowed({ 'ID token claim verified': 'true' }), denied)).toMatchObject(
      [
        { what: 'login', before: 'allowed', after: 'denied (didit_age_under_18)', security: [] },
        { what: 'ID token claim verified', change: 'removed' },
      ].slice(0, 1),
    );
    expect(compare(allowed({ 'ID token claim verified': 'true' }), denied)).toHaveLength(1);
  });

  test('that were denied are rated, by code as by settings', () => {
    expect(compare(denied, allowed())).toMatchObject([
      { security: [{ code: 'rules_loosened', because: 'denied (didit_age_under_18) → allowed' }] },
    ]);
  });

  test('that were not possible at all are new, not looser', () => {
    expect(compare(NOT_POSSIBLE, allowed())).toMatchObject([
      { before: 'not possible', after: 'allowed', security: [] },
    ]);
  });

  test('name people together whose logins change in the same way', () => {
    expect(compare(allowed(), denied, ['minor', 'renamed'])).toMatchObject([
      { people: ['minor', 'renamed'] },
    ]);
    const added = compareLogins([
      {
        person: 'adult',
        application: 'Shop',
        before: allowed(),
        after: allowed({ 'ID token claim x': 'true' }),
      },
      {
        person: 'minor',
        application: 'Shop',
        before: allowed(),
        after: allowed({ 'ID token claim x': 'false' }),
      },
    ]);
    expect(added).toMatchObject([{ people: ['adult', 'minor'], what: 'ID token claim x', change: 'added' }]);
  });

  test('name a claim with both its values where it changes', () => {
    expect(
      compare(allowed({ 'ID token claim x': 'true' }), allowed({ 'ID token claim x': 'false' })),
    ).toMatchObject([{ what: 'ID token claim x', change: 'changed', before: 'true', after: 'false' }]);
  });

  test.each([
    ['ID token claim birthdate', 'personal_data_in_token'],
    ['access token claim https://example.com/didit/subject', 'personal_data_in_token'],
    ['app_metadata.didit.birthdate', 'personal_data_kept'],
  ])('rate personal data that comes to light: %s', (fact, code) => {
    expect(compare(allowed(), allowed({ [fact]: '"…"' }))[0]?.security.map((rating) => rating.code)).toEqual([
      code,
    ]);
  });

  test.each(['ID token claim https://example.com/didit/age_over_21', 'app_metadata.didit.verified'])(
    'do not rate an answer: %s',
    (fact) => {
      expect(compare(allowed(), allowed({ [fact]: 'true' }))[0]?.security).toEqual([]);
    },
  );
});
