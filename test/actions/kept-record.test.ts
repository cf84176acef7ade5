import { describe, expect, test } from 'vitest';
import {
  NAMESPACE,
  STEP,
  SUBJECT,
  adultSnapshot,
  loginEvent,
  managementUser,
  rules,
  storedRecord,
  withManagement,
} from './login-event.ts';
import { useLogins } from './logins.ts';
import { DAY, HOUR, TenantOfOne } from './tenant-of-one.ts';

const logins = await useLogins();

const verifiedOnly = rules('require=verified');
const sync = (text: string): object => ({
  metadata: { didit_claims: `namespace=${NAMESPACE}`, didit_sync: text },
});

/** The record that a login with `adultSnapshot` writes. */
const written = {
  schema_version: 2,
  subject: SUBJECT,
  verified: true,
  age_over_18: true,
  age_over_21: true,
  email_verified: true,
  verified_at: '2026-06-15T11:59:59Z',
  changed_at: '2026-06-15T11:59:59Z',
  synced_at: '2026-06-15T11:59:59Z',
  source: 'event',
  authenticated_at: STEP,
};

describe('a login writes nothing but the record', () => {
  test('of a first login, as a whole', async () => {
    const outcome = await logins.login(loginEvent({ user: { didit_profile: adultSnapshot } }));
    expect(outcome.appMetadata).toEqual({ didit: written });
    expect(outcome.userMetadata).toEqual({});
  });

  test('of a later login, with what it knew before', async () => {
    const user = { didit_profile: adultSnapshot, app_metadata: { didit: storedRecord } };
    const outcome = await logins.login(loginEvent({ user }));
    expect(outcome.appMetadata).toEqual({ didit: { ...written, verified_at: storedRecord.verified_at } });
  });

  test("whatever other teams' keys are there", async () => {
    const user = {
      didit_profile: adultSnapshot,
      app_metadata: { roles: ['x'], didit_theirs: { verified: false } },
      user_metadata: { theme: 'dark', verified: false },
    };
    const outcome = await logins.login(loginEvent({ user }));
    expect(outcome.appMetadata).toEqual({ didit: written });
    expect(outcome.userMetadata).toEqual({});
  });

  test('and not even that where a login is denied before it is known who it is', async () => {
    const outcome = await logins.login(loginEvent({ client: verifiedOnly }));
    expect(outcome.appMetadata).toEqual({});
  });
});

describe('a key of app_metadata without our mark is never written over and never removed', () => {
  const FOREIGN: readonly (readonly [string, unknown])[] = [
    ['an object of another team', { plan: 'gold' }],
    ['an object that looks like ours', { ...storedRecord, schema_version: undefined, verified: false }],
    ['a version that is a text', { ...storedRecord, schema_version: '2' }],
    ['a version that is null', { ...storedRecord, schema_version: null }],
    ['a text', 'verified'],
    ['an empty text', ''],
    ['a number', 7],
    ['zero', 0],
    ['false', false],
    ['a list', [storedRecord]],
    ['a list with our mark inside', Object.assign([], { length: 1 }, [{ schema_version: 2 }])],
    ['an empty object', {}],
  ];

  test.each(FOREIGN)('(%s): the login works from its own answer, and the log says so', async (_, didit) => {
    const user = { didit_profile: adultSnapshot, app_metadata: { didit } };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.effects).toEqual({
      denied: undefined,
      idToken: { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true },
      accessToken: { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true },
      appMetadata: {},
      userMetadata: {},
    });
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'available',
      codes: ['record_foreign'],
      source: 'event',
    });
  });

  test.each(FOREIGN)('(%s): not where nothing is to be kept either', async (_, didit) => {
    const user = { didit_profile: adultSnapshot, app_metadata: { didit } };
    const outcome = await logins.login(loginEvent({ user, connection: sync('mode=off') }));
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync').codes).toEqual(['off']);
  });

  test.each(FOREIGN)('(%s): and it says nothing about the person', async (_, didit) => {
    for (const transaction of [{}, { prompt: ['none'] }, { protocol: 'oauth2-refresh-token' }]) {
      const user = { app_metadata: { didit } };
      const outcome = await logins.login(loginEvent({ user, transaction, client: verifiedOnly }));
      expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
      expect(outcome.appMetadata).toEqual({});
    }
  });

  test('does not copy into user_metadata what nobody would remember', async () => {
    const user = {
      didit_profile: { ...adultSnapshot, name: 'John' },
      app_metadata: { didit: { plan: 'gold' } },
    };
    const connection = sync('fields=verified,name user_metadata=name:nick');
    const outcome = await logins.login(loginEvent({ user, connection }));
    expect(outcome.userMetadata).toEqual({});
  });
});

