import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import {
  SUBJECT,
  USER_ID,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  managementUser,
  rules,
  storedRecord,
  withManagement,
} from './login-event.ts';
import { useLogins } from './logins.ts';

const logins = await useLogins();

const verifiedOnly = rules('require=verified');
const UNAVAILABLE = /^didit_profile_unavailable: /;
const linkedUser = (...identities: readonly object[]): object => ({
  user_id: 'auth0|abc',
  identities: [databaseIdentity, ...identities],
});

/** The Didit identity, linked to a user whose primary identity is another one. */
const linkedIdentity = { ...diditIdentity, profileData: { didit_profile: adultSnapshot } };

describe("the answer of one of the user's own Didit identities counts", () => {
  test.each<[string, object]>([
    ['at the root, where it is the primary one', { didit_profile: adultSnapshot }],
    [
      'at the root, where the event lists no identities',
      { identities: undefined, didit_profile: adultSnapshot },
    ],
    ['at the root, where the list is empty', { identities: [], didit_profile: adultSnapshot }],
    ['in profileData, where it is linked', linkedUser(linkedIdentity)],
    [
      'under the bare subject, where Auth0 does not write the connection before it',
      linkedUser({ ...diditIdentity, user_id: SUBJECT, profileData: { didit_profile: adultSnapshot } }),
    ],
    [
      'at the root, where the identity tells no provider',
      { identities: [{ ...diditIdentity, provider: undefined }], didit_profile: adultSnapshot },
    ],
  ])('%s', async (_, user) => {
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: SUBJECT, verified: true, source: 'event' });
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'available',
      codes: ['created'],
      source: 'event',
    });
  });

  test("at the root of a user whose id alone tells the identity, whatever the connection's name is", async () => {
    const outcome = await logins.login(
      loginEvent({
        user: { user_id: `oauth2|id-check|${SUBJECT}`, identities: undefined, didit_profile: adultSnapshot },
        connection: { name: 'id-check' },
        client: verifiedOnly,
        secrets: { DIDIT_CONNECTION: 'id-check' },
      }),
    );
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: SUBJECT, verified: true });
  });

  test('in profileData that only the Management API shows', async () => {
    logins.managementKnows(linkedUser(linkedIdentity));
    const user = linkedUser(diditIdentity);
    const outcome = await logins.login(withManagement({ user, client: verifiedOnly }));
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: SUBJECT, source: 'management' });
  });

  test.each(['oauth2|didit|abc', 'oauth2|didit|abc|def', 'oauth2|didit|didit|abc'])(
    'of a user whose id is %s: the subject begins after the second bar',
    async (userId) => {
      const subject = userId.slice('oauth2|didit|'.length);
      const user = { user_id: userId, identities: undefined, didit_profile: { ...adultSnapshot, subject } };
      const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
      expect(own(outcome.appMetadata['didit'], 'subject')).toBe(subject);
    },
  );
});

describe('a look-alike proves nothing, and is logged', () => {
  const google = { connection: 'google-oauth2', provider: 'google-oauth2', user_id: '117' };
  const otherOauth2 = { connection: 'evil', provider: 'oauth2', user_id: `evil|${SUBJECT}` };
  const inProfileData = { profileData: { didit_profile: adultSnapshot } };

  test.each<[string, object]>([
    [
      'the root attribute of a user whose primary identity is of another provider',
      { user_id: 'google-oauth2|117', didit_profile: adultSnapshot, identities: [google, diditIdentity] },
    ],
    ['profileData of another provider', { identities: [diditIdentity, { ...google, ...inProfileData }] }],
    [
      "another connection's identity whose id is the subject of the answer",
      { identities: [diditIdentity, { ...google, user_id: SUBJECT, ...inProfileData }] },
    ],
    [
      "another connection's identity whose id is that of the Didit identity",
      {
        identities: [
          diditIdentity,
          { ...otherOauth2, user_id: `didit|${SUBJECT}`, provider: 'other', ...inProfileData },
        ],
      },
    ],
    [
      'an identity of another custom connection that has the same subject',
      { identities: [diditIdentity, { ...otherOauth2, ...inProfileData }] },
    ],
    [
      "another connection's primary identity whose id is the subject of the answer",
      {
        user_id: `evil|${SUBJECT}`,
        didit_profile: adultSnapshot,
        identities: [{ connection: 'evil', provider: 'evil', user_id: SUBJECT }, diditIdentity],
      },
    ],
    ["another person's subject", { didit_profile: { ...adultSnapshot, subject: 'another' } }],
    [
      'the subject with the connection before it',
      { didit_profile: { ...adultSnapshot, subject: `didit|${SUBJECT}` } },
    ],
    [
      'an answer without a subject at an identity of another provider',
      {
        identities: [
          diditIdentity,
          { ...google, profileData: { didit_profile: { ...adultSnapshot, subject: undefined } } },
        ],
      },
    ],
    ['an answer without a subject', { didit_profile: { ...adultSnapshot, subject: undefined } }],
    ['an answer without a time', { didit_profile: { ...adultSnapshot, fetched_at: undefined } }],
    ['an answer in a list', { didit_profile: [adultSnapshot] }],
    ['a text', { didit_profile: JSON.stringify(adultSnapshot) }],
    ['null', { didit_profile: null }],
    [
      'a key of app_metadata that hides the root attribute',
      { didit_profile: adultSnapshot, app_metadata: { didit_profile: adultSnapshot } },
    ],
    [
      'a key of app_metadata that hides it with nothing',
      { didit_profile: adultSnapshot, app_metadata: { didit_profile: null } },
    ],
  ])('(%s)', async (_, user) => {
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'unavailable',
      codes: ['no_snapshot', 'look_alike_ignored', 'no_management_credentials'],
      source: 'refused',
    });
  });

  test('(an attribute that is inherited) is nothing at all', async () => {
    const user = Object.assign(Object.create({ didit_profile: adultSnapshot }) as object, {
      user_id: USER_ID,
      app_metadata: {},
      identities: [diditIdentity],
    });
    const outcome = await logins.login(loginEvent({ more: { user }, client: verifiedOnly }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.log('didit-profile-sync').source).toBe('failed');
  });

  test('does not keep out whose own answer the Management API shows', async () => {
    logins.managementKnows(managementUser(adultSnapshot));
    const user = { didit_profile: { ...adultSnapshot, subject: 'another', verified: false } };
    const outcome = await logins.login(withManagement({ user, client: verifiedOnly }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.appMetadata['didit']).toMatchObject({ subject: SUBJECT, verified: true });
    expect(outcome.log('didit-profile-sync').codes).toEqual(['created', 'look_alike_ignored']);
  });
});

describe('an event without identities, whose user id is not of the Didit connection', () => {
  test.each([
    `oauth2|evil|${SUBJECT}`,
    `evil|didit|${SUBJECT}`,
    `didit|${SUBJECT}`,
    `auth0|${SUBJECT}`,
    `auth0|oauth2|didit|${SUBJECT}`,
    SUBJECT,
  ])('brings no answer (%s), and no record counts', async (userId) => {
    const user = {
      user_id: userId,
      identities: undefined,
      didit_profile: adultSnapshot,
      app_metadata: { didit: storedRecord },
    };
    const outcome = await logins.login(loginEvent({ user, client: verifiedOnly }));
    expect(outcome.denied).toMatch(UNAVAILABLE);
    expect(outcome.idToken).toEqual({});
    expect(outcome.appMetadata).toEqual({});
  });
});
