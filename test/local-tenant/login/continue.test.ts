import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { APPLICATION, authorizeUrl, existing, startTenant, TENANT_URL, textIn } from './tenant-under-test.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

describe('an Action that redirects', () => {
  const ELSEWHERE = 'https://verify.example.com/start?session_token=abc';

  async function suspendedLogin() {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    tenant.setActions((run) =>
      run.continueFrom === undefined
        ? {
            decision: { kind: 'redirect', url: ELSEWHERE, actionIndex: 1, transactionMetadata: { step: 1 } },
            idTokenClaims: { 'https://example.com/first': 1, 'https://example.com/both': 'first' },
            appMetadata: { first: true },
          }
        : {
            idTokenClaims: { 'https://example.com/second': 2, 'https://example.com/both': 'second' },
            appMetadata: { second: true },
          },
    );
    const page = await browser.open(authorizeUrl({ state: 'of the application' }));
    if (page.kind !== 'page') throw new Error('expected the page');
    const away = await browser.submit(
      page.page,
      { persona: 'adult' },
      (url) => url.hostname === 'verify.example.com',
    );
    if (away.kind !== 'stopped') throw new Error('expected the redirect');
    return { tenant, browser, away: away.url };
  }

  test('sends the browser away with a state and what was written, and goes on at /continue', async () => {
    const { tenant, browser, away } = await suspendedLogin();
    const state = existing(away.searchParams.get('state') ?? undefined);
    expect(away.searchParams.get('session_token')).toBe('abc');
    const user = existing(tenant.collections.users.get(ADULT));
    expect(user.app_metadata).toEqual({ first: true });
    // What the page changes while the person is there is not written over.
    tenant.collections.users.put(ADULT, { ...user, app_metadata: { first: 'changed by the page' } });

    const back = await browser.open(
      `${TENANT_URL}/continue?state=${state}&session_token=signed`,
      (url) => url.hostname === 'app.example.com',
    );
    if (back.kind !== 'stopped') throw new Error('expected the callback');
    expect(tenant.runs[1]).toMatchObject({
      continueFrom: { actionIndex: 1, transactionMetadata: { step: 1 } },
      event: { request: { method: 'GET', query: { state, session_token: 'signed' } } },
    });
    expect(tenant.collections.users.get(ADULT)?.app_metadata).toEqual({
      first: 'changed by the page',
      second: true,
    });
    expect(back.url.searchParams.get('state')).toBe('of the application');
    const { body } = await tenant.token({
      grant_type: 'authorization_code',
      code: back.url.searchParams.get('code') ?? '',
      redirect_uri: APPLICATION.callback,
    });
    const claims: unknown = JSON.parse(
      Buffer.from(textIn(body, 'id_token').split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({
      'https://example.com/first': 1,
      'https://example.com/second': 2,
      'https://example.com/both': 'second',
    });
  });

  test('can be continued once, and by the same browser only', async () => {
    const { tenant, browser, away } = await suspendedLogin();
    const target = `${TENANT_URL}/continue?state=${away.searchParams.get('state') ?? ''}`;
    expect(await createBrowser(tenant.fetch).open(target)).toMatchObject({ page: { status: 400 } });
    await browser.open(target, (url) => url.hostname === 'app.example.com');
    expect(await browser.open(target)).toMatchObject({ page: { status: 400 } });
  });

  test('ends a silent login with interaction_required', async () => {
    const tenant = await startTenant();
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    tenant.setActions(() => ({
      decision: { kind: 'redirect', url: ELSEWHERE, actionIndex: 0, transactionMetadata: {} },
    }));
    expect(await tenant.signIn({ browser, parameters: { prompt: 'none' } })).toMatchObject({
      error: 'interaction_required',
    });
  });
});
