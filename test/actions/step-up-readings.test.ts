import { describe, expect, test } from 'vitest';
import { own } from '../../actions/didit/json.ts';
import { NAMESPACE, NOW, SUBJECT, adultSnapshot, diditIdentity, managementSecrets } from './login-event.ts';
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
  const codesOf = async (event: object): Promise<readonly [string | undefined, string | undefined]> => {
    const { denied, sentTo, log } = await logins.login(event);
    expect(sentTo).toBeUndefined();
    return [denied?.split(':')[0], log('didit-step-up').outcome];
  };

  test.each([
    [{ protocol: 'oauth2-refresh-token' }],
    [{ prompt: ['none'] }],
    [{ protocol: 'oauth2-token-exchange' }],
    [{ protocol: 'oidc-ciba' }],
    [{ protocol: 'wstrust-usernamemixed' }],
    [{ protocol: 'something-new' }],
    [{ protocol: undefined }],
    [{ actor: { sub: 'somebody' } }],
  ])('in a run without a browser of the person: %j', async (transaction) => {
    const event = passwordLogin({ transaction });
    expect(await codesOf(event)).toEqual(['didit_step_up_needed', 'deny']);
  });

  test.each([
    ['the setting is not there', { client: { didit_policy: 'require=verified apply_to=all' } }, 'off'],
    ['the setting is off', { client: { didit_policy: RULES.replace('=on', '=off') } }, 'off'],
    ['the secrets are not there', { secrets: { DIDIT_STEP_UP_CLIENT_SECRET: '' } }, 'not_asked'],
    ['the domain is none', { secrets: { AUTH0_DOMAIN: 'tenant.example.com/x?' } }, 'not_asked'],
  ])('and the rules deny as ever, where %s', async (_name, parts, outcome) => {
    expect(await codesOf(passwordLogin(parts))).toEqual(['didit_connection_required', outcome]);
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
  });
});
