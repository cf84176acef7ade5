/**
 * Characters that would move the cursor, change colours or turn the direction of text: a name on a tenant, or a comment in code,
 * could otherwise make a plan show something else than it says.
 * @see https://trojansource.codes/
 */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with each such character as its escape. Line ends and tabs stay. */
export const safeText = (text: string): string =>
  text.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same on one line. */
export const safeLine = (text: string): string =>
  safeText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
