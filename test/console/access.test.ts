import { describe, expect, test } from 'vitest';
import { issueManagementToken } from '../../scripts/local-tenant/index.ts';
import { cookieOf, CONSOLE_URL, openConsole, traceOf } from './console-under-test.ts';

const PATHS = [
  '/console',
  '/console/logins/login1',
  '/console/logins.jsonl',
  '/console/live',
  '/console/what-if',
  '/console/tenant',
  '/console/sign-in',
  '/console/nothing',
];

describe('the console', () => {
  test.each(PATHS)('shows nothing at %s to who has not opened it', async (path) => {
    const { ask, traces } = await openConsole();
    traces.record(traceOf('adult', { id: 'login1' }));
    const answer = await ask(path);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('adult');
  });

  test('opens by a link once, and gives that browser a cookie that no script and no other site gets', async () => {
    const { ask, link } = await openConsole();
    const { pathname } = new URL(link());
    const opened = await ask(pathname);
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toBe('/console');
    expect(opened.headers.get('set-cookie')).toMatch(
      /^__Secure-console=\w{43}; Max-Age=\d+; Path=\/console; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect((await ask('/console', { headers: { cookie: cookieOf(opened) } })).status).toBe(200);
    expect((await ask(pathname)).status).toBe(401);
  });

  test.each(['https://evil.example/', '//evil.example/', '/authorize', 'javascript:alert(1)'])(
    'leads from a link to its own pages only: not to %s',
    async (to) => {
      const { ask, link } = await openConsole();
      const opened = await ask(`${new URL(link()).pathname}?to=${encodeURIComponent(to)}`);
      expect(opened.headers.get('location')).toBe('/console');
    },
  );

  test.each(['constructor', '__proto__', 'toString', '..%2fapp.ts', 'app.ts'])(
    'has no asset %s, and does not fail at it',
    async (name) => {
      const { ask } = await openConsole();
      expect((await ask(`/console/assets/${name}`)).status).toBe(404);
    },
  );

  test.each(['evil.example', 'localhost:4434', '127.0.0.1:4433', 'localhost.evil.example:4433'])(
    'answers no name but its own: %s',
    async (host) => {
      const { see } = await openConsole();
      const answer = await see('/console', { headers: { host } });
      expect(answer.status).toBe(421);
    },
  );

  test.each([
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['of another port of this machine', { origin: 'https://localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['without an origin', {}],
    ['of a page without an origin', { origin: 'null' }],
  ])('takes no order from a page %s, even with the cookie', async (_, headers) => {
    const { see, traces } = await openConsole();
    traces.record(traceOf('adult'));
    for (const path of [
      '/console/clear',
      '/console/keep',
      '/console/pin',
      '/console/sign-in',
      '/console/people/adult',
    ])
      expect((await see(path, { method: 'POST', headers })).status).toBe(403);
    expect(traces.summaries()).toHaveLength(1);
  });

  test.each([
    [
      'a script of another page',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    ],
    [
      'a picture in another page',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    ],
    [
      'a frame of another page',
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    ],
  ])('shows nothing to %s, even with the cookie', async (_, headers) => {
    const { see } = await openConsole();
    expect((await see('/console', { headers })).status).toBe(403);
  });

  test("gives a person's own session at the tenant nothing", async () => {
    const { ask } = await openConsole();
    const answer = await ask('/console', {
      headers: { cookie: 'auth0=a-session; did=a-browser; __Secure-console=guessed' },
    });
    expect(answer.status).toBe(401);
  });

  test('lets programs in that may read users at the Management API, and no others', async () => {
    const { ask, context } = await openConsole();
    const asked = async (scope: readonly string[]) => {
      const token = await issueManagementToken(context, { clientId: 'x', scope });
      return await ask('/console', {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      });
    };
    expect((await asked(['read:users'])).status).toBe(200);
    expect((await asked(['read:clients'])).status).toBe(401);
    const link = await ask('/console/links', { method: 'POST', headers: { origin: CONSOLE_URL } });
    expect(link.status).toBe(401);
  });

  test('changes nothing by GET', async () => {
    const { see, traces } = await openConsole();
    traces.record(traceOf('adult', { id: 'kept' }));
    for (const path of [
      '/console/clear',
      '/console/pin?pin=kept',
      '/console/keep?limit=1',
      '/console/logins/kept/pin?pinned=yes',
      '/console/people/adult',
    ])
      expect((await see(path)).status).toBe(404);
    expect(traces.summaries()).toMatchObject([{ id: 'kept', pinned: false }]);
  });

  test('tells browsers to load nothing from elsewhere, to run no inline script, and to show it in no frame', async () => {
    const { see } = await openConsole();
    const { headers } = await see('/console');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is where the front door of the tenant leads to', async () => {
    const { ask } = await openConsole();
    expect((await ask('/')).headers.get('location')).toBe('/console');
  });
});
