import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { gateHandlers } from '../../scripts/bundle/gate-handlers.ts';
import {
  gateBundle,
  MAX_ACTION_CODE_BYTES,
  MAX_PROFILE_SCRIPT_CHARACTERS,
} from '../../scripts/bundle/gates.ts';
import { problemsOfAsync } from '../problems-of.ts';

const actionBundle = (code: string, dependencies: readonly string[] = []): Bundle => ({
  target: {
    dependencies,
    name: 'example',
    kind: 'action',
    entry: 'actions/example.ts',
    output: 'dist/actions/example.js',
  },
  code,
});
const scriptBundle = (code: string): Bundle => ({
  target: {
    name: 'fetch-user-profile',
    kind: 'connection-script',
    dependencies: [],
    entry: 'actions/connection/fetch-user-profile.ts',
    output: 'dist/connection/fetch-user-profile.js',
  },
  code,
});

const handler = 'exports.onExecutePostLogin = async (event, api) => {};\n';
const codesOf = (bundle: Bundle): readonly string[] => gateBundle(bundle).map(({ code }) => code);
const handlerCodesOf = async (...bundles: readonly Bundle[]): Promise<readonly string[]> =>
  (await gateHandlers(bundles)).map(({ code }) => code);

test('code that has passed is not loaded again in the same process, and other code is', async () => {
  const fine = `${handler}// passes once`;
  expect(await handlerCodesOf(actionBundle(fine))).toEqual([]);
  const { execPath } = process;
  // Nothing can be run any more.
  process.execPath = '/nowhere/node';
  try {
    expect(await handlerCodesOf(actionBundle(fine))).toEqual([]);
    for (const other of [actionBundle(`${fine} or not`), actionBundle(fine, ['axios'])])
      expect((await problemsOfAsync(() => gateHandlers([other])))[0]?.code).toBe('RUNNER_UNUSABLE');
  } finally {
    process.execPath = execPath;
  }
});

describe('an Action that Auth0 takes', () => {
  test('passes every gate', async () => {
    expect(codesOf(actionBundle(handler))).toEqual([]);
    expect(await handlerCodesOf(actionBundle(handler))).toEqual([]);
  });

  test('may load Node built-ins, with and without the node: prefix, and declared packages', () => {
    const code = `require("node:crypto"); require("crypto"); ${handler} const late = () => require("lodash");`;
    expect(codesOf(actionBundle(code, ['lodash']))).toEqual([]);
  });

  test('may set namespaced and standard claims', () => {
    const code = `${handler} const f = (api) => { api.idToken.setCustomClaim("https://example.com/didit/verified", true); api.idToken.setCustomClaim("birthdate", "x"); };`;
    expect(codesOf(actionBundle(code))).toEqual([]);
  });
});

describe('a handler that Auth0 refuses', () => {
  test.each([
    ['a plain function', 'exports.onExecutePostLogin = function (event, api) {};'],
    [
      'a plain function around an async one',
      'exports.onExecutePostLogin = (event, api) => (async () => {})();',
    ],
    ['no handler at all', 'exports.somethingElse = async () => {};'],
    ['a second handler that is not async', `${handler} exports.onContinuePostLogin = () => {};`],
    ['a file that throws while it loads', `${handler} throw new Error("at load");`],
  ])('is found: %s', async (_case, code) => {
    expect(await handlerCodesOf(actionBundle(code))).toEqual(['BUNDLE_HANDLER']);
  });

  test('is found: a file that never finishes loading', { tags: ['long'] }, async () => {
    expect(await handlerCodesOf(actionBundle(`${handler} for (;;) {}`))).toEqual(['BUNDLE_HANDLER']);
  });

  test('is found in the Action that has it, and in no other that is loaded beside it', async () => {
    const named = (name: string, code: string): Bundle => {
      const bundle = actionBundle(code);
      return { ...bundle, target: { ...bundle.target, name } };
    };
    const problems = await gateHandlers([
      named('honest', handler),
      named('hostile', `const all = []; for (;;) all.push(Buffer.alloc(50_000_000, 1));`),
    ]);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['BUNDLE_HANDLER', 'hostile: it cannot be loaded: The Action used more memory than it may.'],
    ]);
  });

  test('is found where the build target is too old to keep async functions', async () => {
    const { transform } = await import('esbuild');
    const { code } = await transform('export const onExecutePostLogin = async () => {};', {
      format: 'cjs',
      target: 'es2016',
    });
    expect(await handlerCodesOf(actionBundle(code))).toEqual(['BUNDLE_HANDLER']);
  });

  test('is found in an ES module', async () => {
    expect(await handlerCodesOf(actionBundle('export const onExecutePostLogin = async () => {};'))).toEqual([
      'BUNDLE_HANDLER',
    ]);
  });
});

