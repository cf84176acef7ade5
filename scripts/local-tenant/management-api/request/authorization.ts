import type { Context, MiddlewareHandler } from 'hono';
import type { TenantContext } from '../../context.ts';
import { verifyManagementToken } from '../../management-tokens.ts';
import type { ApiEnv } from '../api.ts';
import { ApiError } from './errors.ts';

/**
 * Lets only requests with a valid Management API token through.
 * @throws {ApiError} 401 `Missing authentication` or `Invalid token`; 400 for a header that is none of a bearer.
 */
export function authenticated(tenant: TenantContext): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    if (header === undefined) throw new ApiError(401, 'Missing authentication');
    const token = /^bearer (\S+)$/i.exec(header)?.[1];
    if (token === undefined) throw new ApiError(400, 'Bad HTTP authentication header format', 'Bearer');
    const verified = await verifyManagementToken(tenant, token);
    if (verified === undefined) throw new ApiError(401, 'Invalid token');
    c.set('scopes', verified.scope);
    c.set('clientId', verified.clientId);
    await next();
  };
}

export const hasScope = (c: Context<ApiEnv>, scope: string): boolean => c.get('scopes').includes(scope);

/** @throws {ApiError} 403 `insufficient_scope`, naming the scopes that would do, when the token has none of them. */
export function checkScope(c: Context<ApiEnv>, ...scopes: readonly string[]): void {
  if (scopes.some((scope) => hasScope(c, scope))) return;
  throw new ApiError(403, `Insufficient scope, expected any of: ${scopes.join(',')}`, 'insufficient_scope');
}

/**
 * Lets only tokens through that carry at least one of `scopes`.
 * @throws {ApiError} 403 `insufficient_scope`.
 */
export function needs(...scopes: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    checkScope(c, ...scopes);
    await next();
  };
}
