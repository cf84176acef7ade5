// @module-tag long
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { ActionsRuntime } from '../../scripts/runner/contract.ts';
import { runBody, runtimeForTests } from './run-actions.ts';

/** Bytes of this thread's heap after a full collection. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

const logIn = async (runtime: ActionsRuntime, times: number): Promise<void> => {
  for (let login = 0; login < times; login += 1) {
    const { outcome } = await runBody(
      runtime,
      `api.idToken.setCustomClaim('https://example.com/a', 'x'.repeat(1_000)); console.log('x'.repeat(300));`,
    );
    expect(outcome.decision).toEqual({ kind: 'allow' });
  }
};

const reused = runtimeForTests({ instances: 'reused' });
const fresh = runtimeForTests({ instances: 'fresh' });

// Fewer with fresh instances, since each of them takes a worker thread; a worker that is kept weighs more than 10 kB.
test.each([
  ['reused', reused, 1_000, 1_000],
  ['fresh', fresh, 50, 10_000],
] as const)('logins with %s instances leave memory level', async (_what, runtime, times, bytesPerLogin) => {
  await logIn(runtime, 10);
  const before = heapBytes();
  await logIn(runtime, times);
  expect(heapBytes() - before).toBeLessThan(times * bytesPerLogin);
});
