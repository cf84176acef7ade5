import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { MAX_TOKEN_METADATA_CHARACTERS, MAX_TOKEN_METADATA_KEYS } from '../../auth0/runtime-limits.ts';
import { stringArgument, timeArgument } from './arguments.ts';
import { metadataOf } from './run-state.ts';
import type { ApiArea, TokenState } from './run-state.ts';

/**
 * What `api.session` and `api.refreshToken` have in common: when they end, and their metadata, which `event` shows at once.
 * @param part Where the event has it. It never comes to be by a call: `if (event.refresh_token)` has to stay true to the login.
 */
export function tokenApi(token: TokenState, event: JsonObject, part: 'session' | 'refresh_token'): ApiArea {
  const exists = (): boolean => isJsonObject(event[part]);
  const keep = (metadata: Map<string, string>): void => {
    token.metadata = metadata;
    const shown = event[part];
    if (isJsonObject(shown)) shown['metadata'] = Object.fromEntries(metadata);
  };
  const present = (): Map<string, string> => new Map(token.metadata ?? textsOf(metadataOf(event, part)));
  return {
    setExpiresAt(absolute) {
      token.expiresAt = earliest(token.expiresAt, timeArgument(absolute, 'absolute'));
    },
    setIdleExpiresAt(inactivity) {
      token.idleExpiresAt = earliest(token.idleExpiresAt, timeArgument(inactivity, 'inactivity'));
    },
    setMetadata(key, value) {
      if (part === 'session' && !exists()) {
        throw new Error(
          'Failed to set session metadata: Cannot set metadata on a session that does not exist.',
        );
      }
      keep(withEntry(present(), key, value));
    },
    deleteMetadata(key) {
      const metadata = present();
      if (typeof key === 'string' && metadata.delete(key)) keep(metadata);
    },
    evictMetadata() {
      if (part === 'refresh_token' || exists()) keep(new Map());
    },
  };
}

function withEntry(metadata: Map<string, string>, keyArgument: unknown, value: unknown): Map<string, string> {
  const key = stringArgument(keyArgument, 'key');
  if (value === null) {
    metadata.delete(key);
    return metadata;
  }
  if (!/^[A-Za-z0-9_-]+$/.test(key) || key.length > MAX_TOKEN_METADATA_CHARACTERS) {
    throw new TypeError(
      `"key" has to consist of 1 to ${MAX_TOKEN_METADATA_CHARACTERS} letters, digits, "_" and "-".`,
    );
  }
  const text = stringArgument(value, 'value');
  if (text.includes('\0')) throw new TypeError('"value" holds a null character.');
  if (text.length > MAX_TOKEN_METADATA_CHARACTERS) {
    throw new RangeError(
      `"value" has ${text.length} characters; at most ${MAX_TOKEN_METADATA_CHARACTERS} are allowed.`,
    );
  }
  if (!metadata.has(key) && metadata.size >= MAX_TOKEN_METADATA_KEYS) {
    throw new RangeError(`The metadata has ${metadata.size} keys already, and may have no more.`);
  }
  return metadata.set(key, text);
}

const earliest = (earlier: number | undefined, time: number): number => Math.min(earlier ?? time, time);

const textsOf = (metadata: JsonObject): [string, string][] =>
  Object.entries(metadata).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[key, value]] : [],
  );
