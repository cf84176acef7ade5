import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failureOf, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();

describe('the world of an Action', () => {
  test('has an empty environment and the secrets of its own version', async () => {
    const { log } = await runBody(
      runtime,
      'console.log(JSON.stringify([Object.keys(process.env), event.secrets]))',
      { secrets: { KEY: 'value' } },
    );
    expect(JSON.parse(log)).toEqual([[], { KEY: 'value' }]);
  });

  test.each([
    `require('fs').writeFileSync(file, 'x')`,
    `require('node:fs').appendFileSync(file, 'x')`,
    `await require('fs/promises').writeFile(file, 'x')`,
    `await (await import('node:fs/promises')).writeFile(file, 'x')`,
    `await new Promise((resolve, reject) => require('fs').writeFile(file, 'x', (error) => error ? reject(error) : resolve()))`,
    `require('fs').openSync(file, 'w')`,
    `await require('fs').promises.open(file, 'a')`,
    `await new Promise((resolve, reject) => require('fs').open(file, 'w', (error) => error ? reject(error) : resolve()))`,
    `require('fs').createWriteStream(file)`,
    `require('fs').mkdirSync(file)`,
    `require('fs').renameSync('package.json', file)`,
    `require('fs').rmSync('package.json')`,
  ])('has no files to write: %s', async (statement) => {
    const target = join(tmpdir(), `actions-runtime-${process.pid}`);
    const { outcome } = await runBody(runtime, `const file = ${JSON.stringify(target)};\n${statement}`);
    expect(failureOf(outcome)).toMatch(/^EROFS: read-only file system/);
    expect(existsSync(target)).toBe(false);
    expect(existsSync('package.json')).toBe(true);
  });

  test.each(['fs', 'node:crypto', 'node:fs/promises'])('loads what is built into Node: %s', async (name) => {
    const { outcome } = await runBody(runtime, `require('${name}'); await import('${name}');`);
    expect(outcome.decision).toEqual({ kind: 'allow' });
  });

  test('loads a declared package, its parts, and what it needs itself', async () => {
    const { outcome, log } = await runBody(
      runtime,
      `console.log(require('yaml').parse('a: 1').a, typeof require('yaml/util'), typeof (await import('hono')).Hono);`,
      {
        dependencies: [
          { name: 'yaml', version: '2.9.1' },
          { name: 'hono', version: '4.13.19' },
        ],
      },
    );
    expect(outcome.decision).toEqual({ kind: 'allow' });
    expect(log).toBe('1 object function');
  });

  test.each([
    `require('yaml')`,
    `require('yaml/util')`,
    `await import('yaml')`,
    `require('module').createRequire(__filename)('yaml')`,
    `require('module')._load('yaml')`,
    `require('./package.json')`,
    `require(process.cwd() + '/package.json')`,
    `await import('data:text/javascript,export default 1')`,
  ])('loads nothing else: %s', async (statement) => {
    const { outcome } = await runBody(runtime, statement);
    expect(failureOf(outcome)).toMatch(/^Cannot find module/);
  });

  test('has no way around the rules for modules', async () => {
    const { log } = await runBody(
      runtime,
      `console.log([typeof process.getBuiltinModule, typeof process.binding, typeof process.dlopen].join());`,
    );
    expect(log).toBe('undefined,undefined,undefined');
  });

  test('cannot signal the process that it runs in', async () => {
    const { outcome } = await runBody(runtime, `process.kill(process.pid, 'SIGKILL')`);
    expect(outcome.decision).toEqual({ kind: 'error', message: 'kill EPERM' });
  });
});

describe('console', () => {
  test('is captured line by line, in the form that Node gives it', async () => {
    const { trace } = await runBody(
      runtime,
      `console.log('a %d', 1, { b: [2] }); console.error('c'); console.table([3]);`,
    );
    expect(trace.logs).toEqual(['a 1 { b: [ 2 ] }', 'c', '[ 3 ]']);
  });

  test('keeps 256 characters of an Action, all its lines together', async () => {
    const { trace } = await runBody(
      runtime,
      `console.log('a'.repeat(250)); console.log('b'.repeat(10)); console.log('c');`,
    );
    expect(trace.logs).toEqual(['a'.repeat(250), 'b'.repeat(6)]);
  });

  test('belongs to the Action that writes, timers and promises included', async () => {
    const late = `setTimeout(() => console.log('late'), 5); console.log('early');`;
    const outcome = await runtime.runPostLogin({
      actions: [
        {
          id: 'a',
          name: 'a',
          code: `exports.onExecutePostLogin = async () => { ${late} }`,
          secrets: {},
          dependencies: [],
        },
        {
          id: 'b',
          name: 'b',
          code: `exports.onExecutePostLogin = async () => { await new Promise((resolve) => setTimeout(resolve, 50)); }`,
          secrets: {},
          dependencies: [],
        },
      ],
      event: {},
    });
    expect(outcome.trace.map(({ logs }) => logs)).toEqual([['early', 'late'], []]);
  });

  test('is not read any more once the login is over', async () => {
    const first = await runBody(runtime, `setTimeout(() => console.log('late'), 20);`);
    const second = await runBody(
      runtime,
      `console.log('next'); await new Promise((resolve) => setTimeout(resolve, 60));`,
    );
    expect([first.log, second.log]).toEqual(['', 'next']);
  });
});
