import fc from 'fast-check';
import { html } from 'hono/html';
import { describe, expect, test } from 'vitest';
import { createBrowser, decodeEntities, readForm } from '../../../scripts/login/local/browser.ts';
import { problemsOf, problemsOfAsync } from '../../problems-of.ts';

const HERE = 'https://tenant.example.com/start';
const page = (text: string) => ({ url: HERE, status: 200, headers: new Headers(), html: text });

describe('reading a form', () => {
  test('for any value, the page’s own escaping is undone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (name, value) => {
        fc.pre(name !== '');
        const text = await html`<form action="/go" method="post">
          <input type="hidden" name="${name}" value="${value}" /><button name="persona" value="x"></button>
        </form>`;
        expect(readForm(page(String(text)))).toEqual({
          action: new URL('https://tenant.example.com/go'),
          fields: Object.fromEntries([[name, value]]),
        });
      }),
      { examples: [['__proto__', 'x']] },
    );
  });

  test('entities are decoded once', () => {
    expect(decodeEntities('&amp;lt; &#39;&quot;&gt;')).toBe(`&lt; '">`);
  });

  test('a page without one is a problem that names the page, not its content', () => {
    const [problem] = problemsOf(() => readForm(page('<p>private</p>')));
    expect(problem).toMatchObject({
      code: 'SIGN_IN_NO_FORM',
      message: 'The page at /start has no form (HTTP status 200).',
    });
  });
});

describe('the browser', () => {
  const redirect = (location: string, cookie?: string): Response =>
    new Response(null, {
      status: 302,
      headers: { location, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) },
    });

  test('keeps cookies, follows relative redirects, and drops the form on the way', async () => {
    const seen: [string, string, string | null][] = [];
    const browser = createBrowser((input, init) => {
      const request = new Request(input, init);
      seen.push([request.method, request.url, request.headers.get('cookie')]);
      return Promise.resolve(
        request.url.endsWith('/end')
          ? new Response('done')
          : redirect('/end', 'a=1; Secure; HttpOnly; Path=/'),
      );
    });
    const arrival = await browser.submit(page('<form action="/go"></form>'), { persona: 'adult' });
    expect(arrival).toMatchObject({
      kind: 'page',
      page: { html: 'done', url: 'https://tenant.example.com/end' },
    });
    expect(seen).toEqual([
      ['POST', 'https://tenant.example.com/go', null],
      ['GET', 'https://tenant.example.com/end', 'a=1'],
    ]);
  });

  test('sends no cookie to another site', async () => {
    const cookies: (string | null)[] = [];
    const browser = createBrowser((input, init) => {
      const request = new Request(input, init);
      cookies.push(request.headers.get('cookie'));
      return Promise.resolve(
        request.url === HERE ? redirect('https://other.example.org/', 'a=1; Secure') : new Response('there'),
      );
    });
    await browser.open(HERE);
    expect(cookies).toEqual([null, null]);
  });

  test('stops before the URL it was told to stop at', async () => {
    let requests = 0;
    const browser = createBrowser(() => {
      requests += 1;
      return Promise.resolve(redirect('https://app.example.com/callback?code=1'));
    });
    const arrival = await browser.open(HERE, (url) => url.hostname === 'app.example.com');
    expect([arrival.kind, requests]).toEqual(['stopped', 1]);
  });

  test('gives up on a redirect loop', async () => {
    const browser = createBrowser(() => Promise.resolve(redirect('/start')));
    const [problem] = await problemsOfAsync(() => browser.open(HERE));
    expect(problem?.code).toBe('SIGN_IN_REDIRECT_LOOP');
  });
});
