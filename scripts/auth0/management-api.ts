import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from './schema-words.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** An operation of the Management API. */
export interface Operation {
  /** Any of them will do. */
  readonly scopes: readonly string[];
  readonly query?: Readonly<Record<string, Schema>>;
  readonly body?: Schema;
  /** Of an answer that is no refusal. */
  readonly status: number;
  readonly answer?: Schema;
}

/** Operations by path (`/roles/{id}`) and method, what ids in a path look like, and the schemas that several of them share. */
export interface ManagementApi {
  readonly paths: Readonly<Record<string, Partial<Readonly<Record<Method, Operation>>>>>;
  /** Of an object with the path's parameters; none where any text is an id. */
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

let description: ManagementApi | undefined;

/**
 * The Management API as its OpenAPI description has it, reduced to what `management-api.json` is made of: for each operation
 * scopes, query, body, status and answer. Of things that a deploy does not touch, the inside of bodies and answers is left out,
 * and that there are no other fields: the service gets new ones faster than its description.
 * What has been recorded since, or otherwise, is in it, too: younger fields, paths (`/organizations/{id}/clients`,
 * `/experimentation/feature-flags`) and tenant settings, and the status of some answers.
 * Read at first use.
 */
export const managementApi = (): ManagementApi =>
  (description ??= JSON.parse(
    readFileSync(join(import.meta.dirname, 'management-api.json'), 'utf8'),
  ) as ManagementApi);

/** A schema with its reference followed. */
export function resolved(schema: Schema | undefined): Schema {
  const reference = schema?.['$ref'];
  if (typeof reference !== 'string') return schema ?? {};
  return resolved(managementApi().$defs[reference.replace('#/$defs/', '')]);
}

/**
 * A schema that stands by itself, with all its references followed. Of an object that may hold anything, it says nothing of what
 * is in it: the service gets new settings there faster than its description.
 */
export function inlined(schema: Schema): Schema {
  const own = resolved(schema);
  if (own['additionalProperties'] === true) return { type: own['type'] };
  return Object.fromEntries(
    Object.entries(own).map(([keyword, value]) => [
      keyword,
      keyword === 'properties'
        ? Object.fromEntries(Object.entries(schemaOf(value)).map(([name, inner]) => [name, inlinedIn(inner)]))
        : inlinedIn(value),
    ]),
  );
}

const inlinedIn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inlinedIn);
  return typeof value === 'object' && value !== null ? inlined({ ...value }) : value;
};

const schemaOf = (value: unknown): Schema =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** The alternatives that a schema allows, itself where it has none. */
export function alternatives(schema: Schema | undefined): readonly Schema[] {
  const own = resolved(schema);
  const several: unknown = own['anyOf'] ?? own['allOf'];
  return Array.isArray(several) ? several.flatMap((one) => alternatives(schemaOf(one))) : [own];
}

/** The properties that a schema names, those of its alternatives together. */
export const propertiesOf = (schema: Schema | undefined): Readonly<Record<string, Schema>> =>
  Object.fromEntries(
    alternatives(schema).flatMap((one) =>
      Object.entries(schemaOf(one['properties'])).map(([name, inner]) => [name, schemaOf(inner)]),
    ),
  );

/** What the Management API takes of a new thing, by setting; each schema stands by itself (`inlined`). */
export const takenOf = (path: string): Readonly<Record<string, Schema>> =>
  Object.fromEntries(
    Object.entries(propertiesOf(managementApi().paths[path]?.post?.body)).map(([name, schema]) => [
      name,
      inlined(schema),
    ]),
  );
