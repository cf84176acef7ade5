import { describe, expect, test } from 'vitest';
import { NOW, diditIdentity, managementUser, rules, storedRecord, withManagement } from './login-event.ts';
import { tokenAnswer, useLogins } from './logins.ts';
import { DAY, HOUR, SECOND, TenantOfOne, seconds, snapshotOf } from './tenant-of-one.ts';
import type { Kind } from './tenant-of-one.ts';

const logins = await useLogins();

const UNAVAILABLE = /^didit_profile_unavailable: /;

/** A new federated step at which no answer can be had, of a person whose record is so old at that step. */
function returning(age: number, settings: { policy?: string; sync?: string } = {}): TenantOfOne {
  const { policy = 'require=verified', sync = '' } = settings;
  const tenant = new TenantOfOne(logins, {
    client: rules(policy),
    connection: { metadata: { didit_sync: sync } },
  });
  tenant.appMetadata = {
    didit: {
      ...storedRecord,
      synced_at: seconds(tenant.now - age),
      authenticated_at: new Date(tenant.now - age + 500).toISOString(),
    },
  };
  return tenant;
}

const unanswered = { seenBy: 'nobody', management: 429 } as const;

describe('the record stands in for an answer that could not be had', () => {
  const failures: readonly (readonly [string, string, (url: string) => Response | Promise<Response>])[] = [
    ['is down', 'management_unreachable', () => Promise.reject(new TypeError('fetch failed'))],
    ['refuses the client', 'management_token_refused', () => Response.json({}, { status: 401 })],
    ...[401, 403, 404, 429, 500, 503].map(
      (status) =>
        [
          `answers ${status}`,
          `management_${status}`,
          (url: string) => (url.endsWith('token') ? tokenAnswer() : Response.json({}, { status })),
        ] as const,
    ),
    [
      'answers garbage',
      'management_garbage',
      (url) => (url.endsWith('token') ? tokenAnswer() : new Response('<html>')),
    ],
    [
      'answers a list',
      'management_garbage',
      (url) => (url.endsWith('token') ? tokenAnswer() : Response.json([managementUser({})])),
    ],
  ];

  test.each(failures)('where the Management API %s, and the log says %s', async (_, code, answer) => {
    logins.answerWith(answer);
    const outcome = await logins.login(
      withManagement({ user: { app_metadata: { didit: storedRecord } }, client: rules('require=verified') }),
    );
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'available',
      codes: ['no_snapshot', 'record_stands_in', code],
      source: 'record',
    });
  });

  test.each(failures)(
    'and where the Management API %s and there is none, a rule denies',
    async (_, code, answer) => {
      logins.answerWith(answer);
      const outcome = await logins.login(withManagement({ client: rules('require=verified') }));
      expect(outcome.denied).toMatch(UNAVAILABLE);
      expect(outcome.log('didit-profile-sync')).toEqual({
        outcome: 'unavailable',
        codes: ['no_snapshot', code],
        source: 'failed',
      });
    },
  );

  test('where the answer does not come in time', async () => {
    logins.answerWith(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    );
    const outcome = await logins.login(
      withManagement({
        user: { app_metadata: { didit: storedRecord } },
        connection: { metadata: { didit_sync: 'management_timeout=1s' } },
        client: rules('require=verified'),
      }),
    );
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-profile-sync').codes).toEqual([
      'no_snapshot',
      'record_stands_in',
      'management_timeout',
    ]);
  });

  test('where the Actions have no credentials to ask with', async () => {
    const secrets = { AUTH0_MANAGEMENT_CLIENT_SECRET: undefined };
    const outcome = await returning(DAY).runs('login', { ...unanswered, parts: { secrets } });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.calls).toEqual([]);
    expect(outcome.log('didit-profile-sync').codes).toEqual([
      'no_snapshot',
      'record_stands_in',
      'no_management_credentials',
    ]);
  });

  test('where the tenant has none: another team has removed the attribute', async () => {
    const outcome = await returning(DAY).runs('login', { seenBy: 'nobody' });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-profile-sync').codes).toEqual(['no_snapshot', 'record_stands_in']);
  });
});

