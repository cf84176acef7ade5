import { describe, expect, test } from 'vitest';
import {
  NAMESPACE,
  NOW,
  RECORD_STEP,
  STEP,
  adultSnapshot,
  loginEvent,
  managementUser,
  rules,
  storedRecord,
  withManagement,
} from './login-event.ts';
import type { EventParts } from './login-event.ts';
import { useLogins } from './logins.ts';
import { seconds } from './tenant-of-one.ts';

const logins = await useLogins();

const known = { user: { app_metadata: { didit: storedRecord } } };
const codesOf = async (parts: EventParts): Promise<readonly unknown[]> => {
  logins.managementKnows(managementUser(adultSnapshot));
  return (await logins.login(withManagement({ ...known, ...parts }))).log('didit-profile-sync').codes;
};

/** What can come back from Didit, and what goes on with what that brought. */
const BROWSER = [
  'oidc-basic-profile',
  'oidc-implicit-profile',
  'oidc-hybrid-profile',
  'oauth2-device-code',
  'samlp',
  'wsfed',
];

/** What brings nothing from Didit, whatever it is. */
const OTHER: readonly (readonly [string, EventParts])[] = [
  ...[
    'oauth2-token-exchange',
    'oidc-ciba',
    'oauth2-resource-owner',
    'oauth2-resource-owner-jwt-bearer',
    'oauth2-password',
    'oauth2-webauthn',
    'oauth2-access-token',
    'wstrust-usernamemixed',
    'a-protocol-of-2027',
    // Not one that is known to go by a browser, though its name holds the name of one.
    'wsfed-backchannel',
    'first-party-samlp',
    '',
    'OIDC-BASIC-PROFILE',
  ].map((protocol) => [`the protocol ${protocol}`, { transaction: { protocol } }] as const),
  ['a session transfer', { more: { session_transfer_token: { client_id: 'native' } } }],
  ['an actor of the transaction', { transaction: { actor: { sub: 'support' } } }],
  ['an actor of the session', { more: { session: { id: 's', actor: { sub: 'support' } } } }],
  [
    'an event without protocol and without a federated step',
    { transaction: { protocol: undefined }, methods: [] },
  ],
];

describe('a login', () => {
  test.each(BROWSER)('of the protocol %s asks the Management API', async (protocol) => {
    expect(await codesOf({ transaction: { protocol } })).toEqual(['updated']);
  });

  test('of which the platform tells no protocol asks it where there is a federated step', async () => {
    expect(await codesOf({ transaction: { protocol: undefined } })).toEqual(['updated']);
  });
});

