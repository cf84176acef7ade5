/** One kind of value that a setting may have. */
export interface ValueType<T> {
  /** The value in a text without white space, or `undefined` when the text is none. */
  readonly read: (text: string) => T | undefined;
  /** A regular expression (source) that accepts the same texts or more: for editors. */
  readonly pattern: string;
  /** For people, after "expected". */
  readonly expects: string;
  /** The words that a text is made of, when there is a fixed choice. */
  readonly words: readonly string[];
}

/** One of a few words. */
export function choice<const Word extends string>(...words: readonly Word[]): ValueType<Word> {
  return {
    read: (text) => words.find((word) => word === text),
    pattern: `(${words.join('|')})`,
    expects: words.join(' or '),
    words,
  };
}

/** Some of a few words, parted by commas, each at most once. */
export function listOf<const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> {
  const item = `(${words.join('|')})`;
  return {
    read: (text) => {
      const items = text.split(',');
      const known = words.filter((word) => items.includes(word));
      return known.length === items.length ? known : undefined;
    },
    pattern: `${item}(,${item})*`,
    expects: `some of ${words.join(', ')}, parted by commas`,
    words,
  };
}

const UNIT_MILLISECONDS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time span such as `90s`, `15m`, `24h` or `30d`, in milliseconds. */
export const duration = durationUpTo(Number.MAX_SAFE_INTEGER, 'such as 90s, 15m, 24h or 30d');

/** A time span of at most `longest` milliseconds, and more than none. */
export function durationUpTo(longest: number, such: string): ValueType<number> {
  return {
    read: (text) => {
      const [, count, unit] = /^(\d{1,4})([smhd])$/.exec(text) ?? [];
      if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined;
      const milliseconds = Number(count) * UNIT_MILLISECONDS[unit];
      return milliseconds > 0 && milliseconds <= longest ? milliseconds : undefined;
    },
    pattern: '[0-9]{1,4}[smhd]',
    expects: `a number and a unit, ${such}`,
    words: [],
  };
}

/** A text of its own shape. */
export const textLike = (pattern: string, expects: string): ValueType<string> => ({
  read: (text) => (new RegExp(`^${pattern}$`).test(text) ? text : undefined),
  pattern,
  expects,
  words: [],
});

/** `word:text` pairs, parted by commas; each word, and each text, at most once. */
export function pairs<const Word extends string>(
  words: readonly Word[],
  text: string,
  expects: string,
): ValueType<ReadonlyMap<Word, string>> {
  const pair = `(${words.join('|')}):${text}`;
  const shape = new RegExp(`^${text}$`);
  return {
    read: (value) => {
      const found = new Map<Word, string>();
      for (const item of value.split(',')) {
        const colon = item.indexOf(':');
        const word = words.find((known) => known === item.slice(0, Math.max(colon, 0)));
        const target = item.slice(colon + 1);
        if (word === undefined || found.has(word) || !shape.test(target)) return undefined;
        if ([...found.values()].includes(target)) return undefined;
        found.set(word, target);
      }
      return found;
    },
    pattern: `${pair}(,${pair})*`,
    expects,
    words,
  };
}
