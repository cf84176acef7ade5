import type { Context, MiddlewareHandler } from 'hono';
import type { TenantContext } from '../../context.ts';
import { readManagementToken } from '../../management-tokens.ts';
import type { ApiEnv } from '../api.ts';
import { calledOperation } from '../../../auth0/management-api.ts';
import { tokenWords } from '../../../auth0/validation-words.ts';
import { ApiError } from './errors.ts';

/**
 * Lets only requests with a valid Management API token through.
 * @throws {ApiError} 401 `Missing authentication`, `Invalid token` and the like; 400 for a header that is none of a bearer.
 */
export function authenticated(tenant: TenantContext): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    if (header === undefined) throw new ApiError(401, 'Missing authentication');
    const token = /^bearer (\S+)$/i.exec(header)?.[1];
    if (token === undefined) throw new ApiError(400, 'Bad HTTP authentication header format', 'Bearer');
    const verified = await readManagementToken(tenant, token).catch((error: unknown) => {
      throw new ApiError(401, tokenWords(error));
    });
    c.set('scopes', verified.scope);
    c.set('clientId', verified.clientId);
    await next();
  };
}

export const hasScope = (c: Context<ApiEnv>, scope: string): boolean => c.get('scopes').includes(scope);

const insufficientScope = (scopes: readonly string[]): ApiError =>
  new ApiError(403, `Insufficient scope, expected any of: ${scopes.join(',')}`, 'insufficient_scope');

/** @throws {ApiError} 403 `insufficient_scope`, naming the scopes that would do, when the token has none of them. */
export function checkScope(c: Context<ApiEnv>, ...scopes: readonly string[]): void {
  if (!scopes.some((scope) => hasScope(c, scope))) throw insufficientScope(scopes);
}

/**
 * Lets only tokens through that carry at least one of `scopes`.
 * @throws {ApiError} 403 `insufficient_scope`, naming all scopes of the description: those of people for themselves, too.
 */
export function needs(...scopes: readonly string[]): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (!scopes.some((scope) => hasScope(c, scope)))
      throw insufficientScope(calledOperation(c.req.method, c.req.path)?.operation.scopes ?? scopes);
    await next();
  };
}
