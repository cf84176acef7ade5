import type { Context } from 'hono';

/** The text fields of a form; none where the body is something else. */
export async function formOf(c: Context): Promise<Readonly<Partial<Record<string, string>>>> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
  const body = isForm ? await c.req.parseBody() : {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}
