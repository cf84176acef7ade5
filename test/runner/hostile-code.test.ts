import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import type { DeployedAction, PostLoginOutcome } from '../../scripts/runner/contract.ts';
import { file, runtimeForTests } from './run-actions.ts';

// Code of a pull request that means harm. Nothing here is about what an Action should do; it is about what it can.

let connections = 0;
let port = 0;
const listener = createServer((socket) => {
  connections += 1;
  socket.destroy();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  listener.close();
});

const unanswered = { answer: (): Response => Response.error() };
const runtime = runtimeForTests({ network: unanswered, instances: 'fresh', timeoutMilliseconds: 20_000 });

/** Tries each expression, at the top level or in the handler, and denies with those that give something, as JSON. */
const attempting = (expressions: readonly string[], where: string): DeployedAction => {
  const tried = expressions.map(
    (expression) => `[${JSON.stringify(expression)}, async () => await (${expression})]`,
  );
  // What it gives is not said: where a test fails, it would print what the code has found.
  const statement = `(async () => {
    const said = (expression, got) => got === '{}' ? expression + ' is empty' : expression;
    const gotten = [];
    for (const [expression, attempt] of [${tried.join(',\n')}])
      await attempt().then((got) => gotten.push(said(expression, got)), () => {});
    return JSON.stringify(gotten);
  })()`;
  return where === 'at the top level'
    ? file(
        `const all = ${statement}; exports.onExecutePostLogin = async (event, api) => api.access.deny(await all);`,
      )
    : file(`exports.onExecutePostLogin = async (event, api) => api.access.deny(await ${statement});`);
};

const run = (...actions: readonly DeployedAction[]): Promise<PostLoginOutcome> =>
  runtime.runPostLogin({ actions, event: {} });

const still = async (): Promise<PostLoginOutcome['decision']> =>
  (await run(file(`exports.onExecutePostLogin = async (event, api) => api.access.deny('alive');`))).decision;

const FILE = JSON.stringify(join(PROJECT_ROOT, 'tenant.yaml'));
const LEFT = join(tmpdir(), `left-by-hostile-code-${process.pid}`);
const ANYWHERE = JSON.stringify(LEFT);

const SENDER = `Symbol.for('undici.globalDispatcher.1')`;
const TO_PORT = `{ origin: 'http://127.0.0.1:PORT', path: '/', method: 'GET' }`;

