import type { Context } from 'hono';
import { json, safeText } from '../base/safe-text.ts';
import { wantsJson } from './access.ts';
import type { Html } from './layout.ts';
import { cleared, withTexts } from './shown.ts';
import type { Clear } from './shown.ts';

/**
 * Answers with what a page shows: as the page, or as JSON. This is the one way out: secrets and signatures are cleared here, and
 * no name can turn, hide or end the text around it.
 */
export async function answer<View extends object>(
  c: Context,
  view: View,
  clear: Clear,
  render: (view: View) => Html,
): Promise<Response> {
  const shown = cleared(view, clear);
  if (wantsJson(c)) return asJson(c, shown);
  return c.html(await render(withTexts(shown, safeText)));
}

export const asJson = (c: Context, view: object, status: 200 | 404 = 200): Response =>
  c.body(`${json(view, 2).text}\n`, status, { 'content-type': 'application/json; charset=utf-8' });
