import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ActionsRuntime, PostLoginOutcome } from '../../scripts/runner/contract.ts';
import { createActionsRuntime } from '../../scripts/runner/runtime.ts';
import { EVENT, action, runBody, runtimeForTests } from './run-actions.ts';

const TIMEOUT = 'Request to Webtask exceeded allowed execution time';

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

/** Milliseconds that no machine takes for what is done here. */
const PATIENCE_MILLISECONDS = 60_000;

describe.each(['fresh', 'reused'] as const)('with %s instances, a login survives', (instances) => {
  const patient = runtimeForTests({ instances, timeoutMilliseconds: PATIENCE_MILLISECONDS });

  for (const [what, body, options] of [
    ['an endless loop', 'for (;;) {}', {}],
    ['an endless promise', 'await new Promise(() => {})', LONG],
    ['endless microtasks', 'for (;;) await null', LONG],
  ] as const)
    test(what, options, async () => {
      // What never ends meets any limit. Which one leaves time for what comes before it is up to the machine.
      let outcome = await impatientLogin(300, body);
      for (const limit of [2_000, 15_000])
        if (outcome.trace[0]?.logs.length !== 1) outcome = await impatientLogin(limit, body);
      await expectSurvived(outcome, TIMEOUT);
    });

  test.each([
    ['process.exit', 'process.exit(0)', 'The Action ended its process.'],
    [
      'a late throw',
      'setTimeout(() => { throw new Error("late") }, 0); await new Promise((resolve) => setTimeout(resolve, 200))',
      'late',
    ],
    [
      'a promise that nobody waits for',
      'Promise.reject(new Error("unhandled")); await new Promise((resolve) => setTimeout(resolve, 200))',
      'unhandled',
    ],
  ])('%s', async (_what, body, message) => {
    await expectSurvived(await login(patient, body), message);
  });

  const login = (runtime: ActionsRuntime, body: string): Promise<PostLoginOutcome> =>
    runtime.runPostLogin({ actions: [action(`console.log('begun');\n${body}`)], event: EVENT });

  async function impatientLogin(timeoutMilliseconds: number, body: string): Promise<PostLoginOutcome> {
    const runtime = createActionsRuntime({
      network: () => ({ routes: {} }),
      instances,
      timeoutMilliseconds,
    });
    const outcome = await login(runtime, body);
    await runtime.close();
    return outcome;
  }

  async function expectSurvived({ decision, trace }: PostLoginOutcome, message: string): Promise<void> {
    expect(decision).toEqual({ kind: 'error', message });
    // What was done before the end is in the trace.
    expect(trace).toMatchObject([{ logs: ['begun'], error: message }]);
    const next = await runBody(patient, `api.access.deny('alive')`);
    expect(next.outcome.decision).toEqual({ kind: 'deny', reason: 'alive' });
  }
});

describe('the runtime', () => {
  const patient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: PATIENCE_MILLISECONDS });
  const LIMIT_MILLISECONDS = 6_000;
  const impatient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: LIMIT_MILLISECONDS });

  test('ends an Action that fills the heap', LONG, async () => {
    const { outcome } = await runBody(
      patient,
      'const hoard = []; for (;;) hoard.push(new Array(100_000).fill(hoard.length));',
    );
    expect(outcome.decision).toEqual({ kind: 'error', message: 'The Action used more memory than it may.' });
  });

  test('counts the time of all Actions of the trigger together', LONG, async () => {
    // Each of them has time enough for itself, on a busy machine too.
    const slow = (name: string): ReturnType<typeof action> =>
      action(`await new Promise((resolve) => setTimeout(resolve, ${LIMIT_MILLISECONDS / 2 + 50}))`, { name });
    const { decision, trace } = await impatient.runPostLogin({
      actions: [slow('one'), slow('two')],
      event: EVENT,
    });
    expect(decision).toEqual({ kind: 'error', message: TIMEOUT });
    expect(trace.map(({ error }) => error)).toEqual([undefined, TIMEOUT]);
  });

  let stopped: number | undefined;
  const starved = runtimeForTests({
    instances: 'fresh',
    timeoutMilliseconds: 10_000,
    network: {
      answer: async () => {
        if (stopped === undefined) throw new Error('The runner has not been found.');
        process.kill(stopped, 'SIGSTOP');
        await delay(11_000);
        process.kill(stopped, 'SIGCONT');
        return new Response();
      },
    },
  });

  test.skipIf(process.platform === 'win32')(
    'does not count the time in which an Action that computes is given no processor',
    LONG,
    async () => {
      const before = new Set(await childProcesses());
      await runBody(starved, '');
      const started = (await childProcesses()).filter((pid) => !before.has(pid));
      expect(started).toHaveLength(1);
      [stopped] = started;
      // The request is on its way while the rest computes.
      const { outcome } = await runBody(
        starved,
        `void fetch('https://begun.example').catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 1));
        for (let count = 0; count < 300_000_000; count += 1);
        api.access.deny('computed');`,
      );
      expect(outcome.decision).toEqual({ kind: 'deny', reason: 'computed' });
    },
  );

  test('keeps fifty logins at once apart', LONG, async () => {
    const logins = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        runBody(patient, `await null; api.access.deny(event.secrets.NUMBER)`, {
          secrets: { NUMBER: String(index) },
        }),
      ),
    );
    expect(logins.map(({ outcome }) => outcome.decision)).toEqual(
      Array.from({ length: 50 }, (_, index) => ({ kind: 'deny', reason: String(index) })),
    );
  });

  test('does not keep a process from ending', async () => {
    const runtimeUrl = new URL('../../scripts/runner/runtime.ts', import.meta.url).href;
    const program = `
      import { createActionsRuntime } from '${runtimeUrl}';
      const runtime = createActionsRuntime({ network: () => ({ routes: {} }) });
      const code = 'exports.onExecutePostLogin = async () => { process.stdout.write("lost"); };';
      const { decision } = await runtime.runPostLogin({
        actions: [{ id: 'a', name: 'a', code, secrets: {}, dependencies: [] }], event: {},
      });
      console.log(decision.kind);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--no-warnings', '--input-type=module', '--eval', program],
      { timeout: PATIENCE_MILLISECONDS },
    );
    expect(stdout).toBe('allow\n');
  });

  test('runs nothing once it is closed', async () => {
    const closed = createActionsRuntime({ network: () => ({ routes: {} }) });
    await closed.close();
    await expect(runBody(closed, '')).rejects.toThrow('The Actions runtime is closed.');
  });
});

async function childProcesses(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-e', '-o', 'pid=,ppid=,comm=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === process.pid && command !== 'ps')
    .map(([pid]) => Number(pid));
}

describe('a runtime with a budget', () => {
  const poor = runtimeForTests({ instances: 'reused', budgetMilliseconds: 300 });

  test('cuts off what comes once its time is spent', async () => {
    const slow = 'await new Promise((resolve) => setTimeout(resolve, 400)); api.access.deny("ran")';
    const first = await runBody(poor, slow);
    expect(first.outcome.decision).toEqual({ kind: 'deny', reason: 'ran' });
    const second = await poor.runPostLogin({ actions: [action(slow)], event: EVENT });
    expect(second.decision).toEqual({
      kind: 'error',
      message: 'The Actions took all the time that there is for them.',
    });
  });
});
