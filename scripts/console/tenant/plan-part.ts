import { html } from 'hono/html';
import type { SafeText } from '../../base/safe-text.ts';
import { impactLines, impactTable } from '../../plan/impact/impact-table.ts';
import type { ImpactCell } from '../../plan/impact/impact-table.ts';
import { isMarked } from '../../plan/plan.ts';
import type { Plan, PlannedChange } from '../../plan/plan.ts';
import { effectLines } from '../../plan/render/effect-lines.ts';
import { findingGroups, isToldAsFinding } from '../../plan/render/finding-groups.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from '../../plan/render/no-longer-listed-words.ts';
import * as words from '../../plan/render/words.ts';
import type { Html } from '../layout.ts';
import { table } from '../marks.ts';

/** A plan, from the same data and in the same words as a terminal and a pull request show it: what it comes to first. */
export function planPart(plan: Plan): Html {
  const groups = findingGroups(plan);
  const hasChanges = plan.changes.length > 0;
  return html`${words.verdictLines(plan).map(({ text }) => html`<p><b>${text}</b></p>`)}
    <p>${words.summaryLine(plan).text}</p>
    ${hasChanges ? impactPart(plan) : ''}
    ${section(
      'Security findings',
      groups.map(
        ({ code, because, lines }) =>
          html`<b class="rating"><code>${code}</code></b> ${because.text} ${list(lines.map(codeText))}`,
      ),
    )}
    ${section('Changes', plan.changes.filter((change) => !isToldAsFinding(change)).map(changeItem))}
    ${section('Effective settings', effectLines(plan.effects).map(codeText))}
    ${section('Actions at each login, in order', hasChanges ? words.flowLines(plan).map(codeText) : [])}
    ${section(NO_LONGER_LISTED_TITLE.text, [
      ...plan.noLongerListed.map((thing) => codeText(noLongerListedLine(thing))),
      ...noLongerListedRemedies(plan.noLongerListed).map(({ text }) => html`${text}`),
    ])}
    ${section('Values of secrets', words.secretLines(plan).map(codeText))}
    ${section('Values of this environment', plan.variables.map(words.variableLine).map(codeText))}
    ${plan.digest === null ? '' : html`<p class="facts">${words.digestLine(plan).text}</p>`}`;
}

const codeText = ({ text }: SafeText): Html => html`<code>${text}</code>`;

const list = (items: readonly Html[]): Html =>
  items.length === 0
    ? html``
    : html`<ul>
        ${items.map((item) => html`<li>${item}</li>`)}
      </ul>`;

const section = (title: string, items: readonly Html[]): Html =>
  items.length === 0
    ? html``
    : html`<h3>${title}</h3>
        ${list(items)}`;

/** What a security reviewer must see is told from the rest by more than its colour. */
const rated = (text: string, isRated: boolean): Html =>
  isRated ? html`<span class="rating">! <code>${text}</code></span>` : html`<code>${text}</code>`;

/** What ends otherwise, as a table of people and applications. */
function impactPart({ impact: { changes, ...impact } }: Plan): Html {
  const { applications, rows } = impactTable(changes);
  const cell = ({ text, isMarked: marked }: ImpactCell): Html => rated(text, marked);
  return html`<h3>Impact</h3>
    <p>${words.impactLine({ changes, ...impact }).text}</p>
    ${
      rows.length === 0
        ? ''
        : table(
            'Logins that change',
            ['Who', ...applications.map((names) => names.join(', '))],
            rows.map(({ people, cells }) => [
              words.whoseLogins(people, impact.people),
              ...cells.map((parts) => html`${parts.map((part) => html`<div>${cell(part)}</div>`)}`),
            ]),
          )
    }
    ${list(
      impactLines(changes).map(
        (line) =>
          html`${words.whoseLogins(line.people, impact.people)} @ ${line.applications.join(', ')}:
          ${cell(line)}`,
      ),
    )}`;
}

/** Of code that is new, or that goes, there is nothing to compare. */
function changeItem(change: PlannedChange): Html {
  const { code } = change;
  const diff = code?.before == null || code.after === null ? '' : code.diff;
  return html`${rated(words.changeLine(change).text, isMarked(change))}
  ${list(words.detailsOf(change).map((detail) => html`<code>${detail}</code>`))}
  ${
    diff === ''
      ? ''
      : html`<details>
          <summary>The lines that differ</summary>
          <pre tabindex="0"><code>${diff}</code></pre>
        </details>`
  }`;
}
