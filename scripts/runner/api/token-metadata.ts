import type { JsonObject } from '../../base/json-values.ts';
import { MAX_TOKEN_METADATA_CHARACTERS, MAX_TOKEN_METADATA_KEYS } from '../../auth0/runtime-limits.ts';
import { stringArgument, timeArgument } from './arguments.ts';
import type { ApiArea, TokenState } from './run-state.ts';

/**
 * What `api.session` and `api.refreshToken` have in common: when they end, and their metadata.
 * @param present The metadata before the run.
 */
export const tokenApi = (token: TokenState, present: JsonObject): ApiArea => ({
  setExpiresAt(absolute) {
    token.expiresAt = earliest(token.expiresAt, timeArgument(absolute, 'absolute'));
  },
  setIdleExpiresAt(inactivity) {
    token.idleExpiresAt = earliest(token.idleExpiresAt, timeArgument(inactivity, 'inactivity'));
  },
  setMetadata(keyArgument, value) {
    const key = keyOf(keyArgument);
    const metadata = touched(token, present);
    if (value === null) {
      metadata.delete(key);
      return;
    }
    const text = stringArgument(value, 'value');
    if (text.length > MAX_TOKEN_METADATA_CHARACTERS) {
      throw new RangeError(
        `"value" has ${text.length} characters; at most ${MAX_TOKEN_METADATA_CHARACTERS} are allowed.`,
      );
    }
    if (!metadata.has(key) && metadata.size >= MAX_TOKEN_METADATA_KEYS) {
      throw new RangeError(`The metadata has ${metadata.size} keys already, and may have no more.`);
    }
    metadata.set(key, text);
  },
  deleteMetadata(key) {
    touched(token, present).delete(keyOf(key));
  },
  evictMetadata() {
    token.metadata = new Map();
  },
});

const earliest = (earlier: number | undefined, time: number): number => Math.min(earlier ?? time, time);

function keyOf(value: unknown): string {
  const key = stringArgument(value, 'key');
  if (!/^[A-Za-z0-9_-]+$/.test(key) || key.length > MAX_TOKEN_METADATA_CHARACTERS) {
    throw new TypeError(
      `"key" has to consist of 1 to ${MAX_TOKEN_METADATA_CHARACTERS} letters, digits, "_" and "-".`,
    );
  }
  return key;
}

function touched(token: TokenState, present: JsonObject): Map<string, string> {
  token.metadata ??= new Map(
    Object.entries(present).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
  return token.metadata;
}
