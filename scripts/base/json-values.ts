/** What a JSON or YAML parser makes. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** For values that came out of a parser: a plain object among them. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; an empty one when it is something else. */
export const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** A string of an untyped settings object, or `undefined` for anything else. */
export const stringIn = (object: Readonly<Record<string, Json>>, key: string): string | undefined => {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
};

/** The strings of a list in an untyped settings object; none where there is no list. */
export const stringsIn = (object: Readonly<Record<string, Json>>, key: string): readonly string[] =>
  textsOf(object[key]);

/** A JSON object in a text, or `undefined` when the text is something else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object of which nothing else is known: of an answer, a file, or our own. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or an empty one where it is something else. */
export const recordOf = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

export const recordsOf = (value: unknown): readonly JsonRecord[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** The text, or an empty one where it is something else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** What a table of ours has for a key that somebody else has sent: nothing for `constructor`, which every object has. */
export const rowOf = <Row>(table: Readonly<Record<string, Row>>, key: string): Row | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** The object without some of its keys. */
export const without = <Value>(
  record: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

/** The object with only some of its keys. */
export const only = <Value>(
  record: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));

/**
 * Levels of lists and objects in each other: more than anything has that a file or a tenant tells, and few enough to walk
 * through.
 */
export const MAX_JSON_LEVELS = 100;

/** Whether data has more of them. It is gone through level by level: whatever goes into itself runs out of stack. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let levels = 0; level.length > 0; levels += 1) {
    if (levels > MAX_JSON_LEVELS) return true;
    level = level.flatMap((one): readonly unknown[] =>
      typeof one === 'object' && one !== null
        ? Object.values(one).filter((child) => typeof child === 'object')
        : [],
    );
  }
  return false;
}
