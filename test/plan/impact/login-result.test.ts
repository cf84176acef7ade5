import { describe, expect, test } from 'vitest';
import { createPostLoginApi } from '../../../scripts/runner/api/post-login-api.ts';
import { newRunState } from '../../../scripts/runner/api/run-state.ts';
import { ActionCache } from '../../../scripts/runner/action-cache.ts';
import type { SimulatedOutcome } from '../../../scripts/simulation/simulate-login.ts';
import { compareResults } from '../../../scripts/plan/impact/compare-results.ts';
import { loginResult } from '../../../scripts/plan/impact/login-result.ts';

const outcome = (parts: Partial<SimulatedOutcome> = {}): SimulatedOutcome => ({
  result: 'allowed',
  denial: undefined,
  idToken: {},
  accessToken: {},
  addedScopes: [],
  removedScopes: [],
  written: { app_metadata: {}, user_metadata: {} },
  user: { app_metadata: {}, user_metadata: {} },
  primaryUserId: undefined,
  redirects: [],
  logs: [],
  requests: [],
  notes: [],
  trace: [],
  ...parts,
});

const calling = (method: string, ...given: readonly unknown[]): SimulatedOutcome =>
  outcome({
    trace: [
      {
        action: 'an-action',
        handler: 'onExecutePostLogin',
        milliseconds: 1,
        calls: [{ method, arguments: given }],
        logs: [],
        requests: [],
        notes: [],
      },
    ],
  });

/** All that an Action can ask for, as the runtime has it. */
const METHODS: readonly string[] = (() => {
  const event = {};
  const api = createPostLoginApi(
    {
      state: newRunState({ actions: [], event }, new ActionCache([], () => 0)),
      event,
      handler: 'onExecutePostLogin',
      userMetadataOfThisAction: new Map(),
      interaction: { isRedirected: false, isPrompted: false },
      note: () => undefined,
      now: () => 0,
    },
    () => undefined,
  );
  return Object.entries(api).flatMap(([area, methods]) =>
    Object.keys(methods).map((method) => `api.${area}.${method}`),
  );
})();

const codesBetween = (before: SimulatedOutcome, after: SimulatedOutcome): readonly string[] =>
  compareResults(loginResult(before), loginResult(after)).flatMap(({ security }) =>
    security.map(({ code }) => code),
  );

describe('what an Action asks of Auth0', () => {
  /** Told by their effects, only read, or kept between the Actions of one login. */
  const TOLD_OTHERWISE = new Set(
    ['access', 'accessToken', 'idToken', 'redirect', 'user', 'validation']
      .concat(['groups', 'roles', 'rules'])
      .concat(['cache', 'transaction']),
  );
  const others = METHODS.filter((method) => !TOLD_OTHERWISE.has(method.split('.')[1] ?? ''));

  test('is more than its effects tell', () => {
    expect(others).toEqual(
      expect.arrayContaining([
        'api.authentication.setPrimaryUser',
        'api.multifactor.enable',
        'api.samlResponse.setRecipient',
        'api.session.setExpiresAt',
      ]),
    );
  });

  test.each([...others, 'api.notYetKnown.doSomething', 'api.user.becomeAnother', 'api.roles.assign'])(
    'is a finding where it comes, where it is another thing, and where it goes: %s',
    (method) => {
      const [none, one, other] = [outcome(), calling(method, 'one'), calling(method, 'other')];
      for (const [before, after] of [
        [none, one],
        [one, other],
      ] as const)
        expect(codesBetween(before, after)).toEqual([
          method === 'api.authentication.setPrimaryUser' ? 'account_changed' : 'setting_not_judged',
        ]);
      expect(codesBetween(one, none)).toEqual(['setting_not_judged']);
      expect(codesBetween(one, one)).toEqual([]);
    },
  );

  test('is found also in a login that ends otherwise', () => {
    const denied = { ...calling('api.multifactor.enable', 'none'), result: 'denied' } as const;
    expect(codesBetween(outcome(), denied)).toEqual(['setting_not_judged']);
  });

  test('is the same at another time of the clock', () => {
    const until = (time: number): SimulatedOutcome => calling('api.session.setExpiresAt', time);
    expect(codesBetween(until(Date.now()), until(Date.now() + 5_000))).toEqual([]);
    expect(codesBetween(until(Date.now()), until(Date.now() * 2))).toEqual(['setting_not_judged']);
  });
});

