import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { differenceTable } from '../logins/login-page.ts';
import { outcomeMark } from '../marks.ts';
import type { AgainView } from './again.ts';

export const againPage = ({ login, before, after, differences, notes }: AgainView): Html =>
  page(
    'Again',
    undefined,
    html`<nav aria-label="Way back">
        <a href="/console">Logins</a><a href="/console/logins/${login}">The login</a>
      </nav>
      <h1>
        ${differences.length === 0 ? html`Again: ${outcomeMark(after.outcome)}, as before` : html`Again: ${outcomeMark(before.outcome)} → ${outcomeMark(after.outcome)}`}
      </h1>
      ${after.reason === null ? '' : html`<p>${after.reason}</p>`}
      <p class="facts">
        The event of <code>${login}</code>, with the Actions and settings of the working tree; all times moved
        to now.
      </p>
      <h2>What differs</h2>
      ${differences.length === 0 ? html`<p>Nothing: outcome, claims and metadata are the same.</p>` : differenceTable(differences, 'Differences')}
      ${notes.map((note) => html`<p class="note">${note}</p>`)}`,
  );
