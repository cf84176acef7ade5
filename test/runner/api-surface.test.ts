import { describe, expect, test } from 'vitest';
import { API_CALLS } from '../types/documented.ts';
import { eventWith, failureOf, file, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();

/** These throw or deny outside the situation that they are for. */
const ELSEWHERE = /^(redirect\.validateToken|authentication\.recordMethod)/;

describe('the api object', () => {
  test.each(API_CALLS.filter((call) => !ELSEWHERE.test(call)))(
    'carries out and traces api.%s',
    async (call) => {
      const { outcome, trace } = await runBody(runtime, `api.${call}`, {
        event: eventWith('transaction', {
          protocol: call.startsWith('refreshToken') ? 'oauth2-refresh-token' : 'oidc-basic-profile',
        }),
      });
      expect(failureOf(outcome)).toBeUndefined();
      expect(trace.calls.map(({ method }) => method)).toEqual([`api.${call.slice(0, call.indexOf('('))}`]);
    },
  );

  test.each(['api.nothing.at.all()', 'api.access.allow()'])('has nothing else: %s', async (call) => {
    expect(failureOf((await runBody(runtime, call)).outcome)).toMatch(/is not a function|undefined/);
  });
});

describe('what has no meaning on the local tenant', () => {
  test.each([
    `api.authentication.challengeWith({ type: 'otp' })`,
    `api.authentication.enrollWithAny([{ type: 'otp' }])`,
    `api.multifactor.enable('any')`,
    `api.prompt.render('ap_1')`,
    `api.rules.wasExecuted('rul_1')`,
    `api.samlResponse.setAudience('a')`,
    `api.session.setCookieMode('persistent')`,
    `api.groups.anything('a')`,
    `await api.roles.anything('a')`,
  ])('is noted once and changes nothing: %s', async (call) => {
    const { outcome, trace } = await runBody(runtime, `${call}; ${call};`);
    expect(outcome.decision).toEqual({ kind: 'allow' });
    expect(trace.notes).toHaveLength(1);
    expect(trace.calls).toHaveLength(2);
  });

  test.each([
    [`setAudience('x'.repeat(2_001))`, /has 2001 bytes; at most 2000/],
    [`setCert('x'.repeat(4_001))`, /at most 4000/],
    [`setNameIdentifierFormat('x'.repeat(501))`, /at most 500/],
    [`setNameIdentifierProbes(Array(11).fill('a'))`, /at most 10/],
    [`setAttribute('x'.repeat(1_001), 'a')`, /at most 1000/],
    [`setAttribute('a', 'x'.repeat(2_000))`, /at most 2000/],
    [`setSignResponse('yes')`, /takes a boolean/],
    [`setLifetimeInSeconds('1')`, /takes a number/],
  ])('is held to its limits all the same: api.samlResponse.%s', async (call, message) => {
    expect(failureOf((await runBody(runtime, `api.samlResponse.${call}`)).outcome)).toMatch(message);
  });

  test('is held to 100 SAML attributes', async () => {
    const body = `for (let i = 0; i < 101; i += 1) api.samlResponse.setAttribute('a' + i, null);`;
    expect(failureOf((await runBody(runtime, body)).outcome)).toMatch(/At most 100 SAML attributes/);
  });
});

describe('api.validation.error', () => {
  test('denies with a code of its own', async () => {
    const { outcome } = await runBody(runtime, `api.validation.error('too_young', 'Come back later.')`);
    expect(outcome.decision).toEqual({ kind: 'deny', code: 'too_young', reason: 'Come back later.' });
  });

  test.each([
    [`'x'.repeat(101), 'm'`, /"errorCode" has 101 characters; at most 100/],
    [`'c', 'x'.repeat(101)`, /"errorMessage" has 101 characters; at most 100/],
    [`'c'`, /"errorMessage" has to be a string/],
  ])('refuses (%s)', async (values, message) => {
    expect(failureOf((await runBody(runtime, `api.validation.error(${values})`)).outcome)).toMatch(message);
  });
});

test('a trace shows the arguments as they were at the call, and nothing that JSON cannot hold', async () => {
  const { trace } = await runBody(
    runtime,
    `const value = { a: 1 }; api.user.setAppMetadata('k', value); value.a = 2; api.access.deny(10n, () => 1);`,
  );
  expect(trace.calls).toEqual([
    { method: 'api.user.setAppMetadata', arguments: ['k', { a: 1 }] },
    { method: 'api.access.deny', arguments: ['(no JSON value)', '() => 1'] },
  ]);
  expect(trace.milliseconds).toBeGreaterThan(0);
});

test('a file name with odd characters harms nobody', async () => {
  const name = '../../odd name?#%';
  const { decision } = await runtime.runPostLogin({
    actions: [file(`require('fs'); exports.onExecutePostLogin = async () => {};`, { name })],
    event: {},
  });
  expect(decision).toEqual({ kind: 'allow' });
});
