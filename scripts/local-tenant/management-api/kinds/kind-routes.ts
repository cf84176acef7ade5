import type { Handler } from 'hono';
import { managementApi } from '../../../auth0/management-api.ts';
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

/** The ids that a path has where its description has names in braces; `undefined` where it is another path. */
function idsIn(template: readonly string[], steps: readonly string[]): Record<string, string> | undefined {
  const ids: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const step = steps[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) ids[name] = decodeURIComponent(step);
    else if (part !== step) return undefined;
  }
  return ids;
}

const isMethod = (name: string): name is Method => ['get', 'post', 'patch', 'put', 'delete'].includes(name);

/**
 * Every route of the Management API's description, for whatever no module of its own serves: one generic store, and two tables
 * that say what is particular (`KINDS`, `RELATIONS`).
 *
 * @throws {ApiError} 404 for a route that is not described, 403 without its scopes, 400 for ids of another form.
 */
export function kindRoutes(api: Api): Handler<ApiEnv> {
  // Literal steps win over parameters: `/organizations/name/{name}` before `/organizations/{id}/{…}`.
  const templates = Object.keys(managementApi().paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .map((path) => ({ path, parts: path.split('/') }));
  const handlers = new Map<string, Handlers>();
  return async (c, next) => {
    const steps = c.req.path.replace(/^.*?\/api\/v2/, '').split('/');
    const method = c.req.method.toLowerCase();
    for (const { path, parts } of templates) {
      const ids = parts.length === steps.length ? idsIn(parts, steps) : undefined;
      const operation = isMethod(method) ? managementApi().paths[path]?.[method] : undefined;
      if (ids === undefined || operation === undefined || !isMethod(method)) continue;
      checkScope(c, ...operation.scopes);
      checkPath(path, ids);
      c.set('ids', ids);
      const known = handlers.get(path) ?? handlersOf(api, path);
      handlers.set(path, known);
      const answer: unknown = await known[method]?.(c, next);
      if (answer instanceof Response) return answer;
      throw refused(c);
    }
    throw new ApiError(404, 'Not Found');
  };
}
