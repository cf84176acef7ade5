import type { Context } from 'hono';
import type { Reply } from './authorize-request.ts';
import { errorPage, formPostPage } from './pages.ts';

/** Answers the application at its callback, in the response mode that it asked for. */
export async function replyToApplication(
  c: Context,
  reply: Reply,
  fields: Readonly<Record<string, string>>,
): Promise<Response> {
  const all = { ...fields, ...(reply.state === null ? {} : { state: reply.state }) };
  if (reply.response_mode === 'form_post') return c.html(await formPostPage(reply.redirect_uri, all));
  const url = new URL(reply.redirect_uri);
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return c.redirect(url.href, 302);
}

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
