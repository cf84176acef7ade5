import { alternatives, managementApi, propertiesOf, resolved } from '../../../auth0/management-api.ts';
import type { Operation } from '../../../auth0/management-api.ts';

/** `/organizations/{id}/members` of `/organizations/{id}/members/{user_id}`; `undefined` where a path does not end in an id. */
export const listPathOf = (path: string): string | undefined => /^(.+)\/\{[^/]+\}$/.exec(path)?.[1];

const BY_NAME = /^(.+?)\/name\/\{[^/]+\}$/;
const DEFAULT = /^(.+)\/default$/;

/** The list that the thing of a path is kept in: by its id, by its name, or as the default one; the path itself where there is none. */
export const homeOf = (path: string): string =>
  [BY_NAME.exec(path)?.[1], DEFAULT.exec(path)?.[1], listPathOf(path)].find(
    (list) => list !== undefined && managementApi().paths[list] !== undefined,
  ) ?? path;

/** The paths of single things right below a list. */
export const itemPathsOf = (path: string): readonly string[] =>
  Object.keys(managementApi().paths).filter((other) => listPathOf(other) === path);

/** How the answer to a list is built. */
export interface ListShape {
  /** The name under which an object has the items. */
  readonly name: string;
  /** Whether a plain array is an answer, where nobody asks for totals. */
  readonly plain: boolean;
  /** Whether an object counts, with `start` and `limit`. */
  readonly counted: boolean;
  readonly totals: boolean;
  /** Whether it counts pages instead. */
  readonly paged: boolean;
}

/** How an operation answers a list; `undefined` where it answers something else. */
export function listShapeOf(path: string, operation: Operation | undefined): ListShape | undefined {
  const forms = alternatives(operation?.answer);
  const plain = forms.some(({ type }) => type === 'array');
  const names = forms.flatMap((form) =>
    Object.entries(propertiesOf(form))
      .filter(([, inner]) => resolved(inner)['type'] === 'array')
      .map(([name]) => name),
  );
  const last = (path.split('/').at(-1) ?? '').replaceAll('-', '_');
  const name = names.includes(last) ? last : (names[0] ?? last);
  const counted = forms.some((form) => 'limit' in propertiesOf(form));
  const isWrapped = counted || forms.some((form) => 'next' in propertiesOf(form));
  const totals = forms.some((form) => 'total' in propertiesOf(form));
  const paged = forms.some((form) => 'per_page' in propertiesOf(form));
  return plain || isWrapped || paged || isList(path) ? { name, plain, counted, totals, paged } : undefined;
}

/** Whether things have ids below this path, or are made there one by one. */
export const isList = (path: string): boolean => itemPathsOf(path).length > 0;

/** What is said of a kind's things, at whatever path and by whatever method. */
export interface Described {
  /** The fields that some answer shows. */
  readonly shown: ReadonlySet<string>;
  /** Those that a body can have and that no answer shows. */
  readonly writeOnly: readonly string[];
}

export function describedAt(paths: readonly string[]): Described {
  const operations = paths.flatMap((path) => Object.values(managementApi().paths[path] ?? {}));
  const shown = new Set(operations.flatMap(({ answer }) => Object.keys(propertiesOf(answer))));
  const written = operations.flatMap(({ body }) => Object.keys(propertiesOf(body)));
  return { shown, writeOnly: shown.size === 0 ? [] : written.filter((name) => !shown.has(name)) };
}
