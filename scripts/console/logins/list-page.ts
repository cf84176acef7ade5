import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { MAX_TRACES } from '../../local-tenant/index.ts';
import { FILTERS } from './list-view.ts';
import type { ListFilters, ListView, LoginRow } from './list-view.ts';
import { outcomeMark, rounded, timeOf } from '../marks.ts';

/** The address of the list with these filters, or of what belongs to it. */
export function listAddress(filters: ListFilters & { readonly after?: string }, path = '/console'): string {
  const query = new URLSearchParams(Object.entries(filters)).toString();
  return query === '' ? path : `${path}?${query}`;
}

/**
 * @param rows The list's rows, rendered.
 * @param newest Number of the newest login there is: live updates go on from it.
 */
export function listPage(
  { filters, choices, kept, limit, logins }: ListView,
  rows: readonly Html[],
  newest: number,
): Html {
  const address = listAddress(filters);
  return page(
    'Logins',
    '/console',
    html`<h1>Logins</h1>
      <form method="get" action="/console" class="filters" data-filters>
        <label class="wide">Text <input type="search" name="text" value="${filters.text ?? ''}" /></label>
        ${FILTERS.map(
          (name) =>
            html`<label>
              ${TITLES[name]}
              <select name="${name}">
                <option value="">any</option>
                ${[
                  ...new Set([...choices[name], ...(filters[name] === undefined ? [] : [filters[name]])]),
                ].map(
                  (choice) => html`<option ${choice === filters[name] ? 'selected' : ''}>${choice}</option>`,
                )}
              </select>
            </label>`,
        )}
        <label class="check"
          ><input type="checkbox" name="pinned" value="yes" ${filters.pinned === 'yes' ? 'checked' : ''} />
          pinned</label
        >
        <button type="submit">Filter</button>
        ${Object.keys(filters).length === 0 ? '' : html`<a href="/console">All logins</a>`}
      </form>
      <p class="status" role="status">
        <span data-count>${String(logins.length)}</span> of ${String(kept)} logins ·
        <span data-state>newest first</span>
      </p>
      ${logins.length === 0 ? empty(kept) : ''}
      <form method="post" id="pin" action="${listAddress(filters, '/console/pin')}"></form>
      <div class="scroll" tabindex="0" role="region" aria-label="Logins, newest first">
        <table class="logins">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Person</th>
              <th scope="col">Application</th>
              <th scope="col">Run</th>
              <th scope="col">Outcome</th>
              <th scope="col">Code</th>
              <th scope="col" class="number">ms</th>
              <th scope="col">Spent in</th>
              <th scope="col">Tag</th>
              <th scope="col">Pin</th>
            </tr>
          </thead>
          <tbody data-live="${listAddress({ ...filters, after: String(newest) }, '/console/live')}">
            ${rows}
          </tbody>
        </table>
      </div>
      <footer class="tools">
        <a href="${listAddress(filters, '/console/logins.jsonl')}" download="logins.jsonl"
          >Download as JSON lines</a
        >
        <form method="post" action="${listAddress(filters, '/console/keep')}">
          <label
            >Keep <input type="number" name="limit" min="1" max="${MAX_TRACES}" value="${limit}" required
          /></label>
          <button type="submit">Set</button>
        </form>
        <form method="post" action="/console/clear">
          <button type="submit" class="secondary">Clear all but the pinned</button>
        </form>
        <span>This view is a link: <code>${address}</code></span>
      </footer>`,
  );
}

const TITLES = {
  person: 'Person',
  application: 'Application',
  kind: 'Run',
  outcome: 'Outcome',
  code: 'Code',
  tag: 'Tag',
} as const;

const empty = (kept: number): Html =>
  html`<p data-empty>
    ${
      kept === 0
        ? html`Nobody has signed in yet. <a href="/console/sign-in">Sign in as somebody</a>, or run
            <code>npm run login</code>: the login appears here.`
        : 'No login is like this.'
    }
  </p>`;

/** A row of the list. Its texts must have been made safe. */
export const listRow = (login: LoginRow): Html =>
  html`<tr id="login-${login.id}">
    <td><a href="/console/logins/${login.id}">${timeOf(login.at)}</a></td>
    <td>${login.person}</td>
    <td>${login.application}</td>
    <td>${login.kind}</td>
    <td>${outcomeMark(login.outcome)}</td>
    <td><code title="${login.reason ?? ''}">${login.code ?? ''}</code></td>
    <td class="number">${rounded(login.milliseconds)}</td>
    <td>${bar(login)}</td>
    <td>${login.tag ?? ''}</td>
    <td>
      <button
        type="submit"
        form="pin"
        name="${login.pinned ? 'unpin' : 'pin'}"
        value="${login.id}"
        aria-pressed="${String(login.pinned)}"
        aria-label="${login.pinned ? 'Unpin' : 'Pin'} this login"
      >
        ${login.pinned ? '●' : '○'}
      </button>
    </td>
  </tr>`;

const BAR_WIDTH = 96;
/** Milliseconds that fill the bar: what Auth0 allows. The scale is logarithmic: most logins take a thousandth of it. */
const BAR_FULL = 20_000;

/** How long a login took, and which Action took how much of that. */
function bar({ actions, milliseconds }: LoginRow): Html {
  const length = (Math.log10(1 + milliseconds) / Math.log10(1 + BAR_FULL)) * BAR_WIDTH;
  let x = 0;
  const parts = actions.map(({ milliseconds: own }, index) => {
    const width = milliseconds === 0 ? 0 : (own / milliseconds) * length;
    const part = html`<rect
      class="part-${String(index % 4)}"
      x="${x.toFixed(1)}"
      width="${width.toFixed(1)}"
      height="10"
    />`;
    x += width;
    return part;
  });
  const words = actions.map(({ action, milliseconds: own }) => `${action} ${rounded(own)} ms`).join(', ');
  return html`<svg class="bar" width="${String(BAR_WIDTH)}" height="10" role="img" aria-label="${words}">
    <title>${words}</title>
    ${parts}
  </svg>`;
}
