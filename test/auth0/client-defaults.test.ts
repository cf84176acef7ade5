import { expect, test } from 'vitest';
import { idTokenAlgorithm } from '../../scripts/auth0/client-defaults.ts';

test.each([
  ['RS256', { jwt_configuration: { alg: 'RS256' } }],
  // The description's default; recorded: it is not shown.
  ['HS256', { jwt_configuration: { lifetime_in_seconds: 36_000, secret_encoded: false } }],
  ['RS256', {}],
])('expects ID tokens to be signed with %s', (algorithm, application) => {
  expect(idTokenAlgorithm(application)).toBe(algorithm);
});
