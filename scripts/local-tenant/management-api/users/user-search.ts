import type { Json, JsonObject } from '../../../base/json-values.ts';
import { ApiError } from '../request/errors.ts';

/** Words, quotes, colons and parentheses of one query: far more than people write, far less than a stack holds. */
const MAX_QUERY_TOKENS = 500;

export type UserFilter = (view: JsonObject) => boolean;

// A word, a quoted string, a range, a parenthesis or a colon of the query; a backslash makes a letter of what follows it.
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[[{][^[\]{}"]*[\]}]|[()]|:|(?:[^\s()":\\]|\\.)+)/y;
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

/** Fields whose values are found however they are written. */
const ANY_CASE = ['email', 'name', 'given_name', 'family_name', 'nickname', 'email.domain'];

type Value = string | number | boolean;

/** Whether a field has a value, in a list too, that is what is asked for. */
const some =
  (field: string, isWanted: (value: Value) => boolean): UserFilter =>
  (view) => {
    const [path, after] = field === 'email.domain' ? ['email', /^.*@/] : [field, /^/];
    return valuesAt(view, path.split('.')).some((value) =>
      typeof value === 'string'
        ? isWanted(value.replace(after, ''))
        : typeof value !== 'object' && isWanted(value),
    );
  };

/** Whether a value is between both ends, `*` being open: numbers as numbers, all else as text, times as far as the end says them. */
function range(field: string, [, opening, from = '', to = '', closing]: readonly string[]): UserFilter {
  const compare = (value: Value, end: string): number => {
    const other = typeof value === 'number' ? Number(end) : end.toLowerCase();
    const text = String(value).toLowerCase();
    const own = typeof value === 'number' ? value : ISO_TIME.test(text) ? text.slice(0, end.length) : text;
    return own < other ? -1 : own > other ? 1 : own === other ? 0 : Number.NaN;
  };
  return some(field, (value) => {
    const [low, high] = [compare(value, from), compare(value, to)];
    return (
      (from === '*' || low > 0 || (low === 0 && opening === '[')) &&
      (to === '*' || high < 0 || (high === 0 && closing === ']'))
    );
  });
}

const ISO_TIME = /^\d{4}-\d\d-\d\dt/;

function term(field: string, wanted: string): UserFilter {
  if (field === '_exists_') return (view) => valuesAt(view, wanted.split('.')).length > 0;
  const quoted = wanted.startsWith('"');
  // Letters, and what stands for any number of them.
  const parts = quoted ? [wanted.slice(1, -1)] : wanted.split(/(?<!\\)\*/);
  const isRange = /^[[{]/.test(wanted);
  const isOpen = isRange || parts.length > 1;
  const isTooOpen = parts[0] === '' && (parts[1] ?? '').length < 3 && wanted !== '*';
  if (/^([-+]|_missing_$)/.test(field) || (isOpen && field.startsWith('user_metadata.'))) throw malformed();
  if (isRange) {
    const ends = RANGE.exec(wanted);
    if (ends === null) throw malformed();
    return range(field, ends);
  }
  if (!quoted && (/^[<>/]|(?<!\\)[?~]/.test(wanted) || isTooOpen)) throw malformed();
  const literal = (part: string): string =>
    part.replaceAll(/\\(.)/gs, '$1').replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const pattern = parts.map(literal).join('.*');
  const matcher = new RegExp(`^${pattern}$`, ANY_CASE.includes(field) ? 'isu' : 'su');
  return some(field, (value) => matcher.test(String(value)));
}

/**
 * Reads a user search query: `field:"value"`, `field:a*b`, `field:[a TO b]`, `_exists_:field`, joined by `AND`, `OR`, `NOT` and
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
