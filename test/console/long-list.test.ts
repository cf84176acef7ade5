// @module-tag long
import { expect, test } from 'vitest';
import { actionOf, openConsole, traceOf } from './console-under-test.ts';

test('a list of 2,000 logins answers within 100 milliseconds, as a page and as JSON', async () => {
  const { see, traces } = await openConsole();
  for (let count = 0; count < 2_000; count += 1) {
    traces.record(
      traceOf(count % 2 === 0 ? 'adult' : 'minor', {
        tag: count % 3 === 0 ? 'checkout' : null,
        actions: ['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'].map((name) =>
          actionOf(name),
        ),
      }),
    );
  }
  for (const accept of ['text/html', 'application/json']) {
    const times: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const started = performance.now();
      expect(
        (await (await see('/console', { headers: { accept } })).text()).match(/checkout/g)?.length,
      ).toBeGreaterThan(600);
      times.push(performance.now() - started);
    }
    // The fastest of ten: what else the machine does is not measured.
    expect(Math.min(...times), accept).toBeLessThan(100);
  }
});
