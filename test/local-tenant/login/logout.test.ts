import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { APPLICATION, startTenant, TENANT_URL } from './tenant-under-test.ts';
import { containing } from '../../matchers.ts';

const BYE = 'https://app.example.com/bye';
const logoutUrl = (query: Record<string, string>): string =>
  `${TENANT_URL}/v2/logout?${new URLSearchParams(query).toString()}`;

describe('/v2/logout', () => {
  test('ends the session and sends the browser to an allowed URL', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    const arrival = await browser.open(
      logoutUrl({ client_id: APPLICATION.clientId, returnTo: BYE }),
      (url) => url.href === BYE,
    );
    expect(arrival.kind).toBe('stopped');
    expect(tenant.context.store.collection('login-sessions').all()).toEqual([]);
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      error: 'login_required',
    });
  });

  test('refuses a URL that is not allowed, and the session stays', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    for (const query of [
      { client_id: APPLICATION.clientId, returnTo: 'https://evil.example.com/' },
      // Without client_id, the tenant's own list counts.
      { returnTo: BYE },
    ]) {
      const arrival = await browser.open(logoutUrl(query));
      expect(arrival).toMatchObject({
        page: { status: 400, html: containing('is not defined as a valid URL in') },
      });
    }
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      kind: 'signed-in',
    });
  });

  test('uses the tenant’s URLs without client_id, the first one without returnTo, and says OK without any', async () => {
    const tenant = await startTenant();
    expect(await (await tenant.fetch(logoutUrl({}))).text()).toBe('OK');
    tenant.collections.things('/tenants/settings').put('only', { allowed_logout_urls: [BYE] });
    expect((await tenant.fetch(logoutUrl({}))).headers.get('location')).toBe(BYE);
    expect((await tenant.fetch(logoutUrl({ returnTo: BYE }))).headers.get('location')).toBe(BYE);
  });
});

test('/v2/logout does not heed the query of the address, and keeps it; parameters without a value count as left out', async () => {
  const tenant = await startTenant();
  const location = async (query: Record<string, string>): Promise<string | null> =>
    (await tenant.fetch(logoutUrl({ client_id: APPLICATION.clientId, ...query }))).headers.get('location');
  expect(await location({ returnTo: `${BYE}?from=shop#top` })).toBe(`${BYE}?from=shop#top`);
  expect(await location({ returnTo: '' })).toBe(BYE);
  expect(await location({ returnTo: `https://evil.example.com/?${BYE}` })).toBeNull();
});

describe('/oidc/logout', () => {
  const open = (query: Record<string, string>): string =>
    `${TENANT_URL}/oidc/logout?${new URLSearchParams(query).toString()}`;

  test('takes an ID token of ours as hint, expired too, and no other', async () => {
    const tenant = await startTenant();
    const { idToken } = await tenant.signedIn();
    tenant.advance(86_400_000);
    const target = { post_logout_redirect_uri: BYE };
    expect((await tenant.fetch(open({ id_token_hint: idToken, ...target }))).status).toBe(302);
    for (const query of [
      { id_token_hint: idToken.slice(0, -4) + 'AAAA', ...target },
      { id_token_hint: 'no token', ...target },
      { id_token_hint: idToken, client_id: 'another', ...target },
      { id_token_hint: idToken, post_logout_redirect_uri: 'https://evil.example.com/' },
      target,
    ]) {
      expect((await tenant.fetch(open(query))).status).toBe(400);
    }
  });

  test('goes to the first URL of the application that is named, and says OK where none is', async () => {
    const tenant = await startTenant();
    const { idToken } = await tenant.signedIn();
    const location = async (query: Record<string, string>): Promise<string | null> =>
      (await tenant.fetch(open(query))).headers.get('location');
    const { clientId } = APPLICATION;
    expect(await location({ client_id: clientId })).toBe(BYE);
    expect(await location({ client_id: clientId, post_logout_redirect_uri: '', state: 'a' })).toBe(
      `${BYE}?state=a`,
    );
    expect(await location({ client_id: 'nobody' })).toBeNull();
    expect(await (await tenant.fetch(open({ id_token_hint: idToken }))).text()).toBe('OK');
    // Unlike at /v2/logout, the query counts.
    expect(
      (await tenant.fetch(open({ client_id: clientId, post_logout_redirect_uri: `${BYE}?x` }))).status,
    ).toBe(400);
  });

  test('wants the session of the ID token as logout_hint, if there is one', async () => {
    const tenant = await startTenant();
    const { idToken } = await tenant.signedIn();
    const { sid } = decodeJwt(idToken);
    const statusOf = async (query: Record<string, string>): Promise<number> =>
      (await tenant.fetch(open({ post_logout_redirect_uri: BYE, ...query }))).status;
    expect(await statusOf({ id_token_hint: idToken, logout_hint: String(sid) })).toBe(302);
    expect(await statusOf({ id_token_hint: idToken, logout_hint: 'another' })).toBe(400);
    expect(await statusOf({ client_id: APPLICATION.clientId, logout_hint: String(sid) })).toBe(302);
  });

  test('takes a form, and ends the session', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    const html = '<form method="post" action="/oidc/logout"></form>';
    const fields = { client_id: APPLICATION.clientId, post_logout_redirect_uri: BYE };
    const page = { url: `${TENANT_URL}/`, status: 200, headers: new Headers(), html };
    const arrival = await browser.submit(page, fields, (url) => url.href === BYE);
    expect(arrival.kind).toBe('stopped');
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      error: 'login_required',
    });
  });
});
