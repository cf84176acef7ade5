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

/** An operation that a request calls. */
export interface Called {
  readonly method: Method;
  /** As the description writes it. */
  readonly path: string;
  /** What stands where the path has names in braces. */
  readonly ids: Readonly<Record<string, string>>;
  readonly operation: Operation;
}

const isMethod = (name: string): name is Method => ['get', 'post', 'patch', 'put', 'delete'].includes(name);

/** The ids that a path has where its description has names in braces; `undefined` where it is another path. */
function idsIn(template: readonly string[], steps: readonly string[]): Record<string, string> | undefined {
  const ids: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const step = steps[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) ids[name] = decodeURIComponent(step);
    else if (part !== step) return undefined;
  }
  return ids;
}

let templates: readonly { readonly path: string; readonly parts: readonly string[] }[] | undefined;

/** What a request calls, by its path with `/api/v2`; `undefined` for what is not described. */
export function calledOperation(asked: string, address: string): Called | undefined {
  // Literal steps win over parameters: `/organizations/name/{name}` before `/organizations/{id}/{…}`.
  templates ??= Object.keys(managementApi().paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .map((path) => ({ path, parts: path.split('/') }));
  const steps = address.replace(/^.*?\/api\/v2/, '').split('/');
  const method = asked.toLowerCase();
  if (!isMethod(method)) return undefined;
  for (const { path, parts } of templates) {
    const ids = parts.length === steps.length ? idsIn(parts, steps) : undefined;
    const operation = managementApi().paths[path]?.[method];
    if (ids !== undefined && operation !== undefined) return { method, path, ids, operation };
  }
  return undefined;
}

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
