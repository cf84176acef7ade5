import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../any-text.ts';
import { isObject, own } from '../../actions/didit/json.ts';
import type { Handler } from './built-actions.ts';
import {
  HANDOVER_KEY,
  NAMESPACE,
  NOW,
  SUBJECT,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  loginEvent,
  rules,
  storedRecord,
} from './login-event.ts';
import type { EventParts } from './login-event.ts';
import { setTransactionMetadata, useLogins } from './logins.ts';
import type { LogLine, LoginOptions, Outcome } from './logins.ts';

const logins = await useLogins();

const KEY = 'didit_login';

/** Una is not verified; whoever signs in wants to look like Ada, who is. */
const una: EventParts = {
  user: { didit_profile: { ...adultSnapshot, verified: false, age_over_18: false } },
};
const ada: EventParts = { user: { didit_profile: adultSnapshot } };

const verifiedOnly = rules('require=verified on_unavailable=allow');

const NOTHING = { denied: undefined, idToken: {}, accessToken: {} };
const DENIED = {
  ...NOTHING,
  denied:
    'didit_profile_unavailable: Your Didit details could not be read. Please sign in with Didit again, or try later.',
};

/** Another team's Action that puts a value where the first Action hands on what it knows. */
const puts =
  (value: unknown): Handler =>
  async (event) => {
    setTransactionMetadata(event, KEY, value);
  };

/** One that takes it away. */
const removes: Handler = async (event) => {
  const metadata = isObject(event) && isObject(event['transaction']) ? event['transaction']['metadata'] : {};
  if (isObject(metadata)) Reflect.deleteProperty(metadata, KEY);
};

const gets = ({ denied, idToken, accessToken }: Outcome): object => ({ denied, idToken, accessToken });

/** What a login without rules, and one that asks for verification, get where the hand-over proves nothing. */
async function expectNothing(parts: EventParts, options: LoginOptions, code: string): Promise<void> {
  const line = (outcome: string, codes: readonly string[]): LogLine => ({
    outcome,
    codes,
    source: 'refused',
  });
  const open = await logins.login(loginEvent(parts), options);
  expect(gets(open)).toStrictEqual(NOTHING);
  expect(open.log('didit-claims')).toEqual(line('none', ['no_profile', code]));
  const held = await logins.login(loginEvent({ ...parts, client: verifiedOnly }), options);
  expect(gets(held)).toStrictEqual(DENIED);
  expect(held.log('didit-access-policy')).toEqual(line('deny', ['didit_profile_unavailable@client', code]));
}

/** What is handed on in the login of an event. */
const handedOnIn = async (parts: EventParts): Promise<string> => {
  const { handedOn } = await logins.login(loginEvent(parts));
  if (typeof handedOn !== 'string') throw new Error('Nothing was handed on.');
  return handedOn;
};

test('what is handed on is a signature of 43 characters, and JSON that holds what is known', async () => {
  const handedOn = await handedOnIn(ada);
  expect(handedOn.slice(0, 43)).toMatch(/^[\w-]{43}$/);
  expect(JSON.parse(handedOn.slice(43))).toEqual({
    source: 'event',
    fresh: true,
    record: {
      subject: SUBJECT,
      fields: { verified: true, age_over_18: true, age_over_21: true, email_verified: true },
      verifiedAt: Date.parse('2026-06-15T11:59:59Z'),
      changedAt: Date.parse('2026-06-15T11:59:59Z'),
      syncedAt: Date.parse('2026-06-15T11:59:59Z'),
      source: 'event',
      authenticatedAt: Date.parse('2026-06-15T11:59:59.500Z'),
      mapped: {},
    },
  });
});

describe('the first Action always writes, whatever another Action put there before', () => {
  const other = { connection: { name: 'Users', metadata: {} } };
  const otherUser = { user_id: 'auth0|abc', identities: [databaseIdentity] };
  test.each<[string, EventParts, string]>([
    ['a Didit login', una, 'event'],
    ['a login of which nothing is known', {}, 'failed'],
    ['a refresh', { transaction: { protocol: 'oauth2-refresh-token' } }, 'not_asked'],
    ['a login through another connection', { ...other, user: otherUser }, 'none'],
    [
      'a login through another connection by who has a record',
      { ...other, user: { app_metadata: { didit: { ...storedRecord, verified: false } } } },
      'record',
    ],
  ])('in %s', async (_, parts, source) => {
    const planted = await handedOnIn(ada);
    const outcome = await logins.login(loginEvent(parts), { others: { first: puts(planted) } });
    expect(outcome.handedOn).not.toBe(planted);
    expect(outcome.log('didit-claims').source).toBe(source);
    expect(own(outcome.idToken, `${NAMESPACE}verified`)).not.toBe(true);
  });
});

