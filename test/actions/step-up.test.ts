import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import {
  NAMESPACE,
  SUBJECT,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  storedRecord,
} from './login-event.ts';
import { useLogins } from './logins.ts';
import { ORIGIN, STEP_UP_CLIENT, linkedUser, passwordLogin, stepUp } from './step-ups.ts';

const logins = await useLogins();

describe('a person with a password, whom the rules would deny', () => {
  test('is sent to the own tenant, to sign in with Didit again, as the application of the step-up', async () => {
    const { sentTo, denied, calls, lines } = await logins.login(passwordLogin());
    expect(denied).toBeUndefined();
    expect(calls).toEqual([]);
    expect(sentTo?.origin).toBe(ORIGIN);
    expect(sentTo?.pathname).toBe('/authorize');
    const { nonce, code_challenge: challenge, ...others } = Object.fromEntries(sentTo?.searchParams ?? []);
    expect(others).toEqual({
      client_id: STEP_UP_CLIENT,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${ORIGIN}/continue`,
      connection: 'didit',
      max_age: '0',
      code_challenge_method: 'S256',
    });
    expect(nonce).toMatch(/^[\w-]{43}$/);
    expect(challenge).toMatch(/^[\w-]{43}$/);
    expect(nonce).not.toBe(challenge);
    expect(lines.at(-1)).toContain('"outcome":"asked"');
  });

  test('goes on at a custom domain where the login came through one', async () => {
    const custom = { more: { custom_domain: { domain: 'login.example.com' } } };
    const { sentTo } = await logins.login(passwordLogin(custom));
    expect(sentTo?.origin).toBe('https://login.example.com');
    expect(sentTo?.searchParams.get('redirect_uri')).toBe('https://login.example.com/continue');
  });

  test('goes on at the port of a tenant that has one', async () => {
    const { sentTo } = await logins.login(passwordLogin({ secrets: { AUTH0_DOMAIN: 'localhost:44300' } }));
    expect(sentTo?.origin).toBe('https://localhost:44300');
  });

  test('has another nonce and another challenge each time', async () => {
    const once = await logins.login(passwordLogin());
    const again = await logins.login(passwordLogin());
    for (const name of ['nonce', 'code_challenge'])
      expect(once.sentTo?.searchParams.get(name)).not.toBe(again.sentTo?.searchParams.get(name));
  });

  test('gets in with what Didit says, and the identity is linked', async () => {
    const { back, requests } = await stepUp(logins);
    expect(back.denied).toBeUndefined();
    expect(back.idToken).toMatchObject({ [`${NAMESPACE}verified`]: true });
    expect(back.accessToken).toMatchObject({ [`${NAMESPACE}verified`]: true });
    expect(back.log('didit-step-up').outcome).toBe('linked');
    expect(back.log('didit-claims').outcome).toBe('set');
    // A secret or a token goes where it was sent, and follows nobody elsewhere.
    const sent = { method: 'POST', redirect: 'error' };
    expect(requests).toMatchObject([
      { ...sent, url: `${ORIGIN}/oauth/token` },
      { ...sent, url: `${ORIGIN}/oauth/token` },
      {
        ...sent,
        url: `${ORIGIN}/api/v2/users/auth0%7Cabc/identities`,
        headers: { authorization: 'Bearer linking-token', 'content-type': 'application/json' },
        body: JSON.stringify({ provider: 'oauth2', user_id: `didit|${SUBJECT}` }),
      },
    ]);
    // As it was when the code was asked for: RFC 6749, 4.1.3.
    expect(new URLSearchParams(requests[0]?.body).get('redirect_uri')).toBe(`${ORIGIN}/continue`);
  });

  test('keeps all metadata, and gets the record of the identity beside it', async () => {
    const outer = { user: { app_metadata: { plan: 'gold' }, user_metadata: { theme: 'dark' } } };
    const { back } = await stepUp(logins, { outer });
    expect(back.userMetadata).toEqual({});
    expect(back.appMetadata).toEqual({
      didit: {
        schema_version: 2,
        subject: SUBJECT,
        verified: true,
        age_over_18: true,
        age_over_21: true,
        email_verified: true,
        verified_at: adultSnapshot.fetched_at,
        changed_at: adultSnapshot.fetched_at,
        synced_at: adultSnapshot.fetched_at,
        source: 'event',
        authenticated_at: '2026-06-15T11:59:59.500Z',
      },
    });
  });

  test.each([
    ['didit_sync: mode=off keeps none', { connection: { metadata: { didit_sync: 'mode=off' } } }, {}],
    ['somebody else keeps something there', {}, { didit: { plan: 'gold' } }],
    ['somebody else numbers schemas by texts', {}, { didit: { ...storedRecord, schema_version: '2' } }],
    ['newer code has written there', {}, { didit: { ...storedRecord, schema_version: 3 } }],
  ])('is let in without a record where %s', async (_name, nested, appMetadata) => {
    const { back } = await stepUp(logins, { nested, outer: { user: { app_metadata: appMetadata } } });
    expect(back.denied).toBeUndefined();
    expect(back.appMetadata).toStrictEqual({});
  });

  test('starts anew after an administrator has unlinked an identity, be it the same or another', async () => {
    for (const subject of [SUBJECT, 'another']) {
      const outer = { user: { app_metadata: { didit: { ...storedRecord, subject } } } };
      const { back } = await stepUp(logins, { outer });
      expect(back.log('didit-step-up').outcome).toBe('linked');
      expect(own(back.appMetadata['didit'], 'subject')).toBe(SUBJECT);
    }
  });

  test('is judged by the rules afterwards: who is not verified stays out, with the identity linked', async () => {
    const nested = { user: { didit_profile: { ...adultSnapshot, verified: false } } };
    const { back } = await stepUp(logins, { nested });
    expect(back.denied).toMatch(/^didit_not_verified: /);
    expect(back.log('didit-step-up').outcome).toBe('linked');
  });
});

describe('a person whose Didit identity is linked', () => {
  const old = { ...storedRecord, synced_at: '2026-04-01T00:00:00Z' };
  const outer = {
    user: { ...linkedUser, identities: [databaseIdentity, diditIdentity], app_metadata: { didit: old } },
  };

  test('gets in with a new answer, by one request and without any permission', async () => {
    const { away, back, requests } = await stepUp(logins, { outer, nested: { user: linkedUser } });
    expect(away.sentTo).toBeDefined();
    expect(back.denied).toBeUndefined();
    expect(back.idToken).toMatchObject({ [`${NAMESPACE}verified`]: true });
    expect(back.log('didit-step-up').outcome).toBe('renewed');
    expect(requests).toHaveLength(1);
    // The nested login has written it, as every login through Didit does.
    expect(back.appMetadata).toEqual({});
  });
});
