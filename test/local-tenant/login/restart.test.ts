import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import { APPLICATION, authorizeUrl, existing, startTenant } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';
import { anyString } from '../../matchers.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'login-restart-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Starts a tenant on the folder, works with it, and stops it. */
async function whileRunning<Result>(work: (tenant: TenantUnderTest) => Promise<Result>): Promise<Result> {
  const store = openStore(folder);
  try {
    return await work(await startTenant({ store }));
  } finally {
    store.close();
  }
}

test('codes, sessions, refresh tokens, userinfo and traces outlive a restart', async () => {
  // A browser keeps its cookies; its requests go to whichever tenant runs.
  let running: typeof fetch = fetch;
  const browser = createBrowser((input, init) => running(input, init));

  const { code, refreshToken, accessToken } = await whileRunning(async (tenant) => {
    running = tenant.fetch;
    const signedIn = await tenant.signedIn({ browser, scope: 'openid offline_access' });
    return {
      code: existing((await tenant.callbackOf({}, browser))['code']),
      refreshToken: existing(signedIn.refreshToken),
      accessToken: signedIn.accessToken,
    };
  });

  await whileRunning(async (tenant) => {
    running = tenant.fetch;
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      kind: 'signed-in',
    });
    expect(
      await tenant.token({ grant_type: 'authorization_code', code, redirect_uri: APPLICATION.callback }),
    ).toMatchObject({ status: 200 });
    expect(await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
      status: 200,
    });
    const userInfo = await tenant.fetch(`${tenant.context.url()}/userinfo`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(userInfo.status).toBe(200);
    expect(tenant.scriptRuns).toEqual([]);
  });

  await whileRunning(async (tenant) => {
    running = tenant.fetch;
    // Spent before the restart, spent after it.
    expect(
      await tenant.token({ grant_type: 'authorization_code', code, redirect_uri: APPLICATION.callback }),
    ).toMatchObject({ status: 403 });
    expect(await tenant.token({ grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
      status: 403,
    });
  });
});

test('a login that was at Didit while the tenant restarted goes on', async () => {
  let running: typeof fetch = fetch;
  const browser = createBrowser((input, init) => running(input, init));
  const page = await whileRunning(async (tenant) => {
    running = tenant.fetch;
    const arrival = await browser.open(authorizeUrl());
    if (arrival.kind !== 'page') throw new Error('expected the page');
    return arrival.page;
  });
  await whileRunning(async (tenant) => {
    running = tenant.fetch;
    const back = await browser.submit(
      page,
      { persona: 'adult' },
      (url) => url.hostname === 'app.example.com',
    );
    expect(back.kind === 'stopped' && back.url.searchParams.get('code')).toEqual(anyString);
  });
});
