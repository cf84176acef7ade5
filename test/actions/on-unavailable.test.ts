import { describe, expect, test } from 'vitest';
import type { Handler } from './built-actions.ts';
import {
  NOW,
  STEP,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  managementUser,
  rules,
  storedRecord,
  withManagement,
} from './login-event.ts';
import type { EventParts } from './login-event.ts';
import { setTransactionMetadata, useLogins } from './logins.ts';
import type { LoginOptions } from './logins.ts';
import { DAY, TenantOfOne, seconds } from './tenant-of-one.ts';

const logins = await useLogins();

const allow = rules('require=verified on_unavailable=allow');
const UNAVAILABLE = /^didit_profile_unavailable: /;

describe('on_unavailable=allow lets in a login whose answer could not be had', () => {
  test.each([401, 403, 404, 429, 500, 503])('where the Management API answers %i', async (status) => {
    logins.managementKnows({}, status);
    const outcome = await logins.login(withManagement({ client: allow }));
    expect(outcome.effects).toEqual({
      denied: undefined,
      idToken: {},
      accessToken: {},
      appMetadata: {},
      userMetadata: {},
    });
    expect(outcome.log('didit-access-policy')).toEqual({ outcome: 'allow', codes: [], source: 'failed' });
  });

  test('where the Actions have no credentials to ask with', async () => {
    expect((await logins.login(loginEvent({ client: allow }))).denied).toBeUndefined();
  });

  test('where the stored one is too old to stand in', async () => {
    const didit = { ...storedRecord, verified: false, synced_at: seconds(NOW - 31 * DAY) };
    const outcome = await logins.login(loginEvent({ client: allow, user: { app_metadata: { didit } } }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.idToken).toEqual({});
  });

  test('and nobody by default', async () => {
    expect((await logins.login(loginEvent({ client: rules('require=verified') }))).denied).toMatch(
      UNAVAILABLE,
    );
    expect((await logins.login(loginEvent({ client: rules('max_age=30d') }))).denied).toMatch(UNAVAILABLE);
  });

  test('nor does it matter where no rule needs an answer', async () => {
    expect((await logins.login(loginEvent({ client: rules('on_unavailable=deny') }))).denied).toBeUndefined();
  });
});

describe('on_unavailable=allow lets in nobody else', () => {
  const google = { connection: 'google-oauth2', provider: 'google-oauth2', user_id: '117' };
  const twoIdentities = { identities: [diditIdentity, { ...diditIdentity, user_id: 'didit|second' }] };
  const spoilsHandover: Handler = async (event) => {
    setTransactionMetadata(event, 'didit_login', 'x');
  };

  test.each<{ who: string; parts: EventParts; denied: RegExp; source: string; options?: LoginOptions }>([
    {
      who: 'who refreshes, and is not known',
      parts: { transaction: { protocol: 'oauth2-refresh-token' } },
      denied: UNAVAILABLE,
      source: 'not_asked',
    },
    {
      who: 'who asks with prompt=none, and is not known',
      parts: { transaction: { prompt: ['none'] } },
      denied: UNAVAILABLE,
      source: 'not_asked',
    },
    {
      who: 'who exchanges a token, and is not known',
      parts: { transaction: { protocol: 'oauth2-token-exchange' } },
      denied: UNAVAILABLE,
      source: 'not_asked',
    },
    {
      who: 'who has a known answer: no',
      parts: { user: { didit_profile: { ...adultSnapshot, verified: false } } },
      denied: /^didit_not_verified: /,
      source: 'event',
    },
    {
      who: 'who has a stored answer: no',
      parts: { user: { app_metadata: { didit: { ...storedRecord, verified: false } } } },
      denied: /^didit_not_verified: /,
      source: 'record',
    },
    {
      who: "who shows another person's answer",
      parts: { user: { didit_profile: { ...adultSnapshot, subject: 'another' } } },
      denied: UNAVAILABLE,
      source: 'refused',
    },
    {
      who: "who shows another person's answer, and has a record",
      parts: {
        user: {
          didit_profile: { ...adultSnapshot, subject: 'another' },
          app_metadata: { didit: storedRecord },
        },
      },
      denied: UNAVAILABLE,
      source: 'refused',
    },
    {
      who: 'who shows an answer that cannot be read',
      parts: { user: { didit_profile: 'verified' } },
      denied: UNAVAILABLE,
      source: 'refused',
    },
    {
      who: 'who has an answer under the identity of another provider',
      parts: {
        user: { identities: [diditIdentity, { ...google, profileData: { didit_profile: adultSnapshot } }] },
      },
      denied: UNAVAILABLE,
      source: 'refused',
    },
    {
      who: 'who has a key of app_metadata that hides the attribute',
      parts: {
        user: { didit_profile: adultSnapshot, app_metadata: { didit_profile: adultSnapshot } },
      },
      denied: UNAVAILABLE,
      source: 'refused',
    },
    {
      who: 'who has a second Didit identity beside the one of the record',
      parts: { user: { ...twoIdentities, app_metadata: { didit: storedRecord } } },
      denied: /^didit_two_identities: /,
      source: 'refused_two_identities',
    },
    {
      who: 'who has no Didit identity at all',
      parts: { user: { user_id: 'auth0|abc', identities: [databaseIdentity] } },
      denied: UNAVAILABLE,
      source: 'none',
    },
    {
      who: 'whose hand-over was tampered with',
      parts: { user: { didit_profile: adultSnapshot } },
      denied: UNAVAILABLE,
      source: 'refused',
      options: { others: { afterSync: spoilsHandover } },
    },
  ])('not $who', async ({ parts, denied, source, options }) => {
    const outcome = await logins.login(loginEvent({ ...parts, client: allow }), options);
    expect(outcome.denied).toMatch(denied);
    expect(outcome.idToken).toEqual({});
    expect(outcome.accessToken).toEqual({});
    expect(outcome.log('didit-access-policy').source).toBe(source);
  });

  test('not who the Management API knows without an answer of Didit', async () => {
    logins.managementKnows(managementUser(undefined));
    const outcome = await logins.login(withManagement({ client: allow }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.log('didit-access-policy').source).toBe('none');
  });

  test("not who the Management API knows with another person's answer", async () => {
    logins.managementKnows(managementUser({ ...adultSnapshot, subject: 'another' }));
    const outcome = await logins.login(withManagement({ client: allow }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.log('didit-access-policy').source).toBe('refused');
  });

  test('not who goes on with the session of a record that says no', async () => {
    const didit = { ...storedRecord, verified: false, authenticated_at: STEP };
    const outcome = await logins.login(loginEvent({ client: allow, user: { app_metadata: { didit } } }));
    expect(outcome.denied).toMatch(/^didit_not_verified: /);
    expect(outcome.log('didit-profile-sync').codes).toEqual(['no_snapshot', 'sso']);
  });

  test('not who could not be asked when signing in through another connection', async () => {
    const outcome = await logins.login(
      loginEvent({
        client: rules('require=verified apply_to=all on_unavailable=allow'),
        connection: { name: 'Users', metadata: {} },
      }),
    );
    expect(outcome.denied).toMatch(/^didit_connection_required: /);
  });
});

describe('where nothing is kept (mode=off)', () => {
  const settings = {
    client: allow,
    connection: { metadata: { didit_sync: 'mode=off' } },
  };

  test('nobody gets in with prompt=none, on a refresh or by a token exchange', async () => {
    const tenant = new TenantOfOne(logins, settings);
    expect((await tenant.signsIn({ verified: true })).denied).toBeUndefined();
    for (const kind of ['silent', 'refresh', 'token exchange'] as const) {
      expect((await tenant.runs(kind)).denied).toMatch(UNAVAILABLE);
    }
  });

  test('a session that goes on reads the answer again, and does not get in without one that can be had', async () => {
    const tenant = new TenantOfOne(logins, settings);
    expect((await tenant.signsIn({ verified: false })).denied).toMatch(/^didit_not_verified: /);
    tenant.waits(DAY);
    expect((await tenant.runs('session')).denied).toMatch(/^didit_not_verified: /);
    expect((await tenant.runs('silent')).denied).toMatch(UNAVAILABLE);
  });
});
