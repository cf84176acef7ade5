import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patienceWith, toldWait } from '../../scripts/tenant-access/patience.ts';
import type { PatienceOptions } from '../../scripts/tenant-access/patience.ts';

/** Time that passes when nobody has anything to do. */
function virtualTime() {
  let time = Date.parse('2026-11-26T12:00:00Z');
  const waiting: { readonly at: number; readonly go: () => void }[] = [];
  return {
    now: () => time,
    pause: (milliseconds: number): Promise<void> =>
      new Promise((go) => {
        waiting.push({ at: time + milliseconds, go });
      }),
    passing: async <Result>(work: Promise<Result>): Promise<Result> => {
      const over: true[] = [];
      const note = (): void => {
        over.push(true);
      };
      work.then(note, note);
      for (;;) {
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        if (over.length > 0) return await work;
        const [next] = waiting.sort((one, other) => one.at - other.at).splice(0, 1);
        if (next === undefined) throw new Error('nothing is waited for');
        time = next.at;
        next.go();
      }
    },
  };
}

const never = (): boolean => false;
const answering = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status, headers });

/** A free tenant's bucket, from which somebody else takes one request a second. */
function sharedBucket(now: () => number, random: () => number) {
  let tokens = 10;
  let at = now();
  let others = now();
  const refill = (until: number): void => {
    tokens = Math.min(10, tokens + ((until - at) / 1_000) * 2);
    at = until;
  };
  return {
    answer: (): Response => {
      while (others + 1_000 <= now()) {
        others += 1_000 * (0.9 + random() * 0.2);
        refill(Math.max(at, Math.min(others, now())));
        if (tokens >= 1) tokens -= 1;
      }
      refill(now());
      const isLeft = tokens >= 1;
      if (isLeft) tokens -= 1;
      const reset = Math.ceil(now() / 1_000 + (tokens >= 1 ? 0 : (1 - tokens) / 2));
      return answering(isLeft ? 200 : 429, {
        'x-ratelimit-remaining': String(Math.floor(tokens)),
        'x-ratelimit-reset': String(reset),
      });
    },
  };
}

describe('a tenant that limits requests', () => {
  test('and whose bucket another client drinks from answers twenty times in a row to what a deploy reads and writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), async (stream) => {
        const numbers = stream[Symbol.iterator]();
        const random = (): number => Number(numbers.next().value);
        const time = virtualTime();
        const bucket = sharedBucket(time.now, random);
        const started = time.now();
        let calls = 0;
        const statuses: number[] = [];
        for (let deploy = 0; deploy < 20; deploy += 1) {
          const patience = patienceWith('tenant', { clock: { ...time, random } });
          const ask = async (): Promise<void> => {
            const { status } = await patience.answer(() => {
              calls += 1;
              return Promise.resolve(bucket.answer());
            }, never);
            statuses.push(status);
          };
          // The plan, once more before it is sent, and read back.
          for (let round = 0; round < 3; round += 1)
            await time.passing(Promise.all(Array.from({ length: 7 }, ask)));
          for (let write = 0; write < 4; write += 1) await time.passing(ask());
        }
        expect(statuses.filter((status) => status !== 200)).toEqual([]);
        expect(statuses).toHaveLength(20 * 25);
        // At one request a second that is left, 500 take no less; patience is not idleness.
        expect(time.now() - started).toBeLessThan(1_000 * 1_000);
        // Calls that are refused cost the tenant, too: fewer than two for each that is answered.
        expect(calls).toBeLessThan(3 * statuses.length);
      }),
      { numRuns: 5 },
    );
  });

  test('is asked again for half a minute by each call, and not longer', async () => {
    const time = virtualTime();
    const started = time.now();
    const patience = patienceWith('tenant', { clock: { ...time, random: () => 0.5 } });
    const { status } = await time.passing(patience.answer(() => Promise.resolve(answering(429)), never));
    expect(status).toBe(429);
    expect(time.now() - started).toBeGreaterThan(20_000);
    expect(time.now() - started).toBeLessThanOrEqual(30_000);
  });

  test('gets calls that it refused together one by one, and no sooner than it said', async () => {
    const time = virtualTime();
    const patience = patienceWith('tenant', { clock: { ...time, random: () => 0.5 } });
    const started = time.now();
    let underWay = 0;
    const together: number[] = [];
    const at: number[] = [];
    const refusedOnce = async (): Promise<Response> => {
      let refused = false;
      return await patience.answer(async () => {
        if (!refused) {
          refused = true;
          return answering(429, { 'retry-after': '2' });
        }
        underWay += 1;
        together.push(underWay);
        at.push(time.now());
        await time.pause(50);
        underWay -= 1;
        return answering(200);
      }, never);
    };
    await time.passing(Promise.all(Array.from({ length: 5 }, refusedOnce)));
    expect(together).toEqual([1, 1, 1, 1, 1]);
    expect(Math.min(...at) - started).toBeGreaterThanOrEqual(2_000);
  });

  test('and says that nothing is left gets no further call before it takes one again', async () => {
    const time = virtualTime();
    const patience = patienceWith('tenant', { clock: { ...time, random: () => 0 } });
    const reset = String(Math.ceil(time.now() / 1_000) + 3);
    const asked = async (headers: Readonly<Record<string, string>>): Promise<number> => {
      await time.passing(patience.answer(() => Promise.resolve(answering(200, headers)), never));
      return time.now();
    };
    const first = await asked({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset });
    expect((await asked({})) - first).toBe(3_000);
  });
});