describe('what would be refused or do harm at Auth0', () => {
  test('code over 100 kB is refused with both numbers', () => {
    const atLimit = handler.padEnd(MAX_ACTION_CODE_BYTES, ' ');
    expect(codesOf(actionBundle(atLimit))).toEqual([]);
    const [problem] = gateBundle(actionBundle(`${atLimit} `));
    expect(problem).toMatchObject({
      code: 'BUNDLE_TOO_LARGE',
      message: 'example has 100001 bytes; Auth0 accepts 100000.',
    });
  });

  test('bytes are counted, not characters', () => {
    const almost = `${handler}// ${'é'.repeat(MAX_ACTION_CODE_BYTES / 2)}`;
    expect(codesOf(actionBundle(almost))).toEqual(['BUNDLE_TOO_LARGE']);
  });

  test.each(['##HOME##', '@@SECRETS@@'])(
    'the marker %s, which a deploy tool would replace, is named with its line',
    (marker) => {
      const [problem] = gateBundle(actionBundle(`${handler}const leaked = "${marker}";`));
      expect(problem).toMatchObject({
        code: 'BUNDLE_MARKER',
        place: { file: 'dist/actions/example.js', line: 2, key: marker },
      });
    },
  );

  test.each([
    ['an undeclared package', 'const x = () => require("lodash");', 'lodash'],
    ['an undeclared package loaded later', 'const x = () => import("lodash");', 'lodash'],
    ['a file beside it', 'const x = () => require("./other.js");', './other.js'],
    ['a computed name', 'const x = (name) => require(name);', undefined],
  ])('a load of %s is refused', (_case, code, key) => {
    const [problem] = gateBundle(actionBundle(`${handler}${code}`));
    expect(problem?.code).toBe('BUNDLE_REQUIRE');
    expect(problem?.place).toEqual({
      file: 'dist/actions/example.js',
      line: 2,
      ...(key === undefined ? {} : { key }),
    });
  });

  test.each([
    'sub',
    'acr',
    'sip_number',
    'verified',
    'https://example.auth0.com/verified',
    'urn:auth0:didit:verified',
  ])('the claim name %s is refused', (name) => {
    const code = `${handler}const f = (api) => { api.accessToken.setCustomClaim("${name}", true); };`;
    const [problem] = gateBundle(actionBundle(code));
    expect(problem).toMatchObject({ code: 'BUNDLE_CLAIM_NAME', place: { line: 2, key: name } });
  });

  test('code that is no JavaScript is refused with its line', () => {
    const [problem] = gateBundle(actionBundle(`${handler}const = 1;`));
    expect(problem).toMatchObject({ code: 'BUNDLE_SYNTAX', place: { line: 2 } });
  });
});

describe('the profile script of the connection', () => {
  const script = 'function fetchUserProfile(accessToken, context, callback) {\n}\n';

  test('passes as one function expression of three parameters', () => {
    expect(codesOf(scriptBundle(script))).toEqual([]);
  });

  test.each([
    ['a module', 'exports.default = function (a, b, c) {};'],
    ['two functions', `${script}${script}`],
    ['too few parameters', 'function (accessToken, callback) {}'],
    ['no function', '({ fetchUserProfile: 1 })'],
    ['broken code', 'function (a, b, c) {'],
  ])('is refused as %s', (_case, code) => {
    expect(codesOf(scriptBundle(code))).toEqual(['BUNDLE_NOT_A_FUNCTION']);
  });

  test('is refused over 51,200 characters', () => {
    expect(codesOf(scriptBundle(script.padEnd(MAX_PROFILE_SCRIPT_CHARACTERS + 1, ' ')))).toEqual([
      'BUNDLE_TOO_LARGE',
    ]);
  });
});
