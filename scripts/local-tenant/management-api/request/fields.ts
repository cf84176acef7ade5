import type { Json, JsonObject } from '../../../base/json-values.ts';
import { isJsonObject } from '../../../base/json-values.ts';

export interface FieldsQuery {
  readonly fields?: string;
  readonly include_fields?: boolean;
}

/** What of `paths` reaches inside `name`. */
const inside = (paths: readonly string[], name: string): string[] =>
  paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));

const only = (object: JsonObject, paths: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, Json][] => {
      if (paths.includes(name)) return [[name, value]];
      const inner = inside(paths, name);
      return inner.length > 0 && isJsonObject(value) ? [[name, only(value, inner)]] : [];
    }),
  );

const without = (object: JsonObject, paths: readonly string[]): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([name]) => !paths.includes(name))
      .map(([name, value]) => {
        const inner = inside(paths, name);
        return [name, inner.length > 0 && isJsonObject(value) ? without(value, inner) : value];
      }),
  );

/**
 * The view with only the fields of `fields` (comma separated, `a.b` reaches inside), or without them for `include_fields=false`.
 * @param always What the service adds to whatever is asked for.
 */
export function selectFields(
  view: JsonObject,
  query: FieldsQuery,
  always: readonly string[] = [],
): JsonObject {
  if (query.fields === undefined || query.fields === '') return view;
  const paths = query.fields.split(',').map((path) => path.trim());
  return query.include_fields === false ? without(view, paths) : only(view, [...paths, ...always]);
}
