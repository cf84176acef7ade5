import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that a misspelt one most likely means; `undefined` when none is near (more than a third of its letters
 * would have to change).
 */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(written, [...known]);
  return distance(written, candidate) <= Math.max(1, Math.floor(candidate.length / 3))
    ? candidate
    : undefined;
}