describe('a copy of the request in the metadata of the transaction changes nothing', () => {
  const forged = (subject: string): string =>
    JSON.stringify({
      source: 'event',
      fresh: true,
      record: { ...storedRecord, subject, authenticated_at: '2026-06-15T11:59:59.500Z' },
    });

  test.each([
    ["the person's own subject", SUBJECT],
    ["a foreign person's subject", 'ada'],
  ])('with %s', async (_, subject) => {
    for (const value of [forged(subject), 'x'.repeat(43) + forged(subject), '"none"']) {
      const first = puts(value);
      const outcome = await logins.login(loginEvent({ ...una, client: verifiedOnly }), { others: { first } });
      expect(outcome.denied).toMatch(/^didit_not_verified: /);
      await expectNothing(una, { others: { afterSync: puts(value) } }, 'handover_refused');
    }
  });
});

describe('nothing is known from what was handed on', () => {
  const otherSubject = 'another-subject';
  const otherUser = {
    user_id: `oauth2|didit|${otherSubject}`,
    identities: [{ ...diditIdentity, user_id: `didit|${otherSubject}` }],
  };

  test.each<[string, EventParts]>([
    ['in another transaction of the same person', { transaction: { id: 'transaction_0' } }],
    ['in a transaction with another correlation id', { transaction: { correlation_id: 'correlation_0' } }],
    ['in a transaction without an id', { transaction: { id: undefined } }],
    ['at another application', { more: { client: { client_id: 'other', metadata: {} } } }],
    ['in another session of the same person', { step: '2026-06-15T11:59:40.000Z' }],
    ['to the Actions of another deploy', { secrets: { DIDIT_HANDOVER_KEY: `${HANDOVER_KEY}2` } }],
    [
      'about another person',
      { user: { ...otherUser, didit_profile: { ...adultSnapshot, subject: otherSubject } } },
    ],
    [
      'about the same Didit identity, linked to another user',
      {
        user: {
          user_id: 'auth0|abc',
          identities: [databaseIdentity, { ...diditIdentity, profileData: ada.user }],
        },
      },
    ],
  ])('%s', async (_, parts) => {
    const replayed = await handedOnIn({ ...ada, ...parts, user: { ...ada.user, ...parts.user } });
    expect(replayed).toContain('"verified":true');
    await expectNothing(una, { others: { afterSync: puts(replayed) } }, 'handover_refused');
  });

  test('about an identity that was unlinked, though it is signed', async () => {
    const text = JSON.stringify({
      source: 'record',
      fresh: false,
      record: {
        subject: 'ada',
        fields: { verified: true },
        changedAt: NOW,
        syncedAt: NOW,
        source: 'event',
        mapped: {},
      },
    });
    const bound = ['didit_login', `oauth2|didit|${SUBJECT}`, 'transaction_1', 'correlation_1', 'app'];
    const signed = (content: string): string =>
      createHmac('sha256', HANDOVER_KEY)
        .update(JSON.stringify([...bound, Date.parse('2026-06-15T11:59:59.500Z'), content]))
        .digest('base64url') + content;
    await expectNothing(una, { others: { afterSync: puts(signed(text)) } }, 'handover_refused');
    // That is how it is signed: with the person's own subject it counts.
    const own = signed(text.replace('ada', SUBJECT));
    const outcome = await logins.login(loginEvent(una), { others: { afterSync: puts(own) } });
    expect(outcome.log('didit-claims').source).toBe('record');
  });

  test.each<[string, (handedOn: string) => unknown]>([
    ['without its signature', (handedOn) => handedOn.slice(43)],
    ['without its end', (handedOn) => handedOn.slice(0, -1)],
    ['without its text', (handedOn) => handedOn.slice(0, 43)],
    ['without anything', () => ''],
    ['with a space', (handedOn) => `${handedOn} `],
    [
      'with the same JSON in another way',
      (h) => h.slice(0, 43) + JSON.stringify(JSON.parse(h.slice(43)), null, 1),
    ],
    [
      'with its signature in hexadecimal',
      (h) => Buffer.from(h.slice(0, 43), 'base64url').toString('hex') + h.slice(43),
    ],
    ['with its signature padded', (h) => `${h.slice(0, 43)}=${h.slice(43)}`],
    ['with its signature twice', (h) => h.slice(0, 43) + h],
    ['in a list', (h) => [h]],
    ['as an object', (h) => ({ toString: () => h })],
    ['as the parsed JSON', (h) => JSON.parse(h.slice(43)) as unknown],
    ['as null', () => null],
    ['as true', () => true],
  ])('%s', async (_, change) => {
    const afterSync: Handler = async (event) => {
      const metadata = isObject(event) ? own(event['transaction'], 'metadata') : undefined;
      setTransactionMetadata(event, KEY, change(String(own(metadata, KEY))));
    };
    await expectNothing(ada, { others: { afterSync } }, 'handover_refused');
  });

  test('once another Action has removed it', async () => {
    await expectNothing(ada, { others: { afterSync: removes } }, 'handover_missing');
  });

  test('where it stands in what the metadata inherits', async () => {
    const inherited = { metadata: Object.create({ [KEY]: await handedOnIn(ada) }) as object };
    await expectNothing(
      { ...ada, transaction: inherited },
      { others: { afterSync: removes } },
      'handover_missing',
    );
  });

  test('where other Actions have filled the metadata of the transaction', async () => {
    const full = { a: 'x'.repeat(8_000), b: 'x'.repeat(8_000) };
    const parts = { ...ada, transaction: { metadata: full } };
    await expectNothing(parts, {}, 'handover_missing');
    const outcome = await logins.login(loginEvent(parts));
    expect(outcome.log('didit-profile-sync').codes).toEqual(['created', 'not_shared']);
    expect(outcome.appMetadata).toMatchObject({ didit: { verified: true } });
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['of 31 characters', 'k'.repeat(31)],
    ['not a text', 12_345_678_901_234_567_890_123_456_789_012],
  ])('where the key is %s', async (_, key) => {
    const parts = { ...ada, secrets: { DIDIT_HANDOVER_KEY: key } };
    await expectNothing(parts, {}, 'handover_key_missing');
    const outcome = await logins.login(loginEvent(parts));
    expect(outcome.log('didit-profile-sync').codes).toEqual(['created', 'not_shared']);
    expect(outcome.handedOn).toBe(undefined);
  });
});

