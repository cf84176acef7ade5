import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import {
  NAMESPACE,
  NOW,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  rules,
  withManagement,
} from './login-event.ts';
import { useLogins } from './logins.ts';
import { DAY, HOUR, SECOND, TenantOfOne, seconds, snapshotOf } from './tenant-of-one.ts';
import type { Kind } from './tenant-of-one.ts';

const logins = await useLogins();

const verifiedOnly = { client: rules('require=verified') };
const NOT_VERIFIED = /^didit_not_verified: /;

/** Ana was verified when she signed in ten days ago, and has done nothing since. */
async function ana(
  settings: ConstructorParameters<typeof TenantOfOne>[1] = verifiedOnly,
): Promise<TenantOfOne> {
  const tenant = new TenantOfOne(logins, settings);
  await tenant.signsIn({ verified: true });
  expect(tenant.appMetadata).toMatchObject({ didit: { verified: true } });
  tenant.waits(10 * DAY);
  return tenant;
}

/** Bea was not verified when she signed in ten days ago. */
async function bea(): Promise<TenantOfOne> {
  const tenant = new TenantOfOne(logins, verifiedOnly);
  expect((await tenant.signsIn({ verified: false })).denied).toMatch(NOT_VERIFIED);
  tenant.waits(10 * DAY);
  return tenant;
}

const HELD = [0, 59 * SECOND, 61 * SECOND, 75 * SECOND, 300 * SECOND, 5 * HOUR];

describe.each(['event', 'management', 'both'] as const)('the answer that the %s shows', (seenBy) => {
  test.each(HELD)(
    'takes a verification back at once, though another Action held the login for %i ms',
    async (heldFor) => {
      const tenant = await ana();
      const outcome = await tenant.signsIn({ verified: false }, { heldFor, seenBy });
      expect(outcome.denied).toMatch(NOT_VERIFIED);
      expect(outcome.idToken).toEqual({});
      expect(own(tenant.appMetadata['didit'], 'verified')).toBe(false);
      for (const kind of ['refresh', 'session', 'silent'] as const) {
        tenant.waits(HOUR);
        const later = await tenant.runs(kind, { seenBy: 'nobody' });
        expect(later.denied).toMatch(NOT_VERIFIED);
        expect(later.calls).toEqual([]);
      }
    },
  );

  test.each(HELD)(
    'lets in who is newly verified, though another Action held the login for %i ms',
    async (heldFor) => {
      const tenant = await bea();
      const outcome = await tenant.signsIn({ verified: true }, { heldFor, seenBy });
      expect(outcome.denied).toBeUndefined();
      expect(outcome.idToken).toEqual({ [`${NAMESPACE}verified`]: true });
      expect(own(tenant.appMetadata['didit'], 'verified')).toBe(true);
      expect((await tenant.runs('refresh', { seenBy: 'nobody' })).denied).toBeUndefined();
    },
  );
});

describe('an answer in the event that is newer than the record', () => {
  test.each<Kind>(['session', 'silent', 'refresh', 'token exchange'])(
    'takes a verification back in a run of the kind %s, which stores it',
    async (kind) => {
      const tenant = await ana();
      tenant.snapshot = snapshotOf({ verified: false }, tenant.now);
      tenant.waits(HOUR);
      const outcome = await tenant.runs(kind, { seenBy: 'event' });
      expect(outcome.denied).toMatch(NOT_VERIFIED);
      expect(outcome.calls).toEqual([]);
      expect(tenant.appMetadata['didit']).toMatchObject({
        verified: false,
        synced_at: seconds(tenant.now - HOUR),
        unverified_at: seconds(tenant.now - HOUR),
        source: 'event',
      });
      expect((await tenant.runs(kind, { seenBy: 'nobody' })).denied).toMatch(NOT_VERIFIED);
    },
  );

  test.each<Kind>(['session', 'silent', 'refresh', 'token exchange'])(
    'lets in who is newly verified in a run of the kind %s',
    async (kind) => {
      const tenant = await bea();
      tenant.snapshot = snapshotOf({ verified: true }, tenant.now);
      tenant.waits(HOUR);
      expect((await tenant.runs(kind, { seenBy: 'event' })).denied).toBeUndefined();
      expect(own(tenant.appMetadata['didit'], 'verified')).toBe(true);
    },
  );

  test('counts at a login through another connection, which stores nothing', async () => {
    const tenant = await ana({ client: rules('require=verified apply_to=all') });
    const outcome = await tenant.runs('login', {
      parts: {
        connection: { name: 'Users', metadata: {} },
        user: {
          user_id: 'auth0|abc',
          identities: [
            databaseIdentity,
            { ...diditIdentity, profileData: { didit_profile: snapshotOf({ verified: false }, tenant.now) } },
          ],
        },
      },
    });
    expect(outcome.effects).toEqual({
      denied: 'didit_not_verified: Please verify your identity with Didit, then sign in again.',
      idToken: {},
      accessToken: {},
      appMetadata: {},
      userMetadata: {},
    });
  });
});

