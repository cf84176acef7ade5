import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeSettings } from '../../scripts/auth0/client-defaults.ts';
import {
  isEmpty,
  sameMeaning,
  sameScopes,
  sameToTheService,
} from '../../scripts/tenant-model/same-meaning.ts';

describe('two values that mean the same', () => {
  test.each([
    [['b', 'a'], ['a', 'b'], true],
    [['a'], ['a', 'b'], false],
    [undefined, [], true],
    [null, 'x', false],
    [{ alg: 'RS256' }, { alg: 'RS256', lifetime_in_seconds: 36000 }, true],
    [{ alg: 'RS256' }, { alg: 'HS256' }, false],
    [false, undefined, false],
    ['1', 1, false],
    [{}, { a: 'x' }, false],
    [null, { a: { b: '' } }, true],
    [{ a: {} }, undefined, true],
    [[{ a: null }], undefined, true],
    [['a'], [{ a: null }], false],
    [[{ a: null }], { a: '' }, true],
    [{ a: [{ b: 1 }] }, { a: [{ b: 1 }, { b: 2 }] }, false],
    [[{ b: 1 }, { b: 2 }], [{ b: 1 }, { b: 3 }], false],
    [[{ b: 1 }, { b: 2 }], [{ b: 3 }, { b: 2 }], false],
    [[{ b: 1 }], [{ b: 1 }, { b: '' }], true],
    [[{ b: 1 }], [{ b: 1 }, { b: 2 }], false],
    ['a', ['a'], false],
    [['a'], 'a', false],
    ['', ['a'], false],
    [['a'], '', false],
    [{ a: 'x' }, '', false],
    [null, [{ a: null }, { a: 'x' }], false],
    [['a', 1], ['a', 2], false],
    [[1], ['a'], false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [['a', 1], [1, 'a'], false],
    [null, [''], false],
    [['a'], undefined, false],
    [[1], undefined, false],
    [{ a: 'x' }, ['x'], false],
    [{ a: 'x' }, 'x', false],
    [{ a: null, b: '' }, { a: 'x', b: 'y' }, false],
    [{ a: { b: null } }, 'x', false],
    [null, { a: 'x', b: '' }, false],
  ])('%j, %j: %s', (wanted, existing, expected) => {
    expect(sameMeaning(wanted, existing)).toBe(expected);
  });

  test('of a whole that is to go, and that the service fills in again', () => {
    const application = { kind: 'application', name: '' } as const;
    const policy = completeSettings({ refresh_token: {} })['refresh_token'];
    expect(sameToTheService(application, 'refresh_token', null, policy)).toBe(true);
    const rotating = { rotation_type: 'rotating', expiration_type: 'expiring' };
    expect(sameToTheService(application, 'refresh_token', null, rotating)).toBe(false);
  });

  test('are a value and itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameMeaning(value, structuredClone(value))).toBe(true);
      }),
    );
  });
});

describe('a setting of a resource', () => {
  const api = { kind: 'API', name: '' } as const;
  const connection = { kind: 'connection', name: '' } as const;
  const application = { kind: 'application', name: '' } as const;

  test('that is not said is what the service fills in, on either side', () => {
    expect(sameToTheService(api, 'token_lifetime', undefined, 86_400)).toBe(true);
    expect(sameToTheService(api, 'token_lifetime', 86_400, undefined)).toBe(true);
    expect(sameToTheService(api, 'token_lifetime', 60, undefined)).toBe(false);
    expect(sameToTheService(api, 'token_lifetime', undefined, 60)).toBe(false);
    expect(sameMeaning(undefined, 86_400)).toBe(false);
    expect(sameToTheService(connection, 'options', { pkce_enabled: false }, {})).toBe(true);
    expect(sameToTheService(connection, 'options', { pkce_enabled: true }, {})).toBe(false);
  });

  test('counts with what is not asked for only where that is to go', () => {
    const [asked, there] = [{ a: 'x' }, { a: 'x', b: 'y' }];
    expect(sameToTheService(application, 'addons', asked, there)).toBe(true);
    expect(sameToTheService(application, 'addons', asked, there, true)).toBe(false);
    expect(
      sameToTheService(connection, 'options', { scope: 'a' }, { scope: 'a', pkce_enabled: false }, true),
    ).toBe(true);
    expect(
      sameToTheService(connection, 'options', { scope: 'a' }, { scope: 'a', pkce_enabled: true }, true),
    ).toBe(false);
  });

  test('that is to go is gone where nothing is in it but what the service fills in', () => {
    const initiators = (mode: string) => ({ backchannel_logout_initiators: { mode } });
    expect(sameToTheService(application, 'oidc_logout', null, initiators('custom'))).toBe(true);
    expect(sameToTheService(application, 'oidc_logout', null, initiators('all'))).toBe(false);
    expect(sameToTheService(application, 'oidc_logout', null, { ...initiators('custom'), other: 'x' })).toBe(
      false,
    );
    expect(sameToTheService(application, 'oidc_logout', null, ['x'])).toBe(false);
  });

  test('that is to go and that the service fills in depends on what stands beside it', () => {
    // Recorded: tokens that stay the same live a year where the application keeps a secret.
    const lifetimes = { token_lifetime: 31_557_600, idle_token_lifetime: 2_592_000 };
    const refreshTokens = { token_endpoint_auth_method: 'client_secret_post', rotation_type: 'rotating' };
    expect(sameToTheService({ ...application, refreshTokens }, 'refresh_token', null, lifetimes)).toBe(true);
    expect(sameToTheService(application, 'refresh_token', null, lifetimes)).toBe(false);
  });
});

test('scopes are the same in any order, as one text or as a list, however they are parted', () => {
  expect(sameScopes(' openid  email ', ['email', 'openid'])).toBe(true);
  expect(sameScopes(['openid', 'email'], 'email\nopenid')).toBe(true);
  expect(sameScopes('', undefined)).toBe(true);
  expect(sameScopes('openid', 'openid email')).toBe(false);
  expect(sameScopes('openid email', 'openidemail')).toBe(false);
});

test.each<[unknown, boolean]>([
  [undefined, true],
  [null, true],
  ['', true],
  [[], true],
  [{}, true],
  [false, false],
  [0, false],
  [' ', false],
  [[null], false],
  [{ a: null }, false],
])('what the service does not tell from "never set": %j, %s', (value, expected) => {
  expect(isEmpty(value)).toBe(expected);
});
