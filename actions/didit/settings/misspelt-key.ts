/** The metadata keys of ours. */
export const SETTINGS_KEYS = ['didit_policy', 'didit_claims', 'didit_sync'] as const;

/** More of a key is not looked at: no key of ours is near to a longer one. Characters. */
const MAX_KEY_CHARACTERS = 40;

/**
 * How many characters of a key may be wrong, missing or too many for it to be taken for ours; fewer where the first letter is not
 * ours, since `audit_policy` is somebody else's.
 */
const maxSlips = (letters: string): number => (letters.startsWith('d') ? 2 : 1);

/**
 * The key of ours that a metadata key was most likely meant to be: written with another case, blanks, other separators, letters
 * of another script that look the same, or a slip of the pen. `undefined` for our own keys and for those of others.
 */
export function misspeltKey(key: string): (typeof SETTINGS_KEYS)[number] | 'didit_' | undefined {
  if (SETTINGS_KEYS.some((ours) => ours === key) || key.length > MAX_KEY_CHARACTERS) return undefined;
  const letters = bare(key);
  return (
    SETTINGS_KEYS.find((ours) => slips(letters, bare(ours)) <= maxSlips(letters)) ??
    (/^didit[^a-z0-9]/.test(key.normalize('NFKC').trim().toLowerCase()) ? 'didit_' : undefined)
  );
}

/**
 * Letters of other scripts that look like those of our keys, each before the letter that it looks like. Accents fall away by
 * themselves.
 * @see https://www.unicode.org/reports/tr39/#Confusable_Detection
 */
const LOOK_ALIKES = new Map(
  'аa αa ɑa сc ϲc ԁd ɗd іi ιi ıi 1l ӏl ǀl |l мm пn ոn оo οo օo 0o рp ρp ѕs ꜱs тt τt уy γy үy'
    .split(' ')
    .map(([other = '', ours = '']) => [other, ours]),
);

/** Without case, accents, blanks and separators, each letter as the one of ours that it looks like. */
const bare = (key: string): string =>
  Array.from(key.normalize('NFKD').toLowerCase(), (letter) => LOOK_ALIKES.get(letter) ?? letter)
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter))
    .join('');

/** How many characters differ (Levenshtein). */
function slips(text: string, ours: string): number {
  let row = Array.from({ length: ours.length + 1 }, (_, index) => index);
  for (const letter of text) {
    let diagonal = 0;
    row = row.reduce<number[]>((next, above, index) => {
      const before = next[index - 1];
      const changed = diagonal + (letter === ours[index - 1] ? 0 : 1);
      next.push(before === undefined ? above + 1 : Math.min(above + 1, before + 1, changed));
      diagonal = above;
      return next;
    }, []);
  }
  return row[ours.length] ?? 0;
}
