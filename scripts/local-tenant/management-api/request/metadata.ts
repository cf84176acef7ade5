import type { Json, JsonObject } from '../../../base/json-values.ts';
import { invalidBody } from './errors.ts';

/**
 * A PATCH of metadata: top-level keys are replaced whole, a key set to `null` is taken away, the others stay, and an empty
 * object takes all of them away.
 * @see https://auth0.com/docs/manage-users/user-accounts/metadata/manage-metadata-api
 */
export function mergeMetadata(current: JsonObject, change?: JsonObject): JsonObject {
  if (change === undefined) return current;
  if (Object.keys(change).length === 0) return {};
  return withoutNulls({ ...current, ...change });
}

const isPresent = <Value extends Json>(value: Value): value is Exclude<Value, null> => value !== null;

/** The keys that have a value. */
export const withoutNulls = <Value extends Json>(
  values: Readonly<Record<string, Value>>,
): Record<string, Exclude<Value, null>> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Exclude<Value, null>][] =>
      isPresent(value) ? [[name, value]] : [],
    ),
  );

/**
 * Counts the keys after a merge, as the service does: the keys of others count too.
 * @throws {ApiError} 400 `invalid_body` with both numbers.
 */
export function checkMetadataKeys(
  metadata: Readonly<Record<string, unknown>>,
  maximum: number,
  property: string,
): void {
  const count = Object.keys(metadata).length;
  if (count > maximum)
    throw invalidBody(`Too many properties defined (${count}), maximum ${maximum}`, property);
}
