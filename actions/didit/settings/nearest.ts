/** The known word that a mistyped one was most likely meant to be; `undefined` when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  return best !== undefined && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

/** How many characters have to be put in, taken out or changed (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [index, character] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [column, otherCharacter] of Array.from(other).entries()) {
      const change = (row[column] ?? 0) + (character === otherCharacter ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
