// @module-tag long
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import { tenantLine } from '../commands/tenant-line.ts';
import type { TenantLine } from '../commands/tenant-line.ts';
import { ended, temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';
import { chromiumPath, follow, launchChromium, newContext } from './chromium.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';

if (chromiumPath === undefined) {
  console.log(
    'No Chromium on this machine: the tests with a real browser are skipped (Debian: apt-get install chromium).',
  );
}

describe.skipIf(chromiumPath === undefined)(
  "a person in a browser, at an application with Auth0's own SDK",
  () => {
    let project: TemporaryProject;
    let tenant: ChildProcess;
    let shop: Shop;
    let browser: Browser;

    beforeAll(async () => {
      project = temporaryProject();
      const deployed = await project.run('deploy');
      expect(deployed.stderr).toBe('');
      tenant = project.start('tenant', ['--json']);
      const { url, caFile, management, application } = await tenantLine(tenant);
      trustAuthority(readFileSync(caFile, 'utf8'));
      shop = await openShop({ url, ...application });
      await allowCallbacks(url, management, application.clientId);
      browser = await launchChromium(chromiumPath ?? '');
    });

    /** What a developer types into the dashboard before trying an application on the own machine. */
    async function allowCallbacks(
      url: string,
      management: TenantLine['management'],
      clientId: string,
    ): Promise<void> {
      const { accessToken } = await connectToTenant({
        domain: url.replace('https://', ''),
        credentials: { kind: 'client', ...management },
      });
      const response = await fetch(`${url}/api/v2/clients/${clientId}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ callbacks: [`${shop.url}/callback`], allowed_logout_urls: [shop.url] }),
      });
      expect(response.status).toBe(200);
    }

    afterAll(async () => {
      await browser.close();
      await shop.close();
      tenant.kill('SIGINT');
      await ended(tenant);
      project.remove();
    });

    const atTheShop = async <Result>(visit: (page: Page) => Promise<Result>): Promise<Result> => {
      const context = await newContext(browser);
      try {
        const page = await context.newPage();
        await page.goto(shop.url);
        return await visit(page);
      } finally {
        await context.close();
      }
    };

    const goToDidit = async (page: Page): Promise<void> => {
      await follow(page, () => page.getByRole('link', { name: 'Log in' }).click());
      expect(await page.title()).toContain('Sign in with Didit');
    };

    const logInAs = async (page: Page, persona: string): Promise<void> => {
      await goToDidit(page);
      await follow(page, () => page.locator(`button[name=persona][value=${persona}]`).click());
    };

    test('signs in through Didit and has the claims in the ID token', async () => {
      await atTheShop(async (page) => {
        await logInAs(page, 'adult');
        const claims: unknown = JSON.parse((await page.locator('#claims').textContent()) ?? '{}');
        expect(claims).toMatchObject({
          name: 'John Doe',
          'https://example.com/didit/verified': true,
          'https://example.com/didit/age_over_18': true,
        });
      });
    });

    test('is shown which scopes the connection asks Didit for', async () => {
      await atTheShop(async (page) => {
        await goToDidit(page);
        const asked = await page.locator('li code').allTextContents();
        expect(asked).toEqual(
          expect.arrayContaining(['openid', 'names', 'email', 'is_verified', 'is_over_18']),
        );
      });
    });

    test('is told why, when the application lets only verified people in', async () => {
      await atTheShop(async (page) => {
        await logInAs(page, 'unverified');
        expect(await page.locator('#reason').textContent()).toMatch(/didit_not_verified/);
      });
    });

    test('is not asked again while the session lasts, and is after logging out', async () => {
      await atTheShop(async (page) => {
        await logInAs(page, 'adult');
        await page.context().clearCookies({ domain: 'localhost', name: 'appSession' });
        await page.goto(`${shop.url}/login`);
        await page.locator('#claims').waitFor();
        await follow(page, () => page.getByRole('link', { name: 'Log out' }).click());
        await goToDidit(page);
      });
    });
  },
);
