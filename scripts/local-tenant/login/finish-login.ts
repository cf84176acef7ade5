import type { Context } from 'hono';
import { isUrl } from '../../base/is-url.ts';
import { stringIn } from '../../base/json-values.ts';
import type { ConnectionDocument, UserDocument } from '../store/resources.ts';
import { link, linkedTo } from '../store/links.ts';
import type { PostLoginDecision, PostLoginOutcome, PostLoginRun } from '../../runner/contract.ts';
import { isUnverifiable } from './applications.ts';
import { roleNamesOf } from './authorization.ts';
import { CREDENTIAL_FIELDS, buildEvent } from './event.ts';
import type { EventRequest, EventTransaction } from './event.ts';
import type { ErrorFields } from './issue-code.ts';
import { answerOf, grantLogin } from './issue-code.ts';
import { LOGIN_ID_HEADER } from './login-id-header.ts';
import { concludeRun, runPostLoginActions, writeMetadata } from './post-login.ts';
import type { AuthenticatedLogin } from './records.ts';
import { ASKS_FIRST, refuseToApplication, replyToApplication } from './replies.ts';
import { apiAudience } from './scopes.ts';
import type { LoginServices } from './services.ts';
import { applyToSession, identifyBrowser } from './sessions.ts';
import { TAG_HEADER } from './traces.ts';

/** The local tenant listens on loopback only. */
export const LOOPBACK_IP = '127.0.0.1';
/** Seconds that a browser may stay where an Action has sent it; Auth0 does not document a figure. */
const SUSPENDED_SECONDS = 3600;

export interface Continuation {
  readonly continueFrom: NonNullable<PostLoginRun['continueFrom']>;
  readonly before: PostLoginOutcome;
  /** Of the request to `/continue`. */
  readonly request: EventRequest;
}

export function requestParts(
  services: LoginServices,
  c: Context,
  query: Readonly<Record<string, string>>,
  body: Readonly<Record<string, string>> = {},
): EventRequest {
  return {
    method: c.req.method,
    ip: LOOPBACK_IP,
    hostname: services.context.domain(),
    userAgent: c.req.header('user-agent'),
    acceptLanguage: c.req.header('accept-language'),
    query,
    body: Object.fromEntries(Object.entries(body).filter(([name]) => !CREDENTIAL_FIELDS.includes(name))),
  };
}

/**
 * The last leg of every browser login: the user is known, the Actions have their say, their metadata is written, and the
 * application gets a code or the reason why not.
 */
export async function finishLogin(
  services: LoginServices,
  c: Context,
  login: AuthenticatedLogin,
  continuation?: Continuation,
): Promise<Response> {
  const { collections, context } = services;
  const { request } = login;
  const refuse = (error: string, description: string): Promise<Response> =>
    refuseToApplication(c, request, error, description);
  const client = collections.clients.get(request.client_id);
  const connection = collections.connections.get(login.connection_id);
  const user = collections.users.get(login.user_id);
  if (client === undefined || connection === undefined || user === undefined)
    return await refuse('server_error', 'The application, connection or user was deleted during the login');
  if (user.root['blocked'] === true) return await refuse('unauthorized', 'user is blocked');
  const organization =
    request.organization_id === null
      ? undefined
      : collections.things('/organizations').get(request.organization_id);
  if (organization !== undefined)
    becomeMember(services, stringIn(organization, 'id') ?? '', connection, user);
  const isMember = (id: string): boolean =>
    linkedTo(context.store, 'organization-members', id).some(({ other }) => other === user.user_id);
  if (
    request.organization_id !== null &&
    (organization === undefined || !isMember(request.organization_id))
  ) {
    return await refuse(
      'access_denied',
      `user ${user.user_id} is not part of the ${request.organization_id} organization`,
    );
  }

  c.header(LOGIN_ID_HEADER, login.id);
  const protocol = protocolOf(request.response_types);
  const event = buildEvent({
    client,
    connection,
    user,
    organization,
    roles: roleNamesOf(context, user.user_id, request.organization_id),
    session: login.session,
    refreshToken: undefined,
    audience: apiAudience(context, request.audience),
    rootAttributes: services.leftOpen().rootAttributes === true,
    // Actions see the parameters of `/authorize`, whichever request of the flow they run in.
    request: continuation?.request ?? { ...requestParts(services, c, request.query), method: 'GET' },
    transaction: {
      id: login.id,
      protocol,
      requestedScopes: request.scopes,
      query: request.query,
      prompt: request.prompt,
      redirectUri: request.redirect_uri,
    },
  });
  const outcome = await runPostLoginActions(
    services,
    { event, ...(continuation === undefined ? {} : { continueFrom: continuation.continueFrom }) },
    continuation?.before,
  );
  if (outcome.decision.kind === 'redirect') return await suspend(services, c, login, outcome);

  const granted = context.store.transaction(() => {
    const refusal = concludeRun(services, {
      id: login.id,
      client,
      connection,
      protocol,
      user,
      event,
      tag: c.req.header(TAG_HEADER),
      outcome,
      isSilent: request.prompt.includes('none'),
      organizationId: request.organization_id,
      audience: request.audience,
      scopes: request.scopes,
      userAgent: c.req.header('user-agent'),
      session: login.session,
    });
    if (refusal !== undefined && outcome.decision.kind === 'allow')
      return { error: 'access_denied', error_description: refusal };
    const session = applyToSession(context, services.records, login.session, outcome);
    return (
      refusalOf(outcome.decision) ??
      grantLogin(services, { ...login, session }, outcome, { client, connection, user })
    );
  });
  if (services.leftOpen().confirmsLoopback === true && isUnverifiable(client, request.redirect_uri))
    c.set(ASKS_FIRST, true);
  return await replyToApplication(
    c,
    request,
    'error' in granted ? granted : await answerOf(services, request.response_types, granted),
  );
}

