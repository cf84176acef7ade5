import { isDeepStrictEqual } from 'node:util';
import { isRecord } from './json-values.ts';

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