describe('a record of newer code', () => {
  test('is left alone, and the login works from its own answer', async () => {
    const user = { didit_profile: adultSnapshot, app_metadata: { didit: { schema_version: 3 } } };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync').codes).toEqual(['record_newer']);
  });
});

describe('the secret DIDIT_RECORD_KEY', () => {
  test.each(['didit_record', 'didit_2', 'didit_a_b_c', `didit_${'x'.repeat(40)}`])(
    'names another key for the record: %s',
    async (key) => {
      const secrets = { DIDIT_RECORD_KEY: key };
      const user = { didit_profile: adultSnapshot, app_metadata: { didit: { plan: 'gold' } } };
      const outcome = await logins.login(loginEvent({ user, secrets }));
      expect(outcome.appMetadata).toEqual({ [key]: written });
      expect(outcome.log('didit-profile-sync').codes).toEqual(['created']);
      const later = { app_metadata: { didit: { plan: 'gold' }, [key]: written } };
      const refresh = { protocol: 'oauth2-refresh-token' };
      const again = await logins.login(
        loginEvent({ user: later, secrets, transaction: refresh, client: verifiedOnly }),
      );
      expect(again.denied).toBeUndefined();
      const off = await logins.login(loginEvent({ user: later, secrets, connection: sync('mode=off') }));
      expect(off.appMetadata).toEqual({ [key]: null });
    },
  );

  test.each([
    'didit_profile',
    'didit_',
    'Didit',
    'didit-record',
    'didit_Record',
    ' didit_record',
    'didit_record ',
    'didit.record',
    'didit_$record',
    'roles',
    'record_didit',
    '__proto__',
    'constructor',
    `didit_${'x'.repeat(41)}`,
    '',
    7,
  ])('that is not a name for it changes nothing: %j', async (key) => {
    const outcome = await logins.login(
      loginEvent({ user: { didit_profile: adultSnapshot }, secrets: { DIDIT_RECORD_KEY: key } }),
    );
    expect(outcome.appMetadata).toEqual({ didit: written });
  });
});

