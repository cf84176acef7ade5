import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  NOW,
  SUBJECT,
  TriggerCache,
  USER_ID,
  adultSnapshot,
  diditIdentity,
  loadActions,
  loginEvent,
  managementSecrets,
  runLogin,
  storedRecord,
} from './logins.ts';
import type { Outcome } from './logins.ts';
import { isObject, own, parseJson } from '../../actions/didit/json.ts';
import { anyJson } from './hostile-values.ts';

const actions = await loadActions();

const CLAIMS = 'https://example.com/didit/';

let logs: string[];
let calls: string[];

/** What the Management API answers; set by each test. */
let answer: (url: string) => Response | Promise<Response>;

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

const tokenAnswer = json({ access_token: 'management-token', expires_in: 86_400 });

const answerWith =
  (user: unknown, status = 200) =>
  (url: string): Response =>
    url.endsWith('/oauth/token') ? tokenAnswer.clone() : json(user, status);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  logs = [];
  calls = [];
  answer = () => {
    throw new Error('Nobody expects a call.');
  };
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => {
    logs.push(String(line));
  });
  vi.stubGlobal('fetch', async (url: string) => {
    calls.push(url);
    return answer(url);
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const login = (event: unknown, cache?: TriggerCache): Promise<Outcome> =>
  runLogin(actions, event, { ...(cache === undefined ? {} : { cache }), log: () => logs });

const withManagement = (parts: Parameters<typeof loginEvent>[0] = {}): object =>
  loginEvent({ ...parts, secrets: managementSecrets });

const userWith = (snapshot: unknown): object => ({ didit_profile: snapshot, identities: [diditIdentity] });

const keysOf = (line: string): readonly string[] => {
  const value = parseJson(line);
  return isObject(value) ? Object.keys(value) : [];
};

const verifiedOnly = { didit_policy: 'require=verified' };

describe('a Didit login', () => {
  test('whose event carries the snapshot is synced, let in and enriched without a call', async () => {
    const outcome = await login(
      withManagement({ user: { didit_profile: adultSnapshot }, client: verifiedOnly }),
    );
    expect(outcome).toMatchObject({
      denied: undefined,
      idToken: { [`${CLAIMS}verified`]: true, [`${CLAIMS}age_over_18`]: true },
      accessToken: { [`${CLAIMS}verified`]: true, [`${CLAIMS}age_over_18`]: true },
      appMetadata: { didit: { subject: SUBJECT, verified: true, source: 'event' } },
      userMetadata: {},
    });
    expect(calls).toEqual([]);
  });

  test('whose event is as bare as documented asks the Management API once', async () => {
    answer = answerWith(userWith(adultSnapshot));
    const outcome = await login(withManagement({ client: verifiedOnly }));
    expect(outcome).toMatchObject({
      denied: undefined,
      idToken: { [`${CLAIMS}verified`]: true },
      appMetadata: { didit: { source: 'management' } },
    });
    expect(calls).toEqual([
      'https://tenant.example.com/oauth/token',
      `https://tenant.example.com/api/v2/users/${encodeURIComponent(USER_ID)}?fields=didit_profile,identities&include_fields=true`,
    ]);
  });

  test('keeps the token for the next login', async () => {
    answer = answerWith(userWith(adultSnapshot));
    const cache = new TriggerCache();
    await login(withManagement(), cache);
    calls = [];
    await login(withManagement(), cache);
    expect(calls).toHaveLength(1);
  });

  test('of an unverified person is denied where the application asks for verification, with a code', async () => {
    answer = answerWith(userWith({ ...adultSnapshot, verified: false }));
    const outcome = await login(withManagement({ client: verifiedOnly }));
    expect(outcome.denied).toBe(
      'didit_not_verified: Please verify your identity with Didit, then sign in again.',
    );
    expect(outcome.idToken).toEqual({});
    expect(outcome.appMetadata).toMatchObject({ didit: { verified: false } });
  });

  test('of an unverified person is let in where nothing asks for verification', async () => {
    answer = answerWith(userWith({ ...adultSnapshot, verified: false }));
    const outcome = await login(withManagement());
    expect(outcome).toMatchObject({ denied: undefined, idToken: { [`${CLAIMS}verified`]: false } });
  });

  test('of a linked identity takes the snapshot from profileData', async () => {
    answer = answerWith({
      identities: [
        { connection: 'Users', provider: 'auth0', user_id: 'abc' },
        { ...diditIdentity, profileData: { didit_profile: adultSnapshot } },
      ],
    });
    const outcome = await login(withManagement({ user: { user_id: 'auth0|abc' } }));
    expect(outcome.appMetadata).toMatchObject({ didit: { subject: SUBJECT } });
  });

  test('without settings, secrets and data goes through, and says nothing', async () => {
    const outcome = await login(loginEvent({ connection: { metadata: {} } }));
    expect(outcome).toMatchObject({ denied: undefined, idToken: {}, accessToken: {}, appMetadata: {} });
  });

  test('of which nothing is known is denied by a rule, unless the settings say otherwise', async () => {
    expect((await login(loginEvent({ client: verifiedOnly }))).denied).toMatch(
      /^didit_profile_unavailable: /,
    );
    const allowed = { didit_policy: 'require=verified on_unavailable=allow' };
    expect((await login(loginEvent({ client: allowed }))).denied).toBeUndefined();
  });

  test('never touches a foreign key of the metadata', async () => {
    const foreign = { app_metadata: { roles: ['x'] }, user_metadata: { theme: 'dark' } };
    const outcome = await login(loginEvent({ user: { didit_profile: adultSnapshot, ...foreign } }));
    expect(Object.keys(outcome.appMetadata)).toEqual(['didit']);
    expect(outcome.userMetadata).toEqual({});
  });
});

describe('a look-alike', () => {
  const google = { connection: 'google-oauth2', provider: 'google-oauth2', user_id: '117' };

  test.each([
    [
      'the root attribute of a primary identity of another provider',
      { user_id: 'google-oauth2|117', didit_profile: adultSnapshot, identities: [google, diditIdentity] },
    ],
    [
      'profileData of another provider',
      { identities: [diditIdentity, { ...google, profileData: { didit_profile: adultSnapshot } }] },
    ],
    ["another person's subject", { didit_profile: { ...adultSnapshot, subject: 'another' } }],
    [
      'a key of app_metadata that hides the root attribute',
      { didit_profile: adultSnapshot, app_metadata: { didit_profile: adultSnapshot } },
    ],
  ])('(%s) is ignored and logged', async (_, user) => {
    const outcome = await login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
    expect(outcome.appMetadata).toEqual({});
    expect(logs[0]).toContain('look_alike_ignored');
  });
});

describe('a run that brings nothing new', () => {
  const user = { app_metadata: { didit: storedRecord } };

  test.each([
    ['refresh', { transaction: { protocol: 'oauth2-refresh-token' } }],
    ['silent', { transaction: { prompt: ['none'] } }],
    ['sso', { authenticatedAt: '2026-06-15T09:00:00.000Z' }],
  ])('(%s) goes by the record, without a call', async (kind, parts) => {
    const claims = { didit_claims: 'id_token=verified,source' };
    const outcome = await login(withManagement({ user, client: { ...verifiedOnly, ...claims }, ...parts }));
    expect(calls).toEqual([]);
    expect(outcome).toMatchObject({
      denied: undefined,
      idToken: { [`${CLAIMS}verified`]: true, [`${CLAIMS}source`]: 'stale' },
      appMetadata: {},
    });
    expect(logs[0]).toContain(`"${kind}"`);
  });

  test('is told by the very authentication that the record was written for, too', async () => {
    const recent = '2026-06-15T11:59:58.000Z';
    const didit = { ...storedRecord, authenticated_at: recent };
    await login(withManagement({ user: { app_metadata: { didit } }, authenticatedAt: recent }));
    expect(calls).toEqual([]);
  });

  test('holds the record to max_age', async () => {
    const client = { didit_policy: 'max_age=2h' };
    const event = withManagement({ user, client, transaction: { protocol: 'oauth2-refresh-token' } });
    expect((await login(event)).denied).toMatch(/^didit_profile_stale: /);
  });

  test('ignores a record of an identity that was unlinked', async () => {
    const event = loginEvent({
      user: {
        ...user,
        user_id: 'oauth2|didit|other',
        identities: [{ ...diditIdentity, user_id: 'didit|other' }],
      },
      client: verifiedOnly,
      transaction: { prompt: ['none'] },
    });
    expect((await login(event)).denied).toMatch(/^didit_profile_unavailable: /);
  });
});

describe('a login through another connection', () => {
  const other = {
    connection: { name: 'Users', metadata: {} },
    user: {
      user_id: 'auth0|abc',
      app_metadata: { didit: storedRecord },
      identities: [{ connection: 'Users', provider: 'auth0', user_id: 'abc' }, diditIdentity],
    },
  };

  test('is left alone: no call, no claim, no rule, no write', async () => {
    const outcome = await login(
      withManagement({
        ...other,
        client: { didit_policy: 'require=age_over_21', didit_claims: 'namespace=https://example.com/didit/' },
      }),
    );
    expect(outcome).toMatchObject({ denied: undefined, idToken: {}, accessToken: {}, appMetadata: {} });
    expect(calls).toEqual([]);
  });

  test('gets the claims of the linked identity where linked=on', async () => {
    const client = { didit_claims: 'linked=on namespace=https://example.com/didit/' };
    expect((await login(loginEvent({ ...other, client }))).idToken).toEqual({
      [`${CLAIMS}verified`]: true,
      [`${CLAIMS}age_over_18`]: true,
    });
  });

  test('needs a record where apply_to=all', async () => {
    const client = { didit_policy: 'apply_to=all require=verified' };
    expect((await login(loginEvent({ ...other, client }))).denied).toBeUndefined();
    const without = { ...other, user: { ...other.user, app_metadata: {} } };
    expect((await login(loginEvent({ ...without, client }))).denied).toMatch(/^didit_connection_required: /);
  });
});

describe('when the Management API fails', () => {
  const known = { user: { app_metadata: { didit: storedRecord } }, client: verifiedOnly };

  const failures: readonly (readonly [string, string, (url: string) => Response | Promise<Response>])[] = [
    [
      'is down',
      'management_unreachable',
      () => Promise.reject(new TypeError('fetch failed: m2m-secret-value')),
    ],
    ['refuses the client', 'management_token_refused', () => json({ error: 'access_denied' }, 401)],
    ['answers 401', 'management_401', answerWith({}, 401)],
    ['answers 403', 'management_403', answerWith({}, 403)],
    ['answers 429', 'management_429', answerWith({}, 429)],
    ['answers 503', 'management_503', answerWith({}, 503)],
    [
      'answers garbage',
      'management_garbage',
      (url) => (url.endsWith('token') ? tokenAnswer.clone() : new Response('<html>')),
    ],
  ];

  test.each(failures)('(%s) the record stands in, and the log says %s', async (_, code, how) => {
    answer = how;
    const outcome = await login(withManagement(known));
    expect(outcome).toMatchObject({
      denied: undefined,
      idToken: { [`${CLAIMS}verified`]: true },
      appMetadata: {},
    });
    expect(logs[0]).toContain(`"${code}"`);
    expect(parseJson(logs[0] ?? '')).toMatchObject({ source: 'record' });
  });

  test.each(failures)('(%s) and there is no record, a rule denies', async (_, __, how) => {
    answer = how;
    expect((await login(withManagement({ client: verifiedOnly }))).denied).toMatch(
      /^didit_profile_unavailable: /,
    );
  });

  test('without credentials it is not asked', async () => {
    const outcome = await login(loginEvent(known));
    expect(outcome.denied).toBeUndefined();
    expect(calls).toEqual([]);
    expect(logs[0]).toContain('no_management_credentials');
  });
});

describe('the log', () => {
  test('is one line of JSON of at most 256 bytes for each Action, without data of a person', async () => {
    answer = answerWith(userWith(adultSnapshot));
    await login(
      withManagement({
        client: { didit_policy: 'require=verified mode=report', didit_claims: 'id_token=what' },
      }),
    );
    expect(logs.map(keysOf)).toEqual([
      ['action', 'outcome', 'codes', 'source', 'ms', 'id'],
      ['action', 'outcome', 'codes', 'source', 'ms', 'id'],
      ['action', 'outcome', 'codes', 'source', 'ms', 'id'],
    ]);
    expect(logs.map((line) => own(parseJson(line), 'action'))).toEqual([
      'didit-profile-sync',
      'didit-access-policy',
      'didit-claims',
    ]);
  });

  test('says that a setting cannot be read, whoever logs in', async () => {
    const unreadable = { didit_policy: 'mode=off typo', didit_claims: 'typo' };
    await login(loginEvent({ connection: { metadata: { didit_sync: 'typo' } }, client: unreadable }));
    expect(logs.map((line) => line.includes('"settings_unreadable"'))).toEqual([true, true, true]);
  });

  test.each(['client', 'connection', 'organization'] as const)(
    'says once, at whatever level, that a key of the %s begins like ours and is none of them',
    async (level) => {
      const metadata = { didit_polcy: 'require=verified', other_team: 'x' };
      await login(
        loginEvent(
          level === 'client'
            ? { client: metadata }
            : level === 'connection'
              ? { connection: { metadata } }
              : { organization: metadata },
        ),
      );
      expect(logs.filter((line) => line.includes('"settings_unknown_key"'))).toHaveLength(1);
      expect(logs.join()).not.toContain('polcy');
    },
  );

  test('does not mention keys of other teams', async () => {
    await login(loginEvent({ client: { other_team: 'x', diditron: 'y' } }));
    expect(logs.join()).not.toContain('settings_unknown_key');
  });

  test('says why a login would have been denied', async () => {
    await login(loginEvent({ client: { didit_policy: 'require=verified mode=report' } }));
    expect(parseJson(logs[1] ?? '')).toMatchObject({
      outcome: 'would_deny',
      codes: ['didit_profile_unavailable@default'],
    });
  });
});

describe('whatever the event', () => {
  const junk = anyJson;
  const anyEvent = fc.oneof(
    junk,
    fc.record({
      user: fc.oneof(
        junk,
        fc.record({
          user_id: junk,
          app_metadata: junk,
          user_metadata: junk,
          identities: junk,
          didit_profile: junk,
        }),
      ),
      connection: fc.oneof(
        junk,
        fc.record({
          name: fc.constantFrom('didit', 'other'),
          metadata: fc.dictionary(fc.constantFrom('didit_sync', 'didit_policy', 'didit_claims'), junk),
        }),
      ),
      client: fc.oneof(junk, fc.record({ metadata: junk })),
      organization: junk,
      authentication: junk,
      secrets: fc.oneof(junk, fc.constant(managementSecrets)),
      transaction: fc.oneof(
        junk,
        fc.record({
          id: junk,
          metadata: fc.dictionary(fc.constantFrom('didit_login', 'x'), junk),
          prompt: junk,
          protocol: junk,
          requested_scopes: junk,
        }),
      ),
    }),
  );

  test('no Action throws, and each logs one line that fits', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, junk, async (event, body) => {
        logs = [];
        answer = (url) => (url.endsWith('token') ? tokenAnswer.clone() : json(body ?? null));
        const outcome = await login(event);
        expect(logs).toHaveLength(outcome.denied === undefined ? 3 : 2);
        for (const line of logs) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
        expect(outcome.denied ?? 'didit_x: ').toMatch(/^didit_[a-z_0-9]+: /);
        expect(logs.join('')).not.toMatch(/unexpected_error/);
      }),
      { numRuns: 300 },
    );
  });
});
