import { optionsArgument } from './arguments.ts';
import type { CacheEntry } from '../action-cache.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/**
 * `api.cache`: errors are returned, never thrown.
 *
 * It lives as long as the runtime and is shared by all its logins, which is more than Auth0 promises: there an entry may
 * be gone at the next login.
 */
export const cacheApi = ({ state }: ActionContext): ApiArea => ({
  get(key) {
    const entry = state.cache.get(key);
    return entry === undefined ? undefined : recordOf(entry);
  },
  set(key, value, options) {
    const times = timesIn(options);
    if (times === undefined) return { type: 'error', code: 'InvalidExpiry' };
    const result = state.cache.set(key, value, times);
    return typeof result === 'string'
      ? { type: 'error', code: result }
      : { type: 'success', record: recordOf(result) };
  },
  delete(key) {
    const result = state.cache.delete(key);
    return result === 'deleted' ? { type: 'success' } : { type: 'error', code: result };
  },
});

const recordOf = (entry: CacheEntry): { readonly value: string; readonly expires_at: number } => ({
  value: entry.value,
  expires_at: entry.expiresAt,
});

function timesIn(
  options: unknown,
): { readonly lifetime: number | undefined; readonly expiresAt: number | undefined } | undefined {
  try {
    const given = optionsArgument(options, 'options');
    return {
      lifetime: numberOrAbsent(given['ttl']),
      expiresAt: numberOrAbsent(given['expires_at']),
    };
  } catch {
    return undefined;
  }
}

function numberOrAbsent(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) throw new TypeError('Times are numbers.');
  return value;
}
