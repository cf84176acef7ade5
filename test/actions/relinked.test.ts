import { describe, expect, test } from 'vitest';
import {
  NAMESPACE,
  NOW,
  STEP,
  SUBJECT,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  rules,
  storedRecord,
} from './login-event.ts';
import { useLogins } from './logins.ts';
import { DAY, HOUR, SECOND, seconds, snapshotOf } from './tenant-of-one.ts';

const logins = await useLogins();

const verifiedOnly = rules('require=verified');
const UNAVAILABLE = /^didit_profile_unavailable: /;
const TWO_IDENTITIES =
  'didit_two_identities: Another Didit account is linked to your account. Please sign in with that one, or ask the service to unlink it.';

/** A Didit identity, linked to a user whose primary identity is another one. */
const identityOf = (subject: string, snapshot?: object): object => ({
  ...diditIdentity,
  user_id: `didit|${subject}`,
  profileData: { didit_profile: snapshot },
});

const told = (subject: string, verified: boolean, ago: number): object => ({
  ...snapshotOf({ verified }, NOW - ago),
  subject,
});

const linkedUser = (...identities: readonly object[]): object => ({
  user_id: 'auth0|abc',
  identities: [databaseIdentity, ...identities],
});

const recordOf = (subject: string, more: object = {}): { readonly didit: object } => ({
  didit: { ...storedRecord, subject, ...more },
});

describe('a record of an identity that the user no longer has', () => {
  const orphaned = recordOf('former');

  test('gives way to the answer of the one that the user has now', async () => {
    const user = { didit_profile: adultSnapshot, app_metadata: orphaned };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-profile-sync').codes).toEqual(['relinked']);
    expect(outcome.appMetadata).toEqual({
      didit: {
        schema_version: 2,
        subject: SUBJECT,
        verified: true,
        age_over_18: true,
        age_over_21: true,
        email_verified: true,
        // Nothing of the former identity is left.
        verified_at: '2026-06-15T11:59:59Z',
        changed_at: '2026-06-15T11:59:59Z',
        synced_at: '2026-06-15T11:59:59Z',
        source: 'event',
        authenticated_at: STEP,
      },
    });
  });

  test.each<[string, object]>([
    ['a login', {}],
    ['a refresh', { protocol: 'oauth2-refresh-token' }],
    ['a silent run', { prompt: ['none'] }],
  ])('speaks for nobody in %s, and is left where it is until there is an answer', async (_, transaction) => {
    const user = { app_metadata: orphaned };
    const outcome = await logins.login(loginEvent({ user, transaction, client: verifiedOnly }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync').codes.slice(0, 2)).toEqual(['record_orphaned', 'no_snapshot']);
  });

  test('cannot be newer than the answer of the one that the user has now', async () => {
    const future = recordOf('former', { synced_at: seconds(NOW + HOUR) });
    const user = { didit_profile: adultSnapshot, app_metadata: future };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-profile-sync').codes).toEqual(['relinked']);
  });

  test("does not begin the new identity's session", async () => {
    const user = {
      didit_profile: { ...adultSnapshot, verified: false },
      app_metadata: recordOf('former', { authenticated_at: STEP }),
    };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toMatch(/^didit_not_verified: /);
  });
});

describe('a user with two Didit identities', () => {
  const first = (ago: number, verified = true): object => identityOf('first', told('first', verified, ago));
  const second = (ago: number, verified = true): object =>
    identityOf('second', told('second', verified, ago));
  const ofFirst = recordOf('first', { synced_at: seconds(NOW - DAY), authenticated_at: seconds(NOW - DAY) });

  test.each<[string, readonly object[]]>([
    ['the one that is listed first', [first(SECOND), second(HOUR, false)]],
    ['the one that is listed last', [second(HOUR, false), first(SECOND)]],
  ])('and no record goes by the newest answer of the two: %s', async (_, identities) => {
    const outcome = await logins.login(loginEvent({ user: linkedUser(...identities), client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: 'first', verified: true });
    expect(outcome.idToken).toEqual({ [`${NAMESPACE}verified`]: true });
  });

  test.each<[string, readonly object[]]>([
    ['the one that is listed first', [second(SECOND, false), first(HOUR)]],
    ['the one that is listed last', [first(HOUR), second(SECOND, false)]],
  ])('and no record does not go by the older answer of the two: %s', async (_, identities) => {
    const outcome = await logins.login(loginEvent({ user: linkedUser(...identities), client: verifiedOnly }));
    expect(outcome.denied).toMatch(/^didit_not_verified: /);
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: 'second', verified: false });
  });

  test.each<[string, object]>([
    ['a login', {}],
    ['a refresh', { protocol: 'oauth2-refresh-token' }],
    ['a silent run', { prompt: ['none'] }],
  ])(
    'is refused in %s where the second one has a newer answer than the record of the first',
    async (_, transaction) => {
      const user = { ...linkedUser(first(DAY), second(SECOND)), app_metadata: ofFirst };
      const outcome = await logins.login(
        loginEvent({ user, transaction, client: rules('require=verified on_unavailable=allow') }),
      );
      expect(outcome.effects).toEqual({
        denied: TWO_IDENTITIES,
        idToken: {},
        accessToken: {},
        appMetadata: {},
        userMetadata: {},
      });
      expect(outcome.log('didit-profile-sync').codes[0]).toBe('subject_mismatch');
      expect(outcome.log('didit-profile-sync').source).toBe('refused_two_identities');
    },
  );

  test('gets no claim of the record after that, where no rule denies', async () => {
    const user = { ...linkedUser(first(DAY), second(SECOND)), app_metadata: ofFirst };
    const outcome = await logins.login(loginEvent({ user }));
    expect(outcome.effects).toEqual({
      denied: undefined,
      idToken: {},
      accessToken: {},
      appMetadata: {},
      userMetadata: {},
    });
    expect(outcome.log('didit-claims')).toEqual({
      outcome: 'none',
      codes: ['no_profile'],
      source: 'refused_two_identities',
    });
  });

  test('gets in with the one that the record is of, and goes on with its session', async () => {
    const user = { ...linkedUser(first(SECOND), second(DAY, false)), app_metadata: ofFirst };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    // The session has to tell which of the two began it, so it is written though nothing else changed.
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: 'first', authenticated_at: STEP });
    const later = {
      ...linkedUser(identityOf('first'), identityOf('second')),
      app_metadata: outcome.appMetadata,
    };
    for (const transaction of [{}, { prompt: ['none'] }, { protocol: 'oauth2-refresh-token' }]) {
      const session = await logins.login(loginEvent({ user: later, transaction, client: verifiedOnly }));
      expect(session.denied).toBeUndefined();
    }
  });

  test('is refused where the answer of the step cannot be had: it may be of either', async () => {
    const user = { ...linkedUser(identityOf('first'), identityOf('second')), app_metadata: ofFirst };
    for (const transaction of [{}, { prompt: ['none'] }, { protocol: 'oauth2-refresh-token' }]) {
      const outcome = await logins.login(loginEvent({ user, transaction, client: verifiedOnly }));
      expect(outcome.denied).toBe(TWO_IDENTITIES);
    }
  });

  test('is told from one with the same identity twice', async () => {
    const user = { ...linkedUser(identityOf('first'), first(SECOND)), app_metadata: ofFirst };
    expect((await logins.login(loginEvent({ user, client: verifiedOnly }))).denied).toBeUndefined();
  });
});