describe('a run that brings nothing from Didit', () => {
  const runs: readonly (readonly [string, string, EventParts])[] = [
    ['a refresh', 'refresh', { transaction: { protocol: 'oauth2-refresh-token' } }],
    [
      'a refresh with prompt=none',
      'refresh',
      { transaction: { protocol: 'oauth2-refresh-token', prompt: ['none'] } },
    ],
    ['a silent run', 'silent', { transaction: { prompt: ['none'] } }],
    ['a silent run with more prompts', 'silent', { transaction: { prompt: ['login', 'none'] } }],
    ['a session that goes on', 'sso', { step: RECORD_STEP }],
    ...OTHER.map(([what, parts]) => [what, 'no_login', parts] as const),
  ];

  test.each(runs)(
    '(%s) goes by the record, asks nobody, writes nothing, and is logged as %s',
    async (_, kind, parts) => {
      const client = {
        ...rules('require=verified'),
        didit_claims: 'id_token=verified,source access_token=none',
      };
      const outcome = await logins.login(withManagement({ ...known, ...parts, client }));
      expect(outcome.effects).toEqual({
        denied: undefined,
        idToken: { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}source`]: 'stale' },
        accessToken: {},
        appMetadata: {},
        userMetadata: {},
      });
      expect(outcome.calls).toEqual([]);
      expect(outcome.log('didit-profile-sync')).toEqual({
        outcome: 'available',
        codes: ['no_snapshot', kind],
        source: 'record',
      });
    },
  );

  // Without a record, nothing tells a session that goes on from a login.
  const tellable = runs.filter(([, kind]) => kind !== 'sso');

  test.each(tellable)(
    '(%s) is never fresh, though the event shows an answer of three seconds ago',
    async (_, __, parts) => {
      const user = { didit_profile: { ...adultSnapshot, fetched_at: seconds(NOW - 3_000) } };
      const outcome = await logins.login(loginEvent({ ...parts, user, client: rules('max_age=1s') }));
      expect(outcome.denied).toMatch(/^didit_profile_stale: /);
    },
  );

  test.each(tellable)('(%s) without a record is told as one that asked nobody', async (_, __, parts) => {
    const outcome = await logins.login(loginEvent({ ...parts, client: rules('require=verified') }));
    expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
    expect(outcome.log('didit-access-policy').source).toBe('not_asked');
  });
});

describe('a session goes on only where the record belongs to its very federated step', () => {
  const at = (timestamp: unknown, name = 'federated'): object => ({ name, timestamp });

  test.each<[string, readonly object[]]>([
    ['alone', [at(RECORD_STEP)]],
    ['with a second factor later', [at(RECORD_STEP), at(STEP, 'mfa')]],
    ['with a second factor listed first', [at(STEP, 'mfa'), at(RECORD_STEP)]],
    ['after an earlier federated step', [at('2026-06-15T08:00:00.000Z'), at(RECORD_STEP)]],
    ['before an earlier federated step', [at(RECORD_STEP), at('2026-06-15T08:00:00.000Z')]],
    ['beside a step whose time cannot be read', [at(RECORD_STEP), at('today')]],
    ['beside a step without a time', [at(RECORD_STEP), at(undefined)]],
  ])('(%s)', async (_, methods) => {
    expect(await codesOf({ methods })).toEqual(['no_snapshot', 'sso']);
  });

  test.each<[string, readonly object[]]>([
    ['a later federated step', [at(RECORD_STEP), at(STEP)]],
    ['a millisecond later', [at('2026-06-15T09:00:00.501Z')]],
    ['a millisecond earlier', [at('2026-06-15T09:00:00.499Z')]],
    ['the same time of another method', [at(RECORD_STEP, 'pwd')]],
    ['the same time of a second factor', [at(STEP), at(RECORD_STEP, 'mfa')]],
    ['no method at all', []],
    ['no time', [at(undefined)]],
    ['a time that is a number', [at(Date.parse(RECORD_STEP))]],
    ['methods that are not a list', Object.assign([], { length: 0 })],
  ])('(not with %s): it is a login, and the Management API is asked', async (_, methods) => {
    expect(await codesOf({ methods })).not.toContain('sso');
    const outcome = await logins.login(withManagement({ ...known, methods }));
    expect(outcome.calls.some((url) => url.includes('/api/v2/users/'))).toBe(true);
  });

  test('a record without a step begins no session', async () => {
    const didit = { ...storedRecord, authenticated_at: undefined };
    expect(await codesOf({ user: { app_metadata: { didit } }, methods: [] })).not.toContain('sso');
    expect(await codesOf({ user: { app_metadata: { didit } }, step: RECORD_STEP })).not.toContain('sso');
  });
});

describe('an answer belongs to a federated step', () => {
  test.each([
    { askedBefore: 0, isOwn: true },
    { askedBefore: 30_000, isOwn: true },
    { askedBefore: 31_000, isOwn: false },
    { askedBefore: -5_000, isOwn: true },
  ])('where Didit was asked $askedBefore ms before it: $isOwn', async ({ askedBefore, isOwn }) => {
    const step = Date.parse('2026-06-15T11:58:00.000Z');
    const user = { didit_profile: { ...adultSnapshot, fetched_at: seconds(step - askedBefore) } };
    const outcome = await logins.login(
      loginEvent({
        user,
        step: new Date(step).toISOString(),
        client: { didit_claims: `id_token=source access_token=none` },
      }),
    );
    expect(outcome.idToken).toEqual({ [`${NAMESPACE}source`]: isOwn ? 'fresh' : 'stale' });
    expect(outcome.log('didit-profile-sync').codes.includes('record_stands_in')).toBe(!isOwn);
    const { didit } = outcome.appMetadata;
    if (isOwn) expect(didit).toMatchObject({ authenticated_at: '2026-06-15T11:58:00.000Z' });
    else expect(didit).not.toHaveProperty('authenticated_at');
  });
});

describe('setPrimaryUser of an earlier Action', () => {
  test('may leave an event of a user without a Didit identity: nothing is asked, written or known', async () => {
    const user = {
      user_id: 'auth0|abc',
      identities: [{ provider: 'auth0', user_id: 'abc', connection: 'Users' }],
    };
    const outcome = await logins.login(withManagement({ user, client: rules('require=verified') }));
    expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
    expect(outcome.calls).toEqual([]);
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync').source).toBe('none');
  });
});

describe('personal claims', () => {
  const personal = {
    connection: {
      metadata: { didit_claims: `namespace=${NAMESPACE}`, didit_sync: 'fields=verified,birthdate,name' },
    },
    client: {
      didit_claims:
        'id_token=verified,birthdate,name,verified_claims access_token=birthdate access_token_personal=birthdate verified_claims=birthdate,age_over_18',
    },
    user: { didit_profile: { ...adultSnapshot, birthdate: '1990-05-15', name: 'John Doe' } },
  };
  const BARE = { [`${NAMESPACE}verified`]: true };

  test('are in the tokens of a login that asks for their scope', async () => {
    const outcome = await logins.login(loginEvent(personal));
    expect(outcome.idToken).toEqual({
      ...BARE,
      birthdate: '1990-05-15',
      name: 'John Doe',
      verified_claims: { verification: { trust_framework: 'didit' }, claims: { birthdate: '1990-05-15' } },
    });
    expect(outcome.accessToken).toEqual({ birthdate: '1990-05-15' });
  });

  test.each<[string, object]>([
    [
      'a refresh, for which the platform tells no scopes',
      { protocol: 'oauth2-refresh-token', requested_scopes: [] },
    ],
    [
      'a refresh, whose event has no such list',
      { protocol: 'oauth2-refresh-token', requested_scopes: undefined },
    ],
    ['a login without the scope', { requested_scopes: ['openid', 'email', 'Profile', 'profile:read'] }],
    ['a login whose scopes are one text', { requested_scopes: 'openid profile' }],
    ['a login whose scope is a list in a list', { requested_scopes: [['profile']] }],
  ])('are not in those of %s', async (_, transaction) => {
    const outcome = await logins.login(loginEvent({ ...personal, transaction }));
    expect(outcome.idToken).toEqual(BARE);
    expect(outcome.accessToken).toEqual({});
  });
});
