import type { Context, Handler } from 'hono';
import { managementApi } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import { asObject } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import type { Api, ApiEnv } from '../api.ts';
import { ApiError } from '../request/errors.ts';
import { describedBodyReader } from '../request/validation.ts';
import type { Place, Relation } from './kind.ts';
import { link, linkedTo, unlink } from '../../store/links.ts';
import { listReader } from './lists.ts';
import { checkOwner } from './owners.ts';

type Handle = Handler<ApiEnv>;

/** The handlers of a relation's list, by method. */
export function relationHandlers(api: Api, path: string, row: Relation): Partial<Record<Method, Handle>> {
  const { store } = api.tenant;
  const operations = managementApi().paths[path] ?? {};
  const { relation, reversed = false, field = '', key = String } = row;
  const open = (c: Context<ApiEnv>): { readonly place: Place; readonly owner: string } => {
    const ids = c.get('ids');
    checkOwner(api, path, ids);
    return { place: { api, ids }, owner: row.owner?.(ids) ?? ids['id'] ?? '' };
  };
  const connect = (owner: string, other: string, item: Json): void => {
    if (reversed) link(store, relation, other, owner);
    else link(store, relation, owner, other, item);
  };
  const disconnect = (owner: string, other: string): void => {
    if (reversed) unlink(store, relation, other, owner);
    else unlink(store, relation, owner, other);
  };
  const answer = (c: Context, method: Method, body: Json): Response => {
    const status = operations[method]?.status ?? 200;
    return status === 204 ? c.body(null, 204) : c.json(body, status === 201 ? 201 : 200);
  };

  const readList = listReader(path, operations.get, row);
  const get: Handle = (c) => {
    const { place, owner } = open(c);
    const linked = row.linked?.(place) ?? linkedTo(store, relation, owner, reversed);
    const views = linked.flatMap(({ other, item, rank }) => {
      const view = row.shown(place, other, item, 'list');
      return view === undefined ? [] : [{ rank, view }];
    });
    return c.json(readList(c, views));
  };
  const readPost = describedBodyReader(path, 'post');
  const post: Handle = async (c) => {
    const body = await readPost(c);
    const { place, owner } = open(c);
    const given = [body[field] ?? []].flat();
    for (const item of given) row.check?.(place, key(item), item);
    store.transaction(() => {
      for (const item of given) connect(owner, key(item), item);
    });
    const views = given.map((item) => row.shown(place, key(item), item, 'changed') ?? {});
    if (operations.post?.answer?.['type'] === 'array') return answer(c, 'post', views);
    const one = Array.isArray(body[field]) ? {} : { ...views[0], [field]: body[field] ?? '' };
    return answer(c, 'post', one);
  };
  const readDelete = describedBodyReader(path, 'delete');
  const removeSeveral: Handle = async (c) => {
    const body = await readDelete(c);
    const { owner } = open(c);
    store.transaction(() => {
      for (const item of [body[field] ?? []].flat()) disconnect(owner, key(item));
    });
    return answer(c, 'delete', {});
  };
  return { get, post, delete: removeSeveral };
}

/** The handlers of one of a relation: `DELETE /organizations/{id}/client-grants/{grant_id}`. */
export function linkHandlers(
  api: Api,
  path: string,
  list: string,
  row: Relation,
): Partial<Record<Method, Handle>> {
  const { store } = api.tenant;
  const open = (c: Context<ApiEnv>): { readonly owner: string; readonly other: string } => {
    const ids = c.get('ids');
    checkOwner(api, list, ids);
    const other = ids[/\{([^/]+)\}$/.exec(path)?.[1] ?? ''] ?? '';
    return { owner: row.owner?.(ids) ?? ids['id'] ?? '', other };
  };
  const one = (c: Context<ApiEnv>, change: JsonObject = {}): Response => {
    const { owner, other } = open(c);
    const found = linkedTo(store, row.relation, owner).find((link) => link.other === other);
    const item = { ...asObject(found?.item), ...change };
    const view = found === undefined ? undefined : row.shown({ api, ids: c.get('ids') }, other, item, 'one');
    if (view === undefined) throw new ApiError(404, 'Not Found');
    if (c.req.method === 'PATCH') link(store, row.relation, owner, other, item);
    return c.json(view);
  };
  const readPatch = describedBodyReader(path, 'patch');
  return {
    get: (c) => one(c),
    patch: async (c) => one(c, await readPatch(c)),
    delete: (c) => {
      const { owner, other } = open(c);
      unlink(store, row.relation, owner, other);
      return c.body(null, 204);
    },
  };
}
