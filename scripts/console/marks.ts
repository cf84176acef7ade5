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
