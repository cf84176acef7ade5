import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { table, timeOf } from '../marks.ts';
import { planPart } from './plan-part.ts';
import type { TenantView } from './tenant-view.ts';

/** What is on the tenant, with whether the working tree is another one before everything else. */
export const tenantPage = (view: TenantView): Html =>
  page(
    'Tenant',
    '/console/tenant',
    html`<h1>
        ${
          view.is_deployed === null
            ? 'The working tree cannot be deployed'
            : view.is_deployed
              ? 'The working tree is deployed'
              : 'The working tree differs from what is deployed'
        }
      </h1>
      ${view.problem === null ? '' : html`<pre tabindex="0"><code>${view.problem}</code></pre>`}
      ${
        view.is_deployed !== false || view.plan === null
          ? ''
          : html`<section>
              <h2>What <code>npm run deploy</code> would do</h2>
              ${planPart(view.plan)}
            </section>`
      }
      <section>
        <h2>Actions, in the order of the login flow</h2>
        ${actionsTable(view)}
      </section>
      <section>
        <h2>Connections</h2>
        ${view.connections.map(
          ({ name, strategy, scope, settings }) =>
            html`<h3>${name} <small>${strategy}</small></h3>
              ${scope === '' ? '' : html`<p>Asks for <code>${scope}</code></p>`} ${settingsList(settings)}`,
        )}
      </section>
      <section>
        <h2>Applications</h2>
        ${table(
          'Applications',
          ['Name', 'Client id', 'Connections', 'Callbacks', 'Settings'],
          view.applications.map(({ name, client_id: id, connections, callbacks, settings }) => [
            name,
            html`<code>${id}</code>`,
            connections.join(', '),
            html`${callbacks.map((url) => html`<code>${url}</code><br />`)}`,
            settingsList(settings),
          ]),
        )}
      </section>`,
  );

const actionsTable = ({ actions }: TenantView): Html =>
  table(
    'Actions',
    [
      { number: 'Place' },
      'Action',
      { number: 'Version' },
      { number: 'Bytes' },
      'SHA-256',
      'Deployed',
      'Working tree',
    ],
    actions.map(({ place, name, version, bytes, sha256, deployed_at: at, same_as_working_tree: same }) => [
      String(place),
      name,
      version === null ? '—' : String(version),
      bytes.toLocaleString('en'),
      html`<code title="${sha256}">${sha256.slice(0, 12)}</code>`,
      at === null ? '—' : timeOf(at),
      same === null ? 'not there' : same ? 'the same' : html`<b>differs</b>`,
    ]),
  );

const settingsList = (settings: Readonly<Record<string, string>>): Html =>
  html`${Object.entries(settings).map(([key, text]) => html`<div><code>${key}: ${text}</code></div>`)}`;
