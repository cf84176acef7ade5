import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLoopbackCallback } from '../../scripts/login/loopback-callback.ts';
import type { LoopbackCallback } from '../../scripts/login/loopback-callback.ts';
import { freePort } from '../free-port.ts';
import { problemsOfAsync } from '../problems-of.ts';

describe('the callback on this machine', () => {
  let address: string;
  let callback: LoopbackCallback;
  beforeEach(async () => {
    address = `http://127.0.0.1:${await freePort()}/callback`;
    callback = await openLoopbackCallback(new URL(address), 'our-state');
  });
  afterEach(() => {
    callback.close();
  });

  test.each([
    ['another state', 400, '/callback?code=of-somebody&state=another', 'GET'],
    ['another state and an error', 400, '/callback?error=access_denied&state=another', 'GET'],
    ['our state and another', 400, '/callback?code=one&state=our-state&state=another', 'GET'],
    ['no parameters', 400, '/callback', 'GET'],
    ['our state, and neither code nor error', 400, '/callback?state=our-state', 'GET'],
    ['another path', 404, '/favicon.ico', 'GET'],
    ['no path at all', 404, '//', 'GET'],
    ['HEAD, as programs ask that look at links', 405, '/callback?code=one&state=our-state', 'HEAD'],
    ['POST', 405, '/callback?code=one&state=our-state', 'POST'],
  ])('turns away a request with %s, and keeps waiting', async (_case, status, path, method) => {
    const odd = await fetch(new URL(address).origin + path, { method });
    expect(odd.status).toBe(status);
    expect(await odd.text()).not.toContain('Done');

    const page = fetch(`${address}?code=the-right-one&state=our-state`);
    const visit = await callback.arrival;
    expect(visit.url.searchParams.get('code')).toBe('the-right-one');
    await visit.answer('Done.');
    expect(await (await page).text()).toBe('Done.\n');
  });

  test('says nothing in the browser before the login has come to something, and takes no second answer', async () => {
    let isAnswered = false;
    const page = fetch(`${address}?error=access_denied&state=our-state`).then(async (response) => {
      isAnswered = true;
      return await response.text();
    });
    const visit = await callback.arrival;
    expect((await fetch(`${address}?code=second&state=our-state`)).status).toBe(400);
    expect(isAnswered).toBe(false);
    await visit.answer('The login was refused.');
    expect(await page).toBe('The login was refused.\n');
  });

  test('names the port when another program has it', async () => {
    const problems = await problemsOfAsync(() => openLoopbackCallback(new URL(address), 'our-state'));
    expect(problems).toMatchObject([
      { code: 'PORT_IN_USE', place: { address: `127.0.0.1:${new URL(address).port}` } },
    ]);
  });
});
