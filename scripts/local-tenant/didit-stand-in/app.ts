import { Hono } from 'hono';
import type { TenantContext } from '../context.ts';
import { readFormBody } from '../server/form.ts';
import { showConsent, takeAnswer } from './authorize.ts';
import type { DiditStandIn } from './grants.ts';
import { openDiditGrants } from './grants.ts';
import { diditKeySet } from './keys.ts';
import { showPicture } from './pictures.ts';
import { exchangeToken } from './token.ts';
import { retrieveUser } from './user-info.ts';

export interface DiditStandInOptions {
  /** Milliseconds that a slow endpoint takes (faults `token-slow`, `userinfo-slow`). Default 12,000: past the 10 s that an Action's own calls get. */
  readonly slowMilliseconds?: number;
}

/**
 * The documented endpoints of Sign in with Didit, answered with personas, to be mounted at `STAND_IN_PATH`. The hosts
 * `auth.didit.me` and `apx.didit.me` share it: their paths do not collide.
 */
export function createDiditStandIn(context: TenantContext, options: DiditStandInOptions = {}): Hono {
  const standIn: DiditStandIn = {
    context,
    grants: openDiditGrants(context),
    slowMilliseconds: options.slowMilliseconds ?? 12_000,
  };
  const app = new Hono();

  // Didit's sources disagree on where the browser goes: the template says https://auth.didit.me, the API reference
  // https://apx.didit.me/auth/v2/authorize. Both work here.
  app.get('/', (c) => showConsent(context, c));
  app.get('/auth/v2/authorize', (c) => showConsent(context, c));
  app.post('/answer', (c) => takeAnswer(standIn, c));

  app.post('/auth/v2/token', async (c) =>
    exchangeToken(standIn, {
      authorization: c.req.header('authorization'),
      form: await readFormBody(c),
    }),
  );
  // The template adds the trailing slash, the API reference does not.
  for (const path of ['/auth/v2/users/retrieve', '/auth/v2/users/retrieve/']) {
    app.get(path, (c) => retrieveUser(standIn, c.req.header('authorization')));
  }
  app.get('/auth/config/jwks', async (c) => c.json(await diditKeySet(context)));
  app.get('/pictures/:persona', (c) =>
    showPicture(context, c.req.param('persona'), {
      expires: c.req.query('expires'),
      signature: c.req.query('signature'),
    }),
  );
  return app;
}
