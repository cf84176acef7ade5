import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../api.ts';
import { ApiError } from './errors.ts';
import type { RateLimit } from '../options.ts';

export interface Bucket {
  readonly tokens: number;
  /** Epoch milliseconds of the last request. */
  readonly at: number;
}

/** Takes one request out of the bucket, after it filled up for the time that has passed. `allowed` says whether one was left. */
export function takeRequest(
  bucket: Bucket,
  limit: RateLimit,
  now: number,
): { readonly allowed: boolean; readonly bucket: Bucket } {
  const refill = (Math.max(0, now - bucket.at) / 1_000) * limit.requestsPerSecond;
  const tokens = Math.min(limit.burstRequests, bucket.tokens + refill);
  const allowed = tokens >= 1;
  return { allowed, bucket: { tokens: allowed ? tokens - 1 : tokens, at: now } };
}

/**
 * One bucket for the whole Management API, as a tenant has.
 * @throws {ApiError} 429 `too_many_requests`.
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-http-headers
 */
export function rateLimited(limit: RateLimit, now: () => number): MiddlewareHandler<ApiEnv> {
  let bucket: Bucket | undefined;
  return async (c, next) => {
    const time = now();
    const taken = takeRequest(bucket ?? { tokens: limit.burstRequests, at: time }, limit, time);
    bucket = taken.bucket;
    c.header('X-RateLimit-Limit', String(limit.burstRequests));
    c.header('X-RateLimit-Remaining', String(Math.floor(bucket.tokens)));
    // When the next request fits, in whole seconds since the epoch.
    const wait = bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / limit.requestsPerSecond;
    c.header('X-RateLimit-Reset', String(Math.ceil(time / 1_000 + wait)));
    if (!taken.allowed) throw new ApiError(429, 'Global limit has been reached', 'too_many_requests');
    await next();
  };
}
