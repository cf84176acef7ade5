import { describe, expect, test } from 'vitest';
import {
  NAMESPACE,
  STEP,
  SUBJECT,
  USER_ID,
  adultSnapshot,
  loginEvent,
  managementUser,
  rules,
  withManagement,
} from './login-event.ts';
import { MANAGEMENT_TOKEN, TriggerCache, tokenAnswer, useLogins } from './logins.ts';

const logins = await useLogins();

const verifiedOnly = rules('require=verified');
const una = { ...adultSnapshot, verified: false };
const CLAIMS = { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true };
const RECORD = {
  schema_version: 2,
  ...Object.fromEntries(Object.entries(adultSnapshot).filter(([name]) => name !== 'fetched_at')),
  verified_at: adultSnapshot.fetched_at,
  changed_at: adultSnapshot.fetched_at,
  synced_at: adultSnapshot.fetched_at,
  authenticated_at: STEP,
};
const NOTHING = { denied: undefined, idToken: {}, accessToken: {}, appMetadata: {}, userMetadata: {} };

describe('a Didit login', () => {
  test('whose event carries the snapshot is synced, let in and enriched without a call', async () => {
    const outcome = await logins.login(
      withManagement({ user: { didit_profile: adultSnapshot }, client: verifiedOnly }),
    );
    expect(outcome.effects).toEqual({
      ...NOTHING,
      idToken: CLAIMS,
      accessToken: CLAIMS,
      appMetadata: { didit: { ...RECORD, source: 'event' } },
    });
    expect(outcome.calls).toEqual([]);
  });

  test('whose event is as bare as documented asks the Management API once', async () => {
    logins.managementKnows(managementUser(adultSnapshot));
    const outcome = await logins.login(withManagement({ client: verifiedOnly }));
    expect(outcome.effects).toEqual({
      ...NOTHING,
      idToken: CLAIMS,
      accessToken: CLAIMS,
      appMetadata: { didit: { ...RECORD, source: 'management' } },
    });
    expect(outcome.calls).toEqual([
      'https://tenant.example.com/oauth/token',
      `https://tenant.example.com/api/v2/users/${encodeURIComponent(USER_ID)}`,
    ]);
  });

  test('of an unverified person is denied where the application asks for verification, with a code', async () => {
    const outcome = await logins.login(loginEvent({ user: { didit_profile: una }, client: verifiedOnly }));
    expect(outcome.denied).toBe(
      'didit_not_verified: Please verify your identity with Didit, then sign in again.',
    );
    expect(outcome.idToken).toEqual({});
    expect(outcome.accessToken).toEqual({});
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: SUBJECT, verified: false });
  });

  test('of an unverified person is let in where nothing asks for verification', async () => {
    const outcome = await logins.login(loginEvent({ user: { didit_profile: una } }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.idToken).toEqual({ ...CLAIMS, [`${NAMESPACE}verified`]: false });
  });

  test('without settings, secrets and data goes through, and does nothing', async () => {
    const outcome = await logins.login(
      loginEvent({
        connection: { metadata: {} },
        secrets: { DIDIT_CONNECTION: undefined, DIDIT_HANDOVER_KEY: undefined },
      }),
    );
    expect(outcome.effects).toEqual(NOTHING);
  });

  test('of which nothing is known is denied by a rule', async () => {
    const outcome = await logins.login(loginEvent({ client: verifiedOnly }));
    expect(outcome.effects).toEqual({
      ...NOTHING,
      denied:
        'didit_profile_unavailable: Your Didit details could not be read. Please sign in with Didit again, or try later.',
    });
  });
});

