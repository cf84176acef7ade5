// @module-tag long
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type { Arrival, Browser } from '../../../scripts/login/local/browser.ts';
import { existing } from './tenant-under-test.ts';
import { PASSWORDS, STEP_UP_ID, startWholeTenant } from './whole-tenant.ts';
import type { WholeTenant } from './whole-tenant.ts';

let tenant: WholeTenant;

beforeAll(async () => {
  tenant = await startWholeTenant();
});
beforeEach(() => {
  tenant.beginAnew();
  tenant.setApplication({ didit_policy: 'require=verified apply_to=all step_up=on' });
  tenant.addUser('ada@example.com');
  tenant.addUser('eve@example.com');
});
afterAll(async () => {
  await tenant.close();
});

const isAt = (path: string) => (url: URL) => url.pathname === path;
const isCallback = (url: URL): boolean => url.hostname === 'app.example.com';

const stopped = (arrival: Arrival): URL => {
  if (arrival.kind === 'page') throw new Error(`expected a redirect, got ${arrival.page.html}`);
  return arrival.url;
};

/** Signs in with a password, and is about to be sent to the nested login: its address. */
async function sentToDidit(browser: Browser, username: string): Promise<URL> {
  const authorize = new URL('/authorize', tenant.url);
  authorize.search = new URLSearchParams({
    client_id: tenant.application.clientId,
    redirect_uri: tenant.application.callback,
    response_type: 'code',
    scope: 'openid',
    state: 'state-of-the-application',
    connection: PASSWORDS,
  }).toString();
  const page = await browser.open(authorize);
  if (page.kind !== 'page') throw new Error('expected the page of the database');
  return stopped(await browser.submit(page.page, { username }, isAt('/authorize')));
}

/** Goes through a login at the tenant, and is about to come back from it: the address at `/continue`. */
async function throughDidit(browser: Browser, nested: URL, persona = 'adult'): Promise<URL> {
  const arrival = await browser.open(nested, isAt('/continue'));
  if (arrival.kind === 'stopped') return arrival.url;
  return stopped(await browser.submit(arrival.page, { persona }, isAt('/continue')));
}

/** How the login of the application ends. */
async function endAt(browser: Browser, back: URL): Promise<string> {
  const arrival = await browser.open(back, isCallback);
  if (arrival.kind === 'page') return `HTTP status ${arrival.page.status}`;
  const { searchParams } = arrival.url;
  return /^\w+/.exec(searchParams.get('error_description') ?? '')?.[0] ?? 'signed in';
}

const changed = (url: URL, changes: Readonly<Record<string, string | undefined>>): URL => {
  const other = new URL(url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
  }
  return other;
};

const isUntouched = (name: string): void => {
  expect(existing(tenant.collections.users.get(`auth0|${name}`))).toMatchObject({
    identities: [{ user_id: name }],
    app_metadata: {},
  });
};

test('without any abuse, the same steps sign a person in', async () => {
  const browser = createBrowser();
  const back = await throughDidit(browser, await sentToDidit(browser, 'ada@example.com'));
  expect(await endAt(browser, back)).toBe('signed in');
});