describe('it stands in for at most 30 days, counted up to the federated step', () => {
  const kinds: readonly Kind[] = ['login', 'silent', 'refresh', 'token exchange'];
  const ages = [
    { age: 29 * DAY, isLetIn: true },
    { age: 30 * DAY, isLetIn: true },
    { age: 30 * DAY + SECOND, isLetIn: false },
    { age: 31 * DAY, isLetIn: false },
    { age: 3 * 365 * DAY, isLetIn: false },
  ].flatMap(({ age, isLetIn }) => kinds.map((kind) => ({ kind, days: age / DAY, age, isLetIn })));

  test.each(ages)(
    'a run of the kind $kind after $days days is let in: $isLetIn',
    async ({ kind, age, isLetIn }) => {
      const outcome = await returning(age).runs(kind, unanswered);
      expect(outcome.denied ?? 'let in').toMatch(isLetIn ? /^let in$/ : UNAVAILABLE);
      expect(outcome.log('didit-profile-sync').codes.includes('record_stands_in')).toBe(
        isLetIn && kind === 'login',
      );
      expect(outcome.idToken).toEqual({});
      expect(outcome.appMetadata).toEqual({});
    },
  );

  test('however long other Actions hold the login', async () => {
    const outcome = await returning(30 * DAY - HOUR).runs('login', { ...unanswered, heldFor: 5 * HOUR });
    expect(outcome.denied).toBeUndefined();
  });

  test('or from the moment of the login, where the platform does not tell the step', async () => {
    const parts = { methods: [{ name: 'pwd', timestamp: seconds(NOW) }] };
    expect((await returning(29 * DAY).runs('login', { ...unanswered, parts })).denied).toBeUndefined();
    expect((await returning(31 * DAY).runs('login', { ...unanswered, parts })).denied).toMatch(UNAVAILABLE);
  });

  test.each([
    { sync: 'stand_in=7d', age: 7 * DAY, isLetIn: true },
    { sync: 'stand_in=7d', age: 8 * DAY, isLetIn: false },
    { sync: 'stand_in=30d', age: 30 * DAY, isLetIn: true },
    // What cannot be read stands for nothing at all; so does more than is allowed.
    { sync: 'stand_in=31d', age: SECOND, isLetIn: false },
    { sync: 'stand_in=none', age: SECOND, isLetIn: false },
  ])('with $sync, $age ms are let in: $isLetIn', async ({ sync, age, isLetIn }) => {
    const outcome = await returning(age, { sync }).runs('login', unanswered);
    expect(outcome.denied ?? 'let in').toMatch(isLetIn ? /^let in$/ : UNAVAILABLE);
  });

  test.each([
    { policy: 'require=verified max_age=10d', age: 9 * DAY, denied: /^let in$/ },
    { policy: 'require=verified max_age=10d', age: 11 * DAY, denied: /^didit_profile_stale: / },
    { policy: 'require=verified max_age=365d', age: 31 * DAY, denied: UNAVAILABLE },
  ])('or for max_age, if that is shorter: $policy after $age ms', async ({ policy, age, denied }) => {
    const outcome = await returning(age, { policy }).runs('login', unanswered);
    expect(outcome.denied ?? 'let in').toMatch(denied);
  });
});

test('the record of the very step counts in its session, whatever its age: max_age limits that', async () => {
  for (const kind of ['session', 'silent', 'refresh'] as const) {
    const tenant = returning(0);
    tenant.step = tenant.now + 500;
    tenant.waits(100 * DAY);
    const outcome = await tenant.runs(kind, unanswered);
    expect(outcome.denied).toBeUndefined();
    expect(outcome.calls).toEqual([]);
    expect(outcome.log('didit-profile-sync').codes).not.toContain('record_stands_in');
  }
});

describe('it never stands in', () => {
  const noLonger = snapshotOf({ verified: false }, NOW - HOUR);
  const google = { connection: 'google-oauth2', provider: 'google-oauth2', user_id: '117' };
  const second = { ...diditIdentity, user_id: 'didit|second' };

  test.each<[string, object, RegExp]>([
    ['where the event shows a newer answer', { didit_profile: noLonger }, /^didit_not_verified: /],
    [
      'where a look-alike was found',
      { identities: [diditIdentity, { ...google, profileData: { didit_profile: noLonger } }] },
      UNAVAILABLE,
    ],
    [
      'where the attribute tells of somebody else',
      { didit_profile: { ...noLonger, subject: 'another', verified: true } },
      UNAVAILABLE,
    ],
    [
      'for a user with two Didit identities',
      { identities: [diditIdentity, second] },
      /^didit_two_identities: /,
    ],
    [
      'for a user who no longer has the identity',
      { user_id: 'oauth2|didit|second', identities: [second] },
      UNAVAILABLE,
    ],
  ])('%s', async (_, user, denied) => {
    const outcome = await returning(DAY).runs('login', { ...unanswered, parts: { user } });
    expect(outcome.denied).toMatch(denied);
    expect(outcome.idToken).toEqual({});
  });

  test('where the Management API shows a look-alike', async () => {
    logins.managementKnows(managementUser({ ...snapshotOf({ verified: true }, NOW), subject: 'another' }));
    const outcome = await logins.login(
      withManagement({ user: { app_metadata: { didit: storedRecord } }, client: rules('require=verified') }),
    );
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'unavailable',
      codes: ['no_snapshot', 'look_alike_ignored'],
      source: 'refused',
    });
  });
});
