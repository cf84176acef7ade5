import { describe, expect, test } from 'vitest';
import type { ActionsRuntime } from '../../scripts/runner/contract.ts';
import { runtimeForTests } from './run-actions.ts';

const patient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 60_000 });
const impatient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 500 });
const run = (code: string, runtime = patient): ReturnType<ActionsRuntime['runFetchUserProfile']> =>
  runtime.runFetchUserProfile({ code, accessToken: 'upstream-token', context: { id_token: 'abc' } });

describe('a connection’s profile script', () => {
  test.each([
    [
      'a function expression',
      'function (accessToken, context, callback) { callback(null, { accessToken, context }); }',
    ],
    [
      'a named one with comments around it',
      '// Built.\nfunction fetchUserProfile(accessToken, context, callback) {\n  callback(null, { accessToken, context });\n}\n// End.\n',
    ],
    [
      'an arrow function',
      '(accessToken, context, callback) => callback(undefined, { accessToken, context })',
    ],
    [
      'an async function',
      'async function (accessToken, context, callback) { await null; callback(null, { accessToken, context }); }',
    ],
  ])('is %s that gets the token and the context and calls back', async (_what, code) => {
    expect(await run(code)).toEqual({
      profile: { accessToken: 'upstream-token', context: { id_token: 'abc' } },
    });
  });

  test.each([
    [
      'calls back with an error',
      'function (t, c, callback) { callback(new Error("no profile")); }',
      'no profile',
    ],
    ['calls back with a text', 'function (t, c, callback) { callback("no profile"); }', 'no profile'],
    ['throws', 'function () { throw new Error("thrown"); }', 'thrown'],
    ['rejects', 'async function () { throw new Error("rejected"); }', 'rejected'],
    [
      'gives no object',
      'function (t, c, callback) { callback(null, "text"); }',
      'The profile script returned no profile.',
    ],
    ['gives nothing', 'function (t, c, callback) { callback(); }', 'The profile script returned no profile.'],
    ['is no function', '({})', 'The profile script is not a function expression.'],
    ['loads a package', 'function () { require("yaml"); }', "Cannot find module 'yaml'"],
  ])('that %s is an error of the login', async (_what, code, error) => {
    expect(await run(code)).toEqual({ error });
  });

  test.each([
    ['never calls back', 'function () {}'],
    ['never ends', 'function () { for (;;) {} }'],
  ])('that %s is an error of the login', async (_what, code) => {
    expect(await run(code, impatient)).toEqual({
      error: 'Request to Webtask exceeded allowed execution time',
    });
  });

  test('that is no JavaScript is an error of the login', async () => {
    const result = await run('function (');
    expect('error' in result ? result.error : undefined).toMatch(/Unexpected/);
  });

  test('counts by its first call back', async () => {
    expect(
      await run(
        'function (t, c, callback) { callback(null, { first: true }); callback(new Error("second")); }',
      ),
    ).toEqual({ profile: { first: true } });
  });

  test('gives what JSON holds', async () => {
    expect(
      await run(
        'function (t, c, callback) { callback(null, { at: new Date(0), gone: undefined, no: () => 1 }); }',
      ),
    ).toEqual({ profile: { at: '1970-01-01T00:00:00.000Z' } });
  });

  test('has fetch and what is built into Node, but no request', async () => {
    expect(
      await run(
        'function (t, c, callback) { callback(null, { fetch: typeof fetch, crypto: typeof require("crypto").createHash, request: typeof request }); }',
      ),
    ).toEqual({ profile: { fetch: 'function', crypto: 'function', request: 'undefined' } });
  });
});