describe('a return that is not the one that was asked for', () => {
  test('comes a second time', async () => {
    const browser = createBrowser();
    const back = await throughDidit(browser, await sentToDidit(browser, 'ada@example.com'));
    expect(await endAt(browser, back)).toBe('signed in');
    expect(await endAt(browser, back)).toBe('HTTP status 400');
  });

  test.each([
    ['without a state', { state: undefined }, 'HTTP status 400'],
    ['with a forged state', { state: 'forged' }, 'HTTP status 400'],
    ['without a code', { code: undefined }, 'didit_step_up_refused'],
    ['with a forged code', { code: 'forged' }, 'didit_step_up_refused'],
    ['with an error beside the code', { error: 'access_denied' }, 'didit_step_up_cancelled'],
  ])('comes %s', async (_name, changes, end) => {
    const browser = createBrowser();
    const back = await throughDidit(browser, await sentToDidit(browser, 'ada@example.com'));
    expect(await endAt(browser, changed(back, changes))).toBe(end);
    isUntouched('ada');
  });

  test('comes in the browser of a second person, who has finished the login of the first one', async () => {
    const [eve, ada] = [createBrowser(), createBrowser()];
    const nested = await sentToDidit(eve, 'eve@example.com');
    const back = await throughDidit(ada, nested);
    expect(await endAt(ada, back)).toBe('HTTP status 400');
    isUntouched('eve');
  });

  test('has the code of the login of another person', async () => {
    const [eve, ada] = [createBrowser(), createBrowser()];
    const asked = await sentToDidit(eve, 'eve@example.com');
    const back = await throughDidit(ada, await sentToDidit(ada, 'ada@example.com'));
    const mixed = changed(back, { state: asked.searchParams.get('state') ?? '' });
    expect(await endAt(eve, mixed)).toBe('didit_step_up_refused');
    isUntouched('eve');
  });

  test('has the code of another application', async () => {
    const browser = createBrowser();
    const nested = await sentToDidit(browser, 'ada@example.com');
    const other = changed(nested, {
      client_id: tenant.application.clientId,
      redirect_uri: tenant.application.callback,
    });
    tenant.setApplication({});
    const page = await browser.open(other);
    if (page.kind !== 'page') throw new Error('expected the page of the stand-in');
    const callback = stopped(await browser.submit(page.page, { persona: 'adult' }, isCallback));
    const code = callback.searchParams.get('code') ?? '';
    const state = nested.searchParams.get('state') ?? '';
    const back = new URL(`/continue?${new URLSearchParams({ code, state }).toString()}`, tenant.url);
    expect(code).not.toBe('');
    expect(await endAt(browser, back)).toBe('didit_step_up_refused');
    isUntouched('ada');
  });
});

describe('a nested login that is not the one that was asked for', () => {
  const nestedWith = async (
    changes: Readonly<Record<string, string | undefined>>,
    browser = createBrowser(),
  ): Promise<string> => {
    const nested = await sentToDidit(browser, 'ada@example.com');
    return await endAt(browser, await throughDidit(browser, changed(nested, changes)));
  };

  test.each([
    ['another nonce', { nonce: 'another' }],
    ['no nonce', { nonce: undefined }],
    ['another challenge', { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }],
    ['no time of the sign-in', { max_age: undefined }],
  ])('has %s', async (_name, changes) => {
    expect(await nestedWith(changes)).toBe('didit_step_up_refused');
    isUntouched('ada');
  });

  test('is a session through Didit that was there before', async () => {
    const browser = createBrowser();
    const nested = await sentToDidit(browser, 'ada@example.com');
    // In the same browser, somebody signs in through Didit; a minute later the step-up is to use that.
    const earlier = changed(nested, { state: 'earlier' });
    await throughDidit(browser, earlier);
    tenant.backdate(60_000);
    const back = await throughDidit(browser, changed(nested, { max_age: '3600' }));
    expect(await endAt(browser, back)).toBe('didit_step_up_refused');
    isUntouched('ada');
  });

  test('is through another connection', async () => {
    const browser = createBrowser();
    const nested = changed(await sentToDidit(browser, 'ada@example.com'), { connection: PASSWORDS });
    const page = await browser.open(nested);
    if (page.kind !== 'page') throw new Error('expected the page of the database');
    const username = { username: 'eve@example.com' };
    const back = stopped(await browser.submit(page.page, username, isAt('/continue')));
    expect(await endAt(browser, back)).toBe('didit_step_up_refused');
    isUntouched('ada');
    isUntouched('eve');
  });
});

test('the application of the step-up lets nobody in by itself', async () => {
  const browser = createBrowser();
  const authorize = new URL('/authorize', tenant.url);
  authorize.search = new URLSearchParams({
    client_id: STEP_UP_ID,
    redirect_uri: `${tenant.url}/continue`,
    response_type: 'code',
    scope: 'openid',
    connection: 'didit',
    state: 'made-up',
  }).toString();
  const back = await throughDidit(browser, authorize, 'unverified');
  expect(await endAt(browser, back)).toBe('HTTP status 400');
});
