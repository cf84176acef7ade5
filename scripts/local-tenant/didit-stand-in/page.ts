import { html } from 'hono/html';
import type { Html } from '../server/html-page.ts';
import { htmlPage } from '../server/html-page.ts';
import { FAULTS } from './faults.ts';
import type { Persona } from './personas.ts';
import { rowOf } from '../../base/json-values.ts';
import { DIDIT_SCOPES } from '../../settings/didit-scopes.ts';

/**
 * The page in the place of Didit's QR code and app: it shows what is asked for, and lets one persona approve or refuse.
 *
 * @param action Where the form goes.
 * @param parameters The authorize request, carried along in hidden fields.
 * @param personas All of them: those who cannot sign in here are named, with the reason.
 * @param expected Who is going to sign in: first, and chosen by the enter key.
 */
export function consentPage(
  action: string,
  parameters: Readonly<Record<string, string>>,
  scopes: readonly string[],
  personas: readonly Persona[],
  expected?: string,
): Html {
  const present = personas
    .filter(({ user }) => user === undefined)
    .sort((one, other) => Number(other.name === expected) - Number(one.name === expected));
  const leftOut = personas.filter(({ user }) => user !== undefined);
  return htmlPage(
    'Sign in with Didit (stand-in)',
    html`
      <h1>Sign in with Didit</h1>
      <p class="note">
        This page stands in for Didit on the local tenant. At Didit, a QR code would be here, and you would
        approve in the Didit app. Nothing leaves this machine.
      </p>
      <h2>The application asks for</h2>
      <ul>
        ${scopes.map((scope) => html`<li><code>${scope}</code>: ${rowOf(DIDIT_SCOPES, scope) ?? scope}</li>`)}
      </ul>
      <form method="post" action="${action}">
        ${Object.entries(parameters).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        <h2>Who signs in?</h2>
        ${present.map(
          ({ name, description }) =>
            html`<button type="submit" name="persona" value="${name}" ${name === expected ? 'autofocus' : ''}>
              <strong>${name}</strong>: ${description}
            </button>`,
        )}
        <button type="submit" name="decision" value="deny">Refuse</button>
        ${
          leftOut.length === 0
            ? ''
            : html`<p class="note">
                Not here: ${leftOut.map(({ name }) => name).join(', ')}. Their user has to be at the tenant
                already, with an account or metadata that Didit cannot make; simulateLogin and
                docs/outcomes.md show them.
              </p>`
        }
        <p>
          <label>
            What goes wrong this time:
            <select name="fault">
              <option value="">nothing but the persona's own fault</option>
              ${FAULTS.map((fault) => html`<option value="${fault}">${fault}</option>`)}
            </select>
          </label>
        </p>
      </form>
    `,
  );
}

/** What a person sees when the request cannot be answered at all. */
export const errorPage = (message: string): Html =>
  htmlPage(
    'Didit stand-in: error',
    html`<h1>Sign in with Didit (stand-in)</h1>
      <p id="error">${message}</p>`,
  );
