import type { Json, JsonObject } from './store/resources.ts';

/** For values that came out of a JSON or YAML parser: a plain object among them. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A string of an untyped settings object, or `undefined` for anything else. */
export const stringIn = (object: Readonly<Record<string, Json>>, key: string): string | undefined => {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
};

/** The strings of a list in an untyped settings object; none when there is no list. */
export const stringsIn = (object: Readonly<Record<string, Json>>, key: string): readonly string[] => {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

/** A JSON object in a text, or `undefined` when the text is something else. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
