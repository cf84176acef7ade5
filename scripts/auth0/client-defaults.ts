import type { Json, JsonObject } from '../base/json-values.ts';
import { isJsonObject } from '../base/json-values.ts';

const DAY_SECONDS = 86_400;

/** What a refresh token policy leaves open, as recorded. */
function refreshTokenDefaults(policy: JsonObject): JsonObject {
  const expires = policy['rotation_type'] === 'rotating' || policy['expiration_type'] === 'expiring';
  return {
    ...(policy['rotation_type'] === 'rotating'
      ? {}
      : { expiration_type: 'non-expiring', rotation_type: 'non-rotating' }),
    leeway: 0,
    token_lifetime: 30 * DAY_SECONDS,
    idle_token_lifetime: 15 * DAY_SECONDS,
    infinite_token_lifetime: !expires,
    infinite_idle_token_lifetime: !expires,
  };
}

/** Which grants an application has when nothing is said: those that fit a public or a confidential client. */
const defaultGrantTypes = (body: JsonObject): string[] => {
  if (body['app_type'] === 'non_interactive') return ['client_credentials'];
  if (body['app_type'] === 'resource_server') return [];
  if (body['app_type'] === 'express_configuration') return ['authorization_code', 'client_credentials'];
  const isPublic = body['token_endpoint_auth_method'] === 'none' || body['app_type'] === 'spa';
  return ['authorization_code', 'implicit', 'refresh_token', ...(isPublic ? [] : ['client_credentials'])];
};

/** Fills what a nested setting leaves open. */
export function completeSettings(settings: JsonObject): JsonObject {
  const refreshToken = settings['refresh_token'];
  const jwt = settings['jwt_configuration'];
  const crossOrigin = settings['cross_origin_authentication'];
  const logout = settings['oidc_logout'];
  return {
    ...settings,
    ...(isJsonObject(refreshToken)
      ? {
          refresh_token: {
            ...refreshTokenDefaults(refreshToken),
            ...refreshToken,
          },
        }
      : {}),
    ...(isJsonObject(jwt)
      ? { jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 36_000, secret_encoded: false, ...jwt } }
      : {}),
    // The old name is shown beside the new one; the tenant's global client has never had it.
    ...(crossOrigin === undefined || settings['global'] === true ? {} : { cross_origin_auth: crossOrigin }),
    ...(isJsonObject(logout) && logout['backchannel_logout_urls'] !== undefined
      ? { oidc_backchannel_logout: { backchannel_logout_urls: logout['backchannel_logout_urls'] } }
      : {}),
  };
}

/** Types of applications that are younger than the flag. */
const CONFORMANT_TYPES: readonly Json[] = ['resource_server', 'express_configuration'];

/** What Okta's integration network makes of an application. */
const EXPRESS_CONFIGURATION: JsonObject = {
  callbacks: ['https://system-admin.okta.com/admin/app/generic/oauth20redirect'],
  organization_usage: 'require',
  organization_require_behavior: 'pre_login_prompt',
  client_authentication_methods: { private_key_jwt: { credentials: [] } },
};

/** The settings of a new application: what was asked for, over what Auth0 starts with. */
export const newClientSettings = (body: JsonObject): JsonObject =>
  completeSettings({
    global: false,
    is_token_endpoint_ip_header_trusted: false,
    is_first_party: true,
    oidc_conformant: false,
    ...(CONFORMANT_TYPES.includes(body['app_type'] ?? '') ? { oidc_conformant: true } : {}),
    ...(body['app_type'] === 'express_configuration' ? EXPRESS_CONFIGURATION : {}),
    sso_disabled: false,
    cross_origin_authentication: false,
    refresh_token: {},
    jwt_configuration: CONFORMANT_TYPES.includes(body['app_type'] ?? '') ? { alg: 'RS256' } : {},
    grant_types: defaultGrantTypes(body),
    custom_login_page_on: true,
    callback_url_template: false,
    ...body,
  });
