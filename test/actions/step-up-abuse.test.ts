import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isObject, own } from '../../actions/didit/json.ts';
import { NOW, adultSnapshot, databaseIdentity, diditIdentity, storedRecord } from './login-event.ts';
import { useLogins } from './logins.ts';
import type { Outcome } from './logins.ts';
import { STEP_UP_CLIENT, linkedUser, passwordLogin, signatureOf, stepUp, withPart } from './step-ups.ts';
import type { StepUpChanges } from './step-ups.ts';

const logins = await useLogins();

/** Denied with a code, nothing linked, nothing changed, no claim. */
function expectNothing(back: Outcome, codes: string): void {
  const [code = ''] = codes.split(' ');
  expect(back.denied).toMatch(new RegExp(`^${code}: [A-Z]`));
  expect(back.log('didit-step-up').codes).toEqual(codes.split(' '));
  expect(back.effects).toMatchObject({ idToken: {}, accessToken: {}, appMetadata: {}, userMetadata: {} });
  expect(back.calls.filter((url) => url.includes('/identities'))).toEqual([]);
}

describe('nothing is linked, and nothing changes', () => {
  const otherUser = {
    user_id: 'auth0|other',
    identities: [databaseIdentity, { ...diditIdentity, profileData: { didit_profile: adultSnapshot } }],
  };
  const inUse = { identities: [diditIdentity, databaseIdentity] };
  test.each<[string, string, StepUpChanges]>([
    [
      'didit_step_up_identity_taken event',
      'the identity is linked to another user',
      { nested: { user: otherUser } },
    ],
    ['didit_step_up_account_in_use event', 'its user has another identity', { nested: { user: inUse } }],
    [
      'didit_step_up_cancelled access_denied',
      'the person turns back',
      { query: { error: 'access_denied', state: 's' } },
    ],
    [
      'didit_step_up_failed nested_login',
      'Didit answers with an error',
      { query: { error: 'server_error', state: 's' } },
    ],
    [
      'didit_step_up_failed failed',
      'Didit gave no answer',
      { nested: { user: { didit_profile: undefined } } },
    ],
    [
      'didit_step_up_failed failed',
      'the answer is an older one',
      { nested: { user: { didit_profile: { ...adultSnapshot, fetched_at: '2026-06-15T11:50:00Z' } } } },
    ],
    ...[
      [undefined],
      [[]],
      [[databaseIdentity, null]],
      [[databaseIdentity, { user_id: 'didit|another' }]],
    ].map(([identities]): [string, string, StepUpChanges] => [
      'didit_step_up_failed event',
      `whether the user has a Didit identity already cannot be told: ${JSON.stringify(identities)}`,
      { event: withPart('user', { user_id: 'auth0|abc', identities }) },
    ]),
    [
      'didit_step_up_failed linking_not_permitted',
      'linking is not permitted',
      { answer: refusing('client_credentials') },
    ],
    [
      'didit_step_up_failed unreachable',
      'the token endpoint fails',
      { answer: () => new Response('', { status: 500 }) },
    ],
    [
      'didit_step_up_failed no_step_up_client',
      'the secrets are gone when the person is back',
      { event: withPart('secrets', {}) },
    ],
    [
      'didit_step_up_failed unreachable',
      'the tenant cannot be reached',
      {
        answer: () => {
          throw new TypeError('fetch failed');
        },
      },
    ],
    ['code', 'there is no code', { query: { state: 's' } }],
    ['code', 'the code is of another application, or of another login', { query: { code: 'another-code' } }],
    ['nonce', 'the ID token has another nonce', { claims: { nonce: 'another' } }],
    ['nonce', 'the ID token has no nonce', { claims: { nonce: undefined } }],
    ['issuer', 'the ID token is of another tenant', { claims: { iss: 'https://other.example.com/' } }],
    ['audience', 'the ID token is for another application', { claims: { aud: 'another' } }],
    ['audience', 'the ID token is for several', { claims: { aud: [STEP_UP_CLIENT, 'another'] } }],
    ['expired', 'the ID token is over', { claims: { exp: NOW / 1_000 - 10 } }],
    ['old_login', 'the person signed in before', { claims: { auth_time: NOW / 1_000 - 11 } }],
    ['old_login', 'nobody knows when the person signed in', { claims: { auth_time: undefined } }],
    ['signature', 'the ID token has no signature', { idToken: (head, body) => `${head}.${body}.` }],
    [
      'signature',
      'the ID token has another signature',
      { idToken: (h, b, s) => `${h}.${b}.${s.slice(0, -2)}AA` },
    ],
    [
      'signature',
      'the ID token is signed with no algorithm',
      { idToken: (_, body) => `${NO_ALGORITHM}.${body}.` },
    ],
    [
      'signature',
      'the ID token names another algorithm',
      { idToken: (_, body) => `${NO_ALGORITHM}.${body}.${signatureOf(NO_ALGORITHM, body)}` },
    ],
    ['signature', 'the ID token is no token', { idToken: () => 'nonsense' }],
    ['signature', 'there is no ID token', { answer: (url) => tokenless(url) }],
    ['connection', 'it was another connection', { nested: { connection: { name: 'Users' } } }],
    [
      'connection',
      'another Action has taken the answer away',
      { claims: { 'https://didit.invalid/step_up': undefined } },
    ],
    [
      'connection',
      'another Action has written the answer',
      { claims: { 'https://didit.invalid/step_up': '{}' } },
    ],
    ['connection', 'the answer is about somebody else', { claims: { sub: 'oauth2|didit|somebody-else' } }],
    ['session', 'the login goes on in another session', { event: withPart('session', { id: 'another' }) }],
    ['session', 'the login goes on without its session', { event: withPart('session', undefined) }],
    [
      'session',
      'neither it nor the nested login has one',
      { event: withPart('session', undefined), claims: { sid: '' } },
    ],
    ['not_begun', 'the login is of another user', { event: withPart('user', { user_id: 'auth0|other' }) }],
    [
      'not_begun',
      'the login is at another application',
      { event: withPart('client', { client_id: 'another' }) },
    ],
    ['not_begun', 'it is another transaction', { event: withTransaction({ id: 'transaction_9' }) }],
    ['not_begun', 'nothing was begun', { event: withTransaction({ metadata: {} }) }],
    [
      'not_begun',
      'what was begun is forged',
      { event: withTransaction({ metadata: { didit_step_up: 'x'.repeat(80) } }) },
    ],
  ])('%s: %s', async (codes, _name, changes) => {
    const { back } = await stepUp(logins, changes);
    expectNothing(back, codes.includes(' ') ? codes : `didit_step_up_refused ${codes}`);
  });

  test('the person stays at Didit for longer than ten minutes', async () => {
    const nested = { user: { didit_profile: { ...adultSnapshot, fetched_at: '2026-06-15T12:10:00Z' } } };
    const stays = 10 * 60_000;
    const step = new Date(NOW + stays).toISOString();
    const claims = { auth_time: (NOW + stays) / 1_000 };
    const inTime = await stepUp(logins, { nested: { ...nested, step }, claims, stays });
    expect(inTime.back.denied).toBeUndefined();
    const { back } = await stepUp(logins, { nested: { ...nested, step }, claims, stays: stays + 1 });
    expectNothing(back, 'didit_step_up_expired too_late');
  });

  test('the same return comes a second time', async () => {
    let first: object = {};
    const { back } = await stepUp(logins, { event: (event) => (first = event) });
    expect(back.denied).toBeUndefined();
    expect(own(own(transactionOf(first), 'metadata'), 'didit_step_up')).toBe('');
    expectNothing(await logins.login(first, { isReturn: true }), 'didit_step_up_refused not_begun');
  });

  test('one login is finished with what another one has brought, of the same user in the same session', async () => {
    const { sentTo } = await logins.login(passwordLogin());
    const { back } = await stepUp(logins, {
      answer: (_url, body) =>
        body.includes('authorization_code') &&
        challengeOf(body) !== sentTo?.searchParams.get('code_challenge')
          ? Response.json({ error: 'invalid_grant' }, { status: 403 })
          : undefined,
    });
    expectNothing(back, 'didit_step_up_refused code');
  });

  const NO_ALGORITHM = Buffer.from('{"alg":"none"}').toString('base64url');

  test('didit_step_up_failed: the tenant does not have the identity in its list afterwards', async () => {
    const { back } = await stepUp(logins, {
      answer: (url) =>
        url.endsWith('/identities') ? Response.json([databaseIdentity], { status: 201 }) : undefined,
    });
    expect(back.denied).toMatch(/^didit_step_up_failed: /);
    expect(back.effects).toMatchObject({ idToken: {}, appMetadata: {} });
    expect(back.log('didit-step-up').codes).toEqual(['didit_step_up_failed', 'linking_201']);
  });

  test('the user has another identity linked', async () => {
    const old = { ...storedRecord, synced_at: '2026-04-01T00:00:00Z' };
    const identities = [databaseIdentity, { ...diditIdentity, user_id: 'didit|mine' }];
    const user = { ...linkedUser, identities, app_metadata: { didit: { ...old, subject: 'mine' } } };
    const { back } = await stepUp(logins, { outer: { user } });
    expectNothing(back, 'didit_step_up_other_identity event');
  });
});

const challengeOf = (body: string): string =>
  createHash('sha256')
    .update(new URLSearchParams(body).get('code_verifier') ?? '')
    .digest('base64url');

const transactionOf = (event: object): object => {
  const transaction = own(event, 'transaction');
  return isObject(transaction) ? transaction : {};
};

const withTransaction = (changes: object) => (event: object) => ({
  ...event,
  transaction: { ...transactionOf(event), ...changes },
});

const refusing =
  (grant: string) =>
  (_url: string, body: string): Response | undefined =>
    body.includes(grant) ? Response.json({ error: 'access_denied' }, { status: 403 }) : undefined;

const tokenless = (url: string): Response | undefined =>
  url.endsWith('/oauth/token') ? Response.json({ access_token: 'opaque' }) : undefined;
