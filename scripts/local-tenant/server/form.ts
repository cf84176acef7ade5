import type { Context } from 'hono';

/** The fields of a request's form body; none when the body is not a form. The endpoints here take no files, hence no multipart. */
export async function readFormBody(c: Context): Promise<Record<string, string>> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  return isForm ? textFields(await c.req.parseBody()) : {};
}

/** The text fields of a parsed body. */
export const textFields = (body: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