test('a key of 32 characters is enough', async () => {
  const outcome = await logins.login(loginEvent({ ...ada, secrets: { DIDIT_HANDOVER_KEY: 'k'.repeat(32) } }));
  expect(own(outcome.idToken, `${NAMESPACE}verified`)).toBe(true);
});

describe('whatever another Action does to it', () => {
  test('a change of any one character makes it worth nothing', async () => {
    const length = (await handedOnIn(ada)).length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: length - 1 }),
        fc.oneof(fc.constantFrom('A', 'Q', 'g', 'w', '-', '_', '+', '/', '='), anyCharacter),
        async (at, character) => {
          const afterSync: Handler = async (event) => {
            const before = String(
              own(isObject(event) ? own(event['transaction'], 'metadata') : undefined, KEY),
            );
            fc.pre(before[at] !== character);
            setTransactionMetadata(event, KEY, before.slice(0, at) + character + before.slice(at + 1));
          };
          const outcome = await logins.login(loginEvent(ada), { others: { afterSync } });
          expect(outcome.idToken).toEqual({});
          expect(outcome.log('didit-claims').codes).toEqual(['no_profile', 'handover_refused']);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("each of the last character's neighbours, which decode to the same bytes, is refused too", async () => {
    const handedOn = await handedOnIn(ada);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const last of alphabet.replace(handedOn.charAt(42), '')) {
      const changed = handedOn.slice(0, 42) + last + handedOn.slice(43);
      const outcome = await logins.login(loginEvent(ada), { others: { afterSync: puts(changed) } });
      expect(outcome.idToken).toEqual({});
    }
  });
});
