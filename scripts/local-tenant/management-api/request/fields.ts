import type { Json, JsonObject } from '../../../base/json-values.ts';
import { isJsonObject } from '../../../base/json-values.ts';

export interface FieldsQuery {
  readonly fields?: string;
  readonly include_fields?: boolean;
}

/** What of `paths` reaches inside `name`. */
const inside = (paths: readonly string[], name: string): string[] =>
  paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));

/** What is at the paths, or all else. */
const chosen = (object: JsonObject, paths: readonly string[], isKept: boolean): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, Json][] => {
      const inner = inside(paths, name);
      if (inner.length > 0 && isJsonObject(value) && !paths.includes(name))
        return [[name, chosen(value, inner, isKept)]];
      return paths.includes(name) === isKept ? [[name, value]] : [];
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
  return query.include_fields === false
    ? chosen(view, paths, false)
    : chosen(view, [...paths, ...always], true);
}
