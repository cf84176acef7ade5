import type { Context } from 'hono';
import { isUrl } from '../../base/is-url.ts';
import { CONSOLE_CALLBACK_PATH } from '../context.ts';
import { randomIdentifier } from '../identifiers.ts';
import { parametersOf } from '../server/form.ts';
import { stringIn } from '../../base/json-values.ts';
import { apiOfAudience, tenantSettingsOf } from '../store/collections.ts';
import type { ConnectionDocument } from '../store/resources.ts';
import { isUnverifiable } from './applications.ts';
import { allowsOrganizationNames } from './authorization.ts';
import type { AuthorizeRequest, AuthorizeVerdict } from './authorize-request.ts';
import { judgeAuthorizeRequest } from './authorize-request.ts';
import { askForAccount, DATABASE_STRATEGY } from './database-login.ts';
import { finishLogin } from './finish-login.ts';
import { connectionsPage } from './pages.ts';
import type { SessionDocument } from './records.ts';
import { refuseToApplication, showError } from './replies.ts';
import { isManagementAudience, userInfoAudience } from './scopes.ts';
import type { LoginServices } from './services.ts';
import { currentSession, identifyBrowser, touchSession } from './sessions.ts';
import { upstreamAuthorizeUrl, usesProofKey } from './upstream.ts';

/** Seconds that a browser may stay at the upstream provider. */
const UPSTREAM_SECONDS = 3600;

export const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';

type Query = AuthorizeRequest['query'];

/** What becomes of a request with these parameters. */
export const judgeRequest = ({ collections, context }: LoginServices, query: Query): AuthorizeVerdict =>
  judgeAuthorizeRequest(query, {
    client: (clientId) => collections.clients.get(clientId),
    isAudience: (audience) =>
      audience === userInfoAudience(context) ||
      isManagementAudience(context, audience) ||
      apiOfAudience(collections, audience) !== undefined,
    defaultAudience: defaultAudience({ collections }),
    consoleCallback: `${context.url()}${CONSOLE_CALLBACK_PATH}`,
    organization: (idOrName) =>
      collections
        .things('/organizations')
        .all()
        .find(({ id, name }) => id === idOrName || (allowsOrganizationNames(context) && name === idOrName)),
  });

/** `/authorize`, by GET or POST. @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
export async function authorize(services: LoginServices, c: Context): Promise<Response> {
  const { context } = services;
  const asked = await parametersOf(c);
  const query = asked['request_uri'] === undefined ? asked : takePushed(services, asked);
  if (query === undefined) return await showError(c, 400, 'invalid_request', 'The request_uri is not valid');
  const verdict = judgeRequest(services, query);
  if (verdict.kind === 'stop') return await showError(c, verdict.status, verdict.error, verdict.description);
  if (verdict.kind === 'refuse')
    return await refuseToApplication(c, verdict.reply, verdict.error, verdict.description);
  const { request } = verdict;
  const asksFirst = services.leftOpen().confirmsLoopback === true && isUnverifiableFor(services, request);
  if (asksFirst && request.prompt.includes('none'))
    return await refuseToApplication(c, request, 'interaction_required', 'User interaction required');

  const current = currentSession(services.records, c);
  if (current !== undefined && sessionSuffices(services, request, current.session)) {
    const session = touchSession(context, services.records, current, request.client_id);
    return await finishLogin(services, c, {
      id: randomIdentifier(16),
      request,
      user_id: session.user_id,
      connection_id: session.connection_id,
      session,
    });
  }
  if (request.prompt.includes('none'))
    return await refuseToApplication(c, request, 'login_required', 'Login required');
  return await sendUpstream(services, c, request);
}

const isUnverifiableFor = ({ collections }: LoginServices, request: AuthorizeRequest): boolean => {
  const client = collections.clients.get(request.client_id);
  return client !== undefined && isUnverifiable(client, request.redirect_uri);
};

/** What the application has pushed before: once, and for itself alone. @see https://www.rfc-editor.org/rfc/rfc9126#section-4 */
function takePushed({ records }: LoginServices, asked: Query): Query | undefined {
  const pushed = records.pushed.take((asked['request_uri'] ?? '').replace(REQUEST_URI_PREFIX, ''));
  return pushed?.query['client_id'] === asked['client_id'] ? pushed?.query : undefined;
}

