import { rounded, timeInWords } from '../marks.ts';
import type { LoginRow } from './list-view.ts';

const BAR_WIDTH = 96;
/** Milliseconds that fill the bar: what Auth0 allows. The scale is logarithmic: most logins take a thousandth of it. */
const BAR_FULL = 20_000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/**
 * Markup from these words and values: each value is escaped, as `hono/html` does it. Two thousand rows are to be made in a blink.
 */
const markup = (words: TemplateStringsArray, ...values: readonly (string | number | Markup)[]): Markup =>
  new Markup(
    words.reduce((text, word, index) => {
      const value = values[index - 1] ?? '';
      return text + (value instanceof Markup ? value.text : escaped(String(value))) + word;
    }),
  );

class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A row of the list, on one line. Its texts must have been made safe. */
export function listRow(login: LoginRow): string {
  const { id, at, outcome, code, pinned } = login;
  const pin = pinned ? ['unpin', 'true', 'Unpin', '●'] : ['pin', 'false', 'Pin', '○'];
  const [name = '', pressed = '', verb = '', mark = ''] = pin;
  return markup`<tr id="login-${id}"><td><a href="/console/logins/${id}"><time datetime="${at}">${timeInWords(at)}</time></a></td><td><span class="outcome ${outcome}">${outcome}</span></td><td>${login.person}</td><td>${login.application}</td><td>${login.kind}</td><td><code title="${login.reason ?? ''}">${code ?? ''}</code></td><td class="number">${rounded(login.milliseconds)}</td><td>${bar(login)}</td><td>${login.tag ?? ''}</td><td><button type="submit" form="pin" name="${name}" value="${id}" aria-pressed="${pressed}" aria-label="${verb} this login">${mark}</button></td></tr>
`.text;
}

/** How long a login took, and which Action took how much of that. */
function bar({ actions, milliseconds }: LoginRow): Markup {
  if (actions.length === 0) return new Markup('');
  const length = (Math.log10(1 + milliseconds) / Math.log10(1 + BAR_FULL)) * BAR_WIDTH;
  let x = 0;
  let parts = '';
  for (const [index, { milliseconds: own }] of actions.entries()) {
    const width = milliseconds === 0 ? 0 : (own / milliseconds) * length;
    parts +=
      markup`<rect class="part-${index % 4}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="10"/>`
        .text;
    x += width;
  }
  const words = actions.map(({ action, milliseconds: own }) => `${action} ${rounded(own)} ms`).join(', ');
  return markup`<svg class="bar" width="${BAR_WIDTH}" height="10" role="img" aria-label="${words}">${new Markup(parts)}</svg>`;
}
