import { closest, distance } from 'fastest-levenshtein';

/** Whether a word is a mere slip of the pen for a candidate: one or two characters, and no more than a quarter of it, would have to change. */
export const isSlip = (word: string, candidate: string): boolean =>
  distance(word, candidate) <= Math.min(2, Math.floor(candidate.length / 4));

/** A word this long may be the beginning of another. */
const MIN_BEGINNING_CHARACTERS = 5;

/**
 * The known word that a mistyped one was most likely meant to be: the only one that it is the beginning of, or one that is near;
 * `undefined` when none is: more than two characters, or a third of its length, would have to change.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const longer = word.length < MIN_BEGINNING_CHARACTERS ? [] : known.filter((name) => name.startsWith(word));
  if (longer.length === 1) return longer[0];
  const candidate = closest(word, [...known]);
  return distance(word, candidate) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}