describe('how long a tenant says to wait', () => {
  const now = Date.parse('2026-11-26T12:00:00Z');
  test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ['in seconds', { 'retry-after': '7' }, 7_000],
    ['as a date', { 'retry-after': 'Thu, 26 Nov 2026 12:00:05 GMT' }, 5_000],
    ['until its limit is reset', { 'x-ratelimit-reset': String(now / 1_000 + 4) }, 4_000],
    [
      'by its own clock',
      { 'x-ratelimit-reset': String(now / 1_000 + 64), date: 'Thu, 26 Nov 2026 12:01:00 GMT' },
      4_000,
    ],
    ['until a moment that has passed', { 'x-ratelimit-reset': String(now / 1_000 - 4) }, 0],
    [
      'in both ways, of which the plainer one counts',
      { 'retry-after': '1', 'x-ratelimit-reset': String(now / 1_000 + 9) },
      1_000,
    ],
    ['not at all', {}, undefined],
    ['in no known way', { 'retry-after': 'soon', 'x-ratelimit-reset': '-' }, undefined],
  ])('is understood: %s', (_how, headers, milliseconds) => {
    expect(toldWait(answering(429, headers), now)).toBe(milliseconds);
  });

  test('is never sooner than told, and never much longer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 10 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (seconds, drawn) => {
          const time = virtualTime();
          const started = time.now();
          const told: string[] = [];
          const options: PatienceOptions = {
            clock: { ...time, random: () => drawn },
            whileWaiting: async (reason, wait) => {
              told.push(reason);
              await wait;
            },
          };
          let answers = 0;
          const call = (): Promise<Response> =>
            Promise.resolve(
              (answers += 1) === 1 ? answering(429, { 'retry-after': String(seconds) }) : answering(200),
            );
          const { status } = await time.passing(
            patienceWith('tenant.example.com', options).answer(call, never),
          );
          expect(status).toBe(200);
          const waited = time.now() - started;
          expect(waited).toBeGreaterThanOrEqual(seconds * 1_000);
          expect(waited).toBeLessThanOrEqual(seconds * 1_000 + 1_000);
          expect(told).toEqual([
            expect.stringMatching(
              /^tenant\.example\.com limits how many requests it takes \(429\); asking again in [\d.]+ s$/,
            ),
          ]);
        },
      ),
      { numRuns: 20 },
    );
  });
});
