// @module-tag long
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueServerCertificate, openStore } from '../../scripts/local-tenant/index.ts';
import { chromiumPath, launchChromium } from '../browser/chromium.ts';
import { API, EMAIL, startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

/** `npm ci` there: next alone is larger than all that this project installs. */
const LARGE = join(import.meta.dirname, 'large');
const isInstalled = existsSync(join(LARGE, 'node_modules/next'));

/** A busy machine takes its time to compile an application. */
const PATIENCE_MILLISECONDS = 240_000;

let tenant: ClientTenant;
let folder: string;
beforeAll(async () => {
  tenant = await startClientTenant();
  folder = mkdtempSync(join(tmpdir(), 'large-clients-'));
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isInstalled)("Auth0's ManagementClient", () => {
  test.each([
    ['4', 'withVersion4'],
    ['5', 'withVersion5'],
  ] as const)('of version %s creates, changes, lists and deletes', async (version, run) => {
    const clients = await import('./large/management.js');
    const { domain, management } = tenant;
    const { changed, names, status } = await clients[run]({ domain, ...management });
    expect(changed).toBe('changed');
    expect(names).toContain(`Made by version ${version}`);
    expect(status).toBe(404);
  });
});

describe.skipIf(!isInstalled || chromiumPath === undefined)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
  });

  async function inBrowser(visit: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(PATIENCE_MILLISECONDS);
    try {
      await visit(await context.newPage());
    } finally {
      await context.close();
    }
  }

  async function logIn(page: Page, origin: string): Promise<void> {
    await page.goto(origin);
    await page.getByText('Log in').click();
    await page.fill('input[name=username]', EMAIL);
    await page.click('button[type=submit]');
    await page.getByText(`Welcome, ${EMAIL}!`).waitFor();
  }

  test('auth0-react logs in, renews in a frame, and logs out', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(LARGE, 'react/main.jsx')],
      bundle: true,
      write: false,
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    const { certificate: cert, privateKey: key } = await issueServerCertificate(openStore(undefined));
    const { domain, application } = tenant;
    const server = createServer({ cert, key }, (request, response) => {
      response.end(
        request.url === '/main.js'
          ? outputFiles[0]?.text
          : `<!doctype html><div id="root" data-domain="${domain}" data-client-id="${application.clientId}" data-audience="${API}"></div><script src="/main.js"></script>`,
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    try {
      tenant.configure({
        app_type: 'spa',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        callbacks: [origin],
        allowed_logout_urls: [origin],
        web_origins: [origin],
      });
      await inBrowser(async (page) => {
        await logIn(page, origin);
        await page.getByText('Renew').click();
        await page.waitForFunction("document.title === 'renewed'");
        await page.getByText('Log out').click();
        await page.getByText('Log in').waitFor();
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test(
    'nextjs-auth0 logs in, keeps its session, and logs out',
    { timeout: PATIENCE_MILLISECONDS },
    async () => {
      const { next, origin } = await startNext();
      try {
        tenant.configure({
          app_type: 'regular_web',
          token_endpoint_auth_method: 'client_secret_post',
          grant_types: ['authorization_code', 'refresh_token'],
          callbacks: [`${origin}/auth/callback`],
          allowed_logout_urls: [origin],
          web_origins: [],
        });
        await inBrowser(async (page) => {
          await logIn(page, origin);
          await page.reload();
          await page.getByText(`Welcome, ${EMAIL}!`).waitFor();
          await page.getByText('Log out').click();
          await page.getByText('Log in').waitFor();
        });
      } finally {
        next.kill();
        await once(next, 'exit');
      }
    },
  );

  /** The application of the quickstart, outside the project: what it compiles does not belong into anybody's tree. */
  async function startNext(): Promise<{ readonly next: ChildProcess; readonly origin: string }> {
    const application = join(folder, 'nextjs');
    cpSync(join(LARGE, 'nextjs'), application, { recursive: true });
    symlinkSync(join(LARGE, 'node_modules'), join(application, 'node_modules'));
    const authority = join(folder, 'ca.pem');
    writeFileSync(authority, tenant.authority);
    // Turbopack, the default, refuses packages behind a link.
    const parameters = ['node_modules/next/dist/bin/next', 'dev', '--webpack', '--port', '0'];
    const next = spawn(process.execPath, [...parameters, '--hostname', 'localhost'], {
      cwd: application,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        NODE_EXTRA_CA_CERTS: authority,
        NEXT_TELEMETRY_DISABLED: '1',
        AUTH0_DOMAIN: tenant.url,
        AUTH0_CLIENT_ID: tenant.application.clientId,
        AUTH0_CLIENT_SECRET: tenant.application.clientSecret,
        AUTH0_SECRET: 'a'.repeat(64),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It prints for as long as it runs, and somebody has to read it.
    const origin = await new Promise<string>((resolve, reject) => {
      let said = '';
      next.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const address = /Local:\s+(http:\/\/localhost:\d+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      next.once('exit', () => {
        reject(new Error(`next has ended: ${said}`));
      });
    });
    return { next, origin };
  }
});
