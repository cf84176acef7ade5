import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { outcomeMark } from '../marks.ts';
import { SIDES } from './outcomes.ts';
import type { OutcomeCell, OutcomesView } from './outcomes.ts';

const SIDE_TITLES = { deploy: 'the last deploy', main: 'main' } as const;

/** Everybody at every application, in one kind of run, with what the working tree changes marked. */
export function outcomesPage({ against, kind, kinds, applications, people }: OutcomesView): Html {
  const differ = kinds.reduce((sum, each) => sum + each.differ, 0);
  return page(
    'Outcomes',
    '/console/outcomes',
    html`<h1>
        Outcomes:
        ${differ === 0 ? `all as at ${SIDE_TITLES[against]}` : `${String(differ)} ${differ === 1 ? 'login differs' : 'logins differ'} from ${SIDE_TITLES[against]}`}
      </h1>
      <form method="get" action="/console/outcomes" class="fields" data-filters>
        <label>
          Kind of run
          <select name="kind">
            ${kinds.map(
              (each) =>
                html`<option value="${each.kind}" ${each.kind === kind ? 'selected' : ''}>
                  ${each.kind}${each.differ === 0 ? '' : ` (${each.differ} differ)`}
                </option>`,
            )}
          </select>
        </label>
        <label>
          Compared with
          <select name="against">
            ${SIDES.map(
              (side) =>
                html`<option value="${side}" ${side === against ? 'selected' : ''}>
                  ${SIDE_TITLES[side]}
                </option>`,
            )}
          </select>
        </label>
        <button type="submit">Show</button>
      </form>
      <div class="scroll" tabindex="0" role="region" aria-label="Outcomes">
        <table class="outcomes">
          <thead>
            <tr>
              <th scope="col">Person</th>
              ${applications.map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${people.map(
              ({ name, description, cells }) =>
                html`<tr>
                  <th scope="row" title="${description}">${name}</th>
                  ${cells.map((cell) => outcomeCell(cell, name, kind))}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
  );
}

function outcomeCell(
  { application, outcome, code, before, facts }: OutcomeCell,
  person: string,
  kind: string,
): Html {
  const address = `/console/what-if?${new URLSearchParams({ person, application, kind }).toString()}`;
  const end = (each: { readonly outcome: string; readonly code: string | null }): Html =>
    html`${outcomeMark(each.outcome)}${each.code === null ? '' : html` <code>${each.code}</code>`}`;
  return html`<td class="${before === null && facts.length === 0 ? '' : 'differs'}">
    <a href="${address}">${end({ outcome, code })}</a>
    ${before === null ? '' : html`<br /><small>before: ${end(before)}</small>`}
    ${
      before !== null || facts.length === 0
        ? ''
        : html`<details>
            <summary>${facts.length} ${facts.length === 1 ? 'fact differs' : 'facts differ'}</summary>
            ${facts.map((fact) => html`<code>${fact}</code><br />`)}
          </details>`
    }
  </td>`;
}
