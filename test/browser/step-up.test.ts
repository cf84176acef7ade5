// @module-tag long
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWholeTenant, PASSWORDS } from '../local-tenant/login/whole-tenant.ts';
import type { WholeTenant } from '../local-tenant/login/whole-tenant.ts';
import { chromiumPath, follow, launchChromium, newContext } from './chromium.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';

describe.skipIf(chromiumPath === undefined)(
  'a person with a password, in a browser, at an application that wants verified people',
  () => {
    let tenant: WholeTenant;
    let shop: Shop;
    let browser: Browser;

    beforeAll(async () => {
      tenant = await startWholeTenant();
      const { clientId, clientSecret = '' } = tenant.application;
      shop = await openShop({ url: tenant.url, clientId, clientSecret, connection: PASSWORDS });
      const client = tenant.collections.clients.get(clientId);
      if (client === undefined) throw new Error('the tenant has no application');
      tenant.collections.clients.put(clientId, {
        ...client,
        settings: { ...client.settings, callbacks: [`${shop.url}/callback`] },
      });
      browser = await launchChromium(chromiumPath ?? '');
    }, 120_000);
    afterAll(async () => {
      await browser.close();
      await shop.close();
      await tenant.close();
    });

    test.each(['own', 'newest'] as const)(
      'proves themselves at Didit in the middle of the login, and is signed in, then and by SSO (session: %s)',
      async (session) => {
        tenant.beginAnew();
        tenant.setApplication({
          didit_policy: 'require=verified apply_to=all step_up=on',
          didit_claims: 'namespace=https://example.com/didit/ linked=on',
        });
        tenant.addUser('ada@example.com');
        tenant.leaveOpen({ session });
        const context = await newContext(browser);
        try {
          const page = await context.newPage();
          await page.goto(`${shop.url}/login`);
          await page.fill('input[name=username]', 'ada@example.com');
          await follow(page, () => page.click('button[type=submit]'));
          await follow(page, () => page.click('button[value=adult]'));
          const claims = async (): Promise<unknown> =>
            JSON.parse((await page.textContent('#claims')) ?? '{}');
          expect(await claims()).toMatchObject({
            sub: 'auth0|ada',
            'https://example.com/didit/verified': true,
          });
          expect(tenant.collections.users.get('auth0|ada')?.identities).toHaveLength(2);

          // Another login of the same browser: by the session, or with the password alone.
          await page.goto(`${shop.url}/login`);
          if ((await page.$('#claims')) === null) {
            await page.fill('input[name=username]', 'ada@example.com');
            await follow(page, () => page.click('button[type=submit]'));
          }
          expect(await claims()).toMatchObject({ 'https://example.com/didit/verified': true });
        } finally {
          await context.close();
        }
      },
      120_000,
    );
  },
);
