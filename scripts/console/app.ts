import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { html } from 'hono/html';
import { rowOf } from '../base/json-values.ts';
import { once } from '../base/once.ts';
import { onDemand } from '../local-tenant/index.ts';
import type { ConsoleHost, MountedConsole } from '../local-tenant/index.ts';
import { consoleAccess, CONSOLE_PATH, wantsJson } from './access.ts';
import { answer } from './answer.ts';
import { page } from './layout.ts';
import { loginRoutes } from './logins/routes.ts';
import { problemAnswer } from './problems.ts';
import { clearing } from './shown.ts';

/** What pages load, from this machine alone. */
const ASSETS: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  'pico.css': {
    file: fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.classless.min.css')),
    type: 'text/css; charset=utf-8',
  },
  'console.css': {
    file: fileURLToPath(new URL('assets/console.css', import.meta.url)),
    type: 'text/css; charset=utf-8',
  },
  'console.js': {
    file: fileURLToPath(new URL('assets/console.js', import.meta.url)),
    type: 'text/javascript; charset=utf-8',
  },
};

/**
 * The console of a local tenant, to be mounted before everything else: at `/console`, and `/` leads to it.
 *
 * @see docs/console.md
 */
export function createConsole(host: ConsoleHost): MountedConsole {
  const access = consoleAccess(host);
  const clearOf = clearing(host);
  const logins = loginRoutes(host, clearOf);
  const app = new Hono();
  app.get('/', (c) => c.redirect(CONSOLE_PATH, 302));
  app.use(CONSOLE_PATH, access.guard);
  app.use(`${CONSOLE_PATH}/*`, access.guard);
  app.get(`${CONSOLE_PATH}/open/:secret`, (c) => access.open(c));
  app.get(`${CONSOLE_PATH}/assets/:name`, (c) => {
    const asset = rowOf(ASSETS, c.req.param('name'));
    if (asset === undefined) return c.notFound();
    return c.body(readFileSync(asset.file, 'utf8'), 200, { 'content-type': asset.type });
  });
  // For commands, which find the tenant in another process.
  app.post(`${CONSOLE_PATH}/links`, (c) =>
    c.req.header('authorization') === undefined
      ? c.text('A token of the Management API makes links.', 401)
      : c.json({ link: access.link() }),
  );
  app.route(CONSOLE_PATH, logins.app);
  // What builds and simulates takes as long to load as everything else: only who asks for it waits for it.
  const working = once(async () => {
    const [{ workingTree }, { simulatedPages }, { tenantView }, { tenantPage }] = await Promise.all([
      import('./simulated/working-tree.ts'),
      import('./simulated/pages.ts'),
      import('./tenant/tenant-view.ts'),
      import('./tenant/tenant-page.ts'),
    ]);
    const tree = workingTree();
    return {
      ...simulatedPages(host, logins, tree, clearOf),
      tenant: async (c: Context) => await answer(c, await tenantView(host, tree), clearOf(), tenantPage),
    };
  });
  app.get(`${CONSOLE_PATH}/what-if`, async (c) => await (await working()).whatIf(c));
  app.get(`${CONSOLE_PATH}/outcomes`, async (c) => await (await working()).outcomes(c));
  app.get(`${CONSOLE_PATH}/logins/:id/again`, async (c) => await (await working()).again(c));
  app.get(`${CONSOLE_PATH}/tenant`, async (c) => await (await working()).tenant(c));
  const signingIn = onDemand(CONSOLE_PATH, async () =>
    (await import('./sign-in.ts')).signInRoutes(host, clearOf),
  );
  for (const path of ['/sign-in', '/callback', '/people/:name']) app.all(`${CONSOLE_PATH}${path}`, signingIn);
  app.onError((error, c) => problemAnswer(c, error, clearOf()));
  app.all(`${CONSOLE_PATH}/*`, async (c) =>
    wantsJson(c)
      ? c.json({ error: 'not_found', error_description: 'The console has no such page.' }, 404)
      : c.html(
          await page(
            'No such page',
            undefined,
            html`<h1>No such page</h1>
              <p><a href="/console">Logins</a></p>`,
          ),
          404,
        ),
  );
  return {
    app,
    link: () => {
      logins.prepare();
      return access.link();
    },
    close: () => {
      logins.close();
      return Promise.resolve();
    },
  };
}
