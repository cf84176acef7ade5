import { unescape } from 'node:querystring';
import type { Context, Handler } from 'hono';
import { randomIdentifier } from '../../identifiers.ts';
import { ONLY_THING as ONLY } from '../../store/collections.ts';
import type { Collection } from '../../store/store.ts';
import { managementApi } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import { asObject, isJsonObject, textOf, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { tenantName, timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { ApiError, conflict, notSupported } from '../request/errors.ts';
import { selectFields } from '../request/fields.ts';
import { withoutNulls } from '../request/metadata.ts';
import { describedBodyReader, describedReader, queryReader } from '../request/validation.ts';
import type { Kind, Place, Reading } from './kind.ts';
import { listReader } from './lists.ts';
import { checkNamed, checkOwner } from './owners.ts';
import { withoutSecrets } from './features.ts';
import { describedAt, homeOf, isList, itemPathsOf, listShapeOf } from './shape.ts';

type Handle = Handler<ApiEnv>;

/** Things of one kind that belong to one owner, with everything that can be done to them. */
interface Things {
  readonly place: Place;
  readonly collection: Collection<JsonObject>;
  readonly all: () => readonly { readonly rank: number; readonly document: JsonObject }[];
}

/** What a path calls the one that stands for all of its list. */
const DEFAULT = 'default';

const missing = ({ missing: words }: Kind): ApiError =>
  new ApiError(404, words?.[0] ?? 'Not Found', words?.[1]);

/** A thing with what it does not say of itself; of what it says in part, the rest. */
const completed = (thing: JsonObject, defaults: JsonObject = {}): JsonObject => ({
  ...thing,
  ...Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [
      name,
      isJsonObject(value) ? { ...value, ...asObject(thing[name]) } : (thing[name] ?? value),
    ]),
  ),
});

/** What the local tenant does not keep, or does not do. */
export const refused = (c: Context): ApiError =>
  notSupported(`The local tenant does not offer ${c.req.method} ${new URL(c.req.url).pathname}.`);

/** The handlers of a list of values that is read and written as a whole. */
function valueHandlers(api: Api, path: string): Partial<Record<Method, Handle>> {
  const kept = api.collections.things(path);
  const read = describedReader<Json[]>(path, 'put');
  return {
    get: (c) => c.json(kept.get(ONLY)?.['values'] ?? []),
    put: async (c) => {
      const values = await read(c);
      kept.put(ONLY, { values });
      return c.json(values);
    },
  };
}

