import type { Context } from 'hono';
import { finishLogin, requestParts } from './finish-login.ts';
import { readFormBody } from '../server/form.ts';
import { showError } from './replies.ts';
import type { LoginServices } from './services.ts';
import type { AuthenticatedLogin } from './records.ts';
import { currentSession, isSameBrowser, resumeSession } from './sessions.ts';

/**
 * `GET` and `POST /continue?state=…`: the browser comes back from where an Action has sent it, and that Action goes on.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
 */
export async function continueLogin(services: LoginServices, c: Context): Promise<Response> {
  const query = c.req.query();
  const body = c.req.method === 'POST' ? await readFormBody(c) : {};
  const state = query['state'] ?? body['state'] ?? '';
  const suspended = services.records.suspended.find(state);
  if (suspended === undefined || !isSameBrowser(c, suspended.browser))
    return await showError(c, 400, 'invalid_request', 'The state parameter is missing, unknown or expired.');
  services.records.suspended.remove(state);
  return await finishLogin(services, c, loginAfterRedirect(services, c, suspended.login), {
    continueFrom: {
      actionIndex: suspended.action_index,
      transactionMetadata: suspended.transaction_metadata,
    },
    before: suspended.outcome,
    request: requestParts(services, c, query, body),
  });
}

/**
 * The login with the session that it goes on in. Where another login has taken place in the browser meanwhile, Auth0 does not say
 * which one that is.
 */
function loginAfterRedirect(
  services: LoginServices,
  c: Context,
  login: AuthenticatedLogin,
): AuthenticatedLogin {
  const newest = currentSession(services.records, c)?.session;
  if (newest === undefined || newest.id === login.session.id) return login;
  if (services.leftOpen().session === 'newest') return { ...login, session: newest };
  resumeSession(services.records, c, login.session);
  return login;
}
