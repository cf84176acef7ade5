import { describe, expect, test } from 'vitest';
import type { Handler } from './built-actions.ts';
import { NAMESPACE, adultSnapshot, loginEvent, rules, storedRecord } from './login-event.ts';
import { setTransactionMetadata, useLogins } from './logins.ts';

const logins = await useLogins();

const ada = { user: { didit_profile: adultSnapshot } };
const CLAIMS = { [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true };
const FAILED = 'didit_policy_failed: Signing in is not possible at the moment. Please try again later.';

const fails = (): never => {
  throw new Error(`the platform quotes ${JSON.stringify(adultSnapshot)}`);
};

/** Another team's Action after which a part of the event cannot be read: everything that is asked of it throws. */
const breaks =
  (part: string): Handler =>
  async (event) => {
    Object.defineProperty(event, part, { get: fails, configurable: true });
  };

const noSecretInLines = (lines: readonly string[]): void => {
  for (const line of lines) expect(line).not.toMatch(/platform|6f1d1c3e/);
};

describe('an unexpected error in didit-access-policy', () => {
  test.each(['connection', 'organization', 'authentication'])(
    'denies, whatever the rules are: the %s cannot be read',
    async (part) => {
      for (const client of [{}, rules('require=verified'), rules('mode=off'), rules('mode=report')]) {
        const outcome = await logins.login(loginEvent({ ...ada, client }), {
          others: { afterSync: breaks(part) },
        });
        expect(outcome.denied).toBe(FAILED);
        expect(outcome.idToken).toEqual({});
        expect(outcome.lines).toHaveLength(3);
        expect(outcome.log('didit-access-policy')).toEqual({
          outcome: 'deny',
          codes: ['didit_policy_failed', 'unexpected_error'],
          source: undefined,
        });
        noSecretInLines(outcome.lines);
      }
    },
  );
});

describe('an unexpected error in didit-profile-sync', () => {
  test.each(['connection', 'user', 'authentication'])(
    'lets the login go on, of which nothing is known: the %s cannot be read',
    async (part) => {
      const repairs: Handler = async (event) => {
        const value = Object.getOwnPropertyDescriptor(loginEvent(ada), part)?.value as unknown;
        Object.defineProperty(event, part, { value, configurable: true });
      };
      const others = { first: breaks(part), afterSync: repairs };
      const outcome = await logins.login(loginEvent(ada), { others });
      expect(outcome.effects).toEqual({
        denied: undefined,
        idToken: {},
        accessToken: {},
        appMetadata: {},
        userMetadata: {},
      });
      expect(outcome.log('didit-profile-sync')).toEqual({
        outcome: 'failed',
        codes: ['unexpected_error'],
        source: undefined,
      });
      noSecretInLines(outcome.lines);
      const client = rules('require=verified on_unavailable=allow');
      const held = await logins.login(loginEvent({ ...ada, client }), { others });
      expect(held.denied).toMatch(/^didit_profile_unavailable: /);
    },
  );

  test('by a platform that refuses the metadata of the user loses the record, and not the login', async () => {
    const api = { user: { setAppMetadata: fails } };
    const outcome = await logins.login(loginEvent({ ...ada, client: rules('require=verified') }), { api });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.idToken).toEqual(CLAIMS);
    expect(outcome.log('didit-profile-sync').codes).toEqual(['unexpected_error']);
    noSecretInLines(outcome.lines);
  });

  test('by a platform without metadata of the transaction: nothing is handed on, so nothing is known', async () => {
    const event = loginEvent({
      ...ada,
      transaction: { metadata: undefined },
      client: rules('require=verified'),
    });
    const outcome = await logins.login(event);
    expect(outcome.denied).toMatch(/^didit_profile_unavailable: /);
    expect(outcome.log('didit-profile-sync').codes).toEqual(['created', 'not_shared']);
    expect(outcome.log('didit-access-policy').codes).toContain('handover_missing');
  });
});

describe('an unexpected error in didit-claims', () => {
  test('lets the login go on without claims', async () => {
    const outcome = await logins.login(loginEvent(ada), { others: { afterPolicy: breaks('connection') } });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.idToken).toEqual({});
    expect(outcome.accessToken).toEqual({});
    expect(outcome.log('didit-claims')).toEqual({
      outcome: 'failed',
      codes: ['unexpected_error'],
      source: undefined,
    });
    noSecretInLines(outcome.lines);
  });

  test('by a platform that refuses a claim is no reason to fail the login', async () => {
    const api = { idToken: { setCustomClaim: fails } };
    const outcome = await logins.login(loginEvent(ada), { api });
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-claims').codes).toEqual(['unexpected_error']);
    noSecretInLines(outcome.lines);
  });
});

test("other teams' Actions that put anything where ours look do not make them throw", async () => {
  for (const value of [0, true, null, [], {}, 'x'.repeat(8_000)]) {
    const afterSync: Handler = async (event) => {
      setTransactionMetadata(event, 'didit_login', value);
    };
    const user = { ...ada.user, app_metadata: { didit: storedRecord } };
    const outcome = await logins.login(loginEvent({ user }), { others: { afterSync } });
    expect(outcome.lines.join('')).not.toContain('unexpected_error');
    expect(outcome.idToken).toEqual({});
  }
});
