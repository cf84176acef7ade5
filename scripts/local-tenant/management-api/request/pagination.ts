import { ApiError } from './errors.ts';

export interface PageQuery {
  readonly page?: number;
  readonly per_page?: number;
  readonly include_totals?: boolean;
}

export interface CheckpointQuery {
  readonly from?: string;
  readonly take?: number;
}

const DEFAULT_PER_PAGE = 50;

// The order that recorded lists come in: `Admin, Reader, read_only`, capitals and punctuation ignored.
const collator = new Intl.Collator('en', { ignorePunctuation: true });

/** Compares two names or ids in the order in which Auth0 lists them; different strings are never equal. */
export const inListOrder = (a: string, b: string): number =>
  collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);

/** The slice that `page` (from 0) and `per_page` ask for. */
export function offsetPage<Item>(
  items: readonly Item[],
  query: PageQuery,
): { readonly items: readonly Item[]; readonly start: number; readonly limit: number } {
  const limit = query.per_page ?? DEFAULT_PER_PAGE;
  const start = (query.page ?? 0) * limit;
  return { items: items.slice(start, start + limit), start, limit };
}

const cursorOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

function keyOf(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (cursorOf(key) !== cursor)
    throw new ApiError(400, 'The provided "from" is not valid.', 'invalid_query_string');
  return key;
}

/**
 * The next `take` items after the checkpoint `from`, in list order of their keys (unique among them). What is added or
 * deleted between two calls neither repeats nor hides other items. `next` is there when more follow, or until a page is empty.
 * @see https://auth0.com/docs/manage-users/user-search/retrieve-users-with-get-users-endpoint (checkpoint pagination)
 */
export function checkpointPage<Item>(
  items: readonly Item[],
  key: (item: Item) => string,
  query: CheckpointQuery,
  endsEmpty = false,
): { readonly items: readonly Item[]; readonly next?: string } {
  const after = query.from === undefined ? undefined : keyOf(query.from);
  const rest = items
    .filter((item) => after === undefined || inListOrder(key(item), after) > 0)
    .sort((a, b) => inListOrder(key(a), key(b)));
  const page = rest.slice(0, query.take ?? DEFAULT_PER_PAGE);
  const last = page.at(-1);
  return last !== undefined && (endsEmpty || rest.length > page.length)
    ? { items: page, next: cursorOf(key(last)) }
    : { items: page };
}
