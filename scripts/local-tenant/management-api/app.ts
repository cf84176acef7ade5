import { Hono } from 'hono';
import { collectionsOf } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import { actionVersionRoutes } from './actions/action-versions.ts';
import { actionRoutes } from './actions/actions.ts';
import { draftRunRoutes } from './actions/draft-run.ts';
import type { ActionsRuntime } from '../../runner/contract.ts';
import type { Api, ApiEnv } from './api.ts';
import { authenticated } from './request/authorization.ts';
import { clientRoutes } from './clients/clients.ts';
import { connectionRoutes } from './connections/connections.ts';
import { ApiError } from './request/errors.ts';
import { logRoutes, noted } from './logs.ts';
import { resolveOptions } from './options.ts';
import type { ManagementApiOptions } from './options.ts';
import { kindRoutes } from './kinds/kind-routes.ts';
import { rateLimited } from './request/rate-limit.ts';
import { triggerRoutes } from './actions/triggers.ts';
import { jobRoutes } from './users/jobs.ts';
import { userRoutes, usersByEmailRoutes } from './users/users.ts';

/**
 * The Management API of the local tenant, to be mounted at `/api/v2`: what auth0-deploy-cli, Actions and people's own tools
 * need of it. It refuses what the service refuses, in its words; a route that it does not have answers 404.
 *
 * @param runtime Runs drafts. Without it, there is no route for that.
 * @see https://auth0.com/docs/api/management/v2
 */
export function createManagementApi(
  tenant: TenantContext,
  options: ManagementApiOptions = {},
  runtime?: Pick<ActionsRuntime, 'runPostLogin'>,
): Hono<ApiEnv> {
  const api: Api = { tenant, collections: collectionsOf(tenant.store), options: resolveOptions(options) };
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json(error.body(), error.status);
    throw error;
  });
  app.use(async (c, next) => {
    try {
      decodeURIComponent(c.req.path);
    } catch {
      throw new ApiError(400, 'Bad Request');
    }
    await next();
  });
  app.use(rateLimited(api.options.rateLimit, tenant.now));
  app.use(authenticated(tenant));
  app.use(noted(api));
  app.route('/clients', clientRoutes(api));
  app.route('/connections', connectionRoutes(api));
  app.route('/actions/actions', actionRoutes(api));
  if (runtime !== undefined) app.route('/actions/actions', draftRunRoutes(api, runtime));
  app.route('/actions/actions/:id/versions', actionVersionRoutes(api));
  app.route('/actions/triggers', triggerRoutes(api));
  app.route('/users', userRoutes(api));
  app.route('/users-by-email', usersByEmailRoutes(api));
  app.route('/jobs', jobRoutes(api));
  app.route('/', logRoutes(api));
  // Not `notFound`: that one is only asked of the app that others are mounted in.
  app.all('*', kindRoutes(api));
  return app;
}