const defaultAudience = ({ collections }: Pick<LoginServices, 'collections'>): string | undefined => {
  const audience = stringIn(tenantSettingsOf(collections), 'default_audience');
  return audience === '' ? undefined : audience;
};

/** Whether the browser's session answers the request without a new login. */
function sessionSuffices(
  { collections, context }: LoginServices,
  request: AuthorizeRequest,
  session: SessionDocument,
): boolean {
  if (request.prompt.includes('login') || request.prompt.includes('select_account')) return false;
  if (request.max_age !== null && session.authenticated_at + request.max_age * 1000 <= context.now())
    return false;
  const connection = collections.connections.get(session.connection_id);
  return (
    collections.users.get(session.user_id) !== undefined &&
    connection?.enabled_clients.includes(request.client_id) === true &&
    (request.connection === null || request.connection === connection.name)
  );
}

/** Sends the browser to the upstream provider of the connection that the request names, or of the only one there is. */
async function sendUpstream(
  services: LoginServices,
  c: Context,
  request: AuthorizeRequest,
): Promise<Response> {
  const { collections } = services;
  const refuse = (description: string): Promise<Response> =>
    refuseToApplication(c, request, 'invalid_request', description);
  const enabled = collections.connections
    .all()
    .filter((connection) => connection.enabled_clients.includes(request.client_id));
  if (request.connection !== null) {
    const named = collections.connections.all().find(({ name }) => name === request.connection);
    if (named === undefined) return await refuse('the connection was not found');
    if (!enabled.some(({ id }) => id === named.id)) return await refuse('the connection was disabled');
    return await federate(services, c, request, named);
  }
  const [only, ...others] = enabled;
  if (only === undefined) return await refuse('no connections enabled for the client');
  // Auth0 would show its login page even for one connection; there is nothing to choose, so the local tenant goes on.
  if (others.length === 0) return await federate(services, c, request, only);
  const choices = enabled.map(({ name }) => ({
    name,
    url: `/authorize?${new URLSearchParams({ ...request.query, connection: name }).toString()}`,
  }));
  return c.html(await connectionsPage(choices));
}

async function federate(
  services: LoginServices,
  c: Context,
  request: AuthorizeRequest,
  connection: ConnectionDocument,
): Promise<Response> {
  const { context, records } = services;
  if (connection.strategy === DATABASE_STRATEGY) return await askForAccount(services, c, request, connection);
  if (connection.strategy !== 'oauth2') {
    return await refuseToApplication(
      c,
      request,
      'invalid_request',
      `The local tenant signs in through connections of the strategies oauth2 and auth0; ${connection.name} is of ${connection.strategy}`,
    );
  }
  if (!isUrl(stringIn(connection.options, 'authorizationURL') ?? '')) {
    return await refuseToApplication(
      c,
      request,
      'invalid_request',
      `The connection ${connection.name} has no usable authorizationURL`,
    );
  }
  if ((stringIn(connection.options, 'client_secret') ?? '') === '') {
    return await refuseToApplication(
      c,
      request,
      'invalid_request',
      `The connection ${connection.name} has no client secret: deploy it again, with its secret`,
    );
  }
  const nonce = randomIdentifier(43);
  const codeVerifier = usesProofKey(connection) ? randomIdentifier(64) : null;
  const state = records.upstream.issue({
    request,
    connection_id: connection.id,
    browser: identifyBrowser(c),
    nonce,
    code_verifier: codeVerifier,
    expires_at: context.now() + UPSTREAM_SECONDS * 1000,
  });
  return c.redirect(
    upstreamAuthorizeUrl(context, connection, { state, nonce, codeVerifier, query: request.query }),
    302,
  );
}
