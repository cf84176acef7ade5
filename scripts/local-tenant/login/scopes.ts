import { managementAudienceOf } from '../context.ts';
import type { TenantContext } from '../context.ts';
import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { ClientDocument } from '../store/resources.ts';
import { allowsGrant } from './applications.ts';

const OIDC_SCOPES = ['openid', 'profile', 'email', 'address', 'phone'];

/** The tenant's own audience, which every access token with `openid` is good for. */
export const userInfoAudience = (context: TenantContext): string => `${context.url()}/userinfo`;

/** The API that an access token is for, or `null` for a token that is good for `/userinfo` only. */
export const apiAudience = (context: TenantContext, audience: string | null): string | null =>
  audience === userInfoAudience(context) ? null : audience;

export const isManagementAudience = (context: TenantContext, audience: string | null): boolean =>
  audience === managementAudienceOf(context);

/** The scopes that a resource server has defined. */
const scopesOf = (resourceServer: JsonObject | undefined): readonly string[] => {
  const scopes = resourceServer?.['scopes'];
  if (!Array.isArray(scopes)) return [];
  return scopes.flatMap((scope) =>
    isJsonObject(scope) && typeof scope['value'] === 'string' ? [scope['value']] : [],
  );
};

/**
 * What a user's login grants of the scopes that were asked for: those of OpenID Connect, those that the API has, and
 * `offline_access` where application and API allow refresh tokens. The rest is dropped without a word, as Auth0 does.
 *
 * @param permitted What role-based access control leaves of the API's scopes. Default: all.
 * @see https://auth0.com/docs/get-started/apis/scopes
 */
export function grantScopes(
  requested: readonly string[],
  client: ClientDocument,
  resourceServer: JsonObject | undefined,
  permitted?: readonly string[],
): readonly string[] {
  // Management scopes are for client credentials alone: no login gives them.
  const own = resourceServer?.['is_system'] === true ? [] : scopesOf(resourceServer);
  const defined = permitted === undefined ? own : own.filter((scope) => permitted.includes(scope));
  const allowsOffline =
    allowsGrant(client, 'refresh_token') &&
    (resourceServer === undefined || resourceServer['allow_offline_access'] === true);
  return requested.filter(
    (scope) =>
      OIDC_SCOPES.includes(scope) || defined.includes(scope) || (scope === 'offline_access' && allowsOffline),
  );
}

/** The granted scopes after the Actions' say. */
export const adjustScopes = (
  granted: readonly string[],
  changes: { readonly addedScopes: readonly string[]; readonly removedScopes: readonly string[] },
): readonly string[] => [
  ...new Set([...granted, ...changes.addedScopes].filter((scope) => !changes.removedScopes.includes(scope))),
];
