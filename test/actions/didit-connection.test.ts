import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import {
  NAMESPACE,
  SUBJECT,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  rules,
  storedRecord,
} from './login-event.ts';
import type { EventParts } from './login-event.ts';
import { useLogins } from './logins.ts';

const logins = await useLogins();

const una = { didit_profile: { ...adultSnapshot, verified: false } };
const CLAIMS = { [`${NAMESPACE}verified`]: false, [`${NAMESPACE}age_over_18`]: true };

/** A Didit login of Una, who is not verified, through a connection of this name. */
const through = (name: string, parts: EventParts = {}): object =>
  loginEvent({
    ...parts,
    connection: { name, ...parts.connection },
    user: {
      ...una,
      user_id: `oauth2|${name}|${SUBJECT}`,
      identities: [{ ...diditIdentity, connection: name, user_id: `${name}|${SUBJECT}` }],
      ...parts.user,
    },
  });

describe('the Didit connection is the one', () => {
  test.each<[string, unknown, string]>([
    ['that the secret names', 'didit', 'didit'],
    ['that the secret names, whatever its name', 'my-own', 'my-own'],
    ['that the secret names with a blank after it', 'didit ', 'didit'],
    ['that the secret names with a line break after it', 'didit\n', 'didit'],
    ['that the secret names with a blank before it', ' my-own', 'my-own'],
    ['named didit, where the secret is empty', '', 'didit'],
    ['named didit, where the secret is blank', '  ', 'didit'],
    ['named didit, where there is no secret', undefined, 'didit'],
    ['named didit, where the secret is not a text', 7, 'didit'],
  ])('%s', async (_, secret, name) => {
    const secrets = { DIDIT_CONNECTION: secret };
    const open = await logins.login(through(name, { secrets }));
    expect(own(open.appMetadata['didit'], 'subject')).toBe(SUBJECT);
    expect(open.idToken).toEqual(CLAIMS);
    const held = await logins.login(through(name, { secrets, client: rules('require=verified') }));
    expect(held.denied).toMatch(/^didit_not_verified: /);
  });

  test.each([
    ['didit', true],
    ['another', true],
    ['', true],
    ['another', undefined],
  ])(
    'whose metadata carries a policy of ours, though the secret says %j (isSocial: %j)',
    async (secret, isSocial) => {
      const parts = {
        secrets: { DIDIT_CONNECTION: secret },
        connection: { metadata: { ...rules('require=verified'), didit_claims: `namespace=${NAMESPACE}` } },
      };
      const identities = [
        { ...diditIdentity, isSocial, connection: 'renamed', user_id: `renamed|${SUBJECT}` },
      ];
      const login = (user: object): object => through('renamed', { ...parts, user: { ...user, identities } });
      expect((await logins.login(login({}))).denied).toMatch(/^didit_not_verified: /);
      const verified = await logins.login(login({ didit_profile: adultSnapshot }));
      expect(verified.denied).toBeUndefined();
      expect(own(verified.appMetadata['didit'], 'verified')).toBe(true);
      expect(own(verified.idToken, `${NAMESPACE}verified`)).toBe(true);
    },
  );

  test.each([
    ['an OpenID Connect', { provider: 'oidc', isSocial: false }],
    ['a SAML', { provider: 'samlp', isSocial: false }],
    ['a database', { provider: 'auth0', isSocial: false }],
    ['an unknown', { provider: 'oidc', isSocial: undefined }],
    ['a strange', { provider: 'oauth2', isSocial: 'yes' }],
  ])(
    'not %s connection that carries a policy: it is held to it, and its own word is none',
    async (_, kind) => {
      const user = {
        user_id: `${kind.provider}|partner|${SUBJECT}`,
        identities: [{ ...diditIdentity, ...kind, connection: 'partner', user_id: `partner|${SUBJECT}` }],
        didit_profile: adultSnapshot,
      };
      const connection = {
        metadata: { ...rules('require=verified'), didit_claims: `namespace=${NAMESPACE}` },
      };
      const held = await logins.login(through('partner', { connection, user }));
      expect(held.denied).toMatch(/^didit_profile_unavailable: /);
      expect(held.appMetadata).toEqual({});
      const open = await logins.login(
        through('partner', { connection: { metadata: { ...connection.metadata, ...rules('') } }, user }),
      );
      expect(open.effects).toMatchObject({
        denied: undefined,
        idToken: {},
        accessToken: {},
        appMetadata: {},
      });
      const identities = [...user.identities, diditIdentity];
      const proven = {
        identities,
        user_id: user.user_id,
        didit_profile: undefined,
        app_metadata: { didit: storedRecord },
      };
      const linked = await logins.login(through('partner', { connection, user: proven }));
      expect(linked.denied).toBeUndefined();
      expect(linked.idToken).toEqual({});
      const long = { ...storedRecord, synced_at: '2026-05-15T11:00:00Z' };
      const ago = { ...proven, app_metadata: { didit: long } };
      expect((await logins.login(through('partner', { connection, user: ago }))).denied).toMatch(
        /^didit_profile_stale: /,
      );
    },
  );

  test('not another one, whatever else its metadata says', async () => {
    const metadata = { didit_claims: `namespace=${NAMESPACE}`, didit_sync: 'mode=on' };
    const outcome = await logins.login(
      through('other', { connection: { metadata }, client: rules('require=verified') }),
    );
    expect(outcome.effects).toEqual({
      denied: undefined,
      idToken: {},
      accessToken: {},
      appMetadata: {},
      userMetadata: {},
    });
  });

  test.each(['Didit', 'didit2', 'didi', 'xdidit', 'didit|x'])(
    'not one whose name only looks like it: %s',
    async (name) => {
      const outcome = await logins.login(through(name, { client: rules('require=verified') }));
      expect(outcome.denied).toBeUndefined();
      expect(outcome.idToken).toEqual({});
      expect(outcome.appMetadata).toEqual({});
    },
  );

  test('not one of the strategy didit', async () => {
    const outcome = await logins.login(through('other', { connection: { strategy: 'didit' } }));
    expect(outcome.idToken).toEqual({});
    expect(outcome.appMetadata).toEqual({});
  });
});

