/** Shorter values are found inside words and numbers that have nothing to do with them, and no service hands out such secrets. */
const MIN_SECRET_CHARACTERS = 8;

/**
 * A line of a secret of several lines, such as a private key, tells too much alone; a shorter one stands in other texts as well.
 */
const MIN_LINE_CHARACTERS = 20;

/**
 * What a secret looks like in texts from which it can still be read: as it is, in an address, in JSON, in code or HTML, at
 * whatever level of each in the other, over several lines of YAML or of a diff, in base64, and in hexadecimal digits. The longest
 * come first.
 */
export function patternsOf(secrets: readonly string[]): readonly RegExp[] {
  const writings = secrets.filter(({ length }) => length >= MIN_SECRET_CHARACTERS).flatMap(writingsOf);
  // One that holds another goes whole: otherwise its rest would stay.
  return [...new Set(writings)]
    .sort((one, other) => other.length - one.length)
    .map((writing) => new RegExp(characterPattern(writing), 'gu'));
}

/** The source of a pattern for a text as it is, and as its characters are written in addresses, JSON, code and HTML. */
export const characterPattern = (text: string): string =>
  // Most of a secret is letters and digits, which stand for themselves.
  text.replaceAll(/\r\n?/g, '\n').replaceAll(/\\+|\n+|[^\w-]/gu, tokenPattern);

/** What somebody puts behind a text that was cut. */
const CUT = '…';

/** What may be left of a character that is written as several, where a text was cut in the middle of them. */
const PART_OF_CHARACTER = /^(?:[\\%&][\w#\\]{0,11})?$/;

/**
 * Where the beginning of a secret stands at the end of a text that was cut, as `…` behind it says; `undefined` where none does.
 * Shorter beginnings than a secret may be are left: they are found in other words.
 */
export function cutSecretSearch(secrets: readonly string[]): (text: string) => number | undefined {
  let known: readonly Beginning[] | undefined;
  return (text) => {
    if (!text.endsWith(CUT)) return undefined;
    // Few texts are cut.
    known ??= beginningsOf(secrets);
    const cut = text.slice(0, -CUT.length);
    const starts = known.flatMap((beginning) => cutStart(cut, beginning) ?? []);
    return starts.length === 0 ? undefined : Math.min(...starts);
  };
}

interface Beginning {
  readonly head: RegExp;
  readonly rest: readonly string[];
}

const beginningsOf = (secrets: readonly string[]): readonly Beginning[] =>
  [...new Set(secrets.flatMap(writingsOf))]
    .map(tokensOf)
    .filter(({ length }) => length >= MIN_SECRET_CHARACTERS)
    .map((tokens) => ({
      head: new RegExp(tokens.slice(0, MIN_SECRET_CHARACTERS).map(tokenPattern).join(''), 'gu'),
      rest: tokens.slice(MIN_SECRET_CHARACTERS),
    }));

/** Where a text begins to be a secret, and is it to its end. */
function cutStart(text: string, { head, rest }: Beginning): number | undefined {
  head.lastIndex = 0;
  for (let found = head.exec(text); found !== null; found = head.exec(text)) {
    let end = head.lastIndex;
    for (const token of rest) {
      const next = new RegExp(tokenPattern(token), 'uy');
      next.lastIndex = end;
      if (end === text.length || !next.test(text)) break;
      end = next.lastIndex;
    }
    if (PART_OF_CHARACTER.test(text.slice(end))) return found.index;
    head.lastIndex = found.index + 1;
  }
  return undefined;
}

/** The lines of secrets that have several: a diff shows some of them, and not the others. */
export const linesOf = (secrets: readonly string[]): readonly string[] =>
  secrets
    .flatMap((secret) => (/[\r\n]/.test(secret) ? secret.split(/[\r\n]+/) : []))
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_LINE_CHARACTERS && !line.startsWith('-----'));

/** Whether one of these secrets can be read from a text. */
export function secretSearch(secrets: readonly string[]): (text: string) => boolean {
  const patterns = patternsOf(secrets);
  return (text) => patterns.some((pattern) => text.search(pattern) !== -1);
}

function writingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // In a longer text that is encoded as a whole, the first and the last bytes are mixed with those around them.
  const inBase64 = [0, 1, 2]
    .map((skipped) => bytes.subarray(skipped))
    .filter(({ length }) => length >= MIN_SECRET_CHARACTERS)
    .map((rest) => rest.subarray(0, rest.length - (rest.length % 3)).toString('base64'));
  const digits = bytes.toString('hex');
  return [
    secret,
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    digits,
    digits.toUpperCase(),
  ];
}

