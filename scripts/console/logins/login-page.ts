import { html } from 'hono/html';
import { rowOf } from '../../base/json-values.ts';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { age, folded, outcomeMark, rounded, table, timeOf, value } from '../marks.ts';
import type { ClaimOrigin, ClaimView, TokenView } from './claims-view.ts';
import type { Difference } from './differences.ts';
import type { ActionView, LoginView } from './login-view.ts';

/** A login, with why it ended so before everything else. */
export function loginPage(view: LoginView): Html {
  const { login } = view;
  return page(
    `${login.outcome}: ${login.person} at ${login.application}`,
    undefined,
    html`<nav aria-label="Way back"><a href="/console">Logins</a></nav>
      <h1>
        ${outcomeMark(login.outcome)} ${view.decision.before_actions ? '' : login.person} at
        ${login.application}
      </h1>
      ${whyPart(view)}
      <p class="facts">
        ${timeOf(login.at)} ·
        ${login.kind}${view.decision.before_actions ? '' : ` · ${rounded(view.milliseconds.used)} ms of ${rounded(view.milliseconds.allowed)} ms`}
        · scopes
        <code>${view.asked.scopes.join(' ') || 'none'}</code> · audience
        <code>${view.asked.audience ?? 'none'}</code>${login.tag === null ? '' : html` · tag ${login.tag}`} ·
        <code>${login.id}</code>
      </p>
      <div class="tools">
        ${
          view.decision.before_actions
            ? ''
            : html`<form method="get" action="/console/logins/${login.id}/again">
                <button type="submit">Again, with the working tree</button>
              </form>`
        }
        <form method="post" action="/console/logins/${login.id}/pin">
          <button type="submit" class="secondary" name="pinned" value="${login.pinned ? 'no' : 'yes'}">
            ${login.pinned ? 'Unpin' : 'Pin'}
          </button>
        </form>
        ${
          view.masked
            ? html`<a href="/console/logins/${login.id}?personal=show">Show personal data of this user</a>`
            : ''
        }
      </div>
      ${
        view.decision.before_actions
          ? html`<p>The login ended before its Actions: none ran, and there is no token.</p>
              ${folded('What the application asked for', view.event)}`
          : html`${claimsPart(view)} ${actionsPart(view)} ${metadataPart(view.metadata)} ${evidencePart(view)}
              ${settingsPart(view)} ${tokensPart(view)}
              <section>
                <h2>Event</h2>
                ${folded('As the first Action was given it', view.event)}
              </section>`
      }`,
  );
}

function whyPart({ decision }: LoginView): Html {
  if (decision.code === null) return html``;
  const { rule } = decision;
  return html`<div class="why ${decision.outcome}">
    <p><code>${decision.code}</code> ${(decision.reason ?? '').replace(`${decision.code}: `, '')}</p>
    ${
      rule?.setting == null
        ? ''
        : html`<p>
            Rule
            <code>${rule.setting}</code
            >${rule.level === 'default' ? ', by default' : html` at the ${LEVELS[rule.level ?? 'connection']} <b>${rule.of ?? ''}</b>`}${
              rule.line === null ? '' : html`, <code>tenant.yaml:${rule.line}</code>`
            }
          </p>`
    }
    ${rule !== null && rule.setting === null ? html`<p>${rule.explained}</p>` : ''}
    ${rule === null && decision.action !== null ? html`<p>The Action <b>${decision.action}</b> ended it.</p>` : ''}
  </div>`;
}

const LEVELS = {
  connection: 'connection',
  client: 'application',
  organization: 'organization',
  default: 'default',
} as const;

const originOf = ({ from, level }: ClaimOrigin): string =>
  level === null ? from : `${from} (${level === 'default' ? 'default' : LEVELS[level]})`;

const TOKEN_NAMES = { id_token: 'ID', access_token: 'access' } as const;

/** Without tokens there is one reason for all claims, and it is said once. */
const claimsPart = ({ claims, decision }: LoginView): Html => {
  const asked = ({ asked: wanted, action }: ClaimView): Html =>
    action === null ? html`by the setting` : value(wanted);
  return html`<section>
    <h2>Claims</h2>
    ${
      claims.length === 0
        ? html`<p>No Action asked for a claim.</p>`
        : decision.outcome === 'allowed'
          ? table(
              'Claims',
              ['Claim', 'Token', 'Given', 'Asked for', 'Why not', 'From'],
              claims.map((claim) => [
                html`<code>${claim.name}</code>`,
                TOKEN_NAMES[claim.token],
                value(claim.given),
                asked(claim),
                claim.why ?? '',
                originOf(claim.origin),
              ]),
            )
          : html`<p>The login was not allowed: there is no token, and none of what was asked for is given.</p>
              ${table(
                'Claims',
                ['Claim', 'Token', 'Asked for', 'From'],
                claims.map((claim) => [
                  html`<code>${claim.name}</code>`,
                  TOKEN_NAMES[claim.token],
                  asked(claim),
                  originOf(claim.origin),
                ]),
              )}`
    }
  </section>`;
};

const actionsPart = ({ actions, milliseconds }: LoginView): Html =>
  html`<section>
    <h2>Actions</h2>
    ${actions.map((action, index) => actionPart(action, index, milliseconds))}
  </section>`;