describe('an answer that is older than the record', () => {
  test.each<Kind>(['session', 'silent', 'refresh', 'token exchange'])(
    'changes nothing in a run of the kind %s',
    async (kind) => {
      const tenant = await bea();
      const { appMetadata } = tenant;
      tenant.snapshot = snapshotOf({ verified: true }, tenant.now - 20 * DAY);
      expect((await tenant.runs(kind, { seenBy: 'event' })).denied).toMatch(NOT_VERIFIED);
      expect(tenant.appMetadata).toEqual(appMetadata);
    },
  );

  test('changes nothing in a login that another one has overtaken', async () => {
    const tenant = await ana();
    // She is back from Didit twice, in two browsers: the first login is held, and ends last.
    tenant.returnsFromDidit({ verified: true });
    const [step, snapshot] = [tenant.step, tenant.snapshot];
    tenant.waits(40 * SECOND);
    expect((await tenant.signsIn({ verified: false })).denied).toMatch(NOT_VERIFIED);
    const { appMetadata } = tenant;
    [tenant.step, tenant.snapshot] = [step, snapshot];
    const last = await tenant.runs('login', { heldFor: 20 * SECOND, seenBy: 'both' });
    expect(last.denied).toMatch(NOT_VERIFIED);
    expect(last.appMetadata).toEqual({});
    expect(tenant.appMetadata).toEqual(appMetadata);
  });

  test('is put right by the next run that sees the newest one, where two logins wrote past each other', async () => {
    const tenant = await ana();
    const before = tenant.appMetadata;
    tenant.returnsFromDidit({ verified: true });
    const older = tenant.snapshot;
    tenant.waits(SECOND);
    await tenant.signsIn({ verified: false });
    const newest = tenant.snapshot;
    // The other login began before this one wrote: its event still has the record of last week.
    [tenant.appMetadata, tenant.snapshot] = [before, older];
    await tenant.runs('login', { seenBy: 'event' });
    tenant.snapshot = newest;
    expect((await tenant.runs('refresh', { seenBy: 'event' })).denied).toMatch(NOT_VERIFIED);
    expect(own(tenant.appMetadata['didit'], 'verified')).toBe(false);
  });
});

describe('of two answers, both from before the login, the newer one counts', () => {
  const MINUTE = 60 * SECOND;
  const primary = (snapshot: object): object => ({ didit_profile: snapshot, identities: [diditIdentity] });
  const linked = (snapshot: object): object => ({
    user_id: 'auth0|abc',
    identities: [databaseIdentity, { ...diditIdentity, profileData: { didit_profile: snapshot } }],
  });

  test.each([
    { who: 'a Didit user', shown: primary, yesAgo: 10, noAgo: 20, isLetIn: true },
    { who: 'a Didit user', shown: primary, yesAgo: 20, noAgo: 10, isLetIn: false },
    { who: 'a Didit user', shown: primary, yesAgo: 15, noAgo: 15, isLetIn: false },
    { who: 'a user with a linked identity', shown: linked, yesAgo: 10, noAgo: 20, isLetIn: true },
    { who: 'a user with a linked identity', shown: linked, yesAgo: 20, noAgo: 10, isLetIn: false },
  ])(
    'for $who whose event says yes of $yesAgo minutes ago, while the Management API says no of $noAgo minutes ago',
    async ({ shown, yesAgo, noAgo, isLetIn }) => {
      const [yes, no] = [
        snapshotOf({ verified: true }, NOW - yesAgo * MINUTE),
        snapshotOf({ verified: false }, NOW - noAgo * MINUTE),
      ];
      logins.managementKnows(shown(no));
      const outcome = await logins.login(withManagement({ ...verifiedOnly, user: shown(yes) }));
      expect(outcome.calls).toHaveLength(2);
      expect(outcome.denied === undefined).toBe(isLetIn);
      expect(own(outcome.appMetadata['didit'], 'verified')).toBe(isLetIn);
      expect(outcome.log('didit-profile-sync')).toEqual({
        outcome: 'available',
        codes: ['created', 'record_stands_in'],
        source: isLetIn ? 'event' : 'management',
      });
    },
  );
});

test('a record of schema version 1 is overtaken by a newer answer like any other', async () => {
  const tenant = new TenantOfOne(logins, verifiedOnly);
  tenant.appMetadata = {
    didit: { ...snapshotOf({ verified: true }, 0), schema_version: 1, synced_at: seconds(tenant.now - DAY) },
  };
  expect((await tenant.runs('refresh', { seenBy: 'nobody' })).denied).toBeUndefined();
  tenant.waits(HOUR);
  expect((await tenant.signsIn({ verified: false })).denied).toMatch(NOT_VERIFIED);
  expect(tenant.appMetadata['didit']).toMatchObject({ schema_version: 2, verified: false });
});

test('the Management API is read once in a login, never on refresh and silent runs, and at most once in a session', async () => {
  const reads = async (tenant: TenantOfOne, kind: Kind): Promise<number> =>
    (await tenant.runs(kind)).calls.filter((url) => url.includes('/api/v2/users/')).length;
  const tenant = await ana();
  tenant.returnsFromDidit({ verified: true });
  expect(await reads(tenant, 'login')).toBe(1);
  expect(await reads(tenant, 'session')).toBeLessThanOrEqual(1);
  expect(await reads(tenant, 'refresh')).toBe(0);
  expect(await reads(tenant, 'silent')).toBe(0);
});

test('an event without a way to come back from Didit is no login: nobody is asked', async () => {
  const outcome = await logins.login(
    loginEvent({ methods: [], client: rules('require=verified'), transaction: { protocol: undefined } }),
  );
  expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
  expect(outcome.log('didit-profile-sync')).toEqual({
    outcome: 'unavailable',
    codes: ['no_snapshot', 'no_login'],
    source: 'not_asked',
  });
});
