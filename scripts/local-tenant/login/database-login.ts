import type { Context } from 'hono';
import { html } from 'hono/html';
import { stringIn } from '../../base/json-values.ts';
import { randomIdentifier } from '../identifiers.ts';
import { readFormBody } from '../server/form.ts';
import { htmlPage } from '../server/html-page.ts';
import type { Html } from '../server/html-page.ts';
import { emailKey } from '../store/collections.ts';
import type { ConnectionDocument, UserDocument } from '../store/resources.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import { finishLogin, LOOPBACK_IP } from './finish-login.ts';
import { showError } from './replies.ts';
import type { LoginServices } from './services.ts';
import { identifyBrowser, isSameBrowser, startSession } from './sessions.ts';

/** The strategy of connections whose users the tenant itself keeps. */
export const DATABASE_STRATEGY = 'auth0';

/** Seconds that a person may take for the page. */
const PAGE_SECONDS = 3600;

/**
 * The page of a database connection. Unlike Auth0's it asks for no password, since the local tenant keeps none: whoever has an
 * account of the connection signs in by its e-mail address. It says so.
 */
const loginPage = (state: string, connection: string, wrong?: string): Html =>
  htmlPage(
    'Log in',
    html`<h1>Log in to the local tenant</h1>
      <p class="note">
        The local tenant keeps no passwords: the e-mail address of a user of ${connection} is enough.
      </p>
      ${wrong === undefined ? '' : html`<p id="error">${wrong}</p>`}
      <form method="post" action="/u/login">
        <input type="hidden" name="state" value="${state}" />
        <label>Email address <input type="email" name="username" required autofocus /></label>
        <button type="submit">Continue</button>
      </form>`,
  );

/** Asks for an account of a database connection. */
export async function askForAccount(
  { context, records }: LoginServices,
  c: Context,
  request: AuthorizeRequest,
  connection: ConnectionDocument,
): Promise<Response> {
  const state = records.database.issue({
    request,
    connection_id: connection.id,
    browser: identifyBrowser(c),
    expires_at: context.now() + PAGE_SECONDS * 1000,
  });
  return c.html(await loginPage(state, connection.name));
}

/** `POST /u/login`: the page comes back. */
export async function databaseLogin(services: LoginServices, c: Context): Promise<Response> {
  const { records, collections, context } = services;
  const { state = '', username = '' } = await readFormBody(c);
  const pending = records.database.find(state);
  const connection = collections.connections.get(pending?.connection_id ?? '');
  if (pending === undefined || connection === undefined || !isSameBrowser(c, pending.browser))
    return await showError(c, 400, 'invalid_request', 'Unable to verify authorization request state.');
  const known = collections.users
    .withKey(emailKey(username))
    .find((user) => hasAccount(user, connection.name, username));
  if (known === undefined)
    return c.html(await loginPage(state, connection.name, 'Wrong email or password.'), 400);
  records.database.remove(state);
  const { request } = pending;
  const user: UserDocument = {
    ...known,
    last_login: new Date(context.now()).toISOString(),
    last_ip: LOOPBACK_IP,
    logins_count: known.logins_count + 1,
  };
  const session = context.store.transaction(() => {
    collections.users.put(user.user_id, user);
    return startSession(context, records, c, {
      userId: user.user_id,
      connectionId: connection.id,
      clientId: request.client_id,
      method: 'pwd',
    });
  });
  return await finishLogin(services, c, {
    id: randomIdentifier(16),
    request,
    user_id: user.user_id,
    connection_id: connection.id,
    session,
  });
}

/** The e-mail address is that of the identity: a linked one has its own. */
const hasAccount = (user: UserDocument, connection: string, email: string): boolean =>
  user.identities.some(
    (identity, index) =>
      identity.connection === connection &&
      stringIn(index === 0 ? user.root : (identity.profileData ?? {}), 'email')?.toLowerCase() ===
        email.toLowerCase(),
  );
