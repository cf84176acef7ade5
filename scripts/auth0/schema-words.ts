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

/** The same schema, or `null`: how the Management API lets a field be taken away. */
export const nullable = (schema: Schema): Schema => ({
  ...schema,
  type: [schema['type'], 'null'].flat(),
  ...(schema['enum'] === undefined ? {} : { enum: [schema['enum'], null].flat() }),
});

/** The characters that a metadata value may have. */
const METADATA_VALUE_MAX_CHARACTERS = 255;

/** Metadata of a connection, a client or an organization: string values; `null` takes a key away. */
export const metadataOf = (maxProperties: number): Schema => ({
  type: 'object',
  maxProperties,
  propertyNames: { maxLength: 255 },
  additionalProperties: { type: ['string', 'null'], maxLength: METADATA_VALUE_MAX_CHARACTERS },
});

export const PAGE_QUERY: Readonly<Record<string, Schema>> = {
  page: integer(0),
  per_page: integer(0, 100),
  include_totals: flag,
};
