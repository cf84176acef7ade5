// @module-tag long
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJsonObject } from '../../scripts/base/json-values.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { issueServerCertificate, openStore } from '../../scripts/local-tenant/index.ts';
import { chromiumPath, launchChromium } from '../browser/chromium.ts';
import { API, CONNECTION, EMAIL, startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

const SDK = join(
  dirname(createRequire(import.meta.url).resolve('@auth0/auth0-spa-js')),
  '../auth0-spa-js.production.js',
);

/**
 * A single-page application as the SDK's README writes it; its options come from its own address, so that tests can choose them.
 */
const page = (options: object): string => `<!doctype html>
<title>SPA</title>
<script src="/sdk.js"></script>
<button id="login">Log in</button><button id="logout">Log out</button><pre id="said"></pre>
<script type="module">
  const say = (what) => { document.querySelector('#said').textContent = JSON.stringify(what); };
  const client = await auth0.createAuth0Client(${JSON.stringify(options)});
  document.querySelector('#login').onclick = () => client.loginWithRedirect();
  document.querySelector('#logout').onclick = () => client.logout({ logoutParams: { returnTo: location.origin } });
  window.client = client;
  const query = new URLSearchParams(location.search);
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    await client.handleRedirectCallback();
    history.replaceState({}, '', location.pathname);
  }
  say({ user: (await client.getUser()) ?? null });
</script>`;

describe.skipIf(chromiumPath === undefined)('auth0-spa-js in a browser', () => {
  let tenant: ClientTenant;
  let server: Server;
  let origin: string;
  let browser: Browser;

  beforeAll(async () => {
    tenant = await startClientTenant();
    const app = express();
    // Chromium keeps the cookies of another site from a frame, and http://localhost is another site than https://localhost.
    const { certificate: cert, privateKey: key } = await issueServerCertificate(openStore(undefined));
    server = createServer({ cert, key }, (request, response) => {
      app(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    app.get('/sdk.js', (_request, response) => {
      response.sendFile(SDK);
    });
    app.get(['/', '/offline'], (request, response) => {
      response.send(
        page({
          domain: tenant.domain,
          clientId: tenant.application.clientId,
          authorizationParams: { redirect_uri: origin + request.path, audience: API, connection: CONNECTION },
          ...(request.path === '/' ? {} : { useRefreshTokens: true, cacheLocation: 'localstorage' }),
        }),
      );
    });
    browser = await launchChromium(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await tenant.close();
  });

  async function inBrowser(settings: JsonObject, visit: (page: Page) => Promise<void>): Promise<void> {
    tenant.configure({
      app_type: 'spa',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      callbacks: [`${origin}/`, `${origin}/offline`],
      allowed_logout_urls: [origin],
      web_origins: [origin],
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 },
      ...settings,
    });
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      await visit(await context.newPage());
    } finally {
      await context.close();
    }
  }

  const said = async (opened: Page): Promise<JsonObject | undefined> => {
    await opened.waitForFunction(`document.querySelector('#said').textContent !== ''`);
    return parseJsonObject((await opened.textContent('#said')) ?? '');
  };

  async function logIn(opened: Page, path = '/'): Promise<void> {
    await opened.goto(origin + path);
    await said(opened);
    await opened.click('#login');
    await opened.fill('input[name=username]', EMAIL);
    await opened.click('button[type=submit]');
    await opened.waitForURL(origin + path);
    expect(await said(opened)).toMatchObject({ user: { sub: 'auth0|ada', email: EMAIL } });
  }

  /** A new access token, not the one that is cached: its time, or the error. */
  const renew = (opened: Page): Promise<string> =>
    opened.evaluate(`client.getTokenSilently({ cacheMode: 'off' }).then(
      (token) => 'token ' + JSON.parse(atob(token.split('.')[1])).aud[0],
      (error) => error.error,
    )`);

  test('logs in, and renews in a frame without asking the person', async () => {
    await inBrowser({}, async (opened) => {
      await logIn(opened);
      expect(await renew(opened)).toBe(`token ${API}`);
      // The session answers after a reload too, when nothing is left in memory.
      await opened.goto(origin);
      await said(opened);
      expect(await renew(opened)).toBe(`token ${API}`);
    });
  });

  test('is told that a login is needed once the person has logged out', async () => {
    await inBrowser({}, async (opened) => {
      await logIn(opened);
      await opened.click('#logout');
      await opened.waitForURL(`${origin}/`);
      await said(opened);
      expect(await renew(opened)).toBe('login_required');
    });
  });

  test('renews with refresh tokens that rotate', async () => {
    await inBrowser({}, async (opened) => {
      await logIn(opened, '/offline');
      await opened.goto(`${origin}/offline`);
      await said(opened);
      expect(await renew(opened)).toBe(`token ${API}`);
      expect(await renew(opened)).toBe(`token ${API}`);
    });
  });

  test('gets nothing where its origin is not listed', async () => {
    await inBrowser({ web_origins: ['https://other.example.com'] }, async (opened) => {
      await opened.goto(origin);
      await said(opened);
      await opened.click('#login');
      await opened.fill('input[name=username]', EMAIL);
      await opened.click('button[type=submit]');
      await opened.waitForURL(`${origin}/?code=*`);
      await opened.waitForTimeout(500);
      expect(await opened.textContent('#said')).toBe('');
    });
  });
});