const protocolOf = (types: readonly string[]): EventTransaction['protocol'] => {
  if (!types.includes('code')) return 'oidc-implicit-profile';
  return types.length === 1 ? 'oidc-basic-profile' : 'oidc-hybrid-profile';
};

const refusalOf = (decision: PostLoginDecision): ErrorFields | undefined => {
  if (decision.kind === 'deny') return { error: 'access_denied', error_description: decision.reason };
  if (decision.kind === 'error')
    return { error: decision.oauthError ?? 'access_denied', error_description: decision.message };
  return undefined;
};

/** Lets the browser go where an Action sends it. Silent authentication cannot follow: the application is told so. */
async function suspend(
  services: LoginServices,
  c: Context,
  login: AuthenticatedLogin,
  outcome: PostLoginOutcome,
): Promise<Response> {
  const { context, records } = services;
  const { decision } = outcome;
  if (decision.kind !== 'redirect') throw new TypeError('suspend() takes an outcome that redirects');
  if (login.request.prompt.includes('none'))
    return await refuseToApplication(c, login.request, 'interaction_required', 'User interaction required');
  if (!isUrl(decision.url))
    return await refuseToApplication(c, login.request, 'access_denied', 'Invalid redirect URL');
  // Written before the person leaves, and not again when they are back: the page may have changed it in the meantime.
  writeMetadata(services, login.user_id, outcome);
  const session = applyToSession(context, records, login.session, outcome);
  const state = records.suspended.issue({
    login: { ...login, session },
    browser: identifyBrowser(c),
    action_index: decision.actionIndex,
    transaction_metadata: decision.transactionMetadata,
    outcome: { ...outcome, appMetadata: {}, userMetadata: {} },
    expires_at: context.now() + SUSPENDED_SECONDS * 1000,
  });
  const url = new URL(decision.url);
  url.searchParams.set('state', state);
  return c.redirect(url.href, 302);
}

/**
 * Whoever signs in through a connection that says so becomes a member.
 * @see https://auth0.com/docs/manage-users/organizations/configure-organizations/grant-just-in-time-membership
 */
function becomeMember(
  { collections, context }: LoginServices,
  organizationId: string,
  { id }: Pick<ConnectionDocument, 'id'>,
  { user_id: userId }: Pick<UserDocument, 'user_id'>,
): void {
  const membership = collections.things(`/organizations/${organizationId}/enabled_connections`).get(id);
  if (membership?.['assign_membership_on_login'] === true)
    link(context.store, 'organization-members', organizationId, userId);
}
