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
    let shortest = Infinity;
    // On a machine that does something else, one time in a few it does nothing else for as long as that.
    for (let round = 0; round < 30 && shortest >= 100; round += 1) {
      const started = performance.now();
      const text = await (await see('/console', { headers: { accept } })).text();
      shortest = Math.min(shortest, performance.now() - started);
      expect(text.match(/checkout/g)?.length).toBeGreaterThan(600);
    }
    expect(shortest, accept).toBeLessThan(100);
  }
});
