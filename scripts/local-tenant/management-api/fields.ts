import type { Json, JsonObject } from '../resources.ts';

export interface FieldsQuery {
  readonly fields?: string;
  readonly include_fields?: boolean;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function only(object: JsonObject, paths: readonly string[]): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    if (paths.includes(name)) {
      kept[name] = value;
      continue;
    }
    const inner = paths
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1));
    if (inner.length > 0 && isObject(value)) kept[name] = only(value, inner);
  }
  return kept;
}

function without(object: JsonObject, paths: readonly string[]): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    if (paths.includes(name)) continue;
    const inner = paths
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1));
    kept[name] = inner.length > 0 && isObject(value) ? without(value, inner) : value;
  }
  return kept;
}

/** The view with only the fields of `fields` (comma separated, `a.b` reaches inside), or without them for `include_fields=false`. */
export function selectFields(view: JsonObject, query: FieldsQuery): JsonObject {
  if (query.fields === undefined || query.fields === '') return view;
  const paths = query.fields.split(',').map((path) => path.trim());
  return query.include_fields === false ? without(view, paths) : only(view, paths);
}
