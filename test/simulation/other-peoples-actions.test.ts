import { afterAll, expect, test } from 'vitest';
import { createLoginSimulator } from '../../scripts/simulation/simulate-login.ts';
import type { SimulatedLogin } from '../../scripts/simulation/simulate-login.ts';
import { actionFile } from './action-file.ts';

/**
 * Kinds of post-login Actions that people publish, written anew from what they are for: what the harness is for has to work with
 * them. Each has a login, and what becomes of it.
 */
interface Kind {
  readonly what: string;
  readonly action: string;
  readonly login?: SimulatedLogin;
  readonly expected: object;
}

const N = 'https://example.com/';
const calls = (method: string): unknown =>
  expect.objectContaining({
    calls: expect.arrayContaining([expect.objectContaining({ method })]) as unknown,
  });

const KINDS: readonly Kind[] = [
  {
    what: 'adds the roles to both tokens',
    action: `for (const token of [api.idToken, api.accessToken]) token.setCustomClaim('${N}roles', event.authorization.roles);`,
    login: { roles: ['editor'] },
    expected: { idToken: { [`${N}roles`]: ['editor'] }, accessToken: { [`${N}roles`]: ['editor'] } },
  },
  {
    what: 'asks administrators for a second factor',
    action: `if (event.authorization.roles.includes('admin')) api.multifactor.enable('any', { allowRememberBrowser: false });`,
    login: { roles: ['admin'] },
    expected: { result: 'allowed', trace: [calls('api.multifactor.enable')] },
  },
  {
    what: 'challenges with the factors that a person has enrolled',
    action: `const [first, ...others] = event.user.enrolledFactors ?? [];
      if (first) api.authentication.challengeWith({ type: first.type }, { additionalFactors: others });
      else api.authentication.enrollWithAny([{ type: 'otp' }, { type: 'webauthn-platform' }]);`,
    expected: { result: 'allowed', trace: [calls('api.authentication.enrollWithAny')] },
  },
  {
    what: 'lets people of listed e-mail domains in only',
    action: `const allowed = event.secrets.ALLOWED_DOMAINS.split(',');
      if (!allowed.includes((event.user.email ?? '').split('@').pop().toLowerCase())) api.access.deny('domain_not_allowed');`,
    login: { secrets: { ALLOWED_DOMAINS: 'example.org,example.net' } },
    expected: { result: 'denied', denial: { reason: 'domain_not_allowed' } },
  },
  {
    what: 'wants a verified e-mail address',
    action: `if (!event.user.email_verified) api.access.deny('Please verify your email before logging in.');`,
    login: { user: { root: { email: 'ada@example.com', email_verified: false } } },
    expected: { result: 'denied' },
  },
  {
    what: 'keeps countries out',
    action: `if (['XX', 'YY'].includes(event.request.geoip.countryCode)) api.access.deny('country');`,
    login: { event: { request: { geoip: { countryCode: 'XX' } } } },
    expected: { result: 'denied' },
  },
  {
    what: 'lets people of listed networks in only',
    action: `const { BlockList, isIP } = require('node:net');
      const office = new BlockList();
      for (const [address, bits] of [['198.51.100.0', 24], ['2001:db8::', 32]])
        office.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
      if (!office.check(event.request.ip)) api.access.deny('network');`,
    expected: { result: 'denied', denial: { reason: 'network' } },
  },
  {
    what: 'gives a role by the e-mail domain at the first login',
    action: `if (event.stats.logins_count === 1 && event.user.email?.endsWith('@example.com'))
      api.user.setAppMetadata('roles', [...(event.user.app_metadata.roles ?? []), 'employee']);`,
    expected: { written: { app_metadata: { roles: ['employee'] } } },
  },
  {
    what: 'asks for a missing profile by a redirect, and keeps the answer',
    action: `if (!event.user.user_metadata.birthday && api.redirect.canRedirect()) {
        const token = api.redirect.encodeToken({ secret: event.secrets.KEY, payload: { email: event.user.email } });
        api.redirect.sendUserTo('https://profile.example.com/form', { query: { session_token: token } });
      }`,
    login: { secrets: { KEY: 'form-key' } },
    expected: {
      result: 'redirected',
      redirects: [expect.stringMatching(/^https:\/\/profile\..*session_token=.*state=/)],
    },
  },
  {
    what: 'does not send anybody away where nobody looks',
    action: `if (api.redirect.canRedirect()) api.redirect.sendUserTo('https://terms.example.com/'); else api.idToken.setCustomClaim('${N}terms', 'later');`,
    login: { flow: 'silent' },
    expected: { result: 'allowed', idToken: { [`${N}terms`]: 'later' } },
  },
  {
    what: 'enriches tokens with what a service says, and waits for it no longer than it may',
    action: `const response = await fetch('https://crm.example.com/customers/' + encodeURIComponent(event.user.email), { signal: AbortSignal.timeout(2_000) });
      const { tier } = await response.json();
      api.accessToken.setCustomClaim('${N}tier', tier);`,
    login: { http: () => Response.json({ tier: 'gold' }) },
    expected: { accessToken: { [`${N}tier`]: 'gold' }, requests: [expect.objectContaining({ status: 200 })] },
  },
  {
    what: 'lets people in when that service is down',
    action: `try { await fetch('https://crm.example.com/'); } catch { api.idToken.setCustomClaim('${N}tier', 'unknown'); }`,
    login: {
      http: () => {
        throw new Error('down');
      },
    },
    expected: { result: 'allowed', idToken: { [`${N}tier`]: 'unknown' } },
  },
  {
    what: 'tells a chat of who is new without waiting for it, which may never be sent',
    action: `if (event.stats.logins_count === 1) fetch('https://chat.example.com/', { method: 'POST', body: event.user.email });`,
    expected: { result: 'allowed', requests: [], notes: [expect.stringContaining('does not await')] },
  },
  {
    what: 'waits for each of several requests',
    action: `await Promise.all(['a', 'b'].map((path) => fetch('https://api.example.com/' + path)));`,
    login: { http: () => new Response('ok') },
    expected: { result: 'allowed', requests: [{ status: 200 }, { status: 200 }], notes: [] },
  },
  {
    what: 'keeps a token of a service in the cache',
    action: `let token = api.cache.get('token')?.value;
      if (token === undefined) {
        ({ token } = await (await fetch('https://auth.example.com/token', { method: 'POST' })).json());
        const kept = api.cache.set('token', token, { ttl: 60_000 });
        if (kept.type === 'error') console.log(kept.code);
      }
      api.idToken.setCustomClaim('${N}token', token);`,
    login: { http: () => Response.json({ token: 't-1' }) },
    expected: { idToken: { [`${N}token`]: 't-1' }, logs: [] },
  },
  {
    what: 'links accounts with the same address by making another one primary',
    action: `if (event.user.user_id !== 'auth0|primary') api.authentication.setPrimaryUser('auth0|primary');`,
    expected: { result: 'allowed', trace: [calls('api.authentication.setPrimaryUser')] },
  },
  {
    what: 'counts logins, and greets who is new',
    action: `api.user.setAppMetadata('logins', event.stats.logins_count);
      if (event.stats.logins_count === 1) await fetch('https://hooks.example.com/new', { method: 'POST', body: JSON.stringify({ id: event.user.user_id }) });`,
    login: { http: () => new Response(null, { status: 204 }) },
    expected: {
      written: { app_metadata: { logins: 1 } },
      requests: [expect.objectContaining({ method: 'POST' })],
    },
  },
  {
    what: 'removes scopes that a plan does not have',
    action: `if (event.user.app_metadata.plan !== 'pro') api.accessToken.removeScope('write:reports'); api.accessToken.addScope('read:reports');`,
    expected: { removedScopes: ['write:reports'], addedScopes: ['read:reports'] },
  },
  {
    what: 'tells the organization and its plan',
    action: `if (event.organization) api.idToken.setCustomClaim('${N}org', { name: event.organization.name, plan: event.organization.metadata.plan });`,
    login: { organization: { name: 'acme', metadata: { plan: 'gold' } } },
    expected: { idToken: { [`${N}org`]: { name: 'acme', plan: 'gold' } } },
  },
  {
    what: 'wants applications to be used by their own users',
    action: `const apps = event.user.app_metadata.apps ?? []; if (!apps.includes(event.client.client_id)) api.access.deny('no_access');`,
    login: { user: { app_metadata: { apps: ['application-1'] } } },
    expected: { result: 'allowed' },
  },
  {
    what: 'closes on weekends',
    action: `const day = new Date(Number(event.secrets.NOW)).getUTCDay(); if (day === 0 || day === 6) api.access.deny('Come back on Monday.');`,
    login: { secrets: { NOW: String(Date.UTC(2026, 10, 28)) } },
    expected: { result: 'denied' },
  },
  {
    what: 'ends a session of people who are suspended',
    action: `if (event.user.app_metadata.suspended) api.session.revoke('suspended');`,
    login: { flow: 'sso', user: { app_metadata: { suspended: true } } },
    expected: { result: 'denied', denial: { reason: 'suspended' } },
  },
  {
    what: 'shortens sessions and refresh tokens of one application',
    action: `const soon = Date.now() + 3_600_000; api.session.setExpiresAt(soon); api.refreshToken.setExpiresAt(soon);`,
    expected: { result: 'allowed', trace: [calls('api.session.setExpiresAt')] },
  },
  {
    what: 'notes the device of a refresh token, and ends it from another place',
    action: `if (event.refresh_token && event.refresh_token.metadata.ip !== event.request.ip) api.refreshToken.revoke('moved');`,
    login: { flow: 'refresh' },
    expected: { result: 'denied', denial: { reason: 'moved' } },
  },
  {
    what: 'hands a correlation id to later Actions',
    action: `api.transaction.setMetadata('correlation', 'c-1'); console.log(event.transaction.metadata.correlation);`,
    expected: { logs: ['c-1'] },
  },
  {
    what: 'breaks by a chain that Auth0 does not have',
    action: `api.accessToken.addScope('a').addScope('b');`,
    expected: { result: 'failed' },
  },
];

const simulator = createLoginSimulator();
afterAll(() => simulator.close());

test.each(KINDS)('an Action that $what', async ({ action, login = {}, expected }) => {
  expect(await simulator.login({ ...login, actions: [actionFile(action)] })).toMatchObject(expected);
});

test('the answer to a redirect comes back to the Action that asked', async () => {
  const outcome = await simulator.login({
    actions: [
      actionFile(
        `api.redirect.sendUserTo('https://profile.example.com/');`,
        `exports.onContinuePostLogin = async (event, api) => { api.user.setUserMetadata('birthday', event.request.body.birthday); };`,
      ),
    ],
    onRedirect: () => ({ body: { birthday: '2000-01-01' } }),
  });
  expect(outcome.written.user_metadata).toEqual({ birthday: '2000-01-01' });
});
