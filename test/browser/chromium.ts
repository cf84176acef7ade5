import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** A Chromium of this machine; `undefined` where there is none. Another place: the variable CHROMIUM. */
export const chromiumPath: string | undefined = CANDIDATES.find(
  (path) => path !== undefined && existsSync(path),
);

/** Milliseconds until something counts as hanging: far more than it takes on a machine that does much else. */
const PATIENCE = 120_000;

/**
 * Headless, and without the calls home that a closed network answers slowly.
 * @param more Further arguments. Default: none.
 */
export async function launchChromium(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    timeout: PATIENCE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // One process for all pages: to start one takes longer than most pages do.
      '--renderer-process-limit=1',
      '--disable-site-isolation-trials',
      ...more,
    ],
  });
}

/** A browser of its own, in which nothing moves: it trusts the tenant's certificate, and is waited for as long as it takes. */
export async function newContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  // Chromium does not read the tenant's certificate authority; every other client of these tests does.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/**
 * Does what leads to another page, and waits until that has loaded, redirects and all. What is read next is then of that page,
 * and what is pressed next is on it, however busy the machine is.
 */
export async function follow(page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), act()]);
}
