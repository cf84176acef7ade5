import { jwtVerify, SignJWT } from 'jose';
import type { TenantContext } from './context.ts';
import { issuerOf, managementAudienceOf } from './context.ts';
import { SIGNING_ALGORITHM } from './signing-keys.ts';

/** Seconds that Auth0 lets a Management API token live by default. */
export const MANAGEMENT_TOKEN_LIFETIME_SECONDS = 86_400;

/** Issues an access token for the Management API, as the client-credentials grant gives it. */
export async function issueManagementToken(
  context: TenantContext,
  grant: { readonly clientId: string; readonly scope: readonly string[] },
): Promise<string> {
  const issuedAt = Math.floor(context.now() / 1000);
  return await new SignJWT({ azp: grant.clientId, gty: 'client-credentials', scope: grant.scope.join(' ') })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'JWT', kid: context.keys.kid })
    .setIssuer(issuerOf(context))
    .setSubject(`${grant.clientId}@clients`)
    .setAudience(managementAudienceOf(context))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + MANAGEMENT_TOKEN_LIFETIME_SECONDS)
    .sign(context.keys.privateKey);
}

interface Verified {
  readonly clientId: string;
  readonly scope: readonly string[];
}

/**
 * The scopes of a Management API token.
 * @throws When it is not one of ours, has expired, is for something else, or is a user's: only an application that signs in for
 * itself administers the tenant.
 */
export async function readManagementToken(context: TenantContext, token: string): Promise<Verified> {
  const { payload } = await jwtVerify(token, context.keys.publicKey, {
    issuer: issuerOf(context),
    audience: managementAudienceOf(context),
    algorithms: [SIGNING_ALGORITHM],
    currentDate: new Date(context.now()),
  });
  const { scope, azp, gty, aud, sub } = payload;
  if (gty !== 'client-credentials' || typeof aud !== 'string' || sub !== `${String(azp)}@clients`)
    throw new TypeError('This is no token of an application.');
  return {
    clientId: typeof azp === 'string' ? azp : '',
    scope: typeof scope === 'string' ? scope.split(' ') : [],
  };
}

/** The same; `undefined` for a token that is refused. */
export const verifyManagementToken = (context: TenantContext, token: string): Promise<Verified | undefined> =>
  readManagementToken(context, token).catch(() => undefined);
