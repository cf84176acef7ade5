import type { Json, JsonObject } from '../../../base/json-values.ts';
import { ApiError } from '../request/errors.ts';

/** Words, quotes, colons and parentheses of one query: far more than people write, far less than a stack holds. */
const MAX_QUERY_TOKENS = 500;

export type UserFilter = (view: JsonObject) => boolean;

// A word, a quoted string, a range, a parenthesis or a colon of the query.
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[[{][^[\]{}"]*[\]}]|[()]|[^\s()":]+(?=:)|:|[^\s()":]+)/y;
const RANGE = /^([[{])\s*(\S+)\s+TO\s+(\S+)\s*([\]}])$/;

const malformed = (): ApiError =>
  new ApiError(
    400,
    'The query string is malformed or uses syntax that is not supported.',
    'invalid_query_string',
  );

function tokens(query: string): string[] {
  const found: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < query.trimEnd().length) {
    const match = pattern.exec(query);
    if (match?.[1] === undefined) throw malformed();
    found.push(match[1]);
  }
  return found;
}

/** All values at `a.b`, through lists too (`identities.connection`). */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  return typeof value === 'object' && Object.hasOwn(value, step) ? valuesAt(value[step], rest) : [];
}

/** In the order that `FIELD:1` (rising) or `FIELD:-1` asks for, with those that lack the field last. */
export function sortedUsers(views: readonly JsonObject[], sort?: string): readonly JsonObject[] {
  if (sort === undefined) return views;
  const [field = '', direction] = sort.split(':');
  const key = (view: JsonObject): string | number | undefined => {
    const [value] = valuesAt(view, field.split('.'));
    return typeof value === 'number' ? value : typeof value === 'string' ? value.toLowerCase() : undefined;
  };
  const rising = direction === '-1' ? -1 : 1;
  return views.toSorted((a, b) => {
    const [first, second] = [key(a), key(b)];
    if (first === undefined || second === undefined)
      return Number(first === undefined) - Number(second === undefined);
    return first < second ? -rising : first > second ? rising : 0;
  });
}

/** Whether a value is between both ends, `*` being open: numbers as numbers, all else as text. */
function range(
  path: readonly string[],
  [, opening, from = '', to = '', closing]: readonly string[],
): UserFilter {
  const compare = (value: string | number | boolean, end: string): number => {
    const other = typeof value === 'number' ? Number(end) : end.toLowerCase();
    const own = typeof value === 'number' ? value : String(value).toLowerCase();
    return own < other ? -1 : own > other ? 1 : own === other ? 0 : Number.NaN;
  };
  return (view) =>
    valuesAt(view, path).some((value) => {
      if (typeof value === 'object') return false;
      const [low, high] = [compare(value, from), compare(value, to)];
      return (
        (from === '*' || low > 0 || (low === 0 && opening === '[')) &&
        (to === '*' || high < 0 || (high === 0 && closing === ']'))
      );
    });
}

function term(field: string, wanted: string): UserFilter {
  if (field === '_exists_') return (view) => valuesAt(view, wanted.split('.')).length > 0;
  const path = field.split('.');
  if (/^[[{]/.test(wanted)) {
    const ends = RANGE.exec(wanted);
    if (ends === null) throw malformed();
    return range(path, ends);
  }
  const quoted = wanted.startsWith('"');
  const text = (quoted ? wanted.slice(1, -1).replaceAll(/\\(.)/g, '$1') : wanted).toLowerCase();
  const prefix = !quoted && text.endsWith('*') ? text.slice(0, -1) : undefined;
  if ((prefix ?? text).includes('*') && !quoted) throw malformed();
  return (view) =>
    valuesAt(view, path).some((value) => {
      if (typeof value === 'object') return false;
      const own = String(value).toLowerCase();
      return prefix === undefined ? own === text : own.startsWith(prefix);
    });
}

/**
 * Reads a user search query: `field:"value"`, `field:prefix*`, `field:[a TO b]`, `_exists_:field`, joined by `AND`, `OR`, `NOT` and
 * parentheses. Terms side by side are joined by `OR`, as in Lucene.
 *
 * Not faithful: fuzzy search and words without a field are refused; Auth0's index is also some seconds behind.
 *
 * @throws {ApiError} 400 `invalid_query_string`.
 * @see https://auth0.com/docs/manage-users/user-search/user-search-query-syntax
 */
export function parseUserQuery(query: string): UserFilter {
  const rest = tokens(query);
  if (rest.length > MAX_QUERY_TOKENS) throw malformed();
  const take = (wanted?: string): string => {
    const next = rest.shift();
    if (next === undefined || (wanted !== undefined && next !== wanted)) throw malformed();
    return next;
  };
  const either = (): UserFilter => {
    let left = both();
    while (rest.length > 0 && rest[0] !== ')') {
      if (rest[0] === 'OR') take();
      const first = left;
      const second = both();
      left = (view) => first(view) || second(view);
    }
    return left;
  };
  const both = (): UserFilter => {
    let left = single();
    while (rest[0] === 'AND') {
      take();
      const first = left;
      const second = single();
      left = (view) => first(view) && second(view);
    }
    return left;
  };
  const single = (): UserFilter => {
    const next = take();
    if (next === 'NOT') {
      const inner = single();
      return (view) => !inner(view);
    }
    if (next === '(') {
      const inner = either();
      take(')');
      return inner;
    }
    take(':');
    return term(next, take());
  };
  const filter = either();
  if (rest.length > 0) throw malformed();
  return filter;
}
