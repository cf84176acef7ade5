import { describe, expect, test } from 'vitest';
import { EVENT, action, failureOf, file, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();
const fresh = runtimeForTests({ instances: 'fresh' });

describe('the handler', () => {
  test.each([
    ['a plain function', 'exports.onExecutePostLogin = (event, api) => {};'],
    ['a function that returns a promise', 'exports.onExecutePostLogin = () => Promise.resolve();'],
    ['an async generator', 'exports.onExecutePostLogin = async function* () {};'],
    ['no function', 'exports.onExecutePostLogin = 1;'],
    ['nothing', 'exports.onContinuePostLogin = async () => {};'],
    ['nothing at all', 'module.exports = null;'],
  ])('is refused when it is %s', async (_what, code) => {
    const { decision } = await runtime.runPostLogin({ actions: [file(code)], event: EVENT });
    expect(decision).toEqual({
      kind: 'error',
      message: 'Invalid function signature for the "onExecutePostLogin" handler',
    });
  });

  test('for the return from a redirect is held to the same rule', async () => {
    const code = 'exports.onExecutePostLogin = async () => {}; exports.onContinuePostLogin = () => {};';
    const { decision } = await runtime.runPostLogin({ actions: [file(code)], event: EVENT });
    expect(decision).toEqual({
      kind: 'error',
      message: 'Invalid function signature for the "onContinuePostLogin" handler',
    });
  });

  test('may be exported as CommonJS allows', async () => {
    const code =
      'module.exports = { async onExecutePostLogin(event, api) { api.access.deny("by module.exports"); } };';
    const { decision } = await runtime.runPostLogin({ actions: [file(code)], event: EVENT });
    expect(decision).toEqual({ kind: 'deny', reason: 'by module.exports' });
  });

  test.each([
    ['an error while it runs', 'throw new Error("broken")', 'broken'],
    ['something that is no error', 'throw "a word"', 'a word'],
    ['an error of the API', 'api.idToken.setCustomClaim("scope", 1)', /"scope" cannot be set/],
  ])('fails the login with the message of %s, and writes nothing', async (_what, body, message) => {
    const { outcome, trace } = await runBody(
      runtime,
      `api.user.setAppMetadata('a', 1); api.idToken.setCustomClaim('https://example.com/a', 1);
       api.accessToken.addScope('a'); api.session.setMetadata('a', '1');\n${body}`,
    );
    expect(failureOf(outcome)).toMatch(message);
    expect(outcome).toMatchObject({ appMetadata: {}, userMetadata: {}, idTokenClaims: {}, addedScopes: [] });
    expect(outcome.session).toEqual({ revoked: false });
    expect(trace.error).toMatch(message);
  });

  test.each([
    ['a syntax error', 'exports.onExecutePostLogin = async () => { if };', /Unexpected token/],
    ['an error at the top level', 'throw new Error("at load");', /^at load$/],
  ])('fails the login when its file has %s', async (_what, code, message) => {
    const outcome = await runtime.runPostLogin({ actions: [file(code)], event: EVENT });
    expect(failureOf(outcome)).toMatch(message);
  });
});

describe('several Actions', () => {
  const setting = (name: string, value: number): string =>
    `api.idToken.setCustomClaim('https://example.com/${name}', ${value}); api.user.setAppMetadata('${name}', ${value});`;

  test('run in order, and the later one wins', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [action(setting('a', 1), { name: 'one' }), action(setting('a', 2), { name: 'two' })],
      event: EVENT,
    });
    expect(outcome.idTokenClaims).toEqual({ 'https://example.com/a': 2 });
    expect(outcome.appMetadata).toEqual({ a: 2 });
    expect(outcome.trace.map((trace) => trace.action)).toEqual(['one', 'two']);
  });

  test('stop after one that denies; the rest of that one and its metadata count', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action(`api.access.deny('not today'); ${setting('rest', 1)}`, { name: 'one' }),
        action(setting('later', 2), { name: 'two' }),
      ],
      event: EVENT,
    });
    expect(outcome.decision).toEqual({ kind: 'deny', reason: 'not today' });
    expect(outcome.appMetadata).toEqual({ rest: 1 });
    expect(outcome.trace).toHaveLength(1);
  });

  test('stop after one that throws', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action(setting('a', 1), { name: 'one' }),
        action('throw new Error("x")', { name: 'two' }),
        action(''),
      ],
      event: EVENT,
    });
    expect(outcome.decision).toEqual({ kind: 'error', message: 'x' });
    expect(outcome.appMetadata).toEqual({});
    expect(outcome.trace.map(({ error }) => error)).toEqual([undefined, 'x']);
  });

  test('each get an event of their own, with their own secrets', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action('event.user.user_id = "changed"; event.secrets.A = "changed";', {
          name: 'one',
          secrets: { A: '1' },
        }),
        action('console.log(event.user.user_id, JSON.stringify(event.secrets))', {
          name: 'two',
          secrets: { B: '2' },
        }),
      ],
      event: EVENT,
    });
    expect(outcome.trace[1]?.logs).toEqual(['oauth2|didit|user-1 {"B":"2"}']);
  });

  test('do not see in event.user what was written in this login', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action('api.user.setAppMetadata("new", 1); console.log(JSON.stringify(event.user.app_metadata))', {
          name: 'one',
        }),
        action('console.log(JSON.stringify(event.user.app_metadata))', { name: 'two' }),
      ],
      event: EVENT,
    });
    expect(outcome.trace.map(({ logs }) => logs)).toEqual([['{"present":1}'], ['{"present":1}']]);
  });

  test('none at all let the login through', async () => {
    expect((await runtime.runPostLogin({ actions: [], event: EVENT })).decision).toEqual({ kind: 'allow' });
  });
});

describe('module-level state', () => {
  const counting = file(
    'let count = 0; exports.onExecutePostLogin = async (event, api) => { count += 1; console.log(count); };',
    { name: 'counting' },
  );

  test('lives on in a reused instance, until the code changes', async () => {
    const count = async (given = counting): Promise<unknown> =>
      (await runtime.runPostLogin({ actions: [given], event: EVENT })).trace[0]?.logs;
    expect([await count(), await count()]).toEqual([['1'], ['2']]);
    expect(await count({ ...counting, code: `${counting.code}\n` })).toEqual(['1']);
  });

  const countsAtOnce = async (logins: number, wait: string): Promise<readonly number[]> => {
    const given = file(
      counting.code
        .replace('count += 1;', `const mine = (count += 1); ${wait}`)
        .replace('log(count)', 'log(mine)'),
      {
        name: `counting ${wait}`,
      },
    );
    const outcomes = await Promise.all(
      Array.from({ length: logins }, () => runtime.runPostLogin({ actions: [given], event: EVENT })),
    );
    return outcomes.map(({ trace }) => Number(trace[0]?.logs[0]));
  };

  test('is found again by logins that come at once, as far as one instance is fast enough', async () => {
    expect(Math.max(...(await countsAtOnce(8, '')))).toBeGreaterThan(1);
  });

  test('does not make a login wait for another that waits for somebody else', async () => {
    const counts = await countsAtOnce(4, 'await new Promise((resolve) => setTimeout(resolve, 1000));');
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(1);
  });

  test('is gone with each login in fresh instances', async () => {
    const logs: unknown[] = [];
    for (let login = 0; login < 3; login += 1) {
      logs.push((await fresh.runPostLogin({ actions: [counting], event: EVENT })).trace[0]?.logs);
    }
    expect(logs).toEqual([['1'], ['1'], ['1']]);
  });
});
