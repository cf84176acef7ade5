import { createHash } from 'node:crypto';
import type { PostLoginOutcome } from '../../runner/contract.ts';
import type { ClientDocument, ConnectionDocument, UserDocument } from '../store/resources.ts';
import type { AuthenticatedLogin, CodeDocument } from './records.ts';
import { permittedScopes } from './authorization.ts';
import { adjustScopes, apiAudience, grantScopes } from './scopes.ts';
import { apiOfAudience } from '../store/collections.ts';
import type { LoginServices } from './services.ts';
import { issueAccessToken, signIdToken } from './tokens/tokens.ts';

/** Seconds, Auth0's own. */
const CODE_SECONDS = 600;

/** What the application reads at its callback instead of a code. */
export interface ErrorFields extends Readonly<Record<string, string>> {
  readonly error: string;
  readonly error_description: string;
}

/** What a login that the Actions have allowed brings. Writes several documents: call it within a transaction. */
export function grantLogin(
  services: LoginServices,
  login: AuthenticatedLogin,
  outcome: PostLoginOutcome,
  {
    client,
    connection,
    user,
  }: { client: ClientDocument; connection: ConnectionDocument; user: UserDocument },
): CodeDocument | ErrorFields {
  const { context, collections } = services;
  const { request, session } = login;
  const userId = finalUser(services, login, user, outcome.primaryUserId);
  if (userId === undefined)
    return {
      error: 'access_denied',
      error_description: 'The user is gone, or is no secondary identity of the primary user',
    };
  const audience = apiAudience(context, request.audience);
  const resourceServer = apiOfAudience(collections, audience);
  return {
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
      scopes: adjustScopes(
        grantScopes(
          request.scopes,
          client,
          resourceServer,
          permittedScopes(context, { userId, organizationId: request.organization_id }, resourceServer),
        ),
        outcome,
      ),
      id_token: outcome.idTokenClaims,
      access_token: outcome.accessTokenClaims,
    },
    redirect_uri: request.redirect_uri,
    redirect_uri_implied: request.query['redirect_uri'] === undefined,
    nonce: request.nonce,
    proof_key: request.proof_key,
    auth_time: request.max_age === null ? null : Math.floor(session.authenticated_at / 1000),
    refresh_token: outcome.refreshToken ?? null,
    expires_at: context.now() + CODE_SECONDS * 1000,
  };
}

/**
 * What the application gets through the browser: a code, tokens, or both.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#HybridFlowAuth
 */
export async function answerOf(
  services: LoginServices,
  types: readonly string[],
  document: CodeDocument,
): Promise<Readonly<Record<string, string>>> {
  const { collections, records } = services;
  const { grant, claims, nonce, auth_time: authTime } = document;
  const fields: Record<string, string> = {};
  const hashes: Record<string, string> = {};
  if (types.includes('code')) {
    fields['code'] = records.codes.issue(document);
    hashes['c_hash'] = halfHash(fields['code']);
  }
  const client = collections.clients.get(grant.client_id);
  const user = collections.users.get(grant.user_id);
  if (client === undefined || user === undefined || types.every((type) => type === 'code')) return fields;
  const parts = { grant, claims, client, user, nonce, authTime };
  if (types.includes('token')) {
    const { access_token: token, expires_in: lifetime, scope } = await issueAccessToken(services, parts);
    Object.assign(fields, { access_token: token, expires_in: String(lifetime), token_type: 'Bearer', scope });
    hashes['at_hash'] = halfHash(token);
  }
  if (types.includes('id_token') && claims.scopes.includes('openid'))
    fields['id_token'] = await signIdToken(services, parts, hashes);
  return fields;
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken */
const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

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
