import { html } from 'hono/html';

/** Markup whose inserted values are escaped. */
export type Html = ReturnType<typeof html>;

/** A page of the local tenant: plain, asks for nothing else, the same in every browser. */
export const htmlPage = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <!-- Otherwise a browser asks for /favicon.ico, which nobody has. -->
        <link rel="icon" href="data:," />
        <style>
          body {
            font-family: system-ui, sans-serif;
            max-width: 38rem;
            margin: 3rem auto;
            padding: 0 1rem;
          }
          button {
            display: block;
            width: 100%;
            margin: 0.4rem 0;
            padding: 0.6rem;
            text-align: left;
          }
          .note {
            background: #fff4d6;
            padding: 0.6rem 1rem;
          }
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
