import { createHash, randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { fetchWhole } from '../base/fetch-whole.ts';
import { stringIn } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import { json } from '../base/safe-text.ts';
import {
  collectionsOf,
  CONSOLE_CALLBACK_PATH,
  EXPECTED_PERSONA_COOKIE,
  STAND_IN_PATH,
} from '../local-tenant/index.ts';
import type { ConsoleHost } from '../local-tenant/index.ts';
import { loadPersonas, personaFacts } from '../local-tenant/runtime.ts';
import { answer } from './answer.ts';
import { formOf } from './form.ts';
import { page } from './layout.ts';
import type { Html } from './layout.ts';
import { table } from './marks.ts';
import type { Clear } from './shown.ts';
import { factsIn } from './facts.ts';

export interface SignInView {
  readonly people: readonly {
    readonly name: string;
    readonly description: string;
    /** What Didit says of the person, by scope. */
    readonly profile: JsonObject;
    /** What of it was changed at this tenant. */
    readonly changed: JsonObject;
  }[];
  /** That a Didit connection is enabled for. */
  readonly applications: readonly { readonly client_id: string; readonly name: string }[];
  readonly chosen: string | null;
  readonly problem: string | null;
}

/** A login that the console has begun, found by its state. */
interface Begun {
  readonly clientId: string;
  readonly verifier: string;
  readonly expires: number;
}

const LOGIN_MILLISECONDS = 3_600_000;
const EXPECTED_SECONDS = 300;

/** Signs a persona in, in this browser, and ends on the login's page. To be mounted at `/console`. */
export function signInRoutes({ context, traces }: ConsoleHost, clearOf: () => Clear): Hono {
  const { clients, connections, things } = collectionsOf(context.store);
  const facts = personaFacts(context.store);
  const begun = new Map<string, Begun>();
  const callback = (): string => `${context.url()}${CONSOLE_CALLBACK_PATH}`;
  const diditConnections = () => connections.all().filter(({ strategy }) => strategy === 'oauth2');
  const applications = (): SignInView['applications'] => {
    const enabled = new Set(diditConnections().flatMap((each) => each.enabled_clients));
    return clients
      .all()
      .filter(({ client_id: id, settings }) => enabled.has(id) && settings['app_type'] !== 'non_interactive')
      .map(({ client_id, name }) => ({ client_id, name }));
  };
  const view = (query: Readonly<Record<string, string>>): SignInView => ({
    people: loadPersonas().map((persona) => ({
      name: persona.name,
      description: persona.description,
      profile: facts.applied(persona).profile,
      changed: facts.of(persona.name),
    })),
    applications: applications(),
    chosen: query['person'] ?? null,
    problem: query['problem'] ?? null,
  });

  const app = new Hono();
  app.get('/sign-in', async (c) => await answer(c, view(c.req.query()), clearOf(), signInPage));
  app.post('/sign-in', async (c) => {
    const { person = '', application = '' } = await formOf(c);
    const connection = diditConnections().find(({ enabled_clients: enabled }) =>
      enabled.includes(application),
    );
    if (connection === undefined)
      return c.redirect('/console/sign-in?problem=There+is+no+such+application.', 303);
    const [state, verifier] = [randomText(), randomText()];
    begun.set(state, { clientId: application, verifier, expires: context.now() + LOGIN_MILLISECONDS });
    const audience = stringIn(things('/resource-servers').all()[0] ?? {}, 'identifier');
    const url = new URL('/authorize', context.url());
    url.search = new URLSearchParams({
      client_id: application,
      redirect_uri: callback(),
      response_type: 'code',
      scope: 'openid profile email',
      state,
      nonce: randomText(),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      connection: connection.name,
      // Somebody else may be signed in in this browser.
      prompt: 'login',
      ...(audience === undefined ? {} : { audience }),
    }).toString();
    setCookie(c, EXPECTED_PERSONA_COOKIE, person, {
      path: STAND_IN_PATH,
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      maxAge: EXPECTED_SECONDS,
    });
    return c.redirect(url.href, 303);
  });
  app.get('/callback', async (c) => {
    const {
      state = '',
      code,
      error_description: refusal = 'The login did not come back with a code.',
    } = c.req.query();
    const login = begun.get(state);
    begun.delete(state);
    if (login === undefined || login.expires < context.now())
      return c.redirect('/console/sign-in?problem=This+login+was+not+begun+here.', 303);
    const client = clients.get(login.clientId);
    if (code !== undefined && client !== undefined) {
      await fetchWhole(`${context.url()}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: callback(),
          code_verifier: login.verifier,
          client_id: client.client_id,
          ...(client.settings['token_endpoint_auth_method'] === 'none'
            ? {}
            : { client_secret: client.client_secret }),
        }),
      });
    }
    const trace = traces
      .summaries()
      .slice(0, NEWEST)
      .find(({ id }) => isOf(traces.find(id)?.event, state));
    return c.redirect(
      trace === undefined
        ? `/console/sign-in?${new URLSearchParams({ problem: refusal }).toString()}`
        : `/console/logins/${trace.id}`,
      303,
    );
  });
  app.post('/people/:name', async (c) => {
    const name = c.req.param('name');
    const changed = factsIn((await formOf(c))['facts']?.trim() ?? '');
    const isKnown = loadPersonas().some((persona) => persona.name === name);
    if (!isKnown || typeof changed === 'string') {
      const problem = typeof changed === 'string' ? changed : `There is no persona ${name}.`;
      return c.redirect(`/console/sign-in?${new URLSearchParams({ person: name, problem }).toString()}`, 303);
    }
    facts.change(name, changed ?? {});
    return c.redirect(`/console/sign-in?${new URLSearchParams({ person: name }).toString()}`, 303);
  });
  return app;
}

/** Logins among which that of a browser that has just come back is. */
const NEWEST = 20;

const randomText = (): string => randomBytes(32).toString('base64url');

const isOf = (event: JsonObject | undefined, state: string): boolean => {
  const request = event?.['request'];
  const query =
    typeof request === 'object' && request !== null && !Array.isArray(request) ? request['query'] : undefined;
  return typeof query === 'object' && query !== null && !Array.isArray(query) && query['state'] === state;
};

const signInPage = ({ people, applications, chosen, problem }: SignInView): Html =>
  page(
    'Sign in as',
    '/console/sign-in',
    html`<h1>Sign in as</h1>
      ${problem === null ? '' : html`<p class="outcome failed" role="alert">${problem}</p>`}
      ${
        applications.length === 0
          ? html`<p>No application has a Didit connection yet: <code>npm run deploy</code> makes one.</p>`
          : html`<form method="post" id="sign-in" action="/console/sign-in" class="fields">
                <label>
                  Application
                  <select name="application">
                    ${applications.map(({ client_id: id, name }) => html`<option value="${id}">${name}</option>`)}
                  </select>
                </label>
              </form>
              ${table(
                'People',
                ['Person', 'Who that is', 'What Didit says'],
                people.map((person) => [
                  html`<button type="submit" form="sign-in" name="person" value="${person.name}">
                    ${person.name}
                  </button>`,
                  person.description,
                  factsPart(person, person.name === chosen),
                ]),
              )}
              <p class="note">
                A login as your application makes it: over the page that stands in for Didit, to the tokens,
                and back here.
              </p>`
      }`,
  );

function factsPart({ name, profile, changed }: SignInView['people'][number], isOpen: boolean): Html {
  const isChanged = Object.keys(changed).length > 0;
  return html`<details ${isOpen ? 'open' : ''}>
    <summary>${isChanged ? html`<b>changed here</b>` : `${Object.keys(profile).length} answers`}</summary>
    <form method="post" action="/console/people/${name}">
      <label>
        <span>Changes, by scope, in YAML; <code>null</code> takes a scope away</span>
        <textarea name="facts" rows="3" spellcheck="false" placeholder="is_over_18: false">
${isChanged ? json(changed, 2).text : ''}</textarea>
      </label>
      <button type="submit">Save for the next login</button>
    </form>
    <pre tabindex="0"><code>${json(profile, 2).text}</code></pre>
  </details>`;
}
