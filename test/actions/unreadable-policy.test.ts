import { describe, expect, test } from 'vitest';
import {
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

const DENIED = {
  denied: 'didit_policy_unreadable: Signing in is not possible at the moment. Please contact the service.',
  idToken: {},
  accessToken: {},
  appMetadata: {},
  userMetadata: {},
};

/** Ada meets every rule that there is. */
const ada = { didit_profile: adultSnapshot, app_metadata: { didit: storedRecord } };

/** The ways to come in: each with Ada's Didit identity. */
const through: Readonly<Record<string, EventParts>> = {
  Didit: { user: ada },
  'a database': {
    connection: { name: 'Users', metadata: {} },
    user: {
      ...ada,
      user_id: 'auth0|abc',
      identities: [databaseIdentity, { ...diditIdentity, profileData: { didit_profile: adultSnapshot } }],
    },
  },
  'a connection without a name': { connection: { name: undefined, metadata: {} }, user: ada },
};

/** Texts in which a rule may have been meant that nobody can read. */
const UNREADABLE: readonly (readonly [string, unknown])[] = [
  ['a blank after the equals sign', 'apply_to= all'],
  ['a blank before it', 'apply_to =all'],
  ['a colon', 'apply_to:all'],
  ['a misspelt name', 'applyto=all'],
  ['a name in capitals', 'APPLY_TO=all'],
  ['a misspelt value', 'apply_to=al'],
  ['a value in capitals', 'apply_to=ALL'],
  ['a typographic equals sign', 'apply_to＝all'],
  ['quotation marks', '"require=verified"'],
  ['a comma between settings', 'require=verified,max_age=1d'],
  ['a semicolon between settings', 'require=verified; apply_to=didit'],
  ['the same setting twice', 'mode=off mode=off'],
  ['a name of the prototype of objects', 'constructor=x'],
  ['the prototype itself', '__proto__=x'],
  ['a method of objects', 'hasOwnProperty=x'],
  ['a method of texts', 'toString=x'],
  ['a setting of another key', 'linked=on'],
  ['a word alone', 'require'],
  ['no value', 'require='],
  ['a requirement that does not exist', 'require=verified,adult'],
  ['an empty item', 'require=verified,'],
  ['a time without a unit', 'max_age=30'],
  ['a time of zero', 'max_age=0d'],
  ['a negative time', 'max_age=-1d'],
  ['a list', ['require=verified']],
  ['an object', { require: 'verified' }],
  ['a number', 1],
  ['true', true],
  ['false', false],
  ['300 characters', 'require=verified '.repeat(18)],
  ['256 blanks', ' '.repeat(256)],
];

describe.each(Object.entries(through))('a login through %s', (_, parts) => {
  test.each(UNREADABLE)('is denied where the policy of the application holds %s', async (_what, policy) => {
    const outcome = await logins.login(loginEvent({ ...parts, client: { didit_policy: policy } }));
    expect(outcome.denied).toBe(DENIED.denied);
    expect(outcome.idToken).toEqual({});
    expect(outcome.accessToken).toEqual({});
    expect(outcome.log('didit-access-policy')).toMatchObject({ outcome: 'deny' });
    expect(outcome.log('didit-access-policy').codes[0]).toBe('didit_policy_unreadable@client');
    expect(outcome.log('didit-access-policy').codes).toContain('settings_unreadable');
  });

  test('is let in where the policy can be read', async () => {
    const client = rules('require=verified apply_to=all max_age=30d');
    expect((await logins.login(loginEvent({ ...parts, client }))).denied).toBeUndefined();
  });

  test.each(['', ' ', null, undefined])('is let in where there is no policy: %j', async (policy) => {
    const outcome = await logins.login(loginEvent({ ...parts, client: { didit_policy: policy } }));
    expect(outcome.denied).toBeUndefined();
  });
});

describe('a text that cannot be read', () => {
  const denialOf = async (parts: EventParts): Promise<string> =>
    (await logins.login(loginEvent({ user: ada, ...parts }))).denied ?? 'let in';
  const database = through['a database'] ?? {};

  test('at the organization denies, though all others can be read', async () => {
    const parts = { client: rules('require=verified'), organization: rules('require=verifed') };
    expect(await denialOf(parts)).toMatch(/^didit_policy_unreadable: /);
  });

  test('at the connection denies a login through it, though the application says something else', async () => {
    const connection = { metadata: rules('aply_to=didit') };
    expect(await denialOf({ connection, client: rules('require=verified') })).toMatch(
      /^didit_policy_unreadable: /,
    );
  });

  test('does not lose a rule that another level asks for', async () => {
    const parts = { connection: { metadata: rules('require=verified') }, client: rules('max_age: 30d') };
    expect(
      await denialOf({ ...parts, user: { didit_profile: { ...adultSnapshot, verified: false } } }),
    ).toMatch(/^didit_policy_unreadable: /);
  });

  test('has enforce for its mode, whatever it seems to say', async () => {
    expect(await denialOf({ client: rules('mode=off typo') })).toMatch(/^didit_policy_unreadable: /);
    expect(await denialOf({ client: rules('mode=report typo') })).toMatch(/^didit_policy_unreadable: /);
    const connection = { metadata: rules('mode=report') };
    expect(await denialOf({ connection, client: rules('typo') })).toMatch(/^didit_policy_unreadable: /);
  });

  test('has all for apply_to, whatever it seems to say', async () => {
    expect(await denialOf({ ...database, client: rules('apply_to=didit typo') })).toMatch(
      /^didit_policy_unreadable: /,
    );
  });

  test('gives way to a later level that says readably what is to happen', async () => {
    const parts = { client: rules('typo'), organization: rules('mode=report') };
    const outcome = await logins.login(loginEvent({ ...parts, user: ada }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-access-policy')).toEqual({
      outcome: 'would_deny',
      codes: ['didit_policy_unreadable@client', 'settings_unreadable'],
      source: 'event',
    });
    expect(await denialOf({ ...parts, organization: rules('mode=off') })).toBe('let in');
    expect(
      await denialOf({ ...database, client: rules('typo'), organization: rules('apply_to=didit') }),
    ).toBe('let in');
  });

  test('of claims or sync shows nothing, and keeps nobody out', async () => {
    const outcome = await logins.login(
      loginEvent({
        user: { didit_profile: adultSnapshot },
        client: { didit_claims: 'id_token=verifed access_token=' },
        connection: {
          metadata: { didit_claims: 'namespace=https://example.com/didit/', didit_sync: 'typo' },
        },
      }),
    );
    expect(outcome.denied).toBeUndefined();
    expect(outcome.idToken).toEqual({});
    expect(outcome.log('didit-profile-sync').codes).toContain('settings_unreadable');
    expect(outcome.log('didit-claims').codes).toEqual(['settings_unreadable']);
  });
});
