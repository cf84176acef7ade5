import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import {
  NAMESPACE,
  NOW,
  SUBJECT,
  adultSnapshot,
  databaseIdentity,
  diditIdentity,
  managementSecrets,
  storedRecord,
} from './login-event.ts';
import { useLogins } from './logins.ts';
import { RULES, linkedUser, nestedLogin, passwordLogin, stepUp, withPart } from './step-ups.ts';
import type { StepUpChanges } from './step-ups.ts';

const logins = await useLogins();

describe('whatever Auth0 leaves open', () => {
  const asSession = (id: string, method: string) => (event: object) => ({
    ...event,
    session: { id },
    authentication: { methods: [{ name: method, timestamp: new Date(NOW).toISOString() }] },
  });
  const bare = {
    nested: { user: { didit_profile: undefined }, secrets: managementSecrets },
    managementUser: { didit_profile: adultSnapshot, identities: [diditIdentity] },
  };
  const sessions = {
    'the session that the login began with': asSession('session-of-password', 'pwd'),
    'the session of the nested login': asSession('session-of-didit', 'federated'),
  };
  describe.each(Object.entries(sessions))('%s', (_session, event) => {
    test.each<[string, StepUpChanges]>([
      ['the event shows what the provider has added', {}],
      ['it does not, and the Management API shows it', bare],
    ])('a person gets in and is linked: %s', async (_reading, changes) => {
      const { back } = await stepUp(logins, { ...changes, event });
      expect(back.denied).toBeUndefined();
      expect(back.idToken).toMatchObject({ [`${NAMESPACE}verified`]: true });
      expect(back.log('didit-step-up').outcome).toBe('linked');
      expect(own(back.appMetadata['didit'], 'subject')).toBe(SUBJECT);
    });
  });

  test.each([
    ['the ID token has just ended', { exp: NOW / 1_000 - 9 }],
    ['the ID token is about to end', { exp: NOW / 1_000 + 1 }],
    ['the person signed in a moment before they were sent', { auth_time: NOW / 1_000 - 10 }],
  ])('a person gets in though, by a clock that is ten seconds off, %s', async (_, claims) => {
    const { back } = await stepUp(logins, { claims });
    expect(back.denied).toBeUndefined();
    expect(back.log('didit-step-up').outcome).toBe('linked');
  });

  test('the user may have the identity already when the later Actions run', async () => {
    const { back } = await stepUp(logins, {
      outer: { user: { app_metadata: {} } },
      nested: { user: linkedUser },
      event: withPart('user', { ...linkedUser, app_metadata: {} }),
    });
    expect(back.denied).toBeUndefined();
    expect(back.log('didit-step-up').outcome).toBe('renewed');
  });
});

describe('nobody is sent anywhere', () => {
  const codesOf = async (event: object): Promise<readonly unknown[]> => {
    const { denied, sentTo, log } = await logins.login(event);
    expect(sentTo).toBeUndefined();
    const { outcome, codes } = log('didit-step-up');
    return [denied?.split(':')[0], outcome, ...codes];
  };

  test.each([
    [{ protocol: 'oauth2-refresh-token' }],
    [{ prompt: ['none'] }],
    [{ protocol: 'oauth2-token-exchange' }],
    [{ protocol: 'oidc-ciba' }],
    [{ protocol: 'wstrust-usernamemixed' }],
    [{ protocol: 'something-new' }],
    [{ protocol: 'samlp-something-new' }],
    [{ protocol: 'something-wsfed' }],
    [{ protocol: undefined }],
    [{ actor: { sub: 'somebody' } }],
  ])('in a run without a browser of the person: %j', async (transaction) => {
    const event = passwordLogin({ transaction });
    expect(await codesOf(event)).toEqual(['didit_step_up_needed', 'deny', 'didit_step_up_needed']);
  });

  test.each([
    ['the setting is not there', { client: { didit_policy: 'require=verified apply_to=all' } }, 'off'],
    ['the setting is off', { client: { didit_policy: RULES.replace('=on', '=off') } }, 'off'],
  ])('and the rules deny as ever, where %s', async (_name, parts, outcome) => {
    expect(await codesOf(passwordLogin(parts))).toEqual(['didit_connection_required', outcome]);
  });

  test.each([
    ['DIDIT_STEP_UP_CLIENT_ID', ''],
    ['DIDIT_STEP_UP_CLIENT_SECRET', ''],
    ...[
      'tenant.example.com/x?',
      'https://tenant.example.com',
      'somebody@tenant.example.com',
      'x tenant.example.com',
      'tenant.example.com:443000',
      'tenant.example.com:x',
      '',
    ].map((domain) => ['AUTH0_DOMAIN', domain]),
  ])('and the rules deny as ever, where the secret %s is "%s"', async (name, value) => {
    const event = passwordLogin({ secrets: { [name]: value } });
    expect(await codesOf(event)).toEqual(['didit_connection_required', 'not_asked', 'no_step_up_client']);
  });

  test.each([
    ['who gets in without', {}, undefined],
    ['whom Didit knows to be too young', { age_over_18: false }, 'didit_age_under_18'],
  ])('%s', async (_name, record, denied) => {
    const identities = [databaseIdentity, diditIdentity];
    const user = { identities, app_metadata: { didit: { ...storedRecord, ...record } } };
    const client = { didit_policy: RULES.replace('verified', 'verified,age_over_18') };
    expect(await codesOf(passwordLogin({ user, client }))).toEqual([denied, 'not_asked']);
  });

  test('where the rules only report', async () => {
    const event = passwordLogin({ client: { didit_policy: `${RULES} mode=report` } });
    expect(await codesOf(event)).toEqual([undefined, 'would_ask']);
  });

  test('where the transaction keeps nothing, which the rules then deny', async () => {
    const refuses = {
      setMetadata: (name: string) => {
        if (name === 'didit_step_up') throw new Error('full');
      },
    };
    const { denied, sentTo } = await logins.login(passwordLogin(), { api: { transaction: refuses } });
    expect(sentTo).toBeUndefined();
    expect(denied).toBeDefined();
  });

  test('in the login that is nested, whatever its rules are: there is no loop', async () => {
    const rules = { didit_policy: `${RULES} max_age=1s` };
    const event = nestedLogin({
      connection: { metadata: rules },
      organization: rules,
      user: { didit_profile: { ...adultSnapshot, verified: false, fetched_at: '2026-06-01T00:00:00Z' } },
    });
    const { sentTo, log } = await logins.login(event);
    expect([sentTo, log('didit-step-up').outcome]).toEqual([undefined, 'nested']);
    expect(log('didit-access-policy')).toMatchObject({ outcome: 'allow', codes: [] });
  });
});
