import { expect, test } from 'vitest';
import { once } from '../../scripts/base/once.ts';

test('what is made once is made by the first who asks, for all', async () => {
  let times = 0;
  const made = once(async () => {
    await Promise.resolve();
    times += 1;
    return times;
  });
  expect(times).toBe(0);
  expect(await Promise.all([made(), made()])).toEqual([1, 1]);
  expect(await made()).toBe(1);
});

test('what failed is told to all who wait for it, and made anew for the next', async () => {
  const outcomes = [new Error('no file is left'), 'made'];
  const made = once(async () => {
    await Promise.resolve();
    const [outcome] = outcomes.splice(0, 1);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const first = await Promise.allSettled([made(), made()]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([made(), made()])).toEqual(['made', 'made']);
});
