import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { Browser, Page } from '../../../scripts/login/local/browser.ts';
import { authorizeUrl, existing, startTenant } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

const USER = 'auth0|ada';

/** A tenant whose one connection is a database with one user. */
async function tenantWithDatabase(): Promise<TenantUnderTest> {
  const tenant = await startTenant();
  tenant.updateConnection({ strategy: 'auth0' });
  const [connection] = tenant.collections.connections.all();
  tenant.collections.users.put(USER, {
    user_id: USER,
    identities: [
      { connection: existing(connection).name, provider: 'auth0', user_id: 'ada', isSocial: false },
    ],
    root: { email: 'ada@example.com' },
    app_metadata: {},
    user_metadata: {},
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    last_login: null,
    last_ip: null,
    logins_count: 0,
  });
  return tenant;
}

async function pageOf(browser: Browser): Promise<Page> {
  const arrival = await browser.open(authorizeUrl({}));
  if (arrival.kind !== 'page') throw new Error('expected the page');
  return arrival.page;
}

const isCallback = (url: URL): boolean => url.hostname === 'app.example.com';

describe('a database connection of the local tenant', () => {
  test('says that it asks for no password, and signs in whoever has an account', async () => {
    const tenant = await tenantWithDatabase();
    const browser = createBrowser(tenant.fetch);
    const page = await pageOf(browser);
    expect(page.html).toContain('keeps no passwords');
    const back = await browser.submit(page, { username: 'ada@example.com' }, isCallback);
    expect(back.kind === 'stopped' && back.url.searchParams.has('code')).toBe(true);
    expect(tenant.runs[0]?.event).toMatchObject({
      user: { user_id: USER },
      authentication: { methods: [{ name: 'pwd' }] },
    });
    expect(tenant.collections.users.get(USER)?.logins_count).toBe(1);
  });

  test('refuses everybody else, and then takes the right address, however it is written', async () => {
    const tenant = await tenantWithDatabase();
    const browser = createBrowser(tenant.fetch);
    const refused = await browser.submit(await pageOf(browser), { username: 'eve@example.com' });
    expect(refused).toMatchObject({ kind: 'page', page: { status: 400 } });
    if (refused.kind !== 'page') throw new Error('expected the page again');
    expect(refused.page.html).toContain('Wrong email or password.');
    const back = await browser.submit(refused.page, { username: 'Ada@Example.com' }, isCallback);
    expect(back.kind).toBe('stopped');
  });

  test('takes its page from the browser that it was shown to alone, and once', async () => {
    const tenant = await tenantWithDatabase();
    const browser = createBrowser(tenant.fetch);
    const page = await pageOf(browser);
    const other = await createBrowser(tenant.fetch).submit(page, { username: 'ada@example.com' }, isCallback);
    expect(other).toMatchObject({ kind: 'page', page: { status: 400 } });
    await browser.submit(page, { username: 'ada@example.com' }, isCallback);
    const again = await browser.submit(page, { username: 'ada@example.com' }, isCallback);
    expect(again).toMatchObject({ kind: 'page', page: { status: 400 } });
  });
});