describe('where the platform does not name the connection', () => {
  const unnamed = (name: unknown, parts: EventParts = {}): object =>
    loginEvent({ ...parts, connection: { name, metadata: {}, ...parts.connection } });

  test.each([undefined, null, '', '  ', 7])(
    'a login fails closed where there are rules, whoever asks for them: the name is %j',
    async (name) => {
      for (const parts of [
        { client: rules('require=verified') },
        { organization: rules('require=verified') },
        { connection: { metadata: rules('require=verified') } },
      ]) {
        const outcome = await logins.login(unnamed(name, parts));
        expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
      }
    },
  );

  test.each([undefined, null, '', '  ', 7])(
    'a login without rules goes on, without claims and without a record: the name is %j',
    async (name) => {
      const client = { didit_claims: `namespace=${NAMESPACE}` };
      const user = { didit_profile: adultSnapshot, app_metadata: { didit: storedRecord } };
      const outcome = await logins.login(unnamed(name, { client, user }));
      expect(outcome.effects).toEqual({
        denied: undefined,
        idToken: {},
        accessToken: {},
        appMetadata: {},
        userMetadata: {},
      });
    },
  );

  test('rules hold, at whichever levels they are', async () => {
    const held = rules('require=verified');
    for (const parts of [{ client: held }, { organization: held }, { client: held, organization: held }])
      for (const metadata of [{}, held])
        expect(
          (await logins.login(loginEvent({ ...parts, connection: { name: '', metadata } }))).denied,
        ).toMatch(/^didit_profile_unavailable: /);
  });

  test('the record of the person still counts for the rules', async () => {
    const user = { app_metadata: { didit: storedRecord } };
    const client = rules('require=verified');
    expect((await logins.login(unnamed(undefined, { user, client }))).denied).toBeUndefined();
    const long = { app_metadata: { didit: { ...storedRecord, synced_at: '2026-05-15T11:00:00Z' } } };
    expect((await logins.login(unnamed(undefined, { user: long, client }))).denied).toMatch(
      /^didit_profile_stale: /,
    );
    const no = { app_metadata: { didit: { ...storedRecord, verified: false } } };
    expect((await logins.login(unnamed(undefined, { user: no, client }))).denied).toMatch(
      /^didit_not_verified: /,
    );
  });

  test('and there is no connection in the event, the same holds', async () => {
    const more = { connection: undefined };
    expect((await logins.login(loginEvent({ more, client: rules('require=verified') }))).denied).toMatch(
      /^didit_profile_unavailable: /,
    );
    expect((await logins.login(loginEvent({ more }))).denied).toBeUndefined();
  });
});

