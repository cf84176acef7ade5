import { html } from 'hono/html';
import { safeText } from '../base/safe-text.ts';
import type { Html } from './layout.ts';

/** The outcome of a login, in its colour and in words. */
export const outcomeMark = (outcome: string): Html =>
  html`<span class="outcome ${outcome}">${outcome}</span>`;

// Made once: making one takes longer than all that is done with it for a list.
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Milliseconds: whole ones, and below ten with one digit behind the point. */
export const rounded = (milliseconds: number): string =>
  milliseconds < 10 ? milliseconds.toFixed(1) : WHOLE.format(milliseconds);

/** A time of this machine's zone. */
export const timeInWords = (at: string): string => DAY_AND_TIME.format(new Date(at)).replace(',', '');

export const timeOf = (at: string): Html => html`<time datetime="${at}">${timeInWords(at)}</time>`;

/** The title of a column: of numbers, which stand to the right, or of anything else. */
export type Column = string | { readonly number: string };

/**
 * A table that scrolls by itself where the window is narrower.
 * @param label Another one for each table of a page.
 */
export const table = (
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string)[])[],
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) =>
            typeof column === 'string'
              ? html`<th scope="col">${column}</th>`
              : html`<th scope="col" class="number">${column.number}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) =>
                typeof columns[index] === 'object'
                  ? html`<td class="number">${cell}</td>`
                  : html`<td>${cell}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** A value as JSON; nothing where there is none. */
export function value(shown: unknown): Html {
  if (shown === undefined) return html`—`;
  // What an Action has written as text is read more easily without a second level of quotes.
  const text =
    typeof shown === 'string' && /^(?:\(signature\) )?[{[]/.test(shown) ? shown : JSON.stringify(shown);
  return html`<code>${safeText(text)}</code>`;
}

/** A large value, folded away. */
export const folded = (title: string, shown: unknown): Html =>
  html`<details>
    <summary>${title}</summary>
    <pre tabindex="0"><code>${safeText(JSON.stringify(shown, null, 2))}</code></pre>
  </details>`;

/** How long ago, in the largest unit that fits. */
export function age(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
  ] as const;
  const [unit, length] = units.find(([, size]) => seconds >= size) ?? (['s', 1] as const);
  return `${Math.floor(seconds / length)} ${unit}`;
}
