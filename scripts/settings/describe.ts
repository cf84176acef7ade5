import { NONE } from '../../actions/didit/settings/value-types.ts';
import type { ValueType } from '../../actions/didit/settings/value-types.ts';

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** What a value may be, for people, after "expected". */
export const expectation = (type: ValueType<unknown>): string =>
  type.none ? `${expectedItems(type)}; or the word ${NONE}, alone` : expectedItems(type);

function expectedItems({ kind, words, shape, longest }: ValueType<unknown>): string {
  switch (kind) {
    case 'choice':
      return words.join(' or ');
    case 'list':
      return `some of ${words.join(', ')}, separated by commas`;
    case 'duration':
      return `a number and a unit, such as 3s, 15m, 24h or 30d, at most ${formatDuration(longest ?? 0)}`;
    case 'pairs':
      return `pairs of one of ${words.join(', ')} and, after a colon, a text of the shape ${shape ?? ''}, separated by commas`;
    case 'namespace':
      return 'an https URL of your own that ends with a slash, such as https://example.com/didit/';
    case 'text':
      return `a text of the shape ${shape ?? ''}`;
  }
}

/** A regular expression (source) that takes every text that the type reads, and few others: for editors. */
export const pattern = (type: ValueType<unknown>): string =>
  type.none ? `(${NONE}|${patternOfItems(type)})` : patternOfItems(type);

function patternOfItems({ kind, words, shape }: ValueType<unknown>): string {
  const word = `(${words.join('|')})`;
  switch (kind) {
    case 'choice':
      return word;
    case 'list':
      return `${word}(,${word})*`;
    case 'duration':
      return '[0-9]{1,4}[smhd]';
    case 'pairs':
      return `${word}:${shape ?? ''}(,${word}:${shape ?? ''})*`;
    case 'namespace':
      return 'https://[^\\s?#]+/';
    case 'text':
      return shape ?? '';
  }
}

/** A value as it is written in a setting: `none` for no limit and for an empty list, pairs with a colon. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return value === Infinity ? NONE : formatDuration(value);
  if (!Array.isArray(value)) return typeof value === 'string' ? value : '';
  const items = value.map((item) => (Array.isArray(item) ? item.join(':') : String(item)));
  return items.length === 0 ? NONE : items.join(',');
}

/** The text that means a value; `undefined` where none does: no namespace, a limit that nothing but a fresh answer meets. */
export const writtenAs = (type: ValueType<unknown>, value: unknown): string | undefined =>
  [formatValue(value), NONE].find((text) => {
    const read = type.read(text);
    return read !== undefined && formatValue(read) === formatValue(value);
  });

function formatDuration(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => milliseconds % length === 0) ?? ['s', 1_000];
  return `${milliseconds / size}${unit}`;
}
