import {
  DEFAULT_CACHE_LIFETIME_MILLISECONDS,
  MAX_CACHE_BYTES,
  MAX_CACHE_ENTRIES,
  MAX_CACHE_KEY_BYTES,
  MAX_CACHE_LIFETIME_MILLISECONDS,
  MAX_CACHE_VALUE_BYTES,
} from '../auth0/runtime-limits.ts';

export interface CacheEntry {
  readonly key: string;
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type CacheWrite =
  { readonly kind: 'set'; readonly entry: CacheEntry } | { readonly kind: 'delete'; readonly key: string };

/** Auth0's own. */
export type CacheErrorCode =
  | 'CacheKeyDoesNotExist'
  | 'CacheKeySizeExceeded'
  | 'CacheSizeExceeded'
  | 'CacheValueSizeExceeded'
  | 'FailedToDeleteCacheRecord'
  | 'FailedToSetCacheRecord'
  | 'InvalidExpiry'
  | 'ItemAlreadyExpired';

/**
 * The trigger's cache with Auth0's limits: 20 entries, 64 bytes a key, 4 kB a value, 8 kB in all, 15 minutes by default
 * and 24 hours at most. It refuses by returning a code and never throws.
 *
 * @param now Milliseconds since the epoch.
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export class ActionCache {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #writes: CacheWrite[] = [];
  readonly #now: () => number;

  constructor(entries: Iterable<CacheEntry>, now: () => number) {
    for (const entry of entries) this.#entries.set(entry.key, entry);
    this.#now = now;
  }

  get(key: unknown): CacheEntry | undefined {
    if (typeof key !== 'string') return undefined;
    this.#dropExpired();
    return this.#entries.get(key);
  }

  /** Times in milliseconds; the earlier of lifetime and expiry counts, and nothing lives longer than 24 hours. */
  set(
    key: unknown,
    value: unknown,
    times: { readonly lifetime?: number | undefined; readonly expiresAt?: number | undefined } = {},
  ): CacheEntry | CacheErrorCode {
    if (typeof key !== 'string' || key === '' || typeof value !== 'string') return 'FailedToSetCacheRecord';
    if (Buffer.byteLength(key) > MAX_CACHE_KEY_BYTES) return 'CacheKeySizeExceeded';
    if (Buffer.byteLength(value) > MAX_CACHE_VALUE_BYTES) return 'CacheValueSizeExceeded';
    const now = this.#now();
    const expiresAt = expiryOf(times, now);
    if (!(expiresAt > now)) return 'ItemAlreadyExpired';
    this.#dropExpired();
    const others = [...this.#entries.values()].filter((entry) => entry.key !== key);
    if (others.length >= MAX_CACHE_ENTRIES) return 'CacheSizeExceeded';
    const entry = { key, value, expiresAt };
    if ([...others, entry].reduce((sum, each) => sum + bytesOf(each), 0) > MAX_CACHE_BYTES)
      return 'CacheSizeExceeded';
    this.#entries.set(key, entry);
    this.#writes.push({ kind: 'set', entry });
    return entry;
  }

  delete(key: unknown): 'deleted' | CacheErrorCode {
    if (typeof key !== 'string') return 'FailedToDeleteCacheRecord';
    this.#dropExpired();
    if (!this.#entries.delete(key)) return 'CacheKeyDoesNotExist';
    this.#writes.push({ kind: 'delete', key });
    return 'deleted';
  }

  /** What is alive now. */
  entries(): readonly CacheEntry[] {
    this.#dropExpired();
    return [...this.#entries.values()];
  }

  /** What was changed since the cache was made, for `apply` on another copy. */
  writes(): readonly CacheWrite[] {
    return this.#writes;
  }

  /** Repeats the changes of a copy. What no longer fits is lost, as any entry may be at any time. */
  apply(writes: readonly CacheWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'delete') this.delete(write.key);
      else this.set(write.entry.key, write.entry.value, { expiresAt: write.entry.expiresAt });
    }
    this.#writes.length = 0;
  }

  #dropExpired(): void {
    const now = this.#now();
    for (const entry of this.#entries.values()) {
      if (entry.expiresAt <= now) this.#entries.delete(entry.key);
    }
  }
}

const bytesOf = (entry: CacheEntry): number => Buffer.byteLength(entry.key) + Buffer.byteLength(entry.value);

function expiryOf(
  times: { readonly lifetime?: number | undefined; readonly expiresAt?: number | undefined },
  now: number,
): number {
  const asked = [
    ...(times.lifetime === undefined ? [] : [now + times.lifetime]),
    ...(times.expiresAt === undefined ? [] : [times.expiresAt]),
  ];
  const wanted = asked.length === 0 ? now + DEFAULT_CACHE_LIFETIME_MILLISECONDS : Math.min(...asked);
  return Math.min(wanted, now + MAX_CACHE_LIFETIME_MILLISECONDS);
}
