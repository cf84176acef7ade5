import type { PostLoginOutcome } from '../../runner/contract.ts';
import type { ClientDocument, ConnectionDocument, UserDocument } from '../store/resources.ts';
import type { AuthenticatedLogin } from './records.ts';
import { adjustScopes, apiAudience, grantScopes } from './scopes.ts';
import { apiOfAudience } from '../store/collections.ts';
import type { LoginServices } from './services.ts';

/** Seconds, Auth0's own. */
const CODE_SECONDS = 600;

/** What the application reads at its callback instead of a code. */
export interface ErrorFields extends Readonly<Record<string, string>> {
  readonly error: string;
  readonly error_description: string;
}

/** Issues the code of a login that the Actions have allowed. Writes several documents: call it within a transaction. */
export function issueCode(
  services: LoginServices,
  login: AuthenticatedLogin,
  outcome: PostLoginOutcome,
  {
    client,
    connection,
    user,
  }: { client: ClientDocument; connection: ConnectionDocument; user: UserDocument },
): { code: string } | ErrorFields {
  const { context, collections, records } = services;
  const { request, session } = login;
  const userId = finalUser(services, login, user, outcome.primaryUserId);
  if (userId === undefined)
    return {
      error: 'access_denied',
      error_description: 'The user is gone, or is no secondary identity of the primary user',
    };
  const audience = apiAudience(context, request.audience);
  const resourceServer = apiOfAudience(collections, audience);
  const code = records.codes.issue({
    grant: {
      client_id: client.client_id,
      user_id: userId,
      connection_id: connection.id,
      organization_id: request.organization_id,
      audience,
      requested_scopes: request.scopes,
      session_id: session.id,
    },
    claims: {
      login_id: login.id,
      scopes: adjustScopes(grantScopes(request.scopes, client, resourceServer), outcome),
      id_token: outcome.idTokenClaims,
      access_token: outcome.accessTokenClaims,
    },
    redirect_uri: request.redirect_uri,
    nonce: request.nonce,
    proof_key: request.proof_key,
    auth_time: request.max_age === null ? null : Math.floor(session.authenticated_at / 1000),
    refresh_token: outcome.refreshToken ?? null,
    expires_at: context.now() + CODE_SECONDS * 1000,
  });
  return { code };
}

/**
 * Whose tokens these are: the user who signed in, or the primary user that an Action has named, of whom that login's identity
 * has to be a secondary identity by now. The session goes over to that user.
 *
 * @see https://auth0.com/docs/manage-users/user-accounts/user-account-linking
 */
function finalUser(
  { collections, records }: LoginServices,
  { session }: AuthenticatedLogin,
  user: UserDocument,
  primaryUserId: string | undefined,
): string | undefined {
  if (primaryUserId === undefined || primaryUserId === user.user_id)
    return collections.users.get(user.user_id)?.user_id;
  const [own] = user.identities;
  const isLinked = collections.users
    .get(primaryUserId)
    ?.identities.some(({ provider, user_id: id }) => provider === own?.provider && id === own.user_id);
  if (isLinked !== true) return undefined;
  records.sessions.changeEach((document) =>
    document.id === session.id ? { ...document, user_id: primaryUserId } : document,
  );
  return primaryUserId;
}
