import { Hono } from 'hono';
import type { Context, MiddlewareHandler } from 'hono';
import { managementApi } from '../../auth0/management-api.ts';
import { text } from '../../auth0/schema-words.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { noteEvent } from '../tenant-logs.ts';
import type { Api, ApiEnv } from './api.ts';
import { needs } from './request/authorization.ts';
import { orNotFound } from './request/errors.ts';
import { selectFields } from './request/fields.ts';
import { offsetPage } from './request/pagination.ts';
import type { ListQuery } from './kinds/lists.ts';
import { queryReader } from './request/validation.ts';
import { parseUserQuery, sortedUsers } from './users/user-search.ts';

/** Notes each change by the Management API: which request it was, never what was in it. */
export function noted(api: Api): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    if (c.req.method === 'GET' || !c.res.ok) return;
    const { pathname } = new URL(c.req.url);
    noteEvent(api.tenant, 'sapi', {
      description: `${c.req.method} ${pathname}`,
      client_id: c.get('clientId'),
      client_name: '',
      user_agent: c.req.header('user-agent') ?? '',
      details: {
        request: { method: c.req.method.toLowerCase(), path: pathname, channel: 'api' },
        response: { statusCode: c.res.status },
      },
    });
  };
}

/**
 * The tenant's log: newest first in pages, or from an entry on in the order of time.
 * @see https://auth0.com/docs/deploy-monitor/logs/retrieve-log-events-using-mgmt-api
 */
export function logRoutes(api: Api): Hono<ApiEnv> {
  const logs = api.collections.things('/logs');
  const read = queryReader<ListQuery & { readonly search?: string }>({
    ...managementApi().paths['/logs']?.get?.query,
    q: text(),
    // Of Auth0's Go SDK, which sends it with every `q`.
    search_engine: text(),
  });
  const answer = (c: Context<ApiEnv>, only: (entry: JsonObject) => boolean) => {
    const query = read(c);
    const all = logs.all().filter(only);
    const view = (entry: JsonObject): JsonObject => selectFields(entry, query);
    if (query.from !== undefined || query.take !== undefined) {
      const after = query.from ?? '';
      const rest = sortedUsers(all, 'log_id:1').filter(
        ({ log_id: id }) => typeof id === 'string' && id > after,
      );
      return c.json(rest.slice(0, query.take ?? 50).map(view));
    }
    const asked = query.q ?? query.search ?? '';
    const matching = asked === '' ? all : all.filter(parseUserQuery(asked));
    const found = sortedUsers(matching, query.sort ?? 'log_id:-1');
    const { items, start, limit } = offsetPage(found, query);
    const shown = items.map(view);
    if (query.include_totals !== true) return c.json(shown);
    return c.json({ start, limit, length: shown.length, logs: shown, total: found.length });
  };
  const reads = needs('read:logs', 'read:logs_users');
  const routes = new Hono<ApiEnv>();
  routes.get('/logs', reads, (c) => answer(c, () => true));
  routes.get('/logs/:id', reads, (c) =>
    c.json(orNotFound(logs.get(c.req.param('id')), 'The log does not exist.', 'inexistent_log')),
  );
  routes.get('/users/:id/logs', reads, (c) => answer(c, (entry) => entry['user_id'] === c.req.param('id')));
  return routes;
}
