import type { Context } from 'hono';
import type { PostLoginDecision } from '../../../runner/contract.ts';
import { randomIdentifier } from '../../identifiers.ts';
import type { ClientDocument } from '../../store/resources.ts';
import { permittedScopes, roleNamesOf } from '../authorization.ts';
import { splitList } from '../authorize-request.ts';
import { buildEvent } from '../event.ts';
import { requestParts } from '../finish-login.ts';
import { concludeRun, runPostLoginActions } from '../post-login.ts';
import type { RefreshTokenDocument } from '../records.ts';
import { judgeRefreshToken, refreshTokenPolicy, renewRefreshToken, revokeFamily } from './refresh-tokens.ts';
import { adjustScopes, grantScopes } from '../scopes.ts';
import { apiOfAudience } from '../../store/collections.ts';
import type { LoginServices } from '../services.ts';
import { invalidGrant, invalidRequest, TokenRefusal } from './token-errors.ts';
import { TAG_HEADER } from '../traces.ts';
import type { IssuedTokens } from './tokens.ts';
import { issueTokens, subjectOf } from './tokens.ts';

const unusable = (): TokenRefusal => invalidGrant('Unknown or invalid refresh token.');

/**
 * `grant_type=refresh_token`: the Actions run again, with the protocol `oauth2-refresh-token` and no fresh upstream data.
 *
 * @throws {TokenRefusal} 403 `invalid_grant`; 403 `access_denied` with the Action's reason; 400 `invalid_request`.
 */
export async function redeemRefreshToken(
  services: LoginServices,
  c: Context,
  client: ClientDocument,
  body: Readonly<Record<string, string>>,
): Promise<IssuedTokens & { readonly refresh_token?: string }> {
  const { records, collections, context } = services;
  const { refresh_token: secret } = body;
  if (secret === undefined) throw invalidRequest('Missing required parameter: refresh_token');
  const policy = refreshTokenPolicy(client);

  /** The token, if it may be used now; a reused one ends its family. */
  const present = (): RefreshTokenDocument | undefined => {
    const found = records.refreshTokens.find(secret);
    const verdict = judgeRefreshToken(found, client.client_id, policy, context.now());
    if (verdict === 'reused' && found !== undefined) revokeFamily(records, found.family);
    return verdict === 'usable' ? found : undefined;
  };
  const document = present();
  if (document === undefined) throw unusable();
  const { grant } = document;
  const user = collections.users.get(grant.user_id);
  const connection = collections.connections.get(grant.connection_id);
  if (user === undefined || connection === undefined || user.root['blocked'] === true) throw unusable();
  const organization =
    grant.organization_id === null
      ? undefined
      : collections.things('/organizations').get(grant.organization_id);
  const requested = narrowScopes(grant.requested_scopes, body['scope']);

  const id = randomIdentifier(16);
  const event = buildEvent({
    client,
    connection,
    user,
    organization,
    roles: roleNamesOf(context, user.user_id, grant.organization_id),
    session: undefined,
    refreshToken: document,
    audience: grant.audience,
    request: requestParts(services, c, c.req.query(), body),
    transaction: {
      id,
      protocol: 'oauth2-refresh-token',
      // Auth0 does not tell Actions here what was asked for, neither at the sign-in nor now.
      requestedScopes: [],
      query: {},
      prompt: [],
      redirectUri: null,
    },
  });
  const outcome = await runPostLoginActions(services, { event });

  let refusal: string | undefined;
  const renewed = context.store.transaction(() => {
    refusal = concludeRun(services, {
      ...{ id, client, connection, protocol: 'oauth2-refresh-token', user, event, outcome },
      tag: c.req.header(TAG_HEADER),
      isSilent: false,
      organizationId: grant.organization_id,
      audience: grant.audience,
      scopes: requested,
      userAgent: c.req.header('user-agent'),
      session: undefined,
    });
    if (outcome.refreshToken?.revoked === true) revokeFamily(records, document.family);
    if (outcome.decision.kind !== 'allow' || refusal !== undefined) return undefined;
    // Looked at again: while the Actions ran, another request may have used the token.
    const current = present();
    if (current === undefined) return undefined;
    return {
      refreshToken: renewRefreshToken(
        records,
        policy,
        { secret, document: current },
        outcome.refreshToken ?? null,
        context.now(),
      ),
    };
  });
  if (renewed === undefined)
    throw refusalOf(refusal === undefined ? outcome.decision : { kind: 'error', message: refusal });
  const resourceServer = apiOfAudience(collections, grant.audience);
  const tokens = await issueTokens(services, {
    grant,
    claims: {
      login_id: id,
      scopes: adjustScopes(
        grantScopes(
          requested,
          client,
          resourceServer,
          permittedScopes(context, subjectOf(grant), resourceServer),
        ),
        outcome,
      ),
      id_token: outcome.idTokenClaims,
      access_token: outcome.accessTokenClaims,
    },
    client,
    user,
    nonce: null,
    authTime: null,
  });
  return renewed.refreshToken === undefined ? tokens : { ...tokens, refresh_token: renewed.refreshToken };
}

/** A refresh may ask for fewer scopes than the sign-in did, never for more. */
function narrowScopes(original: readonly string[], parameter: string | undefined): readonly string[] {
  const asked = splitList(parameter);
  return asked.length === 0 ? original : original.filter((scope) => asked.includes(scope));
}

function refusalOf(decision: PostLoginDecision): TokenRefusal {
  switch (decision.kind) {
    case 'deny':
      return new TokenRefusal(403, 'access_denied', decision.reason);
    case 'error':
      return new TokenRefusal(403, decision.oauthError ?? 'access_denied', decision.message);
    // No browser is there to be sent anywhere.
    case 'redirect':
      return new TokenRefusal(403, 'interaction_required', 'User interaction required');
    case 'allow':
      return unusable();
  }
}
