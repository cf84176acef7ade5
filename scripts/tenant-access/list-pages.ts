import { isRecord, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';

/** Where `ManagementApi.get` puts an answer that is an array. */
export const BARE_ARRAY = '[]';

/** What every list route allows. */
const PAGE_SIZE = 50;

/** Pages in a row that may bring nothing new before a list counts as one without an end. */
const MAX_PAGES_WITHOUT_NEWS = 10;

/** Pages of any list: a quarter of a million items, and more than a tenant has of anything but users. */
const MAX_PAGES = 5_000;

/** Of a tenant, its name and what it answers; `undefined` for 404. */
export interface Readable {
  readonly domain: string;
  get(path: string): Promise<JsonRecord | undefined>;
}

/**
 * The items of a list whose pages are numbered. What is added or removed between two of them shifts the others: one that comes
 * twice is there once.
 *
 * @param property Where the items are, when the answer is an object and not the list itself.
 * @throws {Problem} `TENANT_ANSWER` for an answer that is no such list: it says nothing of what the tenant has, and least of all
 *   that this is nothing. So for a list that does not end.
 */
export async function numberedPages(
  tenant: Readable,
  path: string,
  property: string,
): Promise<readonly JsonRecord[]> {
  const items = new Map<string, JsonRecord>();
  for (let page = 0; ; page += 1) {
    const separator = path.includes('?') ? '&' : '?';
    // Without `include_totals`, which the Actions routes refuse; some lists then come as a bare array.
    const answer = await tenant.get(`${path}${separator}page=${page}&per_page=${PAGE_SIZE}`);
    const found = itemsIn(answer, property);
    if (found === undefined) throw noList(tenant.domain, path, answer);
    const isNews = addTo(items, found);
    // A tenant may give fewer at a time than it is asked for; some routes count.
    const counted = answer?.['total'];
    const isLast = found.length < PAGE_SIZE && !(typeof counted === 'number' && counted > items.size);
    // A route that knows no pages answers all of it each time.
    if (isLast || !isNews) return [...items.values()];
    if (page + 1 >= MAX_PAGES) throw withoutEnd(tenant.domain, path);
  }
}

/**
 * The items of a list whose pages are asked for by where the last one ended.
 *
 * @throws {Problem} as `numberedPages`.
 */
export async function checkpointPages(
  tenant: Readable,
  path: string,
  property: string,
): Promise<readonly JsonRecord[]> {
  const items = await checkpointPagesUnlessGone(tenant, path, property);
  if (items === undefined) throw noList(tenant.domain, path, undefined);
  return items;
}

/** The same; `undefined` where the tenant does not have what the list would be of. */
export async function checkpointPagesUnlessGone(
  tenant: Readable,
  path: string,
  property: string,
): Promise<readonly JsonRecord[] | undefined> {
  const items = new Map<string, JsonRecord>();
  for (let from = '', withoutNews = 0, page = 1; ; page += 1) {
    const answer = await tenant.get(from === '' ? path : `${path}&from=${encodeURIComponent(from)}`);
    if (answer === undefined && from === '') return undefined;
    const found = itemsIn(answer, property);
    const next = answer?.['next'] ?? '';
    if (found === undefined || typeof next !== 'string') throw noList(tenant.domain, path, answer);
    withoutNews = addTo(items, found) ? 0 : withoutNews + 1;
    if (next === '') return [...items.values()];
    if (next === from || withoutNews > MAX_PAGES_WITHOUT_NEWS || page >= MAX_PAGES)
      throw withoutEnd(tenant.domain, path);
    from = next;
  }
}

/** `undefined` where the answer is something else than a list of things. */
function itemsIn(answer: JsonRecord | undefined, property: string): readonly JsonRecord[] | undefined {
  const found = answer?.[BARE_ARRAY] ?? answer?.[property];
  return Array.isArray(found) && found.every(isRecord) ? found : undefined;
}

/** @returns Whether there was one among them that was not there before. */
function addTo(items: Map<string, JsonRecord>, found: readonly JsonRecord[]): boolean {
  const before = items.size;
  for (const item of found) items.set(textOf(item['id']) || JSON.stringify(item), item);
  return items.size > before;
}

const withoutEnd = (domain: string, path: string): Problem =>
  notAsDocumented(domain, path, 'the list does not end');

const noList = (domain: string, path: string, answer: JsonRecord | undefined): Problem =>
  notAsDocumented(
    domain,
    path,
    answer === undefined ? '404, where there is a list' : 'something else than a list',
  );

/** `TENANT_ANSWER`: what the tenant says cannot be taken for an answer. */
export const notAsDocumented = (domain: string, path: string, what: string): Problem =>
  new Problem({
    code: 'TENANT_ANSWER',
    message: `${domain} does not answer GET ${path} as documented: ${what}.`,
    place: { tenant: domain },
  });