/**
 * Its characters. Several backslashes, and several ends of lines however they are written, are one: each may be any number of
 * them.
 */
const tokensOf = (writing: string): readonly string[] =>
  writing.replaceAll(/\r\n?/g, '\n').match(/\\+|\n+|[^]/gu) ?? [];

/** A backslash, which each level of JSON or code doubles, and each address around it encodes. */
const BACKSLASH = String.raw`(?:\\|%(?:25)*5[cC])`;

/** Of five levels in each other. With no end, a text of backslashes alone would take minutes. */
const MAX_BACKSLASHES = 32;

const NO_OR_SOME_BACKSLASHES = `${BACKSLASH}{0,${MAX_BACKSLASHES}}`;
const BACKSLASHES = `${BACKSLASH}{1,${MAX_BACKSLASHES}}`;

/** Of a secret and of what it stands in. */
const MAX_ENDS_OF_LINES = 16;

/** Each of them as it is, or as some program writes it inside of something else. None changes letters and digits of ASCII. */
function tokenPattern(character: string): string {
  if (/^[\w.-]$/.test(character)) return literal(character);
  if (character.startsWith('\\'))
    return `(?:${BACKSLASH}{${character.length},${character.length * MAX_BACKSLASHES}}|/{${character.length}})`;
  if (character.startsWith('\n')) return END_OF_LINES;
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const percent = [...Buffer.from(character)].map((byte) => `%(?:25)*${anyCase(byte, 2)}`).join('');
  const plain = [literal(character), percent, `&#(?:0*${code}|[xX]0*${anyCase(code, 1)});`];
  const escape = JSON.stringify(character).slice(2, -1);
  const escapes = [
    ...(/^[a-z]$/.test(escape) ? [escape] : []),
    units.map((unit) => `u${anyCase(unit, 4)}`).join(BACKSLASHES),
    `u\\{0*${anyCase(code, 1)}\\}`,
    ...(code < 256 ? [`x${anyCase(code, 2)}`] : []),
  ];
  const named = NAMED[character] ?? [];
  return `(?:${NO_OR_SOME_BACKSLASHES}(?:${[...plain, ...named].join('|')})|${BACKSLASHES}(?:${escapes.join('|')}))`;
}

/**
 * Ends of lines in a secret. What goes on stands behind a mark of a diff, further in, or in the next of two texts that are put
 * together; an address has none of them.
 */
const END_OF_LINES = `(?:(?:\\r|${BACKSLASHES}r|%(?:25)*0[dD]|&#(?:13|[xX][dD]);)?(?:${[
  String.raw`\n[ \t]*(?:[+|-][ \t]*)?`,
  `${BACKSLASHES}n(?:['"\`] \\+\\s*['"\`]|\\\\?\\n[ \\t]*)?`,
  '%(?:25)*0[aA]',
  '&#(?:10|[xX][aA]);',
].join('|')})){0,${MAX_ENDS_OF_LINES}}`;

/** What a character is called in HTML, and what stands for it in a form or in YAML, which folds long lines. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  ' ': [String.raw`\+`, String.raw`\n[ \t]*`, '&nbsp;'],
  "'": ["''", '&apos;'],
  '"': ['&quot;'],
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
};

/** @param digits At least. */
const anyCase = (code: number, digits: number): string =>
  code
    .toString(16)
    .padStart(digits, '0')
    .replaceAll(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

const literal = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, '\\$&');
