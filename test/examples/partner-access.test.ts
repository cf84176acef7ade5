import { expect, test } from 'vitest';
import { simulateLogin } from '../../scripts/simulation/simulate-login.ts';

const login = {
  actions: ['test/examples/partner-access.js'],
  secrets: { CONTRACTS_KEY: 'key-1' },
  user: { root: { email: 'ada@partner.example', email_verified: true } },
  application: { metadata: { audience_kind: 'partners' } },
};

test('a partner with a contract gets in, and the contract into the ID token', async () => {
  const outcome = await simulateLogin({
    ...login,
    http: (request) =>
      request.headers.get('authorization') === 'Bearer key-1'
        ? Response.json({ contract: 'gold' })
        : new Response(null, { status: 401 }),
  });
  expect(outcome.result).toBe('allowed');
  expect(outcome.idToken).toEqual({ 'https://example.com/contract': 'gold' });
  expect(outcome.written.app_metadata).toEqual({ contract: 'gold' });
});

test('a partner without one is denied', async () => {
  const outcome = await simulateLogin({ ...login, http: () => new Response(null, { status: 404 }) });
  expect(outcome.denial?.code).toBe('no_contract');
});

test('a company that the service cannot tell us about is a failed login: the Action should catch that', async () => {
  const outcome = await simulateLogin({
    ...login,
    http: () => {
      throw new Error('unreachable');
    },
  });
  expect(outcome).toMatchObject({
    result: 'failed',
    denial: { code: 'access_denied', reason: 'fetch failed' },
  });
});

test('other applications are none of its business', async () => {
  const outcome = await simulateLogin({ ...login, application: {} });
  expect(outcome).toMatchObject({ result: 'allowed', requests: [], idToken: {} });
});
