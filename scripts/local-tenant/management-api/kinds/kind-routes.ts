import { Hono } from 'hono';
import type { Handler } from 'hono';
import { managementApi } from '../../../auth0/management-api.ts';
import type { Method } from '../../../auth0/management-api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { KINDS } from './kinds.ts';
import { relationHandlers, unlinkOne } from './relation-routes.ts';
import { RELATIONS } from './relations.ts';
import { homeOf, listPathOf } from './shape.ts';
import { refused, thingHandlers } from './thing-routes.ts';

const METHODS: readonly Method[] = ['get', 'post', 'patch', 'put', 'delete'];

function handlersOf(api: Api, path: string): Partial<Record<Method, Handler<ApiEnv>>> {
  const relation = RELATIONS[path];
  if (relation !== undefined) return relationHandlers(api, path, relation);
  const list = listPathOf(path);
  const ofList = list === undefined ? undefined : RELATIONS[list];
  if (list !== undefined && ofList !== undefined)
    return { delete: unlinkOne(api, list, ofList, /\{([^/]+)\}$/.exec(path)?.[1] ?? '') };
  return thingHandlers(api, path, KINDS[path] ?? KINDS[homeOf(path)] ?? {});
}

/**
 * Every route of the Management API's description, for whatever no module of its own serves: one generic store, and two tables that say
 * what is particular (`KINDS`, `RELATIONS`).
 */
export function kindRoutes(api: Api): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  // Literal steps win over parameters: `/organizations/name/{name}` before `/organizations/{id}/{…}`.
  const paths = Object.entries(managementApi().paths).sort(
    ([a], [b]) => a.split('{').length - b.split('{').length,
  );
  for (const [path, operations] of paths) {
    let handlers: ReturnType<typeof handlersOf> | undefined;
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation === undefined) continue;
      routes.on(
        method.toUpperCase(),
        path.replaceAll(/\{([^/]+)\}/g, ':$1'),
        needs(...operation.scopes),
        async (c, next): Promise<Response> => {
          handlers ??= handlersOf(api, path);
          const answer: unknown = await handlers[method]?.(c, next);
          if (answer instanceof Response) return answer;
          throw refused(c);
        },
      );
    }
  }
  return routes;
}
