import type { JsonObject } from '../base/json-values.ts';
import { isJsonObject } from '../base/json-values.ts';

const DAY_SECONDS = 86_400;

/** What a refresh token policy leaves open, by its rotation. */
function refreshTokenDefaults(rotating: boolean): JsonObject {
  return rotating
    ? {
        leeway: 0,
        token_lifetime: 30 * DAY_SECONDS,
        idle_token_lifetime: 15 * DAY_SECONDS,
        infinite_token_lifetime: false,
        infinite_idle_token_lifetime: false,
      }
    : {
        expiration_type: 'non-expiring',
        rotation_type: 'non-rotating',
        leeway: 0,
        infinite_token_lifetime: true,
        infinite_idle_token_lifetime: true,
        token_lifetime: 365.25 * DAY_SECONDS,
        idle_token_lifetime: 30 * DAY_SECONDS,
      };
}

/** Which grants an application has when nothing is said: those that fit a public or a confidential client. */
const defaultGrantTypes = (body: JsonObject): string[] => {
  if (body['app_type'] === 'non_interactive') return ['client_credentials'];
  const isPublic = body['token_endpoint_auth_method'] === 'none' || body['app_type'] === 'spa';
  return ['authorization_code', 'implicit', 'refresh_token', ...(isPublic ? [] : ['client_credentials'])];
};

/** Fills what a nested setting leaves open. */
export function completeSettings(settings: JsonObject): JsonObject {
  const refreshToken = settings['refresh_token'];
  const jwt = settings['jwt_configuration'];
  const crossOrigin = settings['cross_origin_authentication'];
  return {
    ...settings,
    ...(isJsonObject(refreshToken)
      ? {
          refresh_token: {
            ...refreshTokenDefaults(refreshToken['rotation_type'] === 'rotating'),
            ...refreshToken,
          },
        }
      : {}),
    ...(isJsonObject(jwt)
      ? { jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 36_000, secret_encoded: false, ...jwt } }
      : {}),
    // The old name is shown beside the new one; the tenant's global client has never had it.
    ...(crossOrigin === undefined || settings['global'] === true ? {} : { cross_origin_auth: crossOrigin }),
  };
}

/** The settings of a new application: what was asked for, over what Auth0 starts with. */
export const newClientSettings = (body: JsonObject): JsonObject =>
  completeSettings({
    global: false,
    is_token_endpoint_ip_header_trusted: false,
    is_first_party: true,
    oidc_conformant: false,
    sso_disabled: false,
    cross_origin_authentication: false,
    refresh_token: {},
    jwt_configuration: {},
    grant_types: defaultGrantTypes(body),
    custom_login_page_on: true,
    callback_url_template: false,
    ...body,
  });
