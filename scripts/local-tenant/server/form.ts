import type { Context } from 'hono';

/** The fields of a request's form body; none when the body is not a form. The endpoints here take no files, hence no multipart. */
export async function readFormBody(c: Context): Promise<Record<string, string>> {
  if (!hasType(c, 'application/x-www-form-urlencoded')) return {};
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}

/** Whether the body is of a media type, whose case does not count. */
export const hasType = (c: Context, type: string): boolean =>
  c.req.header('content-type')?.toLowerCase().startsWith(type) === true;

/** The parameters of an endpoint that takes them by GET and by POST. */
export const parametersOf = async (c: Context): Promise<Record<string, string>> =>
  given(c.req.method === 'POST' ? await readFormBody(c) : c.req.query());

/** Parameters without a value count as left out. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1 */
export const given = (parameters: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
