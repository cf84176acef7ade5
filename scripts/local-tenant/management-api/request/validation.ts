import { parse } from 'node:querystring';
import { Ajv } from 'ajv';
import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import type { Context } from 'hono';
import type { ApiEnv } from '../api.ts';
import { ApiError } from './errors.ts';
import { FORMATS } from '../../../auth0/formats.ts';
import { inlined, managementApi, propertiesOf } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import type { Schema } from '../../../auth0/schema-words.ts';
import { isJsonObject } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { validationWords } from '../../../auth0/validation-words.ts';

function ajv(options: Options): Ajv {
  const validator = new Ajv({
    strict: true,
    allowUnionTypes: true,
    verbose: true,
    // A tenant of a few requests checks faster than it would make the checks fast.
    code: { optimize: false },
    ...options,
  });
  for (const [name, validate] of Object.entries(FORMATS)) validator.addFormat(name, validate);
  return validator;
}

// The description has formats and patterns of its own.
const AS_DESCRIBED: Options = { strict: false, logger: false, unicodeRegExp: false };

const bodies = ajv({});
// A query string has only text: numbers and booleans are read out of it.
const queries = ajv({ coerceTypes: 'array', ...AS_DESCRIBED });

// The description names formats without defining them, and its alternatives overlap.
let described: Ajv | undefined;
function describedBodies(): Ajv {
  if (described !== undefined) return described;
  described = new Ajv({
    ...AS_DESCRIBED,
    validateSchema: false,
    verbose: true,
    code: { optimize: false },
  });
  for (const [name, validate] of Object.entries(FORMATS)) described.addFormat(name, validate);
  described.addSchema({ ...managementApi(), $id: 'management-api' });
  return described;
}

function check<Value>(
  validate: ValidateFunction<Value>,
  value: unknown,
  what: 'Payload' | 'Query' | 'Path',
  errorCode: string,
): Value {
  if (validate(value)) return value;
  // Of several alternatives, the one that was meant is refused for what lies deepest.
  const [error] = (validate.errors ?? []).toSorted((a: ErrorObject, b: ErrorObject) => depth(b) - depth(a));
  const words = error === undefined ? "'Invalid value'" : validationWords(error);
  throw new ApiError(400, `${what} validation error: ${words}.`, errorCode);
}

const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;

/** A deploy meets a dozen of the schemas: compiling all of them would take half of the tenant's memory and of its start. */
function compiledOnUse<Value>(validator: Ajv, schema: Schema): () => ValidateFunction<Value> {
  let compiled: ValidateFunction<Value> | undefined;
  return () => (compiled ??= validator.compile<Value>(schema));
}

/**
 * A reader of request bodies of the shape `Body`, which `schema` describes.
 * @throws {ApiError} 400 `invalid_body` in Auth0's words; 400 or 415 without a code when the body is no JSON.
 */
export function bodyReader<Body>(schema: Schema): (c: Context<ApiEnv>) => Promise<Body> {
  const validator = compiledOnUse<Body>(bodies, schema);
  return async (c) => check(validator(), await readPayload(c), 'Payload', 'invalid_body');
}

/** The body as its type says: JSON where none is named, the fields of a form as texts, or text. */
async function readPayload(c: Context<ApiEnv>): Promise<unknown> {
  const raw = await c.req.text();
  const type = /^[^;\s]+/.exec(c.req.header('content-type') ?? 'application/json')?.[0].toLowerCase() ?? '';
  // Older versions of Auth0's Go SDK send `null` where there is nothing to say.
  if (raw === '') return {};
  if (type === 'application/x-www-form-urlencoded') return { ...parse(raw) };
  if (type.startsWith('text/')) return raw;
  if (!/^application\/(.+\+)?json$/.test(type)) throw new ApiError(415, 'Unsupported Media Type');
  try {
    return JSON.parse(raw) ?? {};
  } catch {
    throw new ApiError(400, 'Invalid request payload JSON format');
  }
}

/**
 * A reader of the bodies that the description has for an operation.
 * @throws {ApiError} as `bodyReader`'s.
 */
export function describedBodyReader(
  path: string,
  method: Method,
): (c: Context<ApiEnv>) => Promise<JsonObject> {
  return async (c) => {
    const body = await readPayload(c);
    const validate = describedBodies().getSchema<JsonObject>(pointerTo(path, method));
    const checked = validate === undefined ? body : check(validate, body, 'Payload', 'invalid_body');
    if (isJsonObject(checked)) return checked;
    // A text stands for the one field that the body has.
    const [name] = Object.keys(propertiesOf(managementApi().paths[path]?.[method]?.body));
    return typeof checked === 'string' && name !== undefined ? { [name]: checked } : {};
  };
}

const escaped = (path: string): string => path.replaceAll('~', '~0').replaceAll('/', '~1');
const pointerTo = (path: string, method: Method): string =>
  `management-api#/paths/${escaped(path)}/${method}/body`;

/** @throws {ApiError} 400 `invalid_uri` for an id or name that has not the form of one. */
export function checkPath(path: string, ids: Readonly<Record<string, string>>): void {
  const validate = describedBodies().getSchema<typeof ids>(`management-api#/parameters/${escaped(path)}`);
  if (validate !== undefined) check(validate, ids, 'Path', 'invalid_uri');
}

/** The same of bodies that are no objects, or whose form the caller knows. */
export const describedReader =
  <Body>(path: string, method: Method) =>
  async (c: Context<ApiEnv>): Promise<Body> => {
    const validate = describedBodies().getSchema<Body>(pointerTo(path, method));
    if (validate === undefined) throw new ApiError(404, 'Not Found');
    return check(validate, await readPayload(c), 'Payload', 'invalid_body');
  };

export type QueryReader<Query> = (c: Context<ApiEnv>) => Query;

/**
 * A reader of query strings of the shape `Query`. A parameter that is given more than once is a list.
 * @throws {ApiError} 400 `invalid_query_string` in Auth0's words; a parameter that the route does not know included.
 */
export function queryReader<Query>(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): QueryReader<Query> {
  const validator = compiledOnUse<Query>(queries, {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, inlined(schema)]),
    ),
    additionalProperties: false,
    required,
  });
  return (c) => {
    const given: Record<string, string | string[] | undefined> = {};
    for (const [name, values] of Object.entries(c.req.queries())) {
      given[name] = values.length === 1 ? values[0] : values;
    }
    return check(validator(), given, 'Query', 'invalid_query_string');
  };
}
