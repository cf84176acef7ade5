import type { Json, JsonObject } from '../../../base/json-values.ts';
import { DEFAULT_PER_PAGE, offsetPage } from './pagination.ts';

/**
 * A list as the Actions service pages it: always an object that counts, in which a zero is left out: `page`, and `total` of a page with nothing on it.
 */
export function countedPage<Item>(
  name: string,
  items: readonly Item[],
  view: (item: Item) => JsonObject,
  query: { readonly page?: number; readonly per_page?: number },
): Json {
  const page = query.page ?? 0;
  const shown = offsetPage(items, query).items.map(view);
  return {
    [name]: shown,
    ...(shown.length === 0 ? {} : { total: items.length }),
    ...(page === 0 ? {} : { page }),
    per_page: query.per_page ?? DEFAULT_PER_PAGE,
  };
}
