import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import { NAMESPACE, NOW, STEP, loginEvent, rules, storedRecord } from './login-event.ts';
import { useLogins } from './logins.ts';
import type { Outcome } from './logins.ts';
import { DAY, HOUR, SECOND, TenantOfOne, seconds } from './tenant-of-one.ts';
import type { Kind } from './tenant-of-one.ts';

const logins = await useLogins();

const MINUTE = 60 * SECOND;
const STALE = /^didit_profile_stale: /;

/** Ana is verified; her application asks how old Didit's answer may be, and shows whether it is of this login. */
const ana = (policy: string, sync = ''): TenantOfOne =>
  new TenantOfOne(logins, {
    client: { ...rules(policy), didit_claims: 'id_token=source' },
    connection: { metadata: { didit_claims: `namespace=${NAMESPACE}`, didit_sync: sync } },
  });

const sourceIn = ({ idToken }: Outcome): unknown => own(idToken, `${NAMESPACE}source`);

test('Didit is taken to have been asked in this step only where its answer is newer than the one that is stored', async () => {
  const tenant = ana('');
  expect((await tenant.signsIn({ verified: true }, { seenBy: 'event' })).calls).toEqual([]);
  // The person comes back again at once, and the event still shows what it showed then.
  tenant.waits(10 * SECOND);
  tenant.step = tenant.now;
  const second = await tenant.runs('login', { seenBy: 'event' });
  expect(second.calls).toHaveLength(2);
  expect(sourceIn(second)).toBe('stale');
  tenant.waits(10 * SECOND);
  expect((await tenant.signsIn({ verified: true }, { seenBy: 'event' })).calls).toEqual([]);
});

describe('max_age=1h', () => {
  test.each([0, 61 * SECOND, 5 * MINUTE, 5 * HOUR])(
    'is met by a first login that asked Didit itself, though another Action held it for %i ms',
    async (heldFor) => {
      const outcome = await ana('max_age=1h').signsIn({ verified: true }, { heldFor });
      expect(outcome.denied).toBeUndefined();
      expect(sourceIn(outcome)).toBe('fresh');
    },
  );

  test.each<Kind>(['session', 'refresh', 'silent', 'token exchange'])(
    'is met by a run of the kind %s for an hour after the login, and no longer',
    async (kind) => {
      const tenant = ana('max_age=1h');
      await tenant.signsIn({ verified: true });
      tenant.waits(HOUR - SECOND);
      const within = await tenant.runs(kind, { seenBy: 'both' });
      expect(within.denied).toBeUndefined();
      expect(sourceIn(within)).toBe('stale');
      tenant.waits(2 * SECOND);
      expect((await tenant.runs(kind, { seenBy: 'both' })).denied).toMatch(STALE);
    },
  );

  test('is not met hours later by a session whose login found nothing to write', async () => {
    const tenant = ana('max_age=1h');
    await tenant.signsIn({ verified: true });
    tenant.waits(2 * HOUR);
    const second = await tenant.signsIn({ verified: true });
    expect(second.denied).toBeUndefined();
    expect(second.log('didit-profile-sync').codes).toContain('unchanged');
    tenant.waits(9 * HOUR);
    for (const seenBy of ['event', 'management', 'both'] as const) {
      const session = await tenant.runs('session', { seenBy });
      expect(session.denied).toMatch(STALE);
    }
  });
});

describe('where no record is kept, a session looks like the login that it began with', () => {
  const personas = [
    { who: 'nothing is to be kept', sync: 'mode=off', appMetadata: {} },
    { who: "the key is somebody else's", sync: '', appMetadata: { didit: { theirs: true } } },
    { who: 'newer code wrote the record', sync: '', appMetadata: { didit: { schema_version: 3 } } },
  ];

  test.each(personas)(
    'so an answer counts as its own for ten minutes only, where $who',
    async ({ sync, appMetadata }) => {
      const tenant = ana('max_age=1m', sync);
      tenant.appMetadata = appMetadata;
      const login = await tenant.signsIn({ verified: true }, { heldFor: 10 * MINUTE - SECOND });
      expect(login.denied).toBeUndefined();
      expect(sourceIn(login)).toBe('fresh');
      tenant.waits(2 * SECOND);
      expect((await tenant.runs('session')).denied).toMatch(STALE);
      expect((await tenant.signsIn({ verified: true }, { heldFor: 10 * MINUTE + SECOND })).denied).toMatch(
        STALE,
      );
      expect(tenant.appMetadata).toEqual(appMetadata);
    },
  );
});

describe('an answer that stands in', () => {
  test('is as old as it is: max_age holds it to its own time, whatever the run', async () => {
    const tenant = ana('max_age=2d');
    await tenant.signsIn({ verified: true });
    tenant.waits(2 * DAY - HOUR);
    tenant.step = tenant.now;
    const standsIn = await tenant.runs('login', { seenBy: 'nobody', management: 429 });
    expect(standsIn.denied).toBeUndefined();
    expect(sourceIn(standsIn)).toBe('stale');
    tenant.waits(HOUR + MINUTE);
    tenant.step = tenant.now;
    expect((await tenant.runs('login', { seenBy: 'nobody', management: 429 })).denied).toMatch(STALE);
  });
});

describe('the clock of the machine', () => {
  const record = (syncedAt: number): object => ({
    ...storedRecord,
    synced_at: seconds(syncedAt),
    authenticated_at: STEP,
  });

  test.each([
    { authenticated: 0, synced: -59 * MINUTE, isLetIn: true },
    { authenticated: 0, synced: -61 * MINUTE, isLetIn: false },
    // The person was there two hours from now: this machine is late.
    { authenticated: 120 * MINUTE, synced: -59 * MINUTE, isLetIn: false },
    { authenticated: 120 * MINUTE, synced: 61 * MINUTE, isLetIn: true },
    { authenticated: 120 * MINUTE, synced: 59 * MINUTE, isLetIn: false },
    // It is late by no more than clocks differ, or by more.
    { authenticated: 0, synced: 4 * MINUTE, isLetIn: true },
    { authenticated: 0, synced: 6 * MINUTE, isLetIn: false },
  ])(
    'never makes an answer younger: asked $synced ms and authenticated $authenticated ms from now, max_age=1h lets in: $isLetIn',
    async ({ authenticated, synced, isLetIn }) => {
      const outcome = await logins.login(
        loginEvent({
          client: rules('max_age=1h'),
          user: { app_metadata: { didit: record(NOW + synced) } },
          transaction: { protocol: 'oauth2-refresh-token' },
          methods: [
            { name: 'federated', timestamp: STEP },
            { name: 'mfa', timestamp: new Date(NOW + authenticated).toISOString() },
          ],
        }),
      );
      expect(outcome.denied ?? 'let in').toMatch(isLetIn ? /^let in$/ : STALE);
    },
  );
});
