import type { Context } from 'hono';
import type { Reply } from './authorize-request.ts';
import { callbackWith, confirmationPage, errorPage, formPostPage, webMessagePage } from './pages.ts';

/** Answers the application at its callback, in the response mode that it asked for. */
export async function replyToApplication(
  c: Context,
  { response_mode: mode, redirect_uri: callback, state }: Reply,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const all = { ...fields, ...(state === null ? {} : { state }) };
  c.header('cache-control', 'no-store');
  if (c.get(ASKS_FIRST) === true) return c.html(await confirmationPage(callback, all, mode));
  if (mode === 'form_post') return c.html(await formPostPage(callback, all));
  if (mode === 'web_message') return c.html(await webMessagePage(new URL(callback).origin, all));
  return c.redirect(callbackWith(callback, all, mode), 302);
}

/** A mark on a request: its answer waits until the person has confirmed where it goes. */
export const ASKS_FIRST = 'asks-first';

export const refuseToApplication = (
  c: Context,
  reply: Reply,
  error: string,
  description: string,
): Promise<Response> => replyToApplication(c, reply, { error, error_description: description });

/** Tells the person, since no application can be told. */
export const showError = async (
  c: Context,
  status: 400 | 403,
  error: string,
  description: string,
): Promise<Response> => c.html(await errorPage(error, description), status);
