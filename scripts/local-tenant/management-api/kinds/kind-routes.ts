import type { Handler } from 'hono';
import { calledOperation } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { checkScope } from '../request/authorization.ts';
import { ApiError } from '../request/errors.ts';
import { checkPath } from '../request/validation.ts';
import { KINDS } from './kinds.ts';
import { linkHandlers, relationHandlers } from './relation-routes.ts';
import { RELATIONS } from './relations.ts';
import { homeOf, listPathOf } from './shape.ts';
import { refused, thingHandlers } from './thing-routes.ts';

type Handlers = Partial<Record<Method, Handler<ApiEnv>>>;

function handlersOf(api: Api, path: string): Handlers {
  // Nobody verifies a domain: it is answered as it is.
  if (path === '/custom-domains/{id}/verify') {
    const { get } = handlersOf(api, '/custom-domains/{id}');
    return get === undefined ? {} : { post: get };
  }
  const relation = RELATIONS[path];
  if (relation !== undefined) return relationHandlers(api, path, relation);
  const list = listPathOf(path);
  const ofList = list === undefined ? undefined : RELATIONS[list];
  if (list !== undefined && ofList !== undefined) return linkHandlers(api, path, list, ofList);
  return thingHandlers(api, path, KINDS[path] ?? KINDS[homeOf(path)] ?? {});
}

/**
 * Every route of the Management API's description, for whatever no module of its own serves: one generic store, and two tables
 * that say what is particular (`KINDS`, `RELATIONS`).
 *
 * @throws {ApiError} 404 for a route that is not described, 403 without its scopes, 400 for ids of another form.
 */
export function kindRoutes(api: Api): Handler<ApiEnv> {
  const handlers = new Map<string, Handlers>();
  return async (c, next) => {
    const called = calledOperation(c.req.method, c.req.path);
    if (called === undefined) throw new ApiError(404, 'Not Found');
    const { method, path, ids, operation } = called;
    checkScope(c, ...operation.scopes);
    checkPath(path, ids);
    c.set('ids', ids);
    const known = handlers.get(path) ?? handlersOf(api, path);
    handlers.set(path, known);
    const answer: unknown = await known[method]?.(c, next);
    if (answer instanceof Response) return answer;
    throw refused(c);
  };
}
