/**
 * Characters that would move the cursor, change colours, turn the direction of text, or be there without being seen: a name on a
 * tenant, or a comment in code, could otherwise make a plan show something else than it says. U+2800 and U+FFFC count as visible,
 * and show nothing in most fonts.
 * @see https://trojansource.codes/
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/gu;

/** The text with each such character as its escape in JSON and JavaScript. Line ends and tabs stay. */
export const safeText = (text: string): string =>
  text.replaceAll(UNSAFE, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );

/** The same on one line. */
export const safeLine = (text: string): string =>
  safeText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** A word of a line that somebody copies into a shell: quoted where a shell would read something else. */
export const asShellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${safeLine(word).replaceAll("'", `'\\''`)}'`;
