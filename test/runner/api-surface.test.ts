import { describe, expect, test } from 'vitest';
import { API_CALLS, CHAINED_CALLS } from '../types/documented.ts';
import { EVENT, eventWith, failureOf, file, runBody, runtimeForTests } from './run-actions.ts';

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
    `api.rules.wasExecuted('rul_1')`,
    `api.samlResponse.setAudience('a')`,
    `api.session.setCookieMode('persistent')`,
    `await api.groups.getUserGroups()`,
    `await api.groups.hasGroupMembership(['a'])`,
    `await api.roles.getUserEffectiveRolesByIds(['rol_1'])`,
  ])('is noted once and changes nothing: %s', async (call) => {
    const { outcome, trace } = await runBody(runtime, `${call}; ${call};`);
    expect(outcome.decision).toEqual({ kind: 'allow' });
    expect(trace.notes).toHaveLength(1);
    expect(trace.calls).toHaveLength(2);
  });

  test.each([
    [`setAudience('x'.repeat(2_049))`, /has 2049 characters; at most 2048/],
    [`setCert('x'.repeat(4_097))`, /at most 4096/],
    [`setNameIdentifierFormat('x'.repeat(513))`, /at most 512/],
    [`setRelayState('x'.repeat(513))`, /at most 512/],
    [`setIssuer('x'.repeat(513))`, /at most 512/],
    [`setDigestAlgorithm('md5')`, /"sha256" or "sha1"/],
    [`setSignatureAlgorithm('none')`, /"rsa-sha256" or "rsa-sha1"/],
    [`setEncryptionAlgorithm('rot13')`, /"aes256-gcm" or/],
    [`setNameIdentifierProbes(Array(11).fill('a'))`, /at most 10/],
    [`setAttribute('x'.repeat(1_025), 'a')`, /at most 1024/],
    [`setAttribute('a', { b: 1 })`, /has to be a string, a number/],
    [`setAttribute('a', [['b']])`, /has to be a string, a number/],
    [`setAttribute('a', 'x'.repeat(2_049))`, /at most 2048/],
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

describe('what a call answers with', () => {
  test.each(API_CALLS.filter((call) => !ELSEWHERE.test(call)))("is Auth0's: api.%s", async (call) => {
    const [name = ''] = call.split('(');
    const { log } = await runBody(runtime, `console.log(api.${call} === api)`, {
      event: eventWith('transaction', {
        protocol: name.startsWith('refreshToken') ? 'oauth2-refresh-token' : 'oidc-basic-profile',
      }),
    });
    expect(log).toBe(String(CHAINED_CALLS.includes(name) || name.startsWith('samlResponse.')));
  });

  test.each([
    `api.accessToken.addScope('a')`,
    `api.session.setMetadata('a', 'b')`,
    `api.refreshToken.evictMetadata()`,
    `api.transaction.setMetadata('a', 'b')`,
  ])('makes a chained call fail where it is nothing: %s', async (call) => {
    const { outcome } = await runBody(runtime, `${call}.idToken.setCustomClaim('a', 1)`);
    expect(failureOf(outcome)).toMatch(/undefined/);
  });
});

describe('arguments that Auth0 checks', () => {
  test.each([
    [`session.setExpiresAt(0)`, /"absolute"/],
    [`session.setIdleExpiresAt(0)`, /"inactivity"/],
    [`refreshToken.setExpiresAt(0)`, /"absolute"/],
    [`session.revoke('r', { preserveRefreshTokens: 'yes' })`, /"preserveRefreshTokens"/],
    [`session.revoke('r', { preserve: true })`, /unknown property "preserve"/],
    [`session.revoke(7)`, /"reason"/],
    [`session.setCookieMode('session')`, /"persistent" or "non-persistent"/],
    [`authentication.setPrimaryUser('')`, /non-empty/],
    [`multifactor.enable('sms')`, /"any" or "duo"/],
    [`multifactor.enable('any', { allowRememberBrowser: 1 })`, /"allowRememberBrowser"/],
    [`multifactor.enable('any', { providerOptions: { host: 'h' } })`, /unknown property "host"/],
    [`multifactor.enable('duo', { providerOptions: { host: 'h', ikey: 'i' } })`, /"skey"/],
    [`prompt.render()`, /"promptId" has to be a string/],
    [`prompt.render('x'.repeat(49))`, /at most 48/],
    [`prompt.render('ap_1', { values: {} })`, /unknown property "values"/],
    [`prompt.render('ap_1', { fields: [] })`, /"fields" has to be an object/],
    [`prompt.render('ap_1', { fields: { 'a-b': 1 } })`, /"a-b"/],
    [
      `prompt.render('ap_1', { vars: Object.fromEntries(Array.from({ length: 25 }, (_, i) => ['v' + i, i])) })`,
      /at most 24/,
    ],
    [`prompt.render('ap_1', { vars: { long: 'x'.repeat(24_576) } })`, /at most 24576/],
    [`prompt.render('ap_1'); api.prompt.render('ap_2')`, /Only 1 render command/],
    [
      `prompt.render('ap_1'); api.redirect.sendUserTo('https://example.com/')`,
      /cannot be used in the same action/,
    ],
    [
      `redirect.sendUserTo('https://example.com/'); api.prompt.render('ap_1')`,
      /cannot be used in the same action/,
    ],
  ])('api.%s', async (call, message) => {
    expect(failureOf((await runBody(runtime, `api.${call}`)).outcome)).toMatch(message);
  });

  test.each([
    [`groups.getUserGroups({ from: 1 })`, /"from"/],
    [`groups.hasGroupMembership([])`, /"groups"/],
    [`groups.hasGroupMembership('staff')`, /"groups"/],
    [`roles.getUserEffectiveRoles({ take: 0 })`, /"take"/],
    [`roles.getUserEffectiveRolesByIds()`, /"ids"/],
    [`roles.getUserEffectiveRolesByNames([])`, /"names"/],
  ])('as a rejection: api.%s', async (call, message) => {
    const body = `let sync = true; const answer = api.${call}.catch((error) => { if (!sync) throw error; }); sync = false; await answer;`;
    expect(failureOf((await runBody(runtime, body)).outcome)).toMatch(message);
  });

  test('are never missed for what Auth0 takes', async () => {
    const body = `api.prompt.render('ap_1', { fields: { a_1: 1 }, vars: { 'a-b': 1 } });
      api.multifactor.enable('duo', { providerOptions: { host: 'h', ikey: 'i', skey: 's' } });
      api.samlResponse.setAttribute('a', undefined).samlResponse.setAttribute('b', ['c', 1, true]).samlResponse.setAudience();`;
    expect((await runBody(runtime, body)).outcome.decision).toEqual({ kind: 'allow' });
  });
});

test('api.roles finds what the event has, page by page', async () => {
  const { log } = await runBody(
    runtime,
    `const { roles, next } = await api.roles.getUserEffectiveRoles({ take: 2 });
     const rest = await api.roles.getUserEffectiveRoles({ take: 2, from: next });
     const named = await api.roles.getUserEffectiveRolesByNames(['c', 'z']);
     console.log(JSON.stringify([roles, rest, named].map((each) => each.roles ?? each)));`,
    { event: { ...EVENT, authorization: { roles: ['a', 'b', 'c'] } } },
  );
  expect(JSON.parse(log)).toEqual([[{ name: 'a' }, { name: 'b' }], [{ name: 'c' }], [{ name: 'c' }]]);
});

describe('the event', () => {
  test('always has a configuration', async () => {
    expect((await runBody(runtime, `console.log(JSON.stringify(event.configuration))`)).log).toBe('{}');
  });

  test('gets a transaction when its metadata is set', async () => {
    const event = Object.fromEntries(Object.entries(EVENT).filter(([part]) => part !== 'transaction'));
    const body = `api.transaction.setMetadata('a', 1); console.log(JSON.stringify(event.transaction));`;
    expect((await runBody(runtime, body, { event })).log).toBe('{"metadata":{"a":1}}');
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
