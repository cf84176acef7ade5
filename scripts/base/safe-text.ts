import { styleText } from 'node:util';

/**
 * Characters that would move the cursor, change colours, turn the direction of text, or be there without being seen: a name on a
 * tenant, or a comment in code, could otherwise make a plan show something else than it says. U+2800 and U+FFFC count as visible,
 * and show nothing in most fonts.
 * @see https://trojansource.codes/
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/gu;

/** Marks that stand on one letter: more than a few reach into the lines above and below. */
const TOO_MANY_MARKS = /(?<=\p{M}{4})\p{M}/gu;

/**
 * What a runner of GitHub Actions takes for an order to itself, such as to hide what follows: two colons at the start of a line,
 * whatever blanks are before them, and an older form anywhere.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
const COMMANDS = /:(?=:)(?<=^[\p{Zs}\t]*:)|(?<=#)#(?=\[)/gmu;

/** Blanks that would push what follows into another line of a terminal, where it looks like one of our own. */
const MANY_BLANKS = /\p{Zs}{40,}/gu;

/** Letters that look like those of the Latin alphabet, and are none. */
const LOOK_ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/gu;

/** A word of any script. */
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

/** Of an address, what follows its scheme. */
const ADDRESS = /:\/\/\S+/gu;

/** In an address, all of them: what looks like a dot or a slash, too. Of one that is cut off, the mark for that stays. */
const NOT_ASCII = /[^\p{ASCII}…]/gu;

/**
 * What looks like another name or host than it is: letters of another script among Latin ones, and whatever is no plain letter in
 * an address. Words of one script stay as they are.
 * @see https://www.unicode.org/reports/tr39/#Mixed_Script_Detection
 */
const unmasked = (text: string): string =>
  text
    .replace(ADDRESS, (address) => address.replace(NOT_ASCII, escaped))
    .replace(WORD, (word) => (/\p{Script=Latin}/u.test(word) ? word.replace(LOOK_ALIKE, escaped) : word));

/** Characters of one value that are shown. Of a longer one, the middle is left out: what stands behind it in its line is seen. */
const MAX_CHARACTERS = 2_000;
const MAX_START = 1_400;
const MAX_END = 400;

/** The text with each such character as its escape in JSON and JavaScript. Line ends and tabs stay. */
export const safeText = (text: string): string =>
  [UNSAFE, TOO_MANY_MARKS, COMMANDS].reduce(
    (safe, unsafe) => safe.replaceAll(unsafe, escaped),
    IS_ASCII.test(text) ? text : unmasked(text),
  );

const IS_ASCII = /^\p{ASCII}*$/u;

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');

/** One value on one line. */
const safeLine = (text: string): string =>
  shortened(
    safeText(text)
      .replaceAll('\n', '\\n')
      .replaceAll('\t', '\\t')
      .replaceAll(MANY_BLANKS, ({ length }) => ` (${length} blanks) `),
  );

function shortened(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const characters = Array.from(text);
  const left = characters.length - MAX_START - MAX_END;
  return left <= 0
    ? text
    : `${characters.slice(0, MAX_START).join('')}… (${left} more characters) …${characters.slice(-MAX_END).join('')}`;
}

/** Text that may be printed. Nobody makes one but the functions below, so what is printed has gone through them. */
class Safe {
  readonly text: string;
  // Nothing else of this shape is one.
  readonly #made = true;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  static is(value: unknown): value is Safe {
    return value instanceof Safe && value.#made;
  }
}

export type SafeText = Safe;

/**
 * The words of this project as they stand, and each value in them made safe, on one line: no value can end its line, hide it,
 * turn it round or begin another one.
 *
 * @example print(safe`  done    ${name}`);
 */
export const safe = (
  words: TemplateStringsArray,
  ...values: readonly (string | number | SafeText)[]
): SafeText =>
  new Safe(
    words
      .map((word, index) => {
        const value = values[index] ?? '';
        return word + (Safe.is(value) ? value.text : safeLine(String(value)));
      })
      .join(''),
  );

/** One after the other. */
export const joined = (parts: readonly SafeText[], between = '\n'): SafeText =>
  new Safe(parts.map(({ text }) => text).join(between));

/**
 * Text of several lines that somebody else has written: the output of a tool, a diff, the stack of an error. Each line is made
 * safe and stands behind `indent`, where it cannot be taken for a line of ours.
 */
export const block = (text: string, indent = '  '): SafeText =>
  new Safe(
    safeText(text)
      .replace(/(?<!\n)\n+$/, '')
      .split('\n')
      .map((line) => `${indent}${line}`)
      .join('\n'),
  );

/**
 * Data as JSON. What is unsafe can only stand inside its texts, where the escape means the same.
 *
 * @param spaces For each level; default none, all on one line.
 */
export const json = (value: unknown, spaces?: number): SafeText =>
  new Safe(safeText(JSON.stringify(value, null, spaces)));

/** In a colour, or bold. */
export const styled = (
  style: Parameters<typeof styleText>[0],
  { text }: SafeText,
  options: Parameters<typeof styleText>[2] = { validateStream: false },
): SafeText => new Safe(styleText(style, text, options));

/** A word of a line that somebody copies into a shell: quoted where a shell would read something else. */
export const asShellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${safeLine(word).replaceAll("'", `'\\''`)}'`;
