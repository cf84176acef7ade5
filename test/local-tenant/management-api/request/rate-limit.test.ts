import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FREE_TENANT_RATE_LIMIT } from '../../../../scripts/local-tenant/management-api/options.ts';
import { takeRequest } from '../../../../scripts/local-tenant/management-api/request/rate-limit.ts';
import type { Bucket } from '../../../../scripts/local-tenant/management-api/request/rate-limit.ts';
import { apiUnderTest } from '../api-under-test.ts';

describe('a tenant with the limit of a free one', () => {
  test('answers ten requests at once, refuses the eleventh, and answers again half a second later', async () => {
    const api = await apiUnderTest({ rateLimit: FREE_TENANT_RATE_LIMIT });
    const statuses: number[] = [];
    for (let request = 0; request < 11; request += 1)
      statuses.push((await api.send('GET', '/clients')).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    api.pass(500);
    expect((await api.send('GET', '/clients')).status).toBe(200);
    expect((await api.send('GET', '/clients')).status).toBe(429);
    api.close();
  });

  test('saves nothing up: after an hour of silence it is ten requests at once, as before', async () => {
    const api = await apiUnderTest({ rateLimit: FREE_TENANT_RATE_LIMIT });
    await api.send('GET', '/clients');
    api.pass(3_600_000);
    let answered = 0;
    while ((await api.send('GET', '/clients')).status === 200) answered += 1;
    expect(answered).toBe(10);
    api.close();
  });

  test('says how much is left and when to come again', async () => {
    const api = await apiUnderTest({ rateLimit: FREE_TENANT_RATE_LIMIT });
    const first = await api.send('GET', '/clients');
    expect(first.headers.get('x-ratelimit-limit')).toBe('10');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('9');
    let last = first;
    while (last.status === 200) last = await api.send('GET', '/clients');
    expect(last.json).toEqual({
      statusCode: 429,
      error: 'Too Many Requests',
      message: 'Global limit has been reached',
      errorCode: 'too_many_requests',
    });
    expect(last.headers.get('x-ratelimit-remaining')).toBe('0');
    const reset = Number(last.headers.get('x-ratelimit-reset')) * 1_000;
    expect(reset).toBeGreaterThan(api.tenant.now());
    api.pass(reset - api.tenant.now());
    expect((await api.send('GET', '/clients')).status).toBe(200);
    api.close();
  });
});

test('no more requests pass than the burst and what has flowed in since', () => {
  fc.assert(
    fc.property(
      fc.record({
        burstRequests: fc.integer({ min: 1, max: 20 }),
        requestsPerSecond: fc.integer({ min: 1, max: 20 }),
      }),
      fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 60 }),
      (limit, pauses) => {
        let bucket: Bucket = { tokens: limit.burstRequests, at: 0 };
        let now = 0;
        let passed = 0;
        for (const pause of pauses) {
          now += pause;
          const taken = takeRequest(bucket, limit, now);
          bucket = taken.bucket;
          if (taken.allowed) passed += 1;
          expect(passed).toBeLessThanOrEqual(
            limit.burstRequests + (now / 1_000) * limit.requestsPerSecond + 1e-6,
          );
          // Who waits long enough is always let in.
          expect(takeRequest(bucket, limit, now + 1_000 / limit.requestsPerSecond + 1).allowed).toBe(true);
        }
      },
    ),
  );
});