const actionPart = (
  { name, handler, milliseconds, changed, calls, requests, logs, notes, error }: ActionView,
  index: number,
  { allowed }: LoginView['milliseconds'],
): Html =>
  html`<article class="action">
    <h3>
      <span class="place">${index + 1}</span> ${name}
      ${handler === 'onContinuePostLogin' ? html`<small>after the redirect</small>` : ''}
      <span class="time"
        ><meter min="0" max="${allowed}" value="${milliseconds.toFixed(1)}" aria-label="${name}, of 20 s">
          ${rounded(milliseconds)} ms
        </meter>
        ${rounded(milliseconds)} ms</span
      >
    </h3>
    ${error === null ? '' : html`<p class="outcome failed">${error}</p>`}
    ${
      changed.length === 0
        ? ''
        : html`<h4>Event, against the Action before</h4>
            ${differenceTable(changed, `Event of Action ${index + 1}, against the Action before`)}`
    }
    ${
      calls.length === 0
        ? ''
        : html`<h4>Calls</h4>
            <ol class="calls">
              ${calls.map(
                ({ method, arguments: given }) =>
                  html`<li>
                    <code>${method}</code
                    >(${given.map((each, at) => html`${at === 0 ? '' : ', '}${value(each)}`)})
                  </li>`,
              )}
            </ol>`
    }
    ${
      requests.length === 0
        ? ''
        : html`<h4>HTTP</h4>
            ${table(
              `Requests of Action ${index + 1}`,
              ['Method', 'Address', { number: 'Status' }, { number: 'ms' }],
              requests.map(({ method, url, status, milliseconds: took }) => [
                html`<code>${method}</code>`,
                html`<code>${url}</code>`,
                html`<code>${status}</code>`,
                took === undefined ? '' : rounded(took),
              ]),
            )}`
    }
    ${
      logs.length === 0
        ? ''
        : html`<h4>Log</h4>
            <pre tabindex="0"><code>${logs.join('\n')}</code></pre>`
    }
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
  </article>`;

/** @param label Of the table, another one for each on a page. */
export const differenceTable = (rows: readonly Difference[], label: string): Html =>
  table(
    label,
    ['What', 'Before', 'After'],
    rows.map(({ path, before, after }) => [
      html`<code>${path}</code>`,
      html`<del>${value(before)}</del>`,
      html`<ins>${value(after)}</ins>`,
    ]),
  );

const metadataPart = (rows: readonly Difference[]): Html =>
  html`<section>
    <h2>Metadata</h2>
    ${rows.length === 0 ? html`<p>Nothing of the user's metadata changed.</p>` : differenceTable(rows, 'Metadata')}
  </section>`;

const evidencePart = ({ evidence }: LoginView): Html =>
  html`<section>
    <h2>Evidence</h2>
    ${
      evidence === null
        ? html`<p>No answer of Didit's was known.</p>`
        : html`<p>
              The answer that counted came from
              <b>${rowOf(SOURCES, evidence.source ?? '') ?? evidence.source ?? 'nowhere'}</b>${
                evidence.asked_at === null
                  ? ''
                  : html`, asked
                    ${timeOf(evidence.asked_at)}${
                      evidence.age_seconds === null
                        ? ''
                        : html`, <b>${age(evidence.age_seconds)}</b> old at this login`
                    }`
              }.
            </p>
            ${folded('The record', evidence.record)}`
    }
  </section>`;

const SOURCES: Readonly<Record<string, string>> = {
  event: 'the event',
  management: 'the Management API',
  record: 'the record of an earlier login',
};

const settingsPart = ({ settings }: LoginView): Html =>
  html`<section>
    <h2>Settings</h2>
    ${
      settings.length === 0
        ? html`<p>No setting: the defaults held.</p>`
        : table(
            'Settings',
            ['Setting', 'At', 'At this login', { number: 'Line' }, 'tenant.yaml now'],
            settings.map(({ key, level, of, value: text, line, now }) => [
              html`<code>${key}</code>`,
              `${LEVELS[level]} ${of}`,
              html`<code>${text}</code>`,
              line === null ? '' : String(line),
              line === null ? 'not there' : now === text ? 'the same' : html`<code>${now ?? ''}</code>`,
            ]),
          )
    }
  </section>`;

const tokensPart = ({ tokens, decision }: LoginView): Html =>
  html`<section>
    <h2>Tokens</h2>
    ${
      tokens === null
        ? html`<p>
            ${decision.outcome === 'allowed' ? 'The application has not fetched them yet.' : 'None: the login was not allowed.'}
          </p>`
        : html`${tokenPart('ID token', tokens.id_token)} ${tokenPart('Access token', tokens.access_token)}`
    }
  </section>`;

const tokenPart = (title: string, token: TokenView | null): Html =>
  html`<h3>${title}</h3>
    ${
      token === null
        ? html`<p>None, or opaque.</p>`
        : table(
            title,
            ['Claim', 'Value', 'From'],
            token.claims.map(({ name, value: shown, origin }) => [
              html`<code>${name}</code>`,
              value(shown),
              originOf(origin),
            ]),
          )
    }`;
