import { describe, expect, test } from 'vitest';
import { compareResults } from '../../../scripts/plan/impact/compare-results.ts';
import { NOT_POSSIBLE } from '../../../scripts/plan/impact/login-result.ts';
import type { LoginResult } from '../../../scripts/plan/impact/login-result.ts';

const allowed = (facts: Readonly<Record<string, string>> = {}): LoginResult => ({
  outcome: 'allowed',
  code: undefined,
  facts: new Map(Object.entries(facts)),
  hosts: [],
});
const denied: LoginResult = { outcome: 'denied', code: 'didit_age_under_18', facts: new Map(), hosts: [] };

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

  const PEOPLE = { profile: ['John Doe', 'john@example.com'], subjects: ['6f1d'] };
  const codes = (what: string, before: string | undefined, after: string): readonly string[] =>
    compareResults(
      allowed(before === undefined ? {} : { [what]: before }),
      allowed({ [what]: after }),
      PEOPLE,
    )
      .flatMap(({ security }) => security)
      .map(({ code }) => code);

  test.each([
    ['an unknown claim', 'ID token claim https://evil.example/x', undefined, 'true'],
    ['an unknown claim that says something else', 'ID token claim https://evil.example/x', '"a"', '"b"'],
    ['a name in a claim of that name', 'ID token claim given_name', '"John"', '"John Doe"'],
    ['an address in place of an answer', 'access token claim x/verified', 'true', '"john@example.com"'],
    ['anything in place of an answer', 'access token claim x/verified', 'true', '"am9obg=="'],
    ['anything in place of a new answer', 'access token claim x/verified_at', undefined, '"am9obg=="'],
    ["Didit's id", 'ID token claim name', '"John"', '"6f1d"'],
  ])('rate what a token may show of a person: %s', (_, what, before, after) => {
    expect(codes(what, before, after)).toEqual(['personal_data_in_token']);
  });

  test('rate what names show of a person', () => {
    expect(codes('ID token claim https://x.example/john@example.com/verified', undefined, 'true')).toEqual([
      'personal_data_in_token',
    ]);
    expect(codes('app_metadata.note."john@example.com"', undefined, '{}')).toEqual(['personal_data_kept']);
    expect(codes('app_metadata."a.given_name"', undefined, '"x"')).toEqual(['personal_data_kept']);
  });

  test('rate personal data that is kept under any name', () => {
    expect(codes('user_metadata.note', '"none"', '"by John Doe"')).toEqual(['personal_data_kept']);
    expect(codes('app_metadata.copy', undefined, '"john@example.com"')).toEqual(['personal_data_kept']);
  });

  test.each([
    ['an answer that is another one', 'ID token claim x/verified', 'true', 'false'],
    ['a flag of somebody else that is another one', 'ID token claim https://x.example/flag', 'true', 'false'],
    ['a time that comes', 'ID token claim x/verified_at', undefined, '"(time)"'],
    ['where an answer is from', 'ID token claim x/source', '"fresh"', '"stale"'],
    ['a person who was there already', 'ID token claim name', '"John Doe"', '"Dr. John Doe"'],
    ["Didit's id, which is kept in the user's id anyway", 'app_metadata.didit.subject', undefined, '"6f1d"'],
    ['something else that is kept', 'app_metadata.mark', '"old"', '"new"'],
  ])('do not rate %s', (_, what, before, after) => {
    expect(codes(what, before, after)).toEqual([]);
  });

  test.each(['ID token claim https://example.com/didit/age_over_21', 'app_metadata.didit.verified'])(
    'do not rate an answer: %s',
    (fact) => {
      expect(compareResults(allowed(), allowed({ [fact]: 'true' }))[0]?.security).toEqual([]);
    },
  );
});