describe('a login through another connection', () => {
  const linked: EventParts = {
    connection: { name: 'Users', metadata: {} },
    user: {
      user_id: 'auth0|abc',
      app_metadata: { didit: storedRecord },
      identities: [databaseIdentity, diditIdentity],
    },
  };
  const NOTHING = { denied: undefined, idToken: {}, accessToken: {}, appMetadata: {}, userMetadata: {} };
  const namespace = `namespace=${NAMESPACE}`;

  test('is left alone: no call, no claim, no rule, no write', async () => {
    const client = { ...rules('require=age_over_21'), didit_claims: namespace };
    const outcome = await logins.login(loginEvent({ ...linked, client }));
    expect(outcome.effects).toEqual(NOTHING);
    expect(outcome.calls).toEqual([]);
    expect(outcome.log('didit-profile-sync')).toEqual({
      outcome: 'skipped',
      codes: ['other_connection'],
      source: 'record',
    });
    expect(outcome.log('didit-claims').codes).toEqual(['other_connection']);
  });

  test('gets the claims of the linked identity where linked=on', async () => {
    const client = { didit_claims: `linked=on ${namespace}` };
    const outcome = await logins.login(loginEvent({ ...linked, client }));
    expect(outcome.effects).toEqual({
      ...NOTHING,
      idToken: { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true },
      accessToken: { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true },
    });
  });

  test('gets none of an identity that was unlinked, though the record is still there', async () => {
    const client = { didit_claims: `linked=on ${namespace}` };
    const user = { ...linked.user, identities: [databaseIdentity] };
    expect((await logins.login(loginEvent({ ...linked, user, client }))).effects).toEqual(NOTHING);
  });

  test.each([
    ['the record', {}, undefined],
    ['no record, and no answer', { app_metadata: {} }, /^didit_connection_required: /],
    ['an unlinked identity', { identities: [databaseIdentity] }, /^didit_connection_required: /],
    [
      'a record of 31 days',
      { app_metadata: { didit: { ...storedRecord, synced_at: '2026-05-15T11:00:00Z' } } },
      /^didit_profile_stale: /,
    ],
    [
      'a record that says no',
      { app_metadata: { didit: { ...storedRecord, verified: false } } },
      /^didit_not_verified: /,
    ],
    [
      'no record, and an answer that the event shows',
      {
        app_metadata: {},
        identities: [
          databaseIdentity,
          { ...diditIdentity, profileData: { didit_profile: { ...adultSnapshot, verified: true } } },
        ],
      },
      undefined,
    ],
  ])('is held by apply_to=all to a record of the person: %s', async (_, user, denied) => {
    const client = rules('apply_to=all require=verified');
    const outcome = await logins.login(loginEvent({ ...linked, user: { ...linked.user, ...user }, client }));
    if (denied === undefined) expect(outcome.denied).toBeUndefined();
    else expect(outcome.denied).toMatch(denied);
    expect(outcome.appMetadata).toEqual({});
  });
});
