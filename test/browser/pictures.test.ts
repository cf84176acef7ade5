// @module-tag long
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createConsole } from '../../scripts/console/app.ts';
import type { LoginTrace, Traces } from '../../scripts/local-tenant/index.ts';
import { CONSOLE_URL, openConsole } from '../console/console-under-test.ts';
import type { ConsoleUnderTest } from '../console/console-under-test.ts';
import { startWholeTenant } from '../local-tenant/login/whole-tenant.ts';
import type { WholeTenant } from '../local-tenant/login/whole-tenant.ts';
import { chromiumPath, launchChromium, newContext } from './chromium.ts';

/** Where the pictures of the documentation go, in `npm run generate -- --pictures`. Without it they are only compared. */
const FOLDER = process.env['CONSOLE_PICTURES'];

/** Who signs in, oldest login first. */
const PEOPLE = [
  ...['adult', 'minor', 'no-email', 'unverified', 'adult', 'renamed', 'newly-verified'],
  ...['mononym', 'minor', 'birth-date-only', 'adult', 'unverified'],
];

const PICTURES = [
  { name: 'console-logins', height: 320, path: () => '/console' },
  { name: 'console-login', height: 275, path: (newest: string) => `/console/logins/${newest}` },
  {
    name: 'console-what-if',
    height: 345,
    path: () => '/console/what-if?person=minor&client.didit_policy=require%3Dverified,age_over_18',
  },
];

/**
 * A real login, at a time that is the same whenever the pictures are taken: its own times, ids and durations are others at each
 * run, and nobody could tell from a new picture whether a page has changed.
 */
function atItsTime(trace: LoginTrace, url: string, index: number): LoginTrace {
  const at = new Date(Date.UTC(2026, 10, 26, 9, 30, index * 41)).toISOString();
  const login = JSON.parse(
    JSON.stringify(trace)
      .replaceAll(trace.id, `picturedLogin${String(index).padStart(3, '0')}`)
      .replaceAll(url, CONSOLE_URL)
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, at)
      .replaceAll(/\b1[789]\d{11}\b/g, String(Date.parse(at)))
      .replaceAll(/(\\"ms\\":)\d+/g, '$11'),
  ) as LoginTrace;
  const took = (action: number): number => [41, 0.4, 0.5, 0.9][action] ?? 1;
  return {
    ...login,
    at,
    actions: login.actions.map((action, place) => ({
      ...action,
      milliseconds: took(place) * (1 + ((index * 7) % 5) / 4),
      requests: action.requests.map((request) => ({ ...request, milliseconds: 2.5 })),
    })),
  };
}

/** In a run that is to write them, a machine without a browser is told so. */
describe.skipIf(chromiumPath === undefined && FOLDER === undefined)('the pictures of the console', () => {
  let tenant: WholeTenant;
  let console: ConsoleUnderTest;
  let browser: Browser;
  let newest = '';

  beforeAll(async () => {
    const hosts: { readonly traces: Traces }[] = [];
    tenant = await startWholeTenant({
      console: (host) => {
        hosts.push(host);
        return createConsole(host);
      },
    });
    tenant.beginAnew();
    const { clients } = tenant.collections;
    const client = clients.get(tenant.application.clientId);
    if (client === undefined) throw new Error('The tenant has no application.');
    // As tenant.yaml calls it, so that its line is found.
    clients.put(client.client_id, { ...client, name: 'Didit Sample Application' });
    for (const persona of PEOPLE) await tenant.signIn({ persona, scope: 'openid profile email' });
    console = await openConsole();
    const logins = hosts[0]?.traces.all().toReversed() ?? [];
    for (const [index, trace] of logins.entries()) {
      const login = atItsTime(trace, tenant.url, index);
      console.traces.record(login);
      newest = login.id;
    }
    browser = await launchChromium(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await tenant.close();
  });

  const taken = async (page: Page, path: string): Promise<Buffer> => {
    await page.goto(`${CONSOLE_URL}${path}`);
    return await page.screenshot({ animations: 'disabled', caret: 'hide' });
  };

  test.each(PICTURES)('are the same each time that they are taken: $name', async ({ name, height, path }) => {
    // Without the script, which would say of a page without a server that it is not live.
    const context = await newContext(browser, {
      javaScriptEnabled: false,
      colorScheme: 'light',
      viewport: { width: 980, height },
    });
    try {
      await context.route(`${CONSOLE_URL}/**`, async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const answer = await console.see(`${pathname}${search}`);
        const body = (await answer.text()).replaceAll(/(&quot;ms&quot;:)\d+/g, '$11');
        await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
      });
      const page = await context.newPage();
      let picture = await taken(page, path(newest));
      // A busy browser may still be at it: what counts is what it comes to.
      await expect
        .poll(
          async () => {
            const before = picture;
            picture = await taken(page, path(newest));
            return picture.equals(before);
          },
          { timeout: 60_000 },
        )
        .toBe(true);
      if (FOLDER !== undefined) writeFileSync(join(FOLDER, `${name}.png`), picture);
    } finally {
      await context.close();
    }
  });
});