const ATTEMPTS = [
  // What sends for `fetch`, before Node has loaded its client: these come first.
  `(delete globalThis[${SENDER}], globalThis[${SENDER}] = undefined, new Request('http://a/'), globalThis[${SENDER}]).request(${TO_PORT})`,
  `(Object.defineProperty(globalThis, ${SENDER}, { value: undefined }), new Response(''), globalThis[${SENDER}]).request(${TO_PORT})`,
  `(new MessageEvent('a'), Object.getOwnPropertySymbols(globalThis).map((symbol) => globalThis[symbol])).find((value) => value?.dispatch).request(${TO_PORT})`,
  // The environment, its own and that of the process that judges it.
  `require('fs').readFileSync('/proc/self/environ', 'utf8')`,
  'require("fs").readFileSync(`/proc/${process.ppid}/environ`, "utf8")',
  'require("fs").promises.readFile(`/proc/${process.pid}/task/${process.pid}/environ`)',
  `process.report.getReport().environmentVariables.PATH.length`,
  `process.loadEnvFile(${FILE})`,
  // Files of the repository, and of the machine.
  `require('fs').readFileSync(${FILE})`,
  `require('fs').promises.open(${FILE})`,
  `(await import('node:fs/promises')).readFile(${FILE})`,
  `require('fs').openAsBlob(${FILE})`,
  `require('fs').statSync(${FILE}).size`,
  `require('fs').readdirSync('/')`,
  `require('fs').realpathSync.native('/proc/self/cwd')`,
  `require('fs').readFileSync(0)`,
  `require('fs').fstatSync(1).size`,
  `new (require('node:sqlite').DatabaseSync)(${ANYWHERE}).exec('create table a (b)')`,
  `require('v8').writeHeapSnapshot(${ANYWHERE})`,
  `require('fs').writeFileSync(${ANYWHERE}, '')`,
  `require('fs').writeSync(1, '\\0\\0\\0\\1')`,
  // Other processes and threads.
  `require('child_process').execSync('id')`,
  `new (require('node:child_process').ChildProcess)().kill(0)`,
  `(await import('child_process')).default.spawn('id').pid`,
  `new (require('worker_threads').Worker)('', { eval: true, execArgv: [] }).threadId`,
  `require('cluster').fork().id`,
  `process.execve('/bin/true', [])`,
  `process.kill(process.ppid, 0)`,
  `process._kill(process.ppid, 0)`,
  `process._debugProcess(process.ppid)`,
  `require('os').setPriority(process.ppid, 5)`,
  `(await import('node:os')).setPriority(process.ppid, 5)`,
  // What would undo the limits.
  `process.binding('fs').open`,
  `process.getBuiltinModule('net').connect`,
  `process.dlopen(module, ${FILE})`,
  `new (require('inspector').Session)().connect()`,
  `require('v8').setFlagsFromString('--allow-natives-syntax')`,
  `require('module').registerHooks({ resolve: () => ({ url: 'node:net', shortCircuit: true }) })`,
  `(await import('node:module')).register('data:text/javascript,')`,
  `require('async_hooks').createHook({ init() {} }).enable()`,
  `new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }).start`,
  `require('vm').runInNewContext('this.constructor.constructor("return process")()').binding('fs').open`,
  // The network.
  `require('net').connect(PORT, '127.0.0.1').once`,
  `new (require('net').Socket)().connect(PORT, '127.0.0.1').once`,
  `new (require('net').BlockList)().constructor.prototype.constructor('x').connect(PORT).once`,
  `require('module')._load('node:net').connect(PORT).once`,
  `new (require('module'))('x').require('net').connect(PORT).once`,
  `(await import('node:net')).default.connect(PORT).once`,
  `(await Function('return import("net")')()).default.connect(PORT).once`,
  `require('http').get('http://127.0.0.1:PORT').on`,
  `require('https').get('https://127.0.0.1:PORT').on`,
  `require('http2').connect('http://127.0.0.1:PORT').on`,
  `new (require('tls').TLSSocket)()._handle.constructor`,
  `new (Object.getPrototypeOf(require('tty').WriteStream))().connect(PORT)`,
  `require('dgram').createSocket('udp4').bind`,
  `require('dns').promises.lookup('localhost')`,
  `fetch('http://127.0.0.1:PORT')`,
  `new WebSocket('ws://127.0.0.1:PORT').url`,
  `(new Request('http://a/'), globalThis[${SENDER}]).request(${TO_PORT})`,
];

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe.each(['at the top level', 'in a handler'])('hostile code %s', (where) => {
  test('reaches no environment, file, process, thread or other machine, and none of what would lift a limit', async () => {
    const expressions = ATTEMPTS.map((expression) => expression.replace('PORT', String(port)));
    const { decision } = await run(attempting(expressions, where));
    expect(decision).toEqual({ kind: 'deny', reason: '[]' });
    expect(connections).toBe(0);
    expect(existsSync(LEFT)).toBe(false);
  });

  test('finds an environment without anything in it', async () => {
    const { decision } = await run(attempting(['JSON.stringify(process.env)'], where));
    expect(decision).toEqual({ kind: 'deny', reason: '["JSON.stringify(process.env) is empty"]' });
  });

  for (const [what, code, options] of [
    ['a loop', 'for (;;) {}', {}],
    ['microtasks', 'const again = () => Promise.resolve().then(again); again();', LONG],
    ['timers', 'const again = () => setImmediate(again); again();', LONG],
    ['a wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);', LONG],
  ] as const)
    test(`that never ends (${what}) is ended`, options, async () => {
      const impatient = runtimeForOne(500);
      const { decision } = await impatient.runPostLogin({ actions: [ending(code, where)], event: {} });
      expect(decision).toEqual({
        kind: 'error',
        message: 'Request to Webtask exceeded allowed execution time',
      });
      await impatient.close();
    });

  test.each([
    ['a megabyte', `console.log('x'.repeat(1_000_000)); process.stdout.write('x'.repeat(1_000_000));`],
    ['a million lines', `for (let line = 0; line < 1_000_000; line += 1) console.error(line);`],
  ])('that prints %s leaves 256 characters', async (_what, code) => {
    const { decision, trace } = await run(finishing(code, where));
    expect(decision).toEqual({ kind: 'allow' });
    expect(trace[0]?.logs.join('').length).toBeLessThanOrEqual(256);
  });

  test.each([
    ['the heap', 'const all = []; for (;;) all.push(new Array(100_000).fill(1));'],
    ['Buffers', 'const all = []; for (;;) all.push(Buffer.alloc(50_000_000, 1));'],
  ])('that fills the memory with %s is ended', LONG, async (_what, code) => {
    const { decision } = await run(finishing(code, where));
    expect(decision).toEqual({ kind: 'error', message: 'The Action used more memory than it may.' });
    expect(await still()).toEqual({ kind: 'deny', reason: 'alive' });
  });

  test.each(['process.exit(0)', 'process.reallyExit(0)', 'process.abort()'])(
    'that ends its process ends its own login: %s',
    async (code) => {
      const { decision } = await run(finishing(`${code};`, where));
      expect(decision).toMatchObject({ kind: 'error' });
      expect(await still()).toEqual({ kind: 'deny', reason: 'alive' });
    },
  );
});

describe('hostile code in a handler', () => {
  test('that asks for more than can be kept is ended', async () => {
    const { decision } = await run(
      file(
        `exports.onExecutePostLogin = async (event, api) => { for (;;) api.user.setAppMetadata('a', 'x'.repeat(1_000)); };`,
      ),
    );
    expect(decision).toMatchObject({ kind: 'error' });
    expect(await still()).toEqual({ kind: 'deny', reason: 'alive' });
  });
});

const runtimeForOne = (timeoutMilliseconds: number): typeof runtime =>
  runtimeForTests({ network: unanswered, instances: 'fresh', timeoutMilliseconds });

const finishing = (code: string, where: string): DeployedAction =>
  where === 'at the top level'
    ? file(`${code}\nexports.onExecutePostLogin = async () => {};`)
    : file(`exports.onExecutePostLogin = async () => {\n${code}\n};`);

const ending = (code: string, where: string): DeployedAction =>
  where === 'at the top level'
    ? file(`${code}\nexports.onExecutePostLogin = async () => new Promise(() => {});`)
    : file(`exports.onExecutePostLogin = async () => {\n${code}\nreturn new Promise(() => {});\n};`);