describe('mode=off', () => {
  const off = sync('fields=verified,name mode=off');

  test('removes the record and what it put into user_metadata, and lets the login use its own answer', async () => {
    const tenant = new TenantOfOne(logins, {
      connection: sync('fields=verified,name user_metadata=name:nick'),
      client: verifiedOnly,
    });
    await tenant.signsIn({ verified: true, name: 'John' });
    expect(tenant.userMetadata).toEqual({ nick: 'John' });
    tenant.waits(HOUR);
    tenant.userMetadata = { ...tenant.userMetadata, theme: 'dark' };
    const outcome = await tenant.signsIn({ verified: true, name: 'John' }, { parts: { connection: off } });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata).toEqual({ didit: null });
    expect(outcome.userMetadata).toEqual({ nick: null });
    expect(outcome.log('didit-profile-sync').codes).toEqual(['removed']);
    expect(tenant.appMetadata).toEqual({});
    expect(tenant.userMetadata).toEqual({ theme: 'dark' });
  });

  test.each<[string, object]>([
    ['a refresh', { protocol: 'oauth2-refresh-token' }],
    ['a silent run', { prompt: ['none'] }],
  ])('removes the record in %s too, which then knows nothing', async (_, transaction) => {
    const user = { app_metadata: { didit: storedRecord } };
    const outcome = await logins.login(
      loginEvent({ user, transaction, connection: off, client: verifiedOnly }),
    );
    expect(outcome.appMetadata).toEqual({ didit: null });
    expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
    expect(outcome.idToken).toEqual({});
  });

  test('makes a login of a session that was going on: what was kept of it counts no more, and is asked for again', async () => {
    logins.managementKnows(managementUser(adultSnapshot));
    const user = { app_metadata: { didit: { ...storedRecord, authenticated_at: STEP } } };
    const outcome = await logins.login(withManagement({ user, connection: off, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata).toEqual({ didit: null });
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'available',
      codes: ['removed'],
      source: 'management',
    });
  });

  test('shows no time since when somebody is verified: nobody knows it', async () => {
    const outcome = await logins.login(
      loginEvent({
        user: { didit_profile: adultSnapshot, app_metadata: { didit: storedRecord } },
        connection: off,
        client: { didit_claims: `namespace=${NAMESPACE} id_token=verified_at,synced_at` },
      }),
    );
    expect(outcome.idToken).toEqual({ [`${NAMESPACE}synced_at`]: adultSnapshot.fetched_at });
  });
});

describe('a copy in user_metadata', () => {
  const mapping = 'fields=verified,name user_metadata=name:nick';

  test("is not made where the user's own value stands there", async () => {
    const user = { didit_profile: { ...adultSnapshot, name: 'John' }, user_metadata: { nick: 'Boss' } };
    const outcome = await logins.login(loginEvent({ user, connection: sync(mapping) }));
    expect(outcome.userMetadata).toEqual({});
    expect(outcome.appMetadata['didit']).not.toHaveProperty('mapped');
  });

  test('is moved when the mapping changes, though the profile is the same', async () => {
    const tenant = new TenantOfOne(logins);
    const signsIn = (text: string) =>
      tenant.signsIn({ verified: true, name: 'John' }, { parts: { connection: sync(text) } });
    await signsIn(mapping);
    tenant.waits(HOUR);
    expect((await signsIn('fields=verified,name user_metadata=name:called')).userMetadata).toEqual({
      nick: null,
      called: 'John',
    });
    tenant.waits(HOUR);
    expect((await signsIn('fields=verified,name')).userMetadata).toEqual({ called: null });
    expect(tenant.userMetadata).toEqual({});
  });

  test.each(['verified:is_verified', 'age_over_18:adult', 'name:nick,verified:is_verified'])(
    'is never made of a flag, which people could then write themselves: user_metadata=%s',
    async (pairs) => {
      const user = {
        didit_profile: { ...adultSnapshot, name: 'John' },
        app_metadata: { didit: { ...storedRecord, mapped: { is_verified: true } } },
        user_metadata: { is_verified: true },
      };
      const connection = sync(`fields=verified,name user_metadata=${pairs}`);
      const outcome = await logins.login(loginEvent({ user, connection }));
      // What an older version has written is taken back.
      expect(outcome.userMetadata).toEqual({ is_verified: null });
      expect(outcome.log('didit-profile-sync').codes).toContain('settings_unreadable');
    },
  );
});

test('a record that has not changed is written again once it is older than refresh_after', async () => {
  const tenant = new TenantOfOne(logins, { connection: sync('refresh_after=2d') });
  await tenant.signsIn({ verified: true });
  tenant.waits(2 * DAY - HOUR);
  expect((await tenant.signsIn({ verified: true })).appMetadata).toEqual({});
  tenant.waits(HOUR);
  expect((await tenant.signsIn({ verified: true })).log('didit-profile-sync').codes).toEqual(['refreshed']);
});
