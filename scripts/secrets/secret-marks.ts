import { createHmac, randomBytes, scrypt, scryptSync } from 'node:crypto';
import { promisify } from 'node:util';

/** New in each process and never written anywhere: a mark cannot be used to guess a value, not even of a short secret. */
const MARK_KEY = randomBytes(32);

/** Equal for equal values, and says nothing about them. */
export const markOf = (value: string): string => createHmac('sha256', MARK_KEY).update(value).digest('hex');

/** Computed once for each value: it is meant to take long (some 50 ms), and a deploy reads the same connection several times. */
const recorded = new Map<string, string>();

/**
 * A mark that may be kept in a file: equal for equal values of the same thing, at any time and on any machine. It is a slow hash
 * with a salt of its own, so that it helps nobody to find a secret that a service made.
 *
 * @param of What the value belongs to, such as a connection's id. Values of different things have different marks.
 * @see https://www.rfc-editor.org/rfc/rfc7914
 */
export function recordedMarkOf(value: string, of: string): string {
  const key = keyOf({ value, of });
  const mark = recorded.get(key) ?? scryptSync(value, saltOf(of), MARK_BYTES).toString('hex');
  recorded.set(key, mark);
  return mark;
}

/** Some that `recordedMarkOf` will be asked for, computed on other threads while this one does something else. */
export async function markAhead(values: readonly MarkedValue[]): Promise<void> {
  const marks = new Map(values.map((value) => [keyOf(value), value]));
  await Promise.all(
    [...marks].map(async ([key, { value, of }]) => {
      const mark = await promisify<string, string, number, Buffer>(scrypt)(value, saltOf(of), MARK_BYTES);
      recorded.set(key, mark.toString('hex'));
    }),
  );
}

/** A value, and what it belongs to. */
export interface MarkedValue {
  readonly value: string;
  readonly of: string;
}

const MARK_BYTES = 16;

const saltOf = (of: string): string => `sign-in-with-didit ${of}`;

const keyOf = ({ value, of }: MarkedValue): string => markOf(JSON.stringify([value, of]));
