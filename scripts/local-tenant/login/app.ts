import { Hono } from 'hono';
import type { ActionsRuntime } from '../../runner/contract.ts';
import { collectionsOf } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import { verifyManagementToken } from '../management-tokens.ts';
import { authorize } from './authorize.ts';
import { upstreamCallbackArrives } from './callback.ts';
import { continueLogin } from './continue.ts';
import { crossOrigin } from './cross-origin.ts';
import { databaseLogin } from './database-login.ts';
import { openidConfiguration } from './discovery.ts';
import { endingsNoted } from './login-log.ts';
import { logout, oidcLogout } from './logout.ts';
import { openLoginRecords } from './records.ts';
import type { LeftOpen, LoginServices } from './services.ts';
import { pushRequest, revoke, token } from './tokens/token.ts';
import { openTraces } from './traces.ts';
import type { Traces } from './traces.ts';
import { userInfo } from './user-info.ts';

export interface LoginOptions {
  readonly runtime: ActionsRuntime;
  /** For server-side calls to the upstream provider. Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Milliseconds that the upstream's token endpoint gets. Default 10,000. */
  readonly upstreamTimeoutMilliseconds?: number;
  readonly leftOpen?: () => LeftOpen;
  /** Of the context's store. Default: opened here. */
  readonly traces?: Traces;
}

/** The tenant's login: Auth0's authentication endpoints, to be mounted at `/`. */
export function createLogin(context: TenantContext, options: LoginOptions): Hono {
  const services: LoginServices = {
    context,
    collections: collectionsOf(context.store),
    records: openLoginRecords(context),
    traces: options.traces ?? openTraces(context),
    runtime: options.runtime,
    fetch: options.fetch ?? fetch,
    upstreamTimeoutMilliseconds: options.upstreamTimeoutMilliseconds ?? 10_000,
    leftOpen: options.leftOpen ?? (() => ({})),
  };
  const app = new Hono();
  for (const path of ['/oauth/*', '/userinfo', '/.well-known/*']) app.use(path, crossOrigin(services));
  for (const path of ['/authorize', '/login/callback', '/u/login', '/continue'])
    app.use(path, endingsNoted(services));
  app.on(['GET', 'POST'], '/authorize', (c) => authorize(services, c));
  app.get('/login/callback', (c) => upstreamCallbackArrives(services, c));
  app.post('/u/login', (c) => databaseLogin(services, c));
  app.on(['GET', 'POST'], '/continue', (c) => continueLogin(services, c));
  app.post('/oauth/token', (c) => token(services, c));
  app.post('/oauth/par', (c) => pushRequest(services, c));
  app.post('/oauth/revoke', (c) => revoke(services, c));
  app.on(['GET', 'POST'], '/userinfo', (c) => userInfo(services, c));
  app.get('/v2/logout', (c) => logout(services, c));
  app.on(['GET', 'POST'], '/oidc/logout', (c) => oidcLogout(services, c));
  app.get('/.well-known/openid-configuration', (c) => c.json(openidConfiguration(context)));
  app.get('/.well-known/jwks.json', (c) => c.json({ keys: [{ ...context.keys.jwk }] }));

  // Not Auth0's: how `npm run login -- --trace` reads what the Actions did. A trace holds personal data, so it takes a token of
  // the Management API, whose holder may read the users anyway.
  app.get('/local-tenant/logins/:id?', async (c) => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const verified = await verifyManagementToken(context, bearer);
    if (verified?.scope.includes('read:users') !== true) return c.text('Unauthorized', 401);
    const id = c.req.param('id');
    if (id === undefined) return c.json([...services.traces.all()]);
    const trace = services.traces.find(id);
    return trace === undefined ? c.text('Not Found', 404) : c.json({ ...trace });
  });
  return app;
}