describe('a scope', () => {
  const [none, added, removed] = [
    outcome(),
    outcome({ addedScopes: ['admin'] }),
    outcome({ removedScopes: ['admin'] }),
  ];

  test.each<[string, SimulatedOutcome, SimulatedOutcome, readonly string[]]>([
    ['that Actions add', none, added, ['grant_scopes']],
    ['that Actions add and took away before', removed, added, ['grant_scopes']],
    ['that Actions no longer take away', removed, none, ['grant_scopes']],
    ['that Actions take away', none, removed, []],
    ['that Actions no longer add', added, none, []],
  ])('is a finding where a token gets more by it: one %s', (_, before, after, codes) => {
    expect(codesBetween(before, after)).toEqual(codes);
  });
});

describe('where people are sent', () => {
  const sentTo = (...redirects: readonly string[]): SimulatedOutcome =>
    outcome({ result: 'redirected', redirects });
  const nestedAt = (origin: string): string => `${origin}/authorize?redirect_uri=${origin}/continue&state=1`;

  test('is a login nested in this one at the tenant alone, whatever an address looks like', () => {
    const nested = loginResult(sentTo(nestedAt('https://tenant.example.com')));
    expect([nested.outcome, nested.hosts]).toEqual(['asked to sign in with Didit', []]);
    for (const origin of [
      'https://evil.example',
      'https://tenant.example.com.evil.example',
      'https://tenant.example.com:8443',
      'http://tenant.example.com',
    ])
      expect(loginResult(sentTo(nestedAt(origin))).outcome, origin).toBe('redirected');
    expect(loginResult(sentTo(nestedAt('https://evil.example'))).hosts).toEqual(['evil.example']);
  });

  test.each([
    ['https://evil.example/x?mail=a@b.example', ['evil.example']],
    ['https://tenant.example.com/u/login', []],
    ['data:text/html,hello', ['data:']],
  ])('is a host like those that requests go to: %s', (url, hosts) => {
    expect(loginResult(sentTo(url)).hosts).toEqual(hosts);
  });

  test('is another place where its path or what is sent along is another one', () => {
    const changes = (after: string): readonly string[] =>
      compareResults(loginResult(sentTo('https://a.example/x?state=1')), loginResult(sentTo(after))).map(
        ({ what, before, after: now }) => `${what}: ${before ?? ''} → ${now ?? ''}`,
      );
    expect(changes('https://a.example/x?state=2')).toEqual([]);
    expect(changes('https://a.example/y?state=2')).toEqual([
      'redirect to https://a.example: /x (state) → /y (state)',
    ]);
    expect(changes('https://a.example/x?state=2&mail=a')).toEqual([
      'redirect to https://a.example: /x (state) → /x (mail, state)',
    ]);
  });
});

describe('what a login leaves', () => {
  const claim = (value: string): SimulatedOutcome => outcome({ idToken: { 'https://x/verified_at': value } });
  const now = new Date().toISOString();

  test.each([
    ['digits of something else', '2026-01-01T4915112345678Z'],
    ['no time of a day', '2026-01-01T::::Z'],
    ['a birth date', '1980-05-17T00:00:00.000Z'],
    ['a telephone number in milliseconds', new Date(4_915_112_345_678).toISOString()],
  ])('is no time of the clock where it has the form of one: %s', (_, value) => {
    expect(codesBetween(claim(now), claim(value))).toEqual(['personal_data_in_token']);
  });

  test('is the same at another time of the clock', () => {
    expect(codesBetween(claim(now), claim(new Date(Date.now() - 60_000).toISOString()))).toEqual([]);
  });

  test('has a name of its own for each thing, and an object without anything in it is there', () => {
    const kept = (app_metadata: SimulatedOutcome['user']['app_metadata']): SimulatedOutcome =>
      outcome({ user: { app_metadata, user_metadata: {} } });
    const { facts } = loginResult(kept({ a: { b: 1, c: {} }, 'a.b': 2 }));
    expect([...facts]).toEqual([
      ['app_metadata.a.b', '1'],
      ['app_metadata.a.c', '{}'],
      ['app_metadata."a.b"', '2'],
    ]);
  });
});
