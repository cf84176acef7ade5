import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';
import type { PostLoginOutcome } from '../../scripts/runner/contract.ts';
import { stringIn } from '../../scripts/base/json-values.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { EVENT, eventWith, failureOf, file, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();
const SECRET = 'a shared secret of the page';
const key = new TextEncoder().encode(SECRET);

const withTransaction = (fields: JsonObject): JsonObject => eventWith('transaction', fields);

describe('api.redirect.canRedirect', () => {
  test.each([
    ['oidc-basic-profile', true],
    ['oidc-implicit-profile', true],
    ['oidc-hybrid-profile', true],
    ['samlp', true],
    ['wsfed', true],
    ['oauth2-refresh-token', false],
    ['oauth2-password', false],
    ['oauth2-resource-owner', false],
    ['oauth2-webauthn', false],
    // No browser is there, and Auth0 says so only once it cannot redirect.
    ['oauth2-token-exchange', true],
    ['oidc-ciba', true],
    ['wstrust-usernamemixed', true],
  ])('in the protocol %s: %s', async (protocol, expected) => {
    const { log } = await runBody(runtime, 'console.log(api.redirect.canRedirect())', {
      event: withTransaction({ protocol }),
    });
    expect(log).toBe(String(expected));
  });

  test('is false where nobody is looking', async () => {
    const { log } = await runBody(runtime, 'console.log(api.redirect.canRedirect())', {
      event: eventWith('request', { query: { prompt: 'none' } }),
    });
    expect(log).toBe('false');
  });

  test('says nothing about a redirect that then fails: nobody is there in a token exchange', async () => {
    const { outcome, log } = await runBody(
      runtime,
      `console.log(api.redirect.canRedirect()); api.redirect.sendUserTo('https://example.com/');`,
      { event: withTransaction({ protocol: 'oauth2-token-exchange' }) },
    );
    expect(log).toBe('true');
    expect(failureOf(outcome)).toMatch(/no user can be redirected/);
  });
});

describe('api.redirect.sendUserTo', () => {
  const body = `api.transaction.setMetadata('a', 1); api.user.setAppMetadata('b', 2);
    api.redirect.sendUserTo('https://example.com/page?x=1#top', { query: { y: 'ä&', x: 2 } }); console.log('rest');`;

  test('ends the run after this Action, and keeps what it has set', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        file(`exports.onExecutePostLogin = async () => {};`, { name: 'one' }),
        file(`exports.onExecutePostLogin = async (event, api) => { ${body} };`, { name: 'two' }),
        file(`exports.onExecutePostLogin = async () => {};`, { name: 'three' }),
      ],
      event: EVENT,
    });
    expect(outcome.decision).toEqual({
      kind: 'redirect',
      url: 'https://example.com/page?x=2&y=%C3%A4%26#top',
      actionIndex: 1,
      transactionMetadata: { a: 1 },
    });
    expect(outcome.appMetadata).toEqual({ b: 2 });
    expect(outcome.trace.map(({ action, logs }) => [action, logs])).toEqual([
      ['one', []],
      ['two', ['rest']],
    ]);
  });

  test('gives way to a denial', async () => {
    const { outcome } = await runBody(runtime, `${body} api.access.deny('no')`);
    expect(outcome.decision).toEqual({ kind: 'deny', reason: 'no' });
  });

  test('ends a silent login with interaction_required', async () => {
    const { outcome } = await runBody(runtime, body, { event: withTransaction({ prompt: ['none'] }) });
    expect(outcome.decision).toMatchObject({ kind: 'error', oauthError: 'interaction_required' });
  });

  test('fails a refresh', async () => {
    const { outcome } = await runBody(runtime, body, {
      event: withTransaction({ protocol: 'oauth2-refresh-token' }),
    });
    expect(failureOf(outcome)).toMatch(/no user can be redirected/);
    expect(outcome.decision).not.toHaveProperty('oauthError');
  });

  test.each(['com.example.app://callback?a=1', 'HTTPS://example.com/page'])(
    'takes any absolute URL: %s',
    async (url) => {
      const { outcome } = await runBody(runtime, `api.redirect.sendUserTo('${url}')`);
      expect(outcome.decision).toMatchObject({ kind: 'redirect', url: new URL(url).href });
    },
  );

  test.each([`'/relative'`, `'https://'`, 'undefined'])('refuses %s', async (url) => {
    expect(failureOf((await runBody(runtime, `api.redirect.sendUserTo(${url})`)).outcome)).toContain('"url"');
  });
});

