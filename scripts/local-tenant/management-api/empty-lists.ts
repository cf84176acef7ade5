import { Hono } from 'hono';
import type { ApiEnv } from './api.ts';
import { needs } from './request/authorization.ts';
import { DEFAULT_PER_PAGE } from './request/pagination.ts';
import { CHECKPOINT_QUERY, integer } from '../../auth0/schema-words.ts';
import { queryReader } from './request/validation.ts';

// auth0-deploy-cli asks for these on its way to other resources. The local tenant has none of either, and makes none.

const readPage = queryReader<{ readonly page?: number; readonly per_page?: number }>({
  page: integer(0),
  per_page: integer(1, 100),
});
const readCheckpoint = queryReader<object>(CHECKPOINT_QUERY);

/** @see https://auth0.com/docs/api/management/v2/actions/get-action-modules */
export function actionModuleRoutes(): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:actions'), (c) => {
    const { page = 0, per_page = DEFAULT_PER_PAGE } = readPage(c);
    return c.json({ modules: [], total: 0, page, per_page });
  });
  return routes;
}

/** @see https://auth0.com/docs/api/management/v2/connections/get-connections-directory-provisionings */
export function directoryProvisioningRoutes(): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:directory_provisionings'), (c) => {
    readCheckpoint(c);
    return c.json({ directory_provisionings: [] });
  });
  return routes;
}
