import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { differenceTable } from '../logins/login-page.ts';
import { outcomeMark, table, value } from '../marks.ts';
import type { SettingField } from './question.ts';
import type { Answer, WhatIfView } from './what-if.ts';

const LEVEL_TITLES = {
  connection: 'Connection',
  client: 'Application',
  organization: 'Organization',
} as const;

/** What would happen, with the form that asks below it: the answer is what people come for. */
export function whatIfPage({
  question,
  choices,
  before,
  answer,
  differences,
  lines,
  problem,
}: WhatIfView): Html {
  return page(
    'What if',
    '/console/what-if',
    html`<h1>What if</h1>
      <form method="get" action="/console/what-if">
        <div class="fields">
          ${select('person', 'Person', choices.person, question.person)}
          ${select('application', 'Application', choices.application, question.application)}
          ${choices.connection.length < 2 ? '' : select('connection', 'Connection', choices.connection, question.connection)}
          ${select('kind', 'Kind of run', choices.kind, question.kind)}
          <label>
            Management API
            <select name="management">
              <option ${question.management === 'works' ? 'selected' : ''}>works</option>
              <option ${question.management === 'down' ? 'selected' : ''}>down</option>
            </select>
          </label>
          <label>
            Days since the earlier login
            <input
              type="number"
              name="days"
              min="0"
              max="36500"
              step="any"
              value="${question.days === null ? '' : String(question.days)}"
            />
          </label>
          <button type="submit">See what happens</button>
        </div>
        ${answer === null ? '' : answerPart(answer, before)}
        ${
          lines.length === 0
            ? ''
            : html`<section>
                <h2>For tenant.yaml</h2>
                ${lines.map(
                  ({ where, line, text }) =>
                    html`<p>${where}${line === null ? '' : html`, line ${line}`}</p>
                      <pre tabindex="0" data-copy><code>${text}</code></pre>`,
                )}
              </section>`
        }
        ${
          before === null
            ? ''
            : html`<section>
                <h2>What changes</h2>
                ${differences.length === 0 ? html`<p>Nothing: the login ends as before, with the same claims.</p>` : differenceTable(differences, 'Differences')}
              </section>`
        }
        <details ${before === null ? '' : 'open'}>
          <summary>Change a setting, or a fact about the person</summary>
          <div class="settings">
            ${(['connection', 'client', 'organization'] as const).map(
              (level) =>
                html`<fieldset>
                  <legend>
                    ${LEVEL_TITLES[level]}
                    ${question.settings.find((field) => field.level === level)?.of ?? ''}
                  </legend>
                  ${question.settings.filter((field) => field.level === level).map(settingField)}
                </fieldset>`,
            )}
            <label>
              <span
                >Facts, by scope, such as <code>is_over_18: false</code>; <code>null</code> takes one
                away</span
              >
              <textarea name="facts" rows="3" spellcheck="false">${question.facts}</textarea>
            </label>
          </div>
          <a href="/console/what-if">As the working tree is</a>
        </details>
      </form>
      ${problem === null ? '' : html`<p class="outcome failed" role="alert">${problem}</p>`}
      ${answer === null ? '' : detailsPart(answer)}`,
  );
}

const select = (name: string, title: string, options: readonly string[], current: string): Html =>
  html`<label>
    ${title}
    <select name="${name}">
      ${options.map((option) => html`<option ${option === current ? 'selected' : ''}>${option}</option>`)}
    </select>
  </label>`;

const settingField = ({ name, key, value: text, written, line }: SettingField): Html =>
  html`<label>
    <span
      ><code>${key}</code
      >${line === null ? '' : html` <small>tenant.yaml:${line}</small>`}${text === written ? '' : html` <small>changed</small>`}</span
    >
    <input type="text" name="${name}" value="${text}" maxlength="255" spellcheck="false" autocomplete="off" />
  </label>`;

const answerPart = ({ outcome, code, reason, rule }: Answer, before: Answer | null): Html =>
  html`<section class="answer">
    <h2>
      ${before === null || before.outcome === outcome ? '' : html`${outcomeMark(before.outcome)} → `}${outcomeMark(outcome)}
      ${code === null ? '' : html`<code>${code}</code>`}
    </h2>
    ${reason === null ? '' : html`<p>${reason.replace(`${code ?? ''}: `, '')}</p>`}
    ${rule === null ? '' : html`<p>${rule.explained}</p>`}
  </section>`;

const detailsPart = ({
  id_token: idToken,
  access_token: accessToken,
  app_metadata: metadata,
  redirects,
  notes,
  actions,
}: Answer): Html =>
  html`<div class="two">${claimTable('ID token', idToken)} ${claimTable('Access token', accessToken)}</div>
    ${
      redirects.length === 0
        ? ''
        : html`<h2>Sent to</h2>
            ${redirects.map((url) => html`<p><code>${url}</code></p>`)}`
    }
    <section>
      <h2>Actions</h2>
      ${actions.map(
        ({ name, logs, requests }) =>
          html`<h3>${name}</h3>
            ${requests.map(({ method, url, status }) => html`<p><code>${method} ${url} → ${status}</code></p>`)}
            ${logs.length === 0 ? html`<p>Logged nothing.</p>` : html`<pre tabindex="0"><code>${logs.join('\n')}</code></pre>`}`,
      )}
      ${notes.map((note) => html`<p class="note">${note}</p>`)}
    </section>
    ${claimTable('app_metadata after it', metadata)}`;

const claimTable = (title: string, claims: Answer['id_token']): Html =>
  html`<section>
    <h2>${title}</h2>
    ${
      Object.keys(claims).length === 0
        ? html`<p>Nothing of the Actions.</p>`
        : table(
            title,
            ['Name', 'Value'],
            Object.entries(claims).map(([name, shown]) => [html`<code>${name}</code>`, value(shown)]),
          )
    }
  </section>`;