describe('api.redirect.encodeToken', () => {
  test('makes a JWT that jose accepts, with the documented claims where the payload has none of its own', async () => {
    const { outcome } = await runBody(
      runtime,
      `api.idToken.setCustomClaim('token', api.redirect.encodeToken({ secret: event.secrets.S, payload: { a: 1, sub: 'mine', jti: 'x' } }))`,
      { secrets: { S: SECRET } },
    );
    const { payload, protectedHeader } = await jwtVerify(stringIn(outcome.idTokenClaims, 'token') ?? '', key);
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    const { iat = 0, exp = 0, ...claims } = payload;
    expect(claims).toEqual({
      a: 1,
      sub: 'mine',
      jti: 'x',
      iss: 'tenant.example.com',
      ip: '203.0.113.7',
    });
    expect(exp - iat).toBe(900);
    expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(60);
  });

  test.each(['iss', 'iat', 'exp', 'sub', 'ip'])('lets a %s of the payload win', async (name) => {
    const { outcome } = await runBody(
      runtime,
      `api.idToken.setCustomClaim('token', api.redirect.encodeToken({ secret: 's', payload: { ${name}: 1 }, expiresInSeconds: 0 }))`,
    );
    expect(decodeJwt(stringIn(outcome.idTokenClaims, 'token') ?? '')[name]).toBe(1);
  });

  test('makes a token that is over at once for a lifetime of 0', async () => {
    const { outcome } = await runBody(
      runtime,
      `api.idToken.setCustomClaim('token', api.redirect.encodeToken({ secret: 's', payload: {}, expiresInSeconds: 0 }))`,
    );
    const { iat, exp } = decodeJwt(stringIn(outcome.idTokenClaims, 'token') ?? '');
    expect(exp).toBe(iat);
  });

  test('lives as long as it is told', async () => {
    const { outcome } = await runBody(
      runtime,
      `api.idToken.setCustomClaim('token', api.redirect.encodeToken({ secret: 's', payload: {}, expiresInSeconds: 60 }))`,
    );
    const { payload } = await jwtVerify(
      stringIn(outcome.idTokenClaims, 'token') ?? '',
      new TextEncoder().encode('s'),
    );
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  test.each([
    [`{ payload: {} }`, /"secret"/],
    [`{ secret: '', payload: {} }`, /"secret"/],
    [`{ secret: 's', payload: 'text' }`, /"payload"/],
    [`{ secret: 's', payload: {}, expiresInSeconds: '60' }`, /"expiresInSeconds"/],
    [`{ secret: 's', payload: { exp: 'later' } }`, /"exp"/],
  ])('refuses %s', async (options, message) => {
    const { outcome } = await runBody(runtime, `api.redirect.encodeToken(${options})`);
    expect(failureOf(outcome)).toMatch(message);
  });

  test('leaves no secret in the trace', async () => {
    const { trace } = await runBody(
      runtime,
      `api.redirect.encodeToken({ secret: 'hush-hush', payload: {} })`,
    );
    expect(trace.calls).toHaveLength(1);
    expect(JSON.stringify(trace)).not.toContain('hush-hush');
  });
});

describe('the return from a redirect', () => {
  const STATE = 'state-1';
  const code = `
    exports.onExecutePostLogin = async (event, api) => { api.access.deny('ran again'); };
    exports.onContinuePostLogin = async (event, api) => {
      const claims = api.redirect.validateToken({ secret: event.secrets.S, tokenParameterName: 'my_token' });
      api.idToken.setCustomClaim('answer', claims.answer);
      api.authentication.recordMethod('https://example.com/method');
      console.log(JSON.stringify(event.transaction.metadata));
    };`;
  const resume = (token: string | undefined, where: 'body' | 'query' = 'body'): Promise<PostLoginOutcome> =>
    runtime.runPostLogin({
      actions: [
        file(`exports.onExecutePostLogin = async (event, api) => { api.access.deny('the first ran'); };`, {
          name: 'first',
        }),
        file(code, { name: 'second', secrets: { S: SECRET } }),
        file(`exports.onExecutePostLogin = async (event, api) => { api.user.setAppMetadata('last', 1); };`, {
          name: 'last',
        }),
      ],
      event: eventWith('request', {
        query: { state: STATE, ...(where === 'query' && token !== undefined ? { my_token: token } : {}) },
        body: where === 'body' && token !== undefined ? { my_token: token } : {},
      }),
      continueFrom: { actionIndex: 1, transactionMetadata: { kept: true } },
    });
  const sign = (payload: JWTPayload, secret: Uint8Array = key, alg = 'HS256'): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg }).setExpirationTime('1m').sign(secret);

  test.each(['body', 'query'] as const)(
    'goes on in the same Action with the token of the %s',
    async (where) => {
      const outcome = await resume(await sign({ answer: 42, state: STATE }), where);
      expect(outcome.decision).toEqual({ kind: 'allow' });
      expect(outcome).toMatchObject({
        idTokenClaims: { answer: 42 },
        appMetadata: { last: 1 },
        recordedMethods: ['https://example.com/method'],
      });
      expect(outcome.trace.map(({ action, handler, logs }) => [action, handler, logs])).toEqual([
        ['second', 'onContinuePostLogin', ['{"kept":true}']],
        ['last', 'onExecutePostLogin', []],
      ]);
    },
  );

  test.each([
    ['no token', () => undefined, /There is no parameter called 'my_token' available/],
    ['the token of another person', () => sign({ state: STATE, sub: 'oauth2|didit|user-2' }), /"sub"/],
    ['the token of another issuer', () => sign({ state: STATE, iss: 'page.example.com' }), /"iss"/],
    ['no JWT', () => 'a.b', /The session token is invalid: jwt malformed/],
    [
      'another secret',
      () => sign({ state: STATE }, new TextEncoder().encode('x'.repeat(32))),
      /invalid signature/,
    ],
    ['another state', () => sign({ state: 'other' }), /"state"/],
    ['no state', () => sign({}), /"state"/],
    [
      'another algorithm',
      () => sign({ state: STATE }, new TextEncoder().encode('x'.repeat(64)), 'HS512'),
      /invalid algorithm/,
    ],
    [
      'a time that is over',
      () => new SignJWT({ state: STATE }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(1).sign(key),
      /jwt expired/,
    ],
    [
      'a time to come',
      () => new SignJWT({ state: STATE }).setProtectedHeader({ alg: 'HS256' }).setNotBefore('1h').sign(key),
      /jwt not active/,
    ],
    [
      'no signature',
      () => {
        const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${part({ alg: 'none' })}.${part({ state: STATE })}.`;
      },
      /jwt signature is required/,
    ],
  ])('fails with %s', async (_what, token, message) => {
    expect(failureOf(await resume(await token()))).toMatch(message);
  });

  test('takes a token of this person and issuer, and notes where it does not say whose it is', async () => {
    const own = { sub: 'oauth2|didit|user-1', iss: 'tenant.example.com' };
    const notesOf = async (payload: JWTPayload): Promise<readonly string[]> => {
      const { decision, trace } = await resume(await sign({ answer: 1, state: STATE, ...payload }));
      expect(decision).toEqual({ kind: 'allow' });
      return trace[0]?.notes ?? [];
    };
    expect(await notesOf(own)).toEqual([]);
    expect((await notesOf({})).join()).toMatch(/no "iss".*no "sub"/);
  });

  test('needs an onContinuePostLogin', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [file('exports.onExecutePostLogin = async () => {};')],
      event: EVENT,
      continueFrom: { actionIndex: 0, transactionMetadata: {} },
    });
    expect(failureOf(outcome)).toBe('Invalid function signature for the "onContinuePostLogin" handler');
  });
});

test('api.authentication.recordMethod is refused before a redirect', async () => {
  const { outcome } = await runBody(runtime, `api.authentication.recordMethod('https://example.com/')`);
  expect(failureOf(outcome)).toMatch(/in onContinuePostLogin only/);
});
