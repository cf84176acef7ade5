import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, rowOf } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';

/** One value that differs. `undefined`: not there. */
export interface Difference {
  /** Such as `didit.verified`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

export const isSameJson = (one: Json | undefined, other: Json | undefined): boolean =>
  isDeepStrictEqual(one, other);

/** What differs between two objects, leaf by leaf; lists are compared as a whole. */
export function differences(before: JsonObject, after: JsonObject, prefix = ''): readonly Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const [old, now] = [rowOf(before, key), rowOf(after, key)];
    if (isSameJson(old, now)) return [];
    const path = `${prefix}${key}`;
    // What comes or goes is shown leaf by leaf too.
    const inner = [old, now].every((value) => value === undefined || isJsonObject(value))
      ? differences(isJsonObject(old) ? old : {}, isJsonObject(now) ? now : {}, `${path}.`)
      : [];
    // An empty object may come or go, with nothing in it to show.
    if (inner.length > 0) return inner;
    return [
      { path, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) },
    ];
  });
}
