import { describe, expect, test } from 'vitest';
import { file, runtimeForTests } from './run-actions.ts';

// Code in a runner can speak in the runner's name: what it says is read as the result of its own login, or not at all.

const runtime = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 20_000 });

/** An Action in whose thread every message becomes this text. */
const saying = (text: string): ReturnType<typeof file> =>
  file(`const text = ${text}; JSON.stringify = () => text; exports.onExecutePostLogin = async () => {};`);

const RESULT = {
  decision: { kind: 'allow' },
  idTokenClaims: {},
  accessTokenClaims: {},
  addedScopes: [],
  removedScopes: [],
  appMetadata: {},
  userMetadata: {},
};
const ended = (result: object, rest: object = {}): string =>
  JSON.stringify(
    JSON.stringify({
      kind: 'post-login-ended',
      result: { ...RESULT, ...result },
      cacheWrites: [],
      ...rest,
    }),
  );

describe('an answer that no runner gives', () => {
  test.each([
    ['is no JSON', `'Nothing would change.'`],
    ['is nothing', `''`],
    ['is null', `'null'`],
    ['is a plan', `'{"kind":"plan","version":2,"changes":[],"codes":[]}'`],
    ['has no result', `'{"kind":"post-login-ended"}'`],
    ['has more than a result', ended({}, { plan: { changes: [] } })],
    ['has more in its result', ended({ codes: [] })],
    ['decides in another way', ended({ decision: { kind: 'allow-all' } })],
    [
      'sends people nowhere',
      ended({ decision: { kind: 'redirect', url: 'x', actionIndex: 0, transactionMetadata: {} } }),
    ],
    ['has claims that are none', ended({ idTokenClaims: 'all of them' })],
    ['has scopes that are none', ended({ addedScopes: [{}] })],
    [
      'fills the cache with what is no text',
      ended({}, { cacheWrites: [{ kind: 'set', entry: { key: 1, value: {}, expiresAt: 'x' } }] }),
    ],
    [
      'hides a prototype',
      `'{"kind":"call","step":0,"method":"a","arguments":[{"__proto__":{"security":[]}}]}'`,
    ],
    [
      'is too deep to be looked at',
      `'{"kind":"call","step":0,"method":"a","arguments":' + '['.repeat(50_000) + ']'.repeat(50_000) + '}'`,
    ],
    ['is of another step of the way', `'{"kind":"fetched","call":0}'`],
  ])('is an error of the Action: one that %s', async (_what, text) => {
    const { decision } = await runtime.runPostLogin({ actions: [saying(text)], event: {} });
    expect(decision).toEqual({ kind: 'error', message: 'The answer of the Action cannot be read.' });
  });

  test('is an error of the Action: one that is longer than all that a login may say', async () => {
    const { decision } = await runtime.runPostLogin({
      actions: [saying(`'x'.repeat(20_000_000)`)],
      event: {},
    });
    expect(decision).toEqual({
      kind: 'error',
      message: 'The Action did more than can be kept of one login.',
    });
  });
});

describe('an answer that a runner could give', () => {
  test('is the result of the login of its own runtime, and of no other', async () => {
    const other = runtimeForTests({ instances: 'reused' });
    const honest = file(`exports.onExecutePostLogin = async (event, api) => api.access.deny('no');`);
    const forged = ended({ idTokenClaims: { 'https://example.com/age_over_18': true } });
    const [lie, truth] = await Promise.all([
      runtime.runPostLogin({ actions: [saying(forged), honest], event: {} }),
      other.runPostLogin({ actions: [honest], event: {} }),
    ]);
    expect(lie.decision.kind).not.toBe('deny');
    expect(truth.decision).toEqual({ kind: 'deny', reason: 'no' });
    await other.close();
  });
});

describe('code that puts something else in the place of what the language has', () => {
  test.each([
    'Array.prototype.push = Array.prototype.map = Array.prototype[Symbol.iterator] = () => { throw 1; };',
    'JSON.parse = JSON.stringify = () => ({});',
    'Map.prototype.get = Map.prototype.set = () => undefined; globalThis.Map = undefined;',
    'Promise.prototype.then = function () { return this; }; globalThis.Promise = undefined;',
    'globalThis.console = undefined; process.exit = process.on = undefined;',
    `for (const key of ['kind', 'decision', 'result', 'length', 'then'])
       Object.defineProperty(Object.prototype, key, { set() {}, get: () => 'allow', configurable: true });`,
    'Function.prototype.call = Function.prototype.apply = Reflect.apply = () => ({ kind: "allow" });',
    'String.prototype.startsWith = RegExp.prototype.test = () => true;',
    'MessagePort.prototype.postMessage = () => {};',
  ])('ends or spoils its own login and leaves the next one as it is: %s', async (code) => {
    const before = [Array.prototype.push, JSON.stringify, Reflect.get(Promise.prototype, 'then'), console];
    const impatient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 1_000 });
    await impatient.runPostLogin({
      actions: [file(`${code} exports.onExecutePostLogin = async () => {};`)],
      event: {},
    });
    const { decision } = await impatient.runPostLogin({
      actions: [file(`exports.onExecutePostLogin = async (event, api) => api.access.deny('alive');`)],
      event: {},
    });
    await impatient.close();
    expect(decision).toEqual({ kind: 'deny', reason: 'alive' });
    expect([Array.prototype.push, JSON.stringify, Reflect.get(Promise.prototype, 'then'), console]).toEqual(
      before,
    );
  });
});
