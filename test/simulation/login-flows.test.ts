import { afterAll, describe, expect, test } from 'vitest';
import { createLoginSimulator } from '../../scripts/simulation/simulate-login.ts';
import type { LoginFlow } from '../../scripts/simulation/simulate-login.ts';
import { actionFile, logged } from './action-file.ts';

const simulator = createLoginSimulator();
afterAll(() => simulator.close());

describe('a simulated login', () => {
  test.each([
    ['auth0|1', false],
    ['samlp|partner|ada', false],
    ['oidc|partner|1', false],
    ['sms|1', false],
    ['google-oauth2|1', true],
    ['oauth2|other|7', true],
  ])('calls the connection of %s a social one: %s', async (userId, expected) => {
    const actions = [actionFile(`console.log(JSON.stringify([event.user.identities[0].isSocial]))`)];
    expect(logged((await simulator.login({ actions, user: { user_id: userId } })).logs)).toEqual([expected]);
  });

  test.each([
    ['interactive', 'oidc-basic-profile', [], true, true],
    ['sso', 'oidc-basic-profile', [], true, false],
    ['silent', 'oidc-basic-profile', ['none'], false, false],
    ['refresh', 'oauth2-refresh-token', [], false, undefined],
    ['token-exchange', 'oauth2-token-exchange', [], true, undefined],
    ['password', 'oauth2-password', [], false, undefined],
    ['device', 'oauth2-device-code', [], true, true],
  ] satisfies [LoginFlow, string, string[], boolean, boolean | undefined][])(
    'of the flow "%s" shows it in the event',
    async (flow, protocol, prompt, canRedirect, isNew) => {
      const { logs } = await simulator.login({
        flow,
        actions: [
          actionFile(`
            const method = event.authentication?.methods[0];
            console.log(JSON.stringify({
              protocol: event.transaction.protocol, prompt: event.transaction.prompt, canRedirect: api.redirect.canRedirect(),
              isNew: method && Date.now() - new Date(method.timestamp) < 60_000,
              session: 'session' in event, refresh: 'refresh_token' in event,
            }));`),
        ],
      });
      expect(logged(logs)).toEqual({
        protocol,
        prompt,
        canRedirect,
        ...(isNew === undefined ? {} : { isNew }),
        session: isNew !== undefined,
        refresh: flow === 'refresh',
      });
    },
  );

  test.each([
    ['refresh', []],
    ['password', []],
    ['token-exchange', ['openid', 'phone']],
    ['silent', ['openid', 'phone']],
  ] satisfies [LoginFlow, string[]][])(
    'of the flow "%s" shows the requested scopes as Auth0 does: %j',
    async (flow, scopes) => {
      const { logs } = await simulator.login({
        flow,
        application: { scopes: ['openid', 'phone'] },
        actions: [actionFile(`console.log(JSON.stringify(event.transaction.requested_scopes));`)],
      });
      expect(logged(logs)).toEqual(scopes);
    },
  );

  test('begins when the test says that the person came back from the connection', async () => {
    const authenticatedAt = Date.now() - 5 * 60_000;
    const actions = [
      actionFile(`
        const [{ timestamp }] = event.authentication.methods;
        console.log(JSON.stringify([timestamp, event.session.authenticated_at]));`),
    ];
    const time = new Date(authenticatedAt).toISOString();
    for (const flow of ['interactive', 'sso', 'silent', 'device'] satisfies LoginFlow[]) {
      expect(logged((await simulator.login({ flow, actions, authenticatedAt })).logs)).toEqual([time, time]);
    }
  });
});

describe('the personal claims of our Actions', () => {
  const subject = 'didit-user-1';
  const user = {
    user_id: `oauth2|didit|${subject}`,
    root: {
      didit_profile: { subject, verified: true, name: 'Ada Example', fetched_at: new Date().toISOString() },
    },
  };
  const login = {
    connection: {
      metadata: {
        didit_sync: 'fields=verified,name',
        didit_claims: 'namespace=https://example.com/ id_token=verified,name access_token=verified',
      },
    },
    application: { scopes: ['openid', 'profile'] },
  };

  test('are not given on a refresh, where nobody knows what was asked for; the answers are', async () => {
    const first = await simulator.login({ ...login, user });
    expect(first.idToken).toEqual({ 'https://example.com/verified': true, name: 'Ada Example' });
    const refreshed = await simulator.login({ ...login, user: { ...user, ...first.user }, flow: 'refresh' });
    expect(refreshed.idToken).toEqual({ 'https://example.com/verified': true });
    const silent = await simulator.login({ ...login, user: { ...user, ...first.user }, flow: 'silent' });
    expect(silent.idToken).toEqual(first.idToken);
  });
});
