import type { Context } from 'hono';
import { html } from 'hono/html';
import { describeProblem, problemsIn } from '../base/problem.ts';
import { safeText } from '../base/safe-text.ts';
import { wantsJson } from './access.ts';
import { page } from './layout.ts';
import type { Clear } from './shown.ts';

/**
 * What keeps a page from being made, such as a tenant.yaml that cannot be read: with code, place and remedy, as a command tells
 * it.
 */
export async function problemAnswer(c: Context, error: unknown, clear: Clear): Promise<Response> {
  const problems = problemsIn(error);
  if (problems.length === 0) throw error;
  const told = problems.map((problem) => ({
    code: problem.code,
    text: clear(describeProblem(problem).text),
  }));
  if (wantsJson(c)) return c.json({ error: 'problem', problems: told }, 422);
  return c.html(
    await page(
      'This does not work yet',
      undefined,
      html`<h1>This does not work yet</h1>
        ${told.map(({ text }) => html`<pre tabindex="0"><code>${safeText(text)}</code></pre>`)}
        <p>Save the correction, then load this page again.</p>`,
    ),
    422,
  );
}
