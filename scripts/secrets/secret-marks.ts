import { createHmac, randomBytes, scryptSync } from 'node:crypto';

/** New in each process and never written anywhere: a mark cannot be used to guess a value, not even of a short secret. */
const MARK_KEY = randomBytes(32);

/** Equal for equal values, and says nothing about them. */
export const markOf = (value: string): string => createHmac('sha256', MARK_KEY).update(value).digest('hex');

/** Computed once for each value: it is meant to take long (some 50 ms), and a deploy reads the same connection several times. */
const recorded = new Map<string, string>();

/**
 * A mark that may be kept in a file: equal for equal values of the same thing, at any time and on any machine. It is a slow hash with
 * a salt of its own, so that it helps nobody to find a secret that a service made.
 *
 * @param of What the value belongs to, such as a connection's id. Values of different things have different marks.
 * @see https://www.rfc-editor.org/rfc/rfc7914
 */
export function recordedMarkOf(value: string, of: string): string {
  const key = markOf(JSON.stringify([value, of]));
  const mark = recorded.get(key) ?? scryptSync(value, `sign-in-with-didit ${of}`, 16).toString('hex');
  recorded.set(key, mark);
  return mark;
}
