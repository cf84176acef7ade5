import type { FieldName, Fields } from './fields.ts';
import { own } from './json.ts';
import type { JsonObject } from './json.ts';

/** One top-level key to set in `user_metadata`; `null` removes it. */
export interface UserMetadataChange {
  readonly key: string;
  readonly value: string | boolean | null;
}

/**
 * Which keys of `user_metadata` follow Didit. A key is ours while it holds what was last written there (or nothing, at the first
 * sync); once the user put something else in it, or emptied it, it stays as it is. A key that no longer has a value from Didit,
 * or no longer stands in the settings, is removed while it is ours.
 */
export function decideUserMetadata(input: {
  readonly mapping: readonly (readonly [FieldName, string])[];
  readonly fields: Fields;
  /** What was last written, by key. */
  readonly remembered: JsonObject;
  readonly current: unknown;
}): {
  readonly changes: readonly UserMetadataChange[];
  /** What to remember for the next time. */
  readonly remembered: JsonObject;
} {
  const wanted = new Map(input.mapping.map(([field, key]) => [key, input.fields[field]]));
  const remembered = new Map(Object.entries(input.remembered));
  const changes: UserMetadataChange[] = [];
  const next: [string, unknown][] = [];
  for (const key of new Set([...remembered.keys(), ...wanted.keys()])) {
    const last = remembered.get(key);
    const value = wanted.get(key);
    const current = own(input.current, key);
    if (current !== last) {
      if (last !== undefined && wanted.has(key)) next.push([key, last]);
      continue;
    }
    if (value !== undefined) next.push([key, value]);
    if (value !== last) changes.push({ key, value: value ?? null });
  }
  return { changes, remembered: Object.fromEntries(next) };
}
