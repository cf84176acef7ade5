import type { Context } from 'hono';
import { managementApi } from '../../../auth0/management-api.ts';
import type { Operation } from '../../../auth0/management-api.ts';
import { textOf, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import type { ApiEnv } from '../api.ts';
import { selectFields } from '../request/fields.ts';
import { PAGE_QUERY } from '../../../auth0/schema-words.ts';
import { checkpointPage, inListOrder, offsetPage } from '../request/pagination.ts';
import { queryReader } from '../request/validation.ts';
import type { Kind, Relation } from './kind.ts';
import { describedAt, itemPathsOf, listShapeOf } from './shape.ts';

export interface ListQuery {
  readonly page?: number;
  readonly per_page?: number;
  readonly include_totals?: boolean;
  readonly from?: string;
  readonly take?: number;
  readonly sort?: string;
  readonly q?: string;
  readonly fields?: string;
  readonly include_fields?: boolean;
  readonly [filter: string]: unknown;
}

/** One as it is shown, and its place among the others. */
export interface RankedView {
  readonly rank: number;
  readonly view: JsonObject;
}

const NO_SHAPE = { name: 'items', plain: true, counted: false, totals: false, paged: false };

const PAGING = [
  ...['page', 'per_page', 'include_totals', 'from', 'take', 'sort', 'fields', 'include_fields'],
  ...['q', 'hydrate', 'search'],
];

/**
 * Whether a thing is what a parameter of the list asks for: `name`, `identifiers` for one of several, `name_filter` for a part.
 * What is no field of things does not choose among them.
 */
function passes(thing: JsonObject, name: string, wanted: unknown, isField: boolean): boolean {
  const contains = /^(.+)_filter$/.exec(name)?.[1];
  if (contains !== undefined)
    return textOf(thing[contains]).toLowerCase().includes(textOf(wanted).toLowerCase());
  if (isField || name in thing || !name.endsWith('s'))
    return (thing[name] === undefined && !isField) || thing[name] === wanted;
  const one = thing[/^.*_ids$/.test(name) ? 'id' : name.slice(0, -1)];
  return !Array.isArray(wanted) || one === undefined || wanted.includes(one);
}

/** Whether a thing is what a search asks for: `field:value`, the end of the value open with `*`, several of them with `AND`. */
const isFound = (thing: JsonObject, search = ''): boolean =>
  [...search.matchAll(/([\w.]+):(?:"([^"]*)"|(\S+))/g)].every(([, name = '', quoted, plain = '']) => {
    const wanted = quoted ?? plain;
    const has = textOf(thing[name]);
    return wanted.endsWith('*') ? has.startsWith(wanted.slice(0, -1)) : has === wanted;
  });

/** Sorted as `FIELD:1` or `FIELD:-1` asks; time of creation is the order in which they are kept. */
function sorted(things: readonly JsonObject[], sort: string | undefined): readonly JsonObject[] {
  const [field = '', direction] = sort?.split(':') ?? [];
  if (sort === undefined) return things;
  const ascending =
    field === 'created_at'
      ? things
      : things.toSorted((a, b) => inListOrder(textOf(a[field]), textOf(b[field])));
  return direction === '-1' ? ascending.toReversed() : ascending;
}

/** Answers a list of `things` in the form that the query asks for: pages, checkpoints, chosen fields. */
export function listReader(
  path: string,
  operation: Operation | undefined,
  kind: Pick<
    Kind & Relation,
    'limitIsLength' | 'onlyIfAsked' | 'sortedBy' | 'withoutZeros' | 'countsNothing' | 'endsEmpty'
  > & {
    /** Fields that are shown whichever are asked for. */
    readonly alwaysShown?: readonly string[];
    /** Whether the things are what the query chooses already. */
    readonly chosen?: boolean;
  },
): (c: Context<ApiEnv>, things: readonly RankedView[]) => Json {
  const shape = listShapeOf(path, operation) ?? NO_SHAPE;
  // Recorded: lists that do not count pass over what Auth0's SDKs ask of every list.
  const paging = shape.paged ? {} : PAGE_QUERY;
  const read = queryReader<ListQuery>({ ...paging, ...operation?.query });
  const fields = describedAt(itemPathsOf(path)).shown;
  return (c, things) => {
    const query = read(c);
    const filters = Object.entries(query).filter(([name]) => !PAGING.includes(name));
    const found = things.filter(
      ({ view: thing }) =>
        kind.chosen === true ||
        (isFound(thing, query.q) &&
          filters.every(([name, wanted]) => passes(thing, name, wanted, fields.has(name)))),
    );
    const asked = query.fields?.split(',') ?? [];
    const hidden = (kind.onlyIfAsked ?? []).filter((name) => !asked.includes(name));
    const view = (thing: JsonObject): JsonObject =>
      selectFields(without(thing, hidden), query, kind.alwaysShown);
    if (
      query.take !== undefined ||
      query.from !== undefined ||
      (!shape.plain && !shape.counted && !shape.paged)
    ) {
      const key = ({ rank }: RankedView): string => String(rank).padStart(12, '0');
      const page = checkpointPage(found, key, query, kind.endsEmpty);
      const { items, ...next } = page;
      return { [shape.name]: items.map(({ view: one }) => view(one)), ...next };
    }
    const views = found.map(({ view: one }) => one);
    const page = offsetPage(sorted(views, query.sort ?? kind.sortedBy), query);
    const items = page.items.map(view);
    if (shape.paged) {
      // Recorded: a page behind the last one counts nothing.
      const counts = { total: items.length === 0 ? 0 : found.length, page: query.page ?? 0 };
      const shown = Object.entries(counts).filter(([, count]) => count > 0 || kind.withoutZeros !== true);
      return { [shape.name]: items, ...Object.fromEntries(shown), per_page: page.limit };
    }
    if (shape.plain && !(shape.counted && query.include_totals === true)) return items;
    const limit = kind.limitIsLength === true ? items.length : page.limit;
    const hasTotal = shape.totals && (found.length > 0 || kind.withoutZeros !== true);
    const total = hasTotal ? { total: kind.countsNothing === true ? 0 : found.length } : {};
    return { [shape.name]: items, start: page.start, limit, ...total };
  };
}

/** A list of the Actions service, which always counts. */
export function actionsListReader(path: string) {
  const read = listReader(path, managementApi().paths[path]?.get, { withoutZeros: true });
  return <Item>(c: Context<ApiEnv>, items: readonly Item[], view: (item: Item) => JsonObject): Response => {
    const views = items.map((item, rank) => ({ rank, view: view(item) }));
    return c.json(read(c, views));
  };
}
