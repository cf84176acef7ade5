import { Hono } from 'hono';
import type { Context, Env } from 'hono';
import { once } from '../../base/once.ts';

/**
 * Answers with a part of an app that is loaded with the first request for it: code takes longer to load than everything that a
 * tenant needs to listen, and many a process asks for one part only. What the part throws is the app's to answer.
 *
 * @param path Where the part is mounted.
 */
export function onDemand<Part extends Env>(
  path: string,
  load: () => Promise<Hono<Part>>,
): (c: Context) => Promise<Response> {
  const mounted = once(async (): Promise<Hono> => {
    const app = new Hono();
    app.onError((error) => {
      throw error;
    });
    app.route(path, await load());
    return app;
  });
  return async (c) => await (await mounted()).fetch(c.req.raw);
}
