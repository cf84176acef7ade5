/** A JSON object of unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The object's own value under a name: what is inherited (`constructor`, a polluted prototype) is nobody's data.
 * `undefined` for anything that is no object.
 */
export const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.prototype.hasOwnProperty.call(value, name) ? value[name] : undefined;

/** An own value that is a string, or `undefined`. */
export const ownText = (value: unknown, name: string): string | undefined => {
  const found = own(value, name);
  return typeof found === 'string' ? found : undefined;
};

/** The list under a name; empty when there is none. */
export const ownList = (value: unknown, name: string): readonly unknown[] => {
  const found = own(value, name);
  return Array.isArray(found) ? found : [];
};

/** The object without the names that have no value. */
export const defined = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Bytes that a JSON value takes as text, in UTF-8. */
export const jsonBytes = (value: boolean | string | JsonObject): number =>
  Buffer.byteLength(JSON.stringify(value));

/** Whether two objects have the same values under the same names in the same order. */
export const sameJson = (one: JsonObject, other: JsonObject): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The value in a JSON text; `undefined` when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
