import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { ActionsRuntime } from '../../../scripts/local-tenant/actions-runtime/contract.ts';
import { runBody, runtimeForTests } from './run-actions.ts';

const MEGABYTE = 1_000_000;

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

// `npm run bench` runs a thousand with fresh instances as well; here they are fewer, at 25 ms each.
test.each([
  ['reused', reused, 1_000],
  ['fresh', fresh, 100],
] as const)('logins with %s instances leave memory level', async (_what, runtime, times) => {
  await logIn(runtime, 50);
  const before = heapBytes();
  await logIn(runtime, times);
  // A kilobyte kept of each of a thousand logins would be a megabyte.
  expect(heapBytes() - before).toBeLessThan(MEGABYTE);
});
