import type { Context, MiddlewareHandler } from 'hono';
import type { ClientDocument } from '../store/resources.ts';
import { isAllowedOrigin } from './applications.ts';
import type { LoginServices } from './services.ts';

const PREFLIGHT_SECONDS = 86_400;

/**
 * Lets pages of the origins that applications list (`web_origins`, `allowed_origins`) call the endpoints behind it, and no
 * others. A preflight does not say which application asks; `forApplication` looks again when that is known.
 *
 * @see https://auth0.com/docs/get-started/applications/set-up-cors
 */
export const crossOrigin =
  ({ collections }: LoginServices): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header('origin');
    c.header('vary', 'Origin');
    const isAllowed =
      origin !== undefined && collections.clients.all().some((client) => isAllowedOrigin(client, origin));
    if (c.req.method === 'OPTIONS') {
      if (!isAllowed) return c.body(null, 403);
      allow(c, origin);
      c.header('access-control-allow-methods', 'GET, POST');
      c.header('access-control-allow-headers', c.req.header('access-control-request-headers') ?? '');
      c.header('access-control-max-age', String(PREFLIGHT_SECONDS));
      return c.body(null, 204);
    }
    await next();
    const client = applications.get(c.req.raw);
    if (isAllowed && (client === undefined || isAllowedOrigin(client, origin))) allow(c, origin);
    return undefined;
  };

/** The application of a request that has told it. */
const applications = new WeakMap<Request, ClientDocument>();

/** Notes whose request this is: its answer is for that application's origins only. */
export const forApplication = (c: Context, client: ClientDocument): void => {
  applications.set(c.req.raw, client);
};

function allow(c: Context, origin: string): void {
  c.header('access-control-allow-origin', origin);
  c.header('access-control-expose-headers', 'X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset');
}
