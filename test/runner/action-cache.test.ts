import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ActionCache } from '../../scripts/runner/action-cache.ts';
import { runBody, runtimeForTests } from './run-actions.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const emptyCache = (): ActionCache => new ActionCache([], () => NOW);

describe('the cache', () => {
  test.each([
    ['nothing', {}, 15 * MINUTE],
    ['a lifetime', { lifetime: MINUTE }, MINUTE],
    ['an expiry', { expiresAt: NOW + 2 * MINUTE }, 2 * MINUTE],
    ['both', { lifetime: 3 * MINUTE, expiresAt: NOW + 2 * MINUTE }, 2 * MINUTE],
    ['more than a day', { lifetime: 2 * DAY }, DAY],
  ])('keeps an entry that asks for %s', (_what, times, lifetime) => {
    expect(emptyCache().set('key', 'value', times)).toEqual({
      key: 'key',
      value: 'value',
      expiresAt: NOW + lifetime,
    });
  });

  test('forgets an entry at its time, to the millisecond', () => {
    let now = NOW;
    const cache = new ActionCache([], () => now);
    cache.set('key', 'value', { lifetime: MINUTE });
    now = NOW + MINUTE - 1;
    expect(cache.get('key')?.value).toBe('value');
    now = NOW + MINUTE;
    expect(cache.get('key')).toBeUndefined();
    expect(cache.delete('key')).toBe('CacheKeyDoesNotExist');
  });

  test.each([
    ['a key of 65 bytes', 'ä'.repeat(32) + 'a', 'value', 'CacheKeySizeExceeded'],
    ['a value over 4 kB', 'key', 'ä'.repeat(2_001), 'CacheValueSizeExceeded'],
    ['a value that is no string', 'key', 1, 'FailedToSetCacheRecord'],
    ['a key that is no string', 1, 'value', 'FailedToSetCacheRecord'],
  ])('refuses %s with a code', (_what, key, value, code) => {
    expect(emptyCache().set(key, value)).toBe(code);
  });

  test('refuses what has expired already', () => {
    expect(emptyCache().set('key', 'value', { lifetime: 0 })).toBe('ItemAlreadyExpired');
  });

  test('takes a key of 64 bytes, a value of 4 kB, and 20 entries', () => {
    const cache = emptyCache();
    expect(cache.set('ä'.repeat(32), 'ä'.repeat(2_000))).toMatchObject({ expiresAt: NOW + 15 * MINUTE });
    for (let index = 1; index < 20; index += 1) expect(cache.set(`key-${index}`, '')).toBeTypeOf('object');
    expect(cache.set('one too many', '')).toBe('CacheSizeExceeded');
    expect(cache.set('key-1', 'replaced')).toBeTypeOf('object');
  });

  test('takes 8 kB in all, keys included', () => {
    const cache = emptyCache();
    cache.set('a', 'x'.repeat(3_999));
    expect(cache.set('b', 'x'.repeat(4_000))).toBe('CacheSizeExceeded');
    expect(cache.set('b', 'x'.repeat(3_999))).toBeTypeOf('object');
  });

  const operation = fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'.repeat(64)),
      value: fc.string({ maxLength: 4_000, size: 'max' }),
    }),
    fc.record({ kind: fc.constant('delete' as const), key: fc.constantFrom('a', 'b', 'c') }),
  );

  test('stays within its limits and gives back what it took, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const cache = emptyCache();
        const expected = new Map<string, string>();
        for (const each of operations) {
          if (each.kind === 'delete') {
            expect(cache.delete(each.key)).toBe(
              expected.delete(each.key) ? 'deleted' : 'CacheKeyDoesNotExist',
            );
          } else if (typeof cache.set(each.key, each.value) === 'object') expected.set(each.key, each.value);
        }
        const entries = cache.entries();
        expect(new Map(entries.map(({ key, value }) => [key, value]))).toEqual(expected);
        const bytes = entries.reduce((sum, { key, value }) => sum + Buffer.byteLength(key + value), 0);
        expect(bytes).toBeLessThanOrEqual(8_000);
        const copy = emptyCache();
        copy.apply(cache.writes());
        expect(copy.entries()).toEqual(entries);
      }),
      { numRuns: 100 },
    );
  });
});

describe('api.cache', () => {
  const runtime = runtimeForTests({ instances: 'fresh' });

  test('lives on from login to login, in new instances too', async () => {
    const first = await runBody(
      runtime,
      `console.log(JSON.stringify([api.cache.get('token'), api.cache.set('token', 'abc', { ttl: 60_000 }).type]))`,
    );
    expect(JSON.parse(first.log)).toEqual([null, 'success']);
    const second = await runBody(
      runtime,
      `const { value, expires_at } = api.cache.get('token');
       console.log(JSON.stringify([value, expires_at > Date.now(), expires_at <= Date.now() + 60_000]));
       console.log(JSON.stringify([api.cache.delete('token'), api.cache.delete('token')]));`,
    );
    expect(second.trace.logs.map((line): unknown => JSON.parse(line))).toEqual([
      ['abc', true, true],
      [{ type: 'success' }, { type: 'error', code: 'CacheKeyDoesNotExist' }],
    ]);
  });

  test('returns errors and throws none', async () => {
    const { log } = await runBody(
      runtime,
      `console.log(JSON.stringify([
         api.cache.set('k', 'x'.repeat(5_000)), api.cache.set('k', 1), api.cache.set('k', 'v', 'soon'),
         api.cache.set('k', 'v', { ttl: 'soon' }), api.cache.get(), api.cache.delete()
       ].map((answer) => answer?.code ?? null)))`,
    );
    expect(JSON.parse(log)).toEqual([
      'CacheValueSizeExceeded',
      'FailedToSetCacheRecord',
      'InvalidExpiry',
      'InvalidExpiry',
      null,
      'FailedToDeleteCacheRecord',
    ]);
  });

  test('keeps what was stored out of the trace', async () => {
    const { trace } = await runBody(runtime, `api.cache.set('other', 'very-secret', { ttl: 1_000 })`);
    expect(JSON.stringify(trace)).not.toContain('very-secret');
    expect(trace.calls).toEqual([
      { method: 'api.cache.set', arguments: ['other', '(not shown)', { ttl: 1_000 }] },
    ]);
  });
});
