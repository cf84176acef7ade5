import { setTimeout as delay } from 'node:timers/promises';
import { fetchWhole } from '../base/fetch-whole.ts';
import { unreachable } from '../tenant-access/connection-failures.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';

/** What a tenant answered, whatever it was. */
export interface Answer {
  readonly status: number;
  /** `undefined` where there is none, or none in JSON. */
  readonly body: unknown;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * One request to a tenant. Unlike `ManagementApi`, it takes a refusal for an answer.
 *
 * @throws {Problem} as `unreachable`.
 */
export type Exchange = (method: Method, path: string, body?: unknown) => Promise<Answer>;

/** Milliseconds that one answer may take. */
const ANSWER_TIMEOUT_MILLISECONDS = 30_000;

/** How often a tenant may say that there were too many requests. Each time it says how long to wait. */
const MAX_RATE_LIMITED = 10;

/** Milliseconds to wait where it does not say so. */
const RATE_LIMIT_MILLISECONDS = 1_000;

/** Requests with the token of a connected tenant; one to `/oauth/token` goes without it. */
export const exchangeWith =
  ({ domain, accessToken }: Pick<ManagementApi, 'domain' | 'accessToken'>): Exchange =>
  async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetchWhole(`https://${domain}${path}`, {
        method,
        headers: {
          ...(path.startsWith('/api/') ? { authorization: `Bearer ${accessToken}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MILLISECONDS),
      }).catch((error: unknown) => {
        throw unreachable({ domain }, error);
      });
      const text = await response.text();
      if (response.status !== 429 || attempt === MAX_RATE_LIMITED) {
        return { status: response.status, body: jsonIn(text) };
      }
      const reset = Number(response.headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000 - Date.now();
      await delay(Math.min(Math.max(reset, RATE_LIMIT_MILLISECONDS), ANSWER_TIMEOUT_MILLISECONDS));
    }
  };

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
