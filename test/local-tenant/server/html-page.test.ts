import { html } from 'hono/html';
import { expect, test } from 'vitest';
import { htmlPage } from '../../../scripts/local-tenant/server/html-page.ts';

test('a page of the local tenant makes a browser ask for nothing else, an icon included', async () => {
  const page = String(await htmlPage('Sign in', html`<p>Hello</p>`));

  const addresses = [...page.matchAll(/(?:href|src|url)\s*[=(]\s*["']?([^"')\s]*)/g)].map(([, at]) => at);
  expect(addresses).toEqual(['data:,']);
  expect(page).toContain('<link rel="icon" href="data:,"');
});

test('what a page of the local tenant is given is shown as text', async () => {
  const page = String(await htmlPage('<script>', html`<p>${'<img src=x>'}</p>`));

  expect(page).not.toContain('<script>');
  expect(page).not.toContain('<img');
});
