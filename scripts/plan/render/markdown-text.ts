import { cutText } from './fit-bytes.ts';
import { block, safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';

/** What one text on a line may take up. */
const TEXT_BYTES = 1_000;

/** Markdown in which nothing of a tenant or a file is markup. Made by the functions below alone. */
class Markup {
  readonly text: string;
  readonly #made = true;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  static is(value: unknown): value is Markup {
    return value instanceof Markup && value.#made;
  }
}

export type Markdown = Markup;

/**
 * The markup of this project as it stands, and each value in it in a code span: no value is markup, mentions anybody or ends its
 * line.
 *
 * @example comment`- ${change}`
 */
export const comment = (
  words: TemplateStringsArray,
  ...values: readonly (string | number | SafeText | Markdown)[]
): Markdown =>
  new Markup(
    words
      .map((word, index) => {
        const value = values[index];
        if (value === undefined) return word;
        if (typeof value === 'number') return `${word}${value}`;
        return word + (Markup.is(value) ? value.text : code(value));
      })
      .join(''),
  );

/** One after the other. */
export const commentJoined = (parts: readonly Markdown[], between = '\n'): Markdown =>
  new Markup(parts.map(({ text }) => text).join(between));

/**
 * A code span that holds its text whatever backticks are in it. Of a long text it holds the start, and says how much is missing.
 */
function code(text: string | SafeText): string {
  const line = oneLine(text);
  const run = longestRun(line);
  const fence = '`'.repeat(run + 1);
  return run === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/**
 * One cell of a table: what a bar in it would end goes on.
 * @see https://github.github.com/gfm/#example-200
 */
export const tableCell = (text: SafeText): Markdown => new Markup(code(text).replaceAll('|', '\\|'));

/** A block of code that holds its text whatever backticks are in it. */
export function fenced(text: string, language: string): Markdown {
  const lines = block(text, '').text;
  const fence = '`'.repeat(Math.max(3, longestRun(lines) + 1));
  return new Markup(`${fence}${language}\n${lines}\n${fence}`);
}

/** Text between HTML tags, where there are no code spans. Of a long text the start. */
export const htmlText = (text: SafeText): Markdown =>
  new Markup(
    oneLine(text)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('@', '&#64;'),
  );

function oneLine(text: string | SafeText): string {
  const { start, left } = cutText(safe`${text}`.text, TEXT_BYTES);
  return left === 0 ? start : `${start}… (${left} more characters)`;
}

const longestRun = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