describe('the rules of an organization', () => {
  const user = { didit_profile: una };

  test('hold a login at that organization, and no other', async () => {
    const organization = verifiedOnly;
    expect((await logins.login(loginEvent({ user, organization }))).denied).toMatch(/^didit_not_verified: /);
    expect((await logins.login(loginEvent({ user, organization: {} }))).denied).toBeUndefined();
    expect((await logins.login(loginEvent({ user }))).denied).toBeUndefined();
  });

  test('are named in the log as such', async () => {
    const outcome = await logins.login(loginEvent({ user, organization: verifiedOnly }));
    expect(outcome.log('didit-access-policy').codes).toEqual(['didit_not_verified@organization']);
  });

  test('override those of the application and the connection', async () => {
    const parts = { connection: { metadata: verifiedOnly }, client: verifiedOnly };
    const lifted = await logins.login(loginEvent({ ...parts, user, organization: rules('require=none') }));
    expect(lifted.denied).toBeUndefined();
  });

  test('say nothing about claims: those stand at the connection and the application only', async () => {
    const organization = { didit_claims: 'id_token=subject' };
    const outcome = await logins.login(loginEvent({ user: { didit_profile: adultSnapshot }, organization }));
    expect(outcome.idToken).toEqual(CLAIMS);
  });
});

describe('the token for the Management API in the cache of the trigger', () => {
  const asks = (cache: TriggerCache, secrets = {}) => logins.login(withManagement({ secrets }), { cache });

  test('serves the next login', async () => {
    logins.managementKnows(managementUser(adultSnapshot));
    const cache = new TriggerCache();
    expect((await asks(cache)).calls).toHaveLength(2);
    expect((await asks(cache)).calls).toHaveLength(1);
  });

  test('cannot be read by another Action of the trigger', async () => {
    logins.managementKnows(managementUser(adultSnapshot));
    const cache = new TriggerCache();
    await asks(cache);
    const [value = ''] = cache.entries.values();
    expect(value).toMatch(/^[\w-]+$/);
    for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      expect(Buffer.from(value, encoding).toString('latin1')).not.toContain(MANAGEMENT_TOKEN);
    }
  });

  test.each<[string, (sealed: string, plain: string) => string]>([
    ['a token in the clear', (_, plain) => plain],
    ['a token in the clear, encoded', (_, plain) => Buffer.from(plain).toString('base64url')],
    ['a changed first byte', (sealed) => (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1)],
    ['a changed tag', (sealed) => sealed.slice(0, 20) + (sealed[20] === 'A' ? 'B' : 'A') + sealed.slice(21)],
    ['a cut end', (sealed) => sealed.slice(0, -4)],
    ['less than nonce and tag', (sealed) => sealed.slice(0, 30)],
    ['an empty text', () => ''],
  ])('cannot be replaced by %s: a new one is asked for', async (_, change) => {
    const cache = new TriggerCache();
    const used: (string | null)[] = [];
    logins.answerWith((url, { headers }) => {
      if (url.endsWith('/oauth/token')) return tokenAnswer();
      used.push(new Headers(headers).get('authorization'));
      return Response.json(managementUser(adultSnapshot));
    });
    await asks(cache);
    for (const [key, sealed] of cache.entries) cache.entries.set(key, change(sealed, 'a-token-of-mallory'));
    expect((await asks(cache)).denied).toBeUndefined();
    expect(used).toEqual([`Bearer ${MANAGEMENT_TOKEN}`, `Bearer ${MANAGEMENT_TOKEN}`]);
  });

  test.each([
    { AUTH0_MANAGEMENT_CLIENT_SECRET: 'another-secret' },
    { AUTH0_MANAGEMENT_CLIENT_ID: 'another-client' },
    { AUTH0_DOMAIN: 'another.example.com' },
  ])('is worth nothing to who has other credentials: %j', async (secrets) => {
    logins.managementKnows(managementUser(adultSnapshot));
    const cache = new TriggerCache();
    await asks(cache);
    expect((await asks(cache, secrets)).calls).toHaveLength(2);
  });

  test.each([401, 403])('is dropped when the Management API answers %i', async (status) => {
    logins.managementKnows(managementUser(adultSnapshot));
    const cache = new TriggerCache();
    await asks(cache);
    logins.managementKnows({}, status);
    await asks(cache);
    expect([...cache.entries]).toEqual([]);
  });
});
