import { html, raw } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { MAX_TRACES } from '../../local-tenant/index.ts';
import { FILTERS } from './list-view.ts';
import type { ListFilters, ListView } from './list-view.ts';

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
  rows: readonly string[],
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
              <th scope="col">Outcome</th>
              <th scope="col">Person</th>
              <th scope="col">Application</th>
              <th scope="col">Run</th>
              <th scope="col">Code</th>
              <th scope="col" class="number">ms</th>
              <th scope="col">Spent in</th>
              <th scope="col">Tag</th>
              <th scope="col">Pin</th>
            </tr>
          </thead>
          <tbody data-live="${listAddress({ ...filters, after: String(newest) }, '/console/live')}">
            ${raw(rows.join(''))}
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
