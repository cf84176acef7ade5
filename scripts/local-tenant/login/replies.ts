import type { Context } from 'hono';
import type { AuthorizeRequest, Reply } from './authorize-request.ts';
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

/** A mark on a request: the login ends with it, whatever its Actions would have said. */
export const ENDED_EARLY = 'ended-early';

export interface EndedEarly {
  readonly error: string;
  readonly description: string;
  /** Of `/authorize`, where the request there is known to be one. */
  readonly query?: Readonly<Record<string, string>> | undefined;
}

export async function refuseToApplication(
  c: Context,
  reply: Reply & Partial<Pick<AuthorizeRequest, 'query'>>,
  error: string,
  description: string,
): Promise<Response> {
  c.set(ENDED_EARLY, { error, description, query: reply.query } satisfies EndedEarly);
  return await replyToApplication(c, reply, { error, error_description: description });
}

/** Tells the person, since no application can be told. */
export async function showError(
  c: Context,
  status: 400 | 403,
  error: string,
  description: string,
): Promise<Response> {
  c.set(ENDED_EARLY, { error, description } satisfies EndedEarly);
  return c.html(await errorPage(error, description), status);
}
