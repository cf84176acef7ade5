// @module-tag long
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJsonObject } from '../../scripts/base/json-values.ts';
import { chromiumPath, launchChromium } from '../browser/chromium.ts';
import { openShop } from '../browser/shop.ts';
import type { Shop } from '../browser/shop.ts';
import { EMAIL, startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

describe.skipIf(chromiumPath === undefined)('express-openid-connect without authorizationParams', () => {
  let tenant: ClientTenant;
  let shop: Shop;
  let browser: Browser;

  beforeAll(async () => {
    tenant = await startClientTenant();
    shop = await openShop({ url: tenant.url, ...tenant.application, byDefault: true });
    tenant.configure({ callbacks: [`${shop.url}/callback`], allowed_logout_urls: [shop.url] });
    browser = await launchChromium(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await shop.close();
    await tenant.close();
  });

  test('signs in by an ID token in a form, and out again', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      const page = await context.newPage();
      const asked: URL[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.pathname === '/authorize') asked.push(url);
      });
      await page.goto(`${shop.url}/login`);
      await page.fill('input[name=username]', EMAIL);
      await page.click('button[type=submit]');
      await page.waitForSelector('#claims');
      expect(parseJsonObject((await page.textContent('#claims')) ?? '')).toMatchObject({ email: EMAIL });
      expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({
        response_type: 'id_token',
        response_mode: 'form_post',
      });
      await page.click('text=Log out');
      await page.waitForURL(`${shop.url}/`);
      await page.goto(`${shop.url}/login`);
      await page.waitForSelector('input[name=username]');
    } finally {
      await context.close();
    }
  });
});
