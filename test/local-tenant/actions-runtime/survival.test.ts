import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createActionsRuntime } from '../../../scripts/local-tenant/actions-runtime/runtime.ts';
import { EVENT, action, runBody, runtimeForTests } from './run-actions.ts';

const TIMEOUT = 'Request to Webtask exceeded allowed execution time';

describe.each(['fresh', 'reused'] as const)('with %s instances, a login survives', (instances) => {
  const runtime = runtimeForTests({ instances, timeoutMilliseconds: 600 });

  test.each([
    ['an endless loop', 'for (;;) {}', TIMEOUT],
    ['an endless promise', 'await new Promise(() => {})', TIMEOUT],
    ['endless microtasks', 'for (;;) await null', TIMEOUT],
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
    const { outcome, trace } = await runBody(runtime, `console.log('begun');\n${body}`);
    expect(outcome.decision).toEqual({ kind: 'error', message });
    // What was done before the end is in the trace.
    expect(trace).toMatchObject({ logs: ['begun'], error: message });
    const next = await runBody(runtime, `api.access.deny('alive')`);
    expect(next.outcome.decision).toEqual({ kind: 'deny', reason: 'alive' });
  });
});

describe('the runtime', () => {
  const patient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 20_000 });
  const impatient = runtimeForTests({ instances: 'fresh', timeoutMilliseconds: 600 });

  test('ends an Action that fills the heap', async () => {
    const { outcome } = await runBody(
      patient,
      'const hoard = []; for (;;) hoard.push(new Array(100_000).fill(hoard.length));',
    );
    expect(outcome.decision).toEqual({ kind: 'error', message: 'The Action used more memory than it may.' });
  });

  test('counts the time of all Actions of the trigger together', async () => {
    const slow = (name: string): ReturnType<typeof action> =>
      action('await new Promise((resolve) => setTimeout(resolve, 400))', { name });
    const { decision, trace } = await impatient.runPostLogin({
      actions: [slow('one'), slow('two')],
      event: EVENT,
    });
    expect(decision).toEqual({ kind: 'error', message: TIMEOUT });
    expect(trace.map(({ error }) => error)).toEqual([undefined, TIMEOUT]);
  });

  test('keeps fifty logins at once apart', async () => {
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
    const runtimeUrl = new URL('../../../scripts/local-tenant/actions-runtime/runtime.ts', import.meta.url)
      .href;
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
      { timeout: 20_000 },
    );
    expect(stdout).toBe('allow\n');
  });

  test('runs nothing once it is closed', async () => {
    const closed = createActionsRuntime({ network: () => ({ routes: {} }) });
    await closed.close();
    await expect(runBody(closed, '')).rejects.toThrow('The Actions runtime is closed.');
  });
});
