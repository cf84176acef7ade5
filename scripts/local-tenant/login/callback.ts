import type { Context } from 'hono';
import { randomIdentifier } from '../identifiers.ts';
import { isJsonObject, stringIn } from '../../base/json-values.ts';
import type { ConnectionDocument } from '../store/resources.ts';
import { finishLogin, LOOPBACK_IP } from './finish-login.ts';
import { refuseToApplication, showError } from './replies.ts';
import type { LoginServices } from './services.ts';
import { isSameBrowser, startSession } from './sessions.ts';
import { redeemUpstreamCode } from './upstream.ts';
import type { UpstreamProfile } from './users.ts';
import { readUpstreamProfile, signInUser } from './users.ts';

/** `GET /login/callback`: the browser comes back from the upstream provider. */
export async function upstreamCallbackArrives(services: LoginServices, c: Context): Promise<Response> {
  const { records, collections, context } = services;
  const { state = '', code, error, error_description: description } = c.req.query();
  const pending = records.upstream.find(state);
  if (pending === undefined || !isSameBrowser(c, pending.browser))
    return await showError(c, 400, 'invalid_request', 'Unable to verify authorization request state.');
  records.upstream.remove(state);

  const { request } = pending;
  const refuse = (name: string, reason: string): Promise<Response> =>
    refuseToApplication(c, request, name, reason);
  if (error !== undefined) return await refuse(error, description ?? error);
  if (code === undefined) return await refuse('invalid_request', 'missing code');
  const connection = collections.connections.get(pending.connection_id);
  if (connection === undefined) return await refuse('invalid_request', 'the connection was not found');
  const tokens = await redeemUpstreamCode(context, connection, {
    code,
    codeVerifier: pending.code_verifier,
    nonce: pending.nonce,
    fetch: services.fetch,
    timeoutMilliseconds: services.upstreamTimeoutMilliseconds,
  });
  if ('failure' in tokens) return await refuse('invalid_request', tokens.failure);
  const profile = await fetchProfile(services, connection, tokens);
  if ('failure' in profile) return await refuse('invalid_request', profile.failure);

  const signedIn = context.store.transaction(() => {
    const user = signInUser(context.store, collections, connection, profile, {
      at: new Date(context.now()).toISOString(),
      ip: LOOPBACK_IP,
    });
    if (user === undefined) return undefined;
    // Before the Actions: at Auth0, too, a user whom an Action denies stays signed in at the tenant.
    const started = startSession(context, records, c, {
      userId: user.user_id,
      connectionId: connection.id,
      clientId: request.client_id,
    });
    return { user, session: started };
  });
  // How Auth0 words it is not documented.
  if (signedIn === undefined)
    return await refuse(
      'access_denied',
      `the connection ${connection.name} creates no users (set_user_root_attributes: never_on_login)`,
    );
  const { user, session } = signedIn;
  return await finishLogin(services, c, {
    id: randomIdentifier(16),
    request,
    user_id: user.user_id,
    connection_id: connection.id,
    session,
  });
}

/** Runs the connection's profile script, with what Auth0 gives such scripts. */
async function fetchProfile(
  { runtime }: LoginServices,
  { options }: ConnectionDocument,
  tokens: { readonly accessToken: string; readonly idToken: string | undefined },
): Promise<UpstreamProfile | { readonly failure: string }> {
  const { scripts } = options;
  const code = isJsonObject(scripts) ? stringIn(scripts, 'fetchUserProfile') : undefined;
  if (code === undefined) return { failure: 'the connection has no fetchUserProfile script' };
  const result = await runtime.runFetchUserProfile({
    code,
    accessToken: tokens.accessToken,
    context: tokens.idToken === undefined ? {} : { id_token: tokens.idToken },
  });
  if ('error' in result) return { failure: result.error };
  return readUpstreamProfile(result.profile) ?? { failure: 'the user profile has no user_id' };
}
