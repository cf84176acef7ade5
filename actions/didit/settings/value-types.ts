/**
 * One kind of value that a setting may have. `words` and `shape` are what the value is made of: the parser reads by them, and
 * the documentation and the JSON Schema are generated from them.
 */
export interface ValueType<T> {
  readonly kind: 'choice' | 'list' | 'duration' | 'text' | 'pairs' | 'namespace';
  /** The words to choose from, where there is a choice. */
  readonly words: readonly string[];
  /** A regular expression (source): of a text, and of what follows the colon in a pair. */
  readonly shape?: string;
  /** The longest time span, milliseconds. */
  readonly longest?: number;
  /** Whether the word `none`, alone, is a value too. */
  readonly none?: true;
  /** The value in a text without white space, or `undefined` when the text is none. */
  readonly read: (text: string) => T | undefined;
}

/** One of a few words. */
export const choice = <const Word extends string>(...words: readonly Word[]): ValueType<Word> => ({
  kind: 'choice',
  words,
  read: (text) => words.find((word) => word === text),
});

/** The word for nothing, where that is a value: no item, no limit. */
export const NONE = 'none';

/** Takes the word `none` too, alone: an earlier level, or the default, can then be lifted to `nothing`. */
export const orNone = <T>(type: ValueType<T>, nothing: NoInfer<T>): ValueType<T> => ({
  ...type,
  none: true,
  read: (text) => (text === NONE ? nothing : type.read(text)),
});

/** Some of a few words, separated by commas, each at most once. */
export const listOf = <const Word extends string>(words: readonly Word[]): ValueType<readonly Word[]> => ({
  kind: 'list',
  words,
  read: (text) => {
    const items = text.split(',');
    const known = words.filter((word) => items.includes(word));
    return known.length === items.length ? known : undefined;
  },
});

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time span such as `90s`, `15m`, `24h` or `30d`, in milliseconds; more than none, and at most `longest`. */
export const duration = (longest: number): ValueType<number> => ({
  kind: 'duration',
  words: [],
  longest,
  read: (text) => {
    const [, count, unit = ''] = /^(\d{1,4})([smhd])$/.exec(text) ?? [];
    const milliseconds = Number(count) * (UNIT_MILLISECONDS[unit] ?? 0);
    return milliseconds > 0 && milliseconds <= longest ? milliseconds : undefined;
  },
});

/** A text of a shape of its own. */
export const textLike = (shape: string): ValueType<string> => ({
  kind: 'text',
  words: [],
  shape,
  read: (text) => (new RegExp(`^${shape}$`).test(text) ? text : undefined),
});

/** `word:text` pairs, separated by commas; each word, and each text, at most once. */
export const pairs = <const Word extends string>(
  words: readonly Word[],
  shape: string,
): ValueType<readonly (readonly [Word, string])[]> => ({
  kind: 'pairs',
  words,
  shape,
  read: (text) => {
    const items = text.split(',');
    const found = items.flatMap((item): (readonly [Word, string])[] => {
      const word = words.find((known) => item.startsWith(`${known}:`));
      const target = item.slice(item.indexOf(':') + 1);
      return word !== undefined && new RegExp(`^${shape}$`).test(target) ? [[word, target]] : [];
    });
    const distinct = [0, 1].every((part) => new Set(found.map((pair) => pair[part])).size === items.length);
    return distinct ? found : undefined;
  },
});
