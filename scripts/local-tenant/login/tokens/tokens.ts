import { SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { TenantContext } from '../../context.ts';
import { issuerOf } from '../../context.ts';
import { randomIdentifier } from '../../identifiers.ts';
import { idTokenAlgorithm } from '../../../auth0/client-defaults.ts';
import { asObject, stringIn } from '../../../base/json-values.ts';
import { apiOfAudience } from '../../store/collections.ts';
import type { ClientDocument, UserDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { SIGNING_ALGORITHM } from '../../signing-keys.ts';
import { organizationClaims, permittedScopes, showsPermissions } from '../authorization.ts';
import type { Subject } from '../authorization.ts';
import { standardClaims } from '../claims.ts';
import type { GrantedClaims, TokenGrant } from '../records.ts';
import { isManagementAudience, userInfoAudience } from '../scopes.ts';
import type { LoginServices } from '../services.ts';

/** Seconds; Auth0's defaults for ID tokens, and for access tokens of an API and of the tenant itself. */
const ID_TOKEN_SECONDS = 36_000;
export const ACCESS_TOKEN_SECONDS = 86_400;

export interface TokenParts {
  readonly grant: TokenGrant;
  readonly claims: GrantedClaims;
  readonly client: ClientDocument;
  readonly user: UserDocument;
  readonly nonce: string | null;
  readonly authTime: number | null;
}

export interface IssuedTokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly scope: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly token_type: 'Bearer';
}

/** Issues the access token and, where `openid` was granted, the ID token. */
export async function issueTokens(services: LoginServices, parts: TokenParts): Promise<IssuedTokens> {
  const access = await issueAccessToken(services, parts);
  return parts.claims.scopes.includes('openid')
    ? { ...access, id_token: await signIdToken(services, parts) }
    : access;
}

/** Issues the access token alone. */
export async function issueAccessToken(services: LoginServices, parts: TokenParts): Promise<IssuedTokens> {
  const { grant, claims } = parts;
  const resourceServer = apiOfAudience(services.collections, grant.audience);
  const lifetime = seconds(resourceServer?.['token_lifetime'], ACCESS_TOKEN_SECONDS);
  // Without an API, Auth0's access token is opaque to the application: only `/userinfo` understands it.
  const accessToken =
    grant.audience === null
      ? randomIdentifier(32)
      : await signAccessToken(services.context, parts, resourceServer, grant.audience, lifetime);
  if (claims.scopes.includes('openid')) {
    services.records.accessTokens.keep(accessToken, {
      user_id: grant.user_id,
      scopes: claims.scopes,
      claims: claims.id_token,
      expires_at: services.context.now() + lifetime * 1000,
    });
  }
  services.traces.keepToken(claims.login_id, 'access_token', accessToken);
  return {
    access_token: accessToken,
    scope: claims.scopes.join(' '),
    expires_in: lifetime,
    token_type: 'Bearer',
  };
}

async function signAccessToken(
  context: TenantContext,
  { grant, claims }: TokenParts,
  resourceServer: JsonObject | undefined,
  audience: string,
  lifetime: number,
): Promise<string> {
  // Auth0 lets nobody put claims into a token of the Management API.
  const custom = isManagementAudience(context, audience) ? {} : claims.access_token;
  const dialect = stringIn(resourceServer ?? {}, 'token_dialect') ?? '';
  const isProfiled = dialect.startsWith('rfc9068_profile');
  return await sign(context, isProfiled ? 'at+jwt' : 'JWT', lifetime, {
    ...custom,
    sub: grant.user_id,
    aud: claims.scopes.includes('openid') ? [audience, userInfoAudience(context)] : audience,
    // Auth0's own dialect names the client in `azp`, RFC 9068 in `client_id`.
    ...(isProfiled ? { client_id: grant.client_id, jti: randomIdentifier(22) } : { azp: grant.client_id }),
    scope: claims.scopes.join(' '),
    ...organizationClaims(context, grant.organization_id),
    ...(showsPermissions(resourceServer)
      ? { permissions: [...(permittedScopes(context, subjectOf(grant), resourceServer) ?? [])] }
      : {}),
  });
}

/**
 * Signs the ID token alone.
 * @param hashes Of what comes with it through the browser: `at_hash`, `c_hash`.
 * @see https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
 */
export async function signIdToken(
  { context, traces }: LoginServices,
  parts: TokenParts,
  hashes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { grant, claims, client, user, nonce, authTime } = parts;
  const { lifetime_in_seconds: lifetime } = asObject(client.settings['jwt_configuration']);
  const payload: JsonObject = {
    ...standardClaims(user, claims.scopes),
    ...claims.id_token,
    ...hashes,
    sub: grant.user_id,
    aud: client.client_id,
    sid: grant.session_id,
    ...(nonce === null ? {} : { nonce }),
    ...(authTime === null ? {} : { auth_time: authTime }),
    ...organizationClaims(context, grant.organization_id),
  };
  const lifetimeSeconds = seconds(lifetime, ID_TOKEN_SECONDS);
  const token =
    idTokenAlgorithm(client.settings) === 'HS256'
      ? await withTimes(context, payload, lifetimeSeconds)
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
          .sign(new TextEncoder().encode(client.client_secret))
      : await sign(context, 'JWT', lifetimeSeconds, payload);
  traces.keepToken(claims.login_id, 'id_token', token);
  return token;
}

export const subjectOf = (grant: TokenGrant): Subject => ({
  userId: grant.user_id,
  organizationId: grant.organization_id,
});

const withTimes = (context: TenantContext, payload: JWTPayload, lifetimeSeconds: number): SignJWT => {
  const issuedAt = Math.floor(context.now() / 1000);
  return new SignJWT(payload)
    .setIssuer(issuerOf(context))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds);
};

/** Signs a token with the tenant's key. */
export const sign = (
  context: TenantContext,
  type: string,
  lifetimeSeconds: number,
  payload: JWTPayload,
): Promise<string> =>
  withTimes(context, payload, lifetimeSeconds)
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: type, kid: context.keys.kid })
    .sign(context.keys.privateKey);

export const seconds = (value: unknown, fallback: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : fallback;
