import { formatValue } from './describe.ts';
import { parseSettings } from '../../actions/didit/settings/grammar.ts';
import { SETTINGS } from './table.ts';

/** Whether two texts of a `didit_…` key mean the same settings: in another order, with other blanks. */
export function sameSettings(key: string, one: string, other: string): boolean {
  if (one === other) return true;
  const [values, others] = [settingValues(key, one), settingValues(key, other)];
  return values !== undefined && others !== undefined && sortedPairs(values) === sortedPairs(others);
}

const sortedPairs = (values: ReadonlyMap<string, string>): string =>
  JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The settings in a text by name, each as the one way to write its value; `undefined` when any of it cannot be read, since what
 * it means then is not the sum of its words.
 *
 * @param key Of the metadata that holds the text.
 */
export function settingValues(key: string, text: string): ReadonlyMap<string, string> | undefined {
  const entries = SETTINGS.find((settings) => settings.key === key)?.settings;
  const { values, faults } = parseSettings(text);
  if (entries === undefined || faults.length > 0) return undefined;
  const formatted = new Map<string, string>();
  for (const [name, written] of values) {
    const read = entries.find((entry) => entry.name === name)?.setting.type.read(written);
    if (read === undefined) return undefined;
    formatted.set(name, formatValue(inOrder(read)));
  }
  return formatted;
}

/** Words come in the order of their table already. The order of pairs means nothing. */
const inOrder = (value: unknown): unknown =>
  Array.isArray(value) && value.some(Array.isArray) ? value.map((pair) => formatValue([pair])).sort() : value;
