import { closest, distance } from 'fastest-levenshtein';

/**
 * Whether a word is a mere slip of the pen for a candidate: one or two characters, and no more than a quarter of it, would have
 * to change.
 */
export const isSlip = (word: string, candidate: string): boolean =>
  distance(word, candidate) <= Math.min(2, Math.floor(candidate.length / 4));

/** A word this long may be the beginning of another. */
const MIN_BEGINNING_CHARACTERS = 5;

/** More than anybody reads. Each looks at all that is known. */
const MAX_SUGGESTIONS = 100;

/** `nearest`, for those who ask for each of many words: the first of them get an answer. */
export function suggestionsFrom(known: readonly string[]): (word: string) => string | undefined {
  let asked = 0;
  return (word) => ((asked += 1) > MAX_SUGGESTIONS ? undefined : nearest(word, known));
}

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
