import { expect, test } from 'vitest';
import { actionOf, openConsole, traceOf } from './console-under-test.ts';

// How long it takes, `npm run bench` says.
test('a list of 2,000 logins is whole, as a page and as JSON', async () => {
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
    const text = await (await see('/console', { headers: { accept } })).text();
    expect(text.match(/checkout/g)?.length, accept).toBeGreaterThan(600);
  }
});
