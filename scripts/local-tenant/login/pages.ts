import { html, raw } from 'hono/html';
import type { ResponseMode } from './authorize-request.ts';
import type { Html } from '../server/html-page.ts';
import { htmlPage } from '../server/html-page.ts';

/** Auth0's "Oops!, something went wrong": what a person sees when no application can be told. */
export const errorPage = (error: string, description: string): Html =>
  htmlPage(
    'Oops!, something went wrong',
    html`<h1>Oops!, something went wrong</h1>
      <p id="error">${error}: ${description}</p>`,
  );

/** The choice between several connections. Auth0 shows its Universal Login here; the local tenant a list of links. */
export const connectionsPage = (choices: readonly { readonly name: string; readonly url: string }[]): Html =>
  htmlPage(
    'Log in',
    html`<h1>Log in to the local tenant</h1>
      <ul>
        ${choices.map(({ name, url }) => html`<li><a href="${url}">Continue with ${name}</a></li>`)}
      </ul>`,
  );

/**
 * The answer of `response_mode=form_post`: a form that sends itself to the callback.
 *
 * @see https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html
 */
export const formPostPage = (action: string, fields: Readonly<Record<string, string>>): Html =>
  htmlPage(
    'Submit this form',
    html`<form method="post" action="${action}">
        ${Object.entries(fields).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        <noscript><button type="submit">Continue</button></noscript>
      </form>
      <script>
        document.forms[0].submit();
      </script>`,
  );

/**
 * The answer of `response_mode=web_message`: to the window that opened this one, or that has it in a frame, if it is of the
 * origin.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-sakimura-oauth-wmrm-00
 */
export const webMessagePage = (origin: string, fields: Readonly<Record<string, string>>): Html =>
  htmlPage(
    'Authorization response',
    html`<script>
      (window.opener ?? window.parent).postMessage(
        ${raw(scriptText({ type: 'authorization_response', response: fields }))},
        ${raw(scriptText(origin))},
      );
    </script>`,
  );

/** JSON that cannot end the script that it stands in. */
const scriptText = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll(/[\u2028\u2029]/g, ' ');

/** A callback with an answer in its query or fragment. */
export function callbackWith(
  callback: string,
  fields: Readonly<Record<string, string>>,
  mode: ResponseMode,
): string {
  const url = new URL(callback);
  if (mode === 'fragment') url.hash = new URLSearchParams(fields).toString();
  else for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
}

/** Asks before an answer goes to a program on the person's own machine. */
export const confirmationPage = (
  callback: string,
  fields: Readonly<Record<string, string>>,
  mode: ResponseMode,
): Html =>
  htmlPage(
    'Confirm',
    html`<h1>Continue to ${new URL(callback).host}?</h1>
      <p class="note">A program on this machine asks for your login. Continue only if you have started it.</p>
      ${
        mode === 'form_post'
          ? html`<form method="post" action="${callback}">
              ${Object.entries(fields).map(
                ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
              )}
              <button type="submit">Continue</button>
            </form>`
          : html`<a id="continue" href="${callbackWith(callback, fields, mode)}">Continue</a>`
      }`,
  );
