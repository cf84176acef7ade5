import { html } from 'hono/html';
import type { Html } from '../layout.ts';
import { page } from '../layout.ts';
import { timeOf } from '../marks.ts';
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
        view.is_deployed !== false
          ? ''
          : html`<p><code>npm run deploy</code> would do this:</p>
              <pre tabindex="0" class="plan"><code>${view.plan_text ?? ''}</code></pre>`
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
        <div class="scroll" tabindex="0" role="region" aria-label="Applications">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Client id</th>
                <th scope="col">Connections</th>
                <th scope="col">Callbacks</th>
                <th scope="col">Settings</th>
              </tr>
            </thead>
            <tbody>
              ${view.applications.map(
                ({ name, client_id: id, connections, callbacks, settings }) =>
                  html`<tr>
                    <td>${name}</td>
                    <td><code>${id}</code></td>
                    <td>${connections.join(', ')}</td>
                    <td>${callbacks.map((url) => html`<code>${url}</code><br />`)}</td>
                    <td>${settingsList(settings)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </section>`,
  );

const actionsTable = ({ actions }: TenantView): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="Actions">
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Place</th>
          <th scope="col">Action</th>
          <th scope="col" class="number">Version</th>
          <th scope="col" class="number">Bytes</th>
          <th scope="col">SHA-256</th>
          <th scope="col">Deployed</th>
          <th scope="col">Working tree</th>
        </tr>
      </thead>
      <tbody>
        ${actions.map(
          ({ place, name, version, bytes, sha256, deployed_at: at, same_as_working_tree: same }) =>
            html`<tr>
              <td class="number">${place}</td>
              <td>${name}</td>
              <td class="number">${version ?? '—'}</td>
              <td class="number">${bytes.toLocaleString('en')}</td>
              <td><code title="${sha256}">${sha256.slice(0, 12)}</code></td>
              <td>${at === null ? '—' : timeOf(at)}</td>
              <td>${same === null ? 'not there' : same ? 'the same' : html`<b>differs</b>`}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

const settingsList = (settings: Readonly<Record<string, string>>): Html =>
  html`${Object.entries(settings).map(([key, text]) => html`<div><code>${key}: ${text}</code></div>`)}`;
