import { parseSettings } from './grammar.ts';
import type { SettingsText } from './grammar.ts';
import type { ValueType } from './value-types.ts';

/** Where a setting can stand; a later level overrides an earlier one, setting by setting. */
export const LEVELS = ['connection', 'client', 'organization'] as const;
export type Level = (typeof LEVELS)[number];

/** One setting: what it accepts, what counts where it is absent, and what a value that cannot be read counts as. */
export interface Setting<T> {
  readonly type: ValueType<T>;
  readonly absent: T;
  /** The safest reading: whatever lets fewest people in and least data out. */
  readonly unreadable: T;
}

/** The settings of one metadata key, by name. */
export type SettingsTable<Values> = { readonly [Name in keyof Values]: Setting<Values[Name]> };

export interface Resolved<T> {
  readonly value: T;
  readonly level: Level | 'default';
}

/** The texts of one metadata key, at each level that may hold it, taken apart. */
export type SettingsSource = readonly { readonly level: Level; readonly settings: SettingsText }[];

/** @param texts The metadata value at each level, of any content; a level that cannot hold the key is left out. */
export const settingsSource = (texts: Readonly<Partial<Record<Level, unknown>>>): SettingsSource =>
  LEVELS.map((level) => ({ level, settings: parseSettings(texts[level]) }));

/**
 * Gives each setting's value: of the last level that has it, or its default. One that cannot be read has its safest reading. The
 * profile script uses it, whose runtime may have no `at`.
 */
export const settingsReader =
  <Values>(source: SettingsSource, table: SettingsTable<Values>) =>
  <Name extends keyof Values & string>(name: Name): Resolved<Values[Name]> =>
    resolve(table[name], source.filter(({ settings }) => settings.values.has(name)).pop(), name);

/**
 * The same for settings that let people in: a text that cannot be read in full may have meant anything, so every setting of its
 * level has its safest reading, those that it does not name too. A later level that names a setting still overrides it.
 */
export const strictSettingsReader =
  <Values>(source: SettingsSource, table: SettingsTable<Values>) =>
  <Name extends keyof Values & string>(name: Name): Resolved<Values[Name]> => {
    const last = source
      .filter(({ settings }) => settings.values.has(name) || !isReadable(settings, table))
      .at(-1);
    return last !== undefined && !isReadable(last.settings, table)
      ? { value: table[name].unreadable, level: last.level }
      : resolve(table[name], last, name);
  };

function resolve<T>(
  { type, absent, unreadable }: Setting<T>,
  last: SettingsSource[number] | undefined,
  name: string,
): Resolved<T> {
  const text = last?.settings.values.get(name);
  if (last === undefined || text === undefined) return { value: absent, level: 'default' };
  return { value: type.read(text) ?? unreadable, level: last.level };
}

type AnyTable = Readonly<Record<string, { readonly type: ValueType<unknown> }>>;

const isReadable = ({ faults, values }: SettingsText, table: AnyTable): boolean =>
  faults.length === 0 &&
  [...values].every(
    ([name, text]) => Object.hasOwn(table, name) && table[name]?.type.read(text) !== undefined,
  );

/** The first level whose text holds anything that cannot be read: a broken word, an unknown name, a bad value. */
export const unreadableLevel = (source: SettingsSource, table: AnyTable): Level | undefined =>
  source.find(({ settings }) => !isReadable(settings, table))?.level;
