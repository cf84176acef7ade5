import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { createActionsRuntime } from '../../scripts/runner/runtime.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { action, EVENT } from './run-actions.ts';

const runtime = createActionsRuntime();
afterAll(async () => {
  await runtime.close();
});

/** As the system's errors are: with a number and the call that failed. */
const thrown = (name: string, cause = ''): string => {
  const error = `{ code: '${name}', errno: -1, syscall: 'open' }`;
  return `throw Object.assign(new Error('fetch failed'), ${cause === '' ? error : `{ cause: ${error} }`});`;
};

/** Each way in which code of others is run. */
const WAYS: readonly (readonly [string, (body: string) => Promise<unknown>])[] = [
  ['loading an Action', async (body) => await runtime.load(body, [])],
  ['a login', async (body) => await runtime.runPostLogin({ actions: [action(body)], event: EVENT })],
  [
    'a profile script',
    async (body) =>
      await runtime.runFetchUserProfile({
        code: `function (accessToken, context, callback) { try { ${body} } catch (error) { callback(error); } }`,
        accessToken: 'x',
        context: {},
      }),
  ],
];

describe.each(WAYS)('a limit of the machine that is met in %s', (_, run) => {
  test.each([
    ['EMFILE', '', /too many files are open/, /ulimit -n/],
    ['ENFILE', 'cause', /too many files are open on this machine/, /Close other programs/],
    ['ENOMEM', '', /the memory is full/, /Close other programs/],
    ['ENOSPC', 'cause', /the disk is full/, /Free some space/],
  ])('is told as that, with what to do: %s (%s)', async (name, cause, reason, remedy) => {
    const [problem] = await problemsOfAsync(() => run(thrown(name, cause)));
    expect(problem?.code).toBe('RUNNER_UNUSABLE');
    expect(problem?.message).toMatch(reason);
    expect(problem?.message).toContain(name);
    expect(problem?.remedy).toMatch(remedy);
  });

  test.each(['ENOENT', 'ECONNREFUSED', 'ERR_ACCESS_DENIED', 'MY_CODE'])(
    'is not one that the code itself is to blame for: %s',
    async (name) => {
      expect(JSON.stringify(await run(thrown(name)))).toContain('fetch failed');
    },
  );
});

test.each(WAYS)(
  'a code that code gives an error of its own is no limit of the machine: %s',
  async (_, run) => {
    const own = `throw Object.assign(new Error('no seats left'), { code: 'EAGAIN', cause: { code: 'ENOSPC' } });`;
    expect(JSON.stringify(await run(own))).toContain('no seats left');
  },
);

/** Loads eight Actions in a process that may have so many files open, with so many of them left, and prints what came of it. */
const SCRIPT = `
import { openSync, closeSync } from 'node:fs';
import { gateHandlers } from './scripts/bundle/gate-handlers.ts';
import { problemsIn } from './scripts/base/problem.ts';
import { runnerSources } from './scripts/runner/runner-sources.ts';
import './scripts/runner/runner-process.ts';
import './scripts/runner/read-message.ts';
const say = (code) => { process.stdout.write(code + '\\n'); process.exit(); };
const tell = (error) => say(problemsIn(error)[0]?.code ?? 'a defect: ' + error);
process.on('uncaughtException', tell);
const actions = Array.from({ length: 8 }, (_, index) => ({
  target: { kind: 'action', name: 'a' + index, entry: 'a.ts', output: 'a.js', dependencies: [] },
  code: 'exports.onExecutePostLogin = async () => {};',
}));
await runnerSources();
const left = Number(process.env.LEFT);
if (left >= 0) {
  const taken = [];
  try { for (;;) taken.push(openSync('/dev/null')); } catch {}
  for (const one of taken.slice(0, left)) closeSync(one);
}
const problems = await gateHandlers(actions).catch(tell);
say(problems.length === 0 ? 'loaded' : problems.map(({ code, message }) => code + ' ' + message).join());
`;

/** Runs a login twice in one process: without a file left to load the runner from, and with all that it needs. */
const AGAIN = `
import { openSync, closeSync } from 'node:fs';
import { createActionsRuntime } from './scripts/runner/runtime.ts';
const runtime = createActionsRuntime();
const action = { id: '1', name: 'a', code: 'exports.onExecutePostLogin = async () => {};', secrets: {}, dependencies: [] };
const login = () => runtime.runPostLogin({ actions: [action], event: {} });
const outcome = () => login().then(({ decision }) => decision.kind, ({ code }) => code);
const taken = [];
try { for (;;) taken.push(openSync('/dev/null')); } catch {}
const outcomes = [await outcome()];
for (const one of taken) closeSync(one);
outcomes.push(await outcome());
await runtime.close();
process.stdout.write(outcomes.join(', '));
`;

async function outcomeWith(files: number, left: number, script = SCRIPT): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'sh',
    [
      '-c',
      `ulimit -n ${files} && exec "$0" "$@"`,
      ...[process.execPath, '--no-warnings', '--input-type=module', '--eval', script],
    ],
    { cwd: PROJECT_ROOT, env: { PATH: process.env['PATH'], LEFT: String(left) } },
  );
  return stdout.trim();
}

test.skipIf(process.platform === 'win32')(
  'a runtime whose process could not be started starts it for the next login, once the machine lets it',
  { tags: ['long'] },
  async () => {
    expect(await outcomeWith(256, 0, AGAIN)).toBe('EMFILE, allow');
  },
);

test.skipIf(process.platform === 'win32')(
  'a process, or a thread, that cannot be started for want of files is no defect of an Action',
  { tags: ['long'] },
  async () => {
    const outcomes: string[] = [];
    // So few that no thread starts, so few that not all do, and enough; then none for the process itself.
    for (const files of [28, 31, 34, 40, 256]) outcomes.push(await outcomeWith(files, -1));
    for (const left of [0, 2, 5]) outcomes.push(await outcomeWith(256, left));
    expect(outcomes).toContain('loaded');
    expect(outcomes).toContain('RUNNER_UNUSABLE');
    for (const outcome of outcomes) expect(outcome).toMatch(/^(?:loaded|RUNNER_UNUSABLE|FILE_UNUSABLE)$/);
  },
);
