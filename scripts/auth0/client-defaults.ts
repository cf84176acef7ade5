import type { JsonObject, JsonRecord } from '../base/json-values.ts';
import { asObject, isJsonObject, recordOf, textOf } from '../base/json-values.ts';

const DAY_SECONDS = 86_400;

/**
 * What a refresh token policy leaves open, as recorded: tokens that stay the same live longer where the application says how
 * it keeps its secret.
 */
function refreshTokenDefaults(policy: JsonObject, settings: JsonObject): JsonObject {
  const isRotating = policy['rotation_type'] === 'rotating';
  const expires = isRotating || policy['expiration_type'] === 'expiring';
  const { token_endpoint_auth_method: method } = settings;
  const isLong = !isRotating && typeof method === 'string' && method !== 'none';
  return {
    ...(isRotating ? {} : { expiration_type: 'non-expiring', rotation_type: 'non-rotating' }),
    leeway: 0,
    token_lifetime: (isLong ? 365.25 : 30) * DAY_SECONDS,
    idle_token_lifetime: (isLong ? 30 : 15) * DAY_SECONDS,
    infinite_token_lifetime: !expires,
    infinite_idle_token_lifetime: !expires,
  };
}

/**
 * Which grants an application has when nothing is said: those that fit a public or a confidential client, whatever its type.
 * @see https://auth0.com/docs/get-started/applications/application-grant-types
 */
const defaultGrantTypes = ({ token_endpoint_auth_method: method }: JsonObject): string[] => [
  ...['authorization_code', 'implicit', 'refresh_token'],
  ...(method === 'none' ? [] : ['client_credentials']),
];

const LOGOUT_DEFAULTS: JsonObject = {
  backchannel_logout_initiators: { mode: 'custom', selected_initiators: ['rp-logout', 'idp-logout'] },
};

const SESSION_TRANSFER_DEFAULTS: JsonObject = {
  can_create_session_transfer_token: false,
  allowed_authentication_methods: [],
  enforce_device_binding: 'ip',
  allow_refresh_token: false,
  enforce_online_refresh_tokens: true,
  enforce_cascade_revocation: true,
};

/** Fills what a nested setting leaves open. */
export function completeSettings(settings: JsonObject): JsonObject {
  const refreshToken = settings['refresh_token'];
  const jwt = settings['jwt_configuration'];
  const crossOrigin = settings['cross_origin_authentication'];
  const logout = settings['oidc_logout'];
  const transfer = settings['session_transfer'];
  return {
    ...settings,
    ...(isJsonObject(transfer) ? { session_transfer: { ...SESSION_TRANSFER_DEFAULTS, ...transfer } } : {}),
    ...(isJsonObject(refreshToken)
      ? {
          refresh_token: {
            ...refreshTokenDefaults(refreshToken, settings),
            ...refreshToken,
          },
        }
      : {}),
    ...(isJsonObject(jwt) ? { jwt_configuration: { secret_encoded: false, ...jwt } } : {}),
    // The old name is shown beside the new one; the tenant's global client has never had it.
    ...(crossOrigin === undefined || settings['global'] === true ? {} : { cross_origin_auth: crossOrigin }),
    ...(isJsonObject(logout)
      ? {
          oidc_logout: { ...LOGOUT_DEFAULTS, ...logout },
          oidc_backchannel_logout: Object.fromEntries(
            Object.entries(logout).filter(([name]) => name === 'backchannel_logout_urls'),
          ),
        }
      : {}),
  };
}

/** Of `jwt_configuration`: what a change keeps that does not name it. */
export const KEPT_OF_TOKENS: readonly string[] = ['lifetime_in_seconds', 'secret_encoded'];

/**
 * What a change makes of settings. Recorded: of the configuration of tokens, two settings stay that it does not name; that the
 * algorithm does is not.
 */
export function changedSettings(before: JsonObject, change: JsonObject): JsonObject {
  const { jwt_configuration: jwt } = change;
  if (!isJsonObject(jwt)) return { ...before, ...change };
  const stays = Object.entries(asObject(before['jwt_configuration'])).filter(([name]) =>
    KEPT_OF_TOKENS.includes(name),
  );
  return { ...before, ...change, jwt_configuration: { ...Object.fromEntries(stays), ...jwt } };
}

/** What kinds of applications start with that are younger than the others' defaults, as recorded. */
const YOUNGER_KINDS: readonly {
  readonly is: (body: JsonObject) => boolean;
  readonly settings: JsonObject;
}[] = [
  {
    is: (body) => body['app_type'] === 'resource_server',
    settings: { jwt_configuration: { alg: 'RS256' }, grant_types: [] },
  },
  {
    // What Okta's integration network makes of an application.
    is: (body) => body['app_type'] === 'express_configuration',
    settings: {
      jwt_configuration: { alg: 'RS256' },
      grant_types: ['authorization_code', 'client_credentials'],
      callbacks: ['https://system-admin.okta.com/admin/app/generic/oauth20redirect'],
      organization_usage: 'require',
      organization_require_behavior: 'pre_login_prompt',
      client_authentication_methods: { private_key_jwt: { credentials: [] } },
    },
  },
  {
    is: (body) => body['third_party_security_mode'] === 'strict',
    settings: {
      jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 3_600 },
      grant_types: ['authorization_code'],
      refresh_token: { expiration_type: 'expiring', infinite_token_lifetime: true },
    },
  },
  {
    is: (body) => body['b2b_integration_configuration'] !== undefined,
    settings: {
      grant_types: ['authorization_code'],
      organization_usage: 'require',
      organization_require_behavior: 'pre_login_prompt',
      organization_discovery_methods: ['email', 'organization_name'],
    },
  },
];

/** The settings of a new application: what was asked for, over what Auth0 starts with. */
export const newClientSettings = (body: JsonObject): JsonObject => {
  const younger = YOUNGER_KINDS.find(({ is }) => is(body))?.settings;
  const isThirdParty = body['is_first_party'] === false;
  return completeSettings({
    global: false,
    is_token_endpoint_ip_header_trusted: false,
    is_first_party: true,
    // Recorded: applications of third parties always are.
    oidc_conformant: younger !== undefined || isThirdParty,
    sso_disabled: false,
    cross_origin_authentication: false,
    // Recorded: public applications of one's own do not, whether they are OIDC conformant or not.
    refresh_token:
      isThirdParty && body['token_endpoint_auth_method'] === 'none'
        ? { rotation_type: 'rotating', expiration_type: 'expiring' }
        : {},
    jwt_configuration: { lifetime_in_seconds: 36_000 },
    grant_types: defaultGrantTypes(body),
    custom_login_page_on: true,
    callback_url_template: false,
    ...younger,
    ...body,
  });
};

/**
 * How an application's ID tokens are signed, as the Management API shows it: with HS256 where it shows a configuration that
 * names nothing.
 *
 * @see https://auth0.com/docs/get-started/applications/change-application-signing-algorithms
 */
export function idTokenAlgorithm({ jwt_configuration: configuration }: JsonRecord): string {
  const algorithm = textOf(recordOf(configuration)['alg']);
  return algorithm || (configuration === undefined ? 'RS256' : 'HS256');
}