/** The handlers of one path of the description, by method. */
export function thingHandlers(api: Api, path: string, kind: Kind): Partial<Record<Method, Handle>> {
  const operations = managementApi().paths[path] ?? {};
  const isSingle = kind.single === true;
  const listPath = isSingle ? path : homeOf(path);
  const isItem = listPath !== path;
  const hasItems = !isItem && !isSingle && isList(path);
  if (!hasItems && !isItem && operations.put?.body?.['type'] === 'array') return valueHandlers(api, path);
  const byName = path.startsWith(`${listPath}/name/`);
  // What is written as a whole is one thing, even where it holds a list.
  const isShort = operations.put === undefined && listShapeOf(path, operations.get) !== undefined;
  const lists = hasItems || (!isItem && !isSingle && isShort);
  const home = kind.keptAt ?? listPath;
  const idField = kind.id ?? 'id';
  const idParameter = /\{([^/]+)\}$/.exec(path)?.[1] ?? '';
  const described = describedAt([listPath, ...itemPathsOf(listPath)]);

  const open = (c: Context<ApiEnv>): Things => {
    const place: Place = { api, ids: c.get('ids'), query: c.req.query() };
    checkOwner(api, home, place.ids);
    const collection = api.collections.things(
      home.replaceAll(/\{([^/]+)\}/g, (_, name: string) => encodeURIComponent(place.ids[name] ?? '')),
    );
    return {
      place,
      collection,
      all: () => {
        const first: readonly JsonObject[] = Array.isArray(kind.initial) ? kind.initial : [];
        const isFirst = (id: Json | undefined): boolean => first.some((one) => one[idField] === id);
        return [
          ...first.map((one) => ({ rank: 0, document: collection.get(textOf(one[idField])) ?? one })),
          ...collection.ranked().filter(({ document }) => !isFirst(document[idField])),
        ];
      },
    };
  };
  const id = (c: Context<ApiEnv>): string => (isItem ? (c.get('ids')[idParameter] ?? DEFAULT) : ONLY);
  const nameField = kind.otherName ?? (byName ? 'name' : idField);
  const find = ({ all, collection }: Things, wanted: string): JsonObject | undefined => {
    if (isItem) {
      const ofList = all().map(({ document }) => document);
      if (path.endsWith(`/${DEFAULT}`)) return ofList.find((one) => one['is_default'] === true) ?? ofList[0];
      // Recorded: whoever encodes the identifier of an API twice finds it, too.
      const name = unescape(wanted);
      return (byName ? undefined : collection.get(wanted)) ?? ofList.find((one) => one[nameField] === name);
    }
    const initial = kind.missing === undefined ? {} : undefined;
    return collection.get(ONLY) ?? (isJsonObject(kind.initial) ? kind.initial : initial);
  };
  const shown = ({ place }: Things, thing: JsonObject, reading: Reading): JsonObject | undefined => {
    // Recorded: what a PUT leaves out of a single thing is read as it started.
    const isRead = reading === 'one' && operations.put !== undefined;
    const start = isRead && isJsonObject(kind.initial) ? kind.initial : {};
    const readable = completed(without(thing, described.writeOnly), { ...start, ...kind.defaults });
    const open = kind.hasSecrets === true ? asObject(withoutSecrets(readable)) : readable;
    return kind.shown === undefined ? open : kind.shown(place, open, reading);
  };
  const existing = (things: Things, wanted: string): JsonObject => {
    const thing = find(things, wanted);
    if (thing === undefined || shown(things, thing, 'one') === undefined) throw missing(kind);
    return thing;
  };
  const checkUnique = (things: Things, after: JsonObject): void => {
    if (kind.unique === undefined) return;
    const [field, message, errorCode] = kind.unique;
    const taken = things
      .all()
      .some(({ document: other }) => other[idField] !== after[idField] && other[field] === after[field]);
    if (after[field] !== undefined && taken) throw conflict(message, errorCode);
  };
  const keep = (things: Things, thing: JsonObject, before: JsonObject | undefined): JsonObject => {
    kind.check?.(things.place, thing, before);
    checkUnique(things, thing);
    things.collection.put(isItem || lists ? textOf(thing[idField]) : ONLY, thing);
    return thing;
  };
  const reader = (method: Method) => describedBodyReader(path, method);
  /** The times, the tenant and the owner, where the description shows them. */
  const stamps = (isNew: boolean, { ids }: Place): JsonObject =>
    Object.fromEntries(
      Object.entries({
        ...(isNew ? { ...ids, created_at: timestamp(api), tenant: tenantName(api) } : {}),
        updated_at: timestamp(api),
      }).filter(([name]) => name !== idField && described.shown.has(name)),
    );
  const answer = (c: Context<ApiEnv>, method: Method, body: Json | undefined): Response => {
    const status = operations[method]?.status ?? 200;
    if (status === 204 || body === undefined) return c.body(null, 204);
    return c.json(body, status === 201 ? 201 : status === 202 ? 202 : 200);
  };
  const changed = (things: Things, before: JsonObject, body: JsonObject): JsonObject => {
    const kept = kind.kept?.(things.place, body, before) ?? body;
    const merged = Object.fromEntries(
      (kind.merged ?? [])
        .filter((name) => isJsonObject(kept[name]))
        .map((name) => [name, { ...asObject(before[name]), ...asObject(kept[name]) }]),
    );
    const isNew = Object.keys(before).length === 0;
    return keep(
      things,
      withoutNulls({ ...before, ...kept, ...merged, ...stamps(isNew, things.place) }),
      before,
    );
  };

  const readList = lists ? listReader(path, operations.get, kind) : undefined;
  const readOne = queryReader<{ fields?: string; include_fields?: boolean }>({ ...operations.get?.query });

  const get: Handle = (c) => {
    const things = open(c);
    if (kind.counted !== undefined) {
      readOne(c);
      return c.json(kind.counted(things.place));
    }
    if (readList !== undefined) {
      const views = things.all().flatMap(({ rank, document }) => {
        const view = shown(things, document, 'list');
        return view === undefined ? [] : [{ rank, view }];
      });
      return c.json(readList(c, views));
    }
    const query = readOne(c);
    const view = shown(things, existing(things, id(c)), 'one') ?? {};
    return c.json(selectFields(view, query));
  };
  const make = (things: Things, asked: JsonObject): JsonObject => {
    const own = lists ? { [idField]: kind.newId?.() ?? randomIdentifier(16) } : {};
    const body = { ...own, ...withoutNulls(kind.kept?.(things.place, asked, {}) ?? asked) };
    const thing = kind.made?.(things.place, body) ?? body;
    const there = things.collection.get(lists ? textOf(thing[idField]) : ONLY);
    if (there !== undefined && kind.taken !== undefined) throw kind.taken(there);
    return keep(things, { ...thing, ...stamps(true, things.place) }, undefined);
  };
  const readPost = reader('post');
  const post: Handle = async (c) => {
    const asked = await readPost(c);
    const things = open(c);
    if (kind.namesOthers === true) checkNamed(api, asked);
    if (kind.called !== undefined) return answer(c, 'post', kind.called(things.place, asked));
    return answer(c, 'post', shown(things, make(things, asked), 'changed'));
  };
  const readPatch = reader('patch');
  const patch: Handle = async (c) => {
    const body = await readPatch(c);
    const things = open(c);
    const before = existing(things, id(c));
    const after = shown(things, changed(things, before, body), 'changed');
    return answer(c, 'patch', kind.echoes === true ? body : after);
  };
  const readPut = reader('put');
  const put: Handle = async (c) => {
    const body = await readPut(c);
    const things = open(c);
    const before = find(things, id(c)) ?? {};
    const own = isItem ? { [idField]: id(c) } : {};
    const created = 'created_at' in before ? { created_at: before['created_at'] ?? '' } : {};
    const kept = kind.kept?.(things.place, body, before) ?? body;
    const thing = { ...own, ...withoutNulls(kept), ...stamps(true, things.place), ...created };
    return answer(c, 'put', shown(things, keep(things, thing, before), 'changed'));
  };
  const remove: Handle = (c) => {
    const things = open(c);
    const thing = find(things, id(c));
    if (thing === undefined && kind.deletesSilently !== true && isItem) throw missing(kind);
    if (thing !== undefined) {
      kind.checkDelete?.(things.place, thing);
      api.tenant.store.transaction(() => {
        kind.deleted?.(things.place, thing);
        things.collection.delete(isItem ? textOf(thing[idField]) : ONLY);
      });
    }
    return answer(c, 'delete', kind.gone ?? {});
  };

  const empty = ({ collection }: Things): void => {
    for (const thing of collection.all()) collection.delete(textOf(thing[idField]));
  };
  const removeAll: Handle = (c) => {
    empty(open(c));
    return answer(c, 'delete', {});
  };
  const readAll = describedReader<Json[]>(path, 'put');
  /** The answer has them as they came. */
  const putAll: Handle = async (c) => {
    const asked = await readAll(c);
    const things = open(c);
    const made = api.tenant.store.transaction(() => {
      empty(things);
      return asked.map((one) => make(things, asObject(one)));
    });
    return answer(c, 'put', made);
  };
  const write: Handle = (c) => {
    throw refused(c);
  };
  const isGone = !isItem && !isSingle && path.endsWith('}') && operations.put === undefined;
  if (kind.notKept === true || isGone) {
    const none: Handle = () => {
      throw missing(kind);
    };
    return {
      get: lists ? get : none,
      post: write,
      patch: write,
      put: write,
      delete: kind.missing ? none : write,
    };
  }
  const canPost = lists || kind.called !== undefined || (operations.get !== undefined && !isItem);
  if (!lists) return { get, post: canPost ? post : write, patch, put, delete: remove };
  const removes = operations.post !== undefined || kind.deletesSilently === true;
  return { get, post, put: putAll, delete: removes ? removeAll : write };
}
