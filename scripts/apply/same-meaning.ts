import { isDeepStrictEqual } from 'node:util';
import { serviceDefaultAt } from '../tenant-config/service-defaults.ts';
import type { CompletedResource } from '../tenant-config/service-defaults.ts';
import { isRecord, recordOf } from './json-values.ts';

/**
 * Whether a value that is to be sent would change nothing. The order of a list of texts means nothing (scopes, callbacks,
 * grant types); of an object only what is asked for counts, since the service fills in the rest; a value that is not there
 * is the same as an empty one.
 */
export function sameMeaning(wanted: unknown, existing: unknown): boolean {
  if (isEmpty(wanted)) return isEmpty(existing);
  if (isTextList(wanted) && isTextList(existing)) {
    return isDeepStrictEqual(new Set(wanted), new Set(existing));
  }
  if (Array.isArray(wanted) && Array.isArray(existing)) {
    const items: readonly unknown[] = existing;
    return (
      wanted.length === items.length &&
      wanted.every((item: unknown, index) => sameMeaning(item, items[index]))
    );
  }
  if (isRecord(wanted) && isRecord(existing)) {
    return Object.entries(wanted).every(([name, value]) => sameMeaning(value, existing[name]));
  }
  return isDeepStrictEqual(wanted, existing);
}

/**
 * The same for a setting of a resource: where either side says nothing, what the service fills in counts.
 * @param path Of the setting, such as `options.pkce_enabled`.
 */
export const sameToTheService = (
  resource: CompletedResource,
  path: string,
  wanted: unknown,
  existing: unknown,
): boolean =>
  sameMeaning(wanted ?? serviceDefaultAt(resource, path), completed(resource, path, wanted, existing));

/** What is there, with the defaults of what `wanted` names beside it. */
function completed(resource: CompletedResource, path: string, wanted: unknown, existing: unknown): unknown {
  if (!isRecord(wanted)) return existing ?? serviceDefaultAt(resource, path);
  if (existing != null && !isRecord(existing)) return existing;
  const known = recordOf(existing);
  return {
    ...known,
    ...Object.fromEntries(
      Object.entries(wanted).map(([name, value]) => [
        name,
        completed(resource, `${path}.${name}`, value, known[name]),
      ]),
    ),
  };
}

/** The scopes of an oauth2 connection: one text, or a list. Auth0 takes and keeps both. */
export const sameScopes = (wanted: unknown, existing: unknown): boolean =>
  sameMeaning(wordsOf(wanted), wordsOf(existing));

const wordsOf = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value;

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** What the service does not tell from "never set". */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);
