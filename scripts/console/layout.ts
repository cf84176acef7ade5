import { html } from 'hono/html';

/** Markup whose inserted values are escaped. */
export type Html = ReturnType<typeof html>;

/** The pages, in the order of the bar at the top. */
export const PAGES = [
  { path: '/console', title: 'Logins' },
  { path: '/console/what-if', title: 'What if' },
  { path: '/console/outcomes', title: 'Outcomes' },
  { path: '/console/sign-in', title: 'Sign in as' },
  { path: '/console/tenant', title: 'Tenant' },
] as const;

export type PagePath = (typeof PAGES)[number]['path'];

/** A page of the console, with the bar. */
export const page = (title: string, current: PagePath | undefined, body: Html): Html =>
  shell(
    title,
    html`<header>
        <nav aria-label="Pages">
          <strong>Didit console</strong>
          <ul>
            ${PAGES.map(
              ({ path, title: name }) =>
                html`<li>
                  <a href="${path}" ${path === current ? html`aria-current="page"` : ''}>${name}</a>
                </li>`,
            )}
          </ul>
        </nav>
      </header>
      <main>${body}</main>`,
  );

/** A page for who may not see the others. */
export const barePage = (title: string, body: Html): Html => shell(title, html`<main>${body}</main>`);

const shell = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Didit console</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/console/assets/pico.css" />
        <link rel="stylesheet" href="/console/assets/console.css" />
        <script src="/console/assets/console.js" defer></script>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
