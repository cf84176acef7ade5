/** JSON schema, in the few words that the request schemas need. */
export type Schema = Readonly<Record<string, unknown>>;

export const text = (rules: Schema = {}): Schema => ({ type: 'string', ...rules });
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
export const flag: Schema = { type: 'boolean' };
export const integer = (minimum: number, maximum?: number): Schema => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
});
export const list = (items: Schema, rules: Schema = {}): Schema => ({ type: 'array', items, ...rules });
/** An object whose inside is kept as it came. */
export const anyObject: Schema = { type: 'object' };

/** An object with these properties and no others. */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

export const PAGE_QUERY: Readonly<Record<string, Schema>> = {
  page: integer(0),
  per_page: integer(0, 100),
  include_totals: flag,
};
