import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../../../../scripts/local-tenant/management-api/request/errors.ts';
import { parseUserQuery } from '../../../../scripts/local-tenant/management-api/users/user-search.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';

const USER: JsonObject = {
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  app_metadata: { plan: 'gold' },
  user_metadata: { city: 'Paris' },
  created_at: '2018-01-15T23:10:00.000Z',
  logins_count: 3,
};

const matches = (query: string): boolean => parseUserQuery(query)(USER);

/** Queries with a known answer for `USER`, built from smaller ones. */
const query = fc.letrec<{ any: readonly [string, boolean]; leaf: readonly [string, boolean] }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    tie('leaf'),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => [`(${a[0]}) AND (${b[0]})`, a[1] && b[1]] as const),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => [`(${a[0]}) OR (${b[0]})`, a[1] || b[1]] as const),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => [`(${a[0]}) (${b[0]})`, a[1] || b[1]] as const),
    tie('any').map((a) => [`NOT (${a[0]})`, !a[1]] as const),
  ),
  leaf: fc.constantFrom<readonly [string, boolean]>(
    ['email:"ada@example.com"', true],
    ['email:bob*', false],
    ['app_metadata.plan:gold', true],
    ['_exists_:app_metadata.team', false],
    ['logins_count:3', true],
    ['logins_count:[3 TO 10]', true],
    ['logins_count:{3 TO *]', false],
    ['email:[a TO b]', true],
  ),
})).any;

test('AND, OR, NOT and parentheses mean what they say', () => {
  fc.assert(
    fc.property(query, ([text, expected]) => {
      expect(matches(text)).toBe(expected);
    }),
  );
});

test('AND binds closer than OR', () => {
  expect(matches('email:x AND email:y OR logins_count:3')).toBe(true);
  expect(matches('logins_count:3 OR email:x AND email:y')).toBe(true);
});

test('whatever is sent, a query is either read or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'a:"()* \\NOT'.split('')) })),
      (text) => {
        try {
          expect(typeof matches(text)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      },
    ),
  );
});

test('a value is found as it is, whatever is in it, when it is quoted', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      const quoted = `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
      expect(parseUserQuery(`name:${quoted}`)({ name: value })).toBe(true);
      expect(parseUserQuery(`name:${quoted}`)({ name: `${value}x` })).toBe(false);
    }),
  );
});

test('only own fields are seen', () => {
  expect(matches('_exists_:constructor')).toBe(false);
});

test('a query of endless depth is refused, not followed', () => {
  expect(() => matches('('.repeat(100_000))).toThrow(ApiError);
});

// As Auth0's page about the syntax has them.
test.each([
  ['name:"ada lovelace"', true],
  ['name:ADA*', true],
  ['name:*lace', true],
  ['name:*ada*ace', true],
  ['name:lace*', false],
  ['name:Ada\\ Lovelace', true],
  ['name:"ada*"', false],
  ['app_metadata.plan:GOLD', false],
  ['app_metadata.plan:g*d', true],
  ['user_metadata.city:Paris', true],
  ['user_metadata.city:paris', false],
  ['email.domain:EXAMPLE.com', true],
  ['email.domain:ada*', false],
  ['created_at:[2018-01-15 TO *]', true],
  ['created_at:{2018-01-15 TO *]', false],
  ['created_at:[* TO 2018-01]', true],
  ['created_at:[* TO 2018-01}', false],
])('%s finds the user: %s', (text, expected) => {
  expect(matches(text)).toBe(expected);
});

test.each([
  ...['name:*ce', 'user_metadata.city:Par*', 'user_metadata.city:[A TO Z]', 'logins_count:>=3'],
  ...['-name:ada', '_missing_:name', 'name:ada~', 'name:ad?', 'name:/ada/'],
])('%s is refused rather than answered wrongly', (text) => {
  expect(() => matches(text)).toThrow(ApiError);
});
