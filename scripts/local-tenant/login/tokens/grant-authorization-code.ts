import type { ClientDocument } from '../../store/resources.ts';
import { provesKey } from '../../secrets.ts';
import { isPublicClient } from '../applications.ts';
import { issueRefreshToken, refreshTokenPolicy } from './refresh-tokens.ts';
import type { LoginServices } from '../services.ts';
import { invalidGrant, invalidRequest, unauthorized } from './token-errors.ts';
import type { IssuedTokens } from './tokens.ts';
import { issueTokens } from './tokens.ts';

/**
 * `grant_type=authorization_code`. The code is spent by the first request that shows it, right or wrong.
 *
 * @throws {TokenRefusal} 403 `invalid_grant`, 400 `invalid_request`, 401 `access_denied` for a public client without PKCE.
 */
export async function redeemCode(
  services: LoginServices,
  client: ClientDocument,
  body: Readonly<Record<string, string>>,
): Promise<IssuedTokens & { readonly refresh_token?: string }> {
  const { records, collections, context } = services;
  const { code: secret, redirect_uri: redirectUri, code_verifier: verifier } = body;
  if (secret === undefined) throw invalidRequest('Missing required parameter: code');
  const code = records.codes.take(secret);
  if (code?.grant.client_id !== client.client_id) throw invalidGrant('Invalid authorization code');
  const isImplied = code.redirect_uri_implied === true && redirectUri === undefined;
  if (redirectUri !== code.redirect_uri && !isImplied) {
    throw invalidGrant(
      `The redirect URI is wrong. You sent ${redirectUri ?? 'null'}, and we expected ${code.redirect_uri}`,
    );
  }
  if (isPublicClient(client) && code.proof_key === null) throw unauthorized();
  if (!provesKey(code.proof_key ?? undefined, verifier)) throw invalidGrant('Failed to verify code verifier');
  const user = collections.users.get(code.grant.user_id);
  if (user === undefined) throw invalidGrant('The user does not exist anymore');
  const tokens = await issueTokens(services, {
    grant: code.grant,
    claims: code.claims,
    client,
    user,
    nonce: code.nonce,
    authTime: code.auth_time,
  });
  if (!code.claims.scopes.includes('offline_access')) return tokens;
  return {
    ...tokens,
    refresh_token: issueRefreshToken(
      records,
      refreshTokenPolicy(client),
      code.grant,
      code.refresh_token,
      context.now(),
    ),
  };
}
