import { isRecord } from '../base/json-values.ts';
import * as parts from './client-schema-parts.ts';
import { anyObject, flag, integer, list, metadataOf, nullable, object, oneOf, text } from './schema-words.ts';
import type { Schema } from './schema-words.ts';

/** Keys of `client_metadata` that an application may have, those of other teams included. */
export const CLIENT_METADATA_MAX_KEYS = 10;

const APP_TYPES = [
  ...[
    'native',
    'spa',
    'regular_web',
    'non_interactive',
    'resource_server',
    'express_configuration',
    'rms',
    'box',
  ],
  ...['cloudbees', 'concur', 'dropbox', 'mscrm', 'echosign', 'egnyte', 'newrelic', 'office365', 'salesforce'],
  ...['sentry', 'sharepoint', 'slack', 'springcm', 'zendesk', 'zoom', 'sso_integration', 'oag'],
];

const urls = list(text({ format: 'url-with-placeholders' }));
const names = list(text({ minLength: 1 }));

export const CLIENT_PROPERTIES: Readonly<Record<string, Schema>> = {
  name: text({ minLength: 1, pattern: '^[^<>]+$' }),
  description: text({ maxLength: 140 }),
  addons: parts.addons,
  allowed_clients: names,
  allowed_logout_urls: urls,
  allowed_origins: urls,
  anonymous_sessions: nullable(anyObject),
  app_type: oneOf(...APP_TYPES),
  async_approval_notification_channels: list(oneOf('guardian-push', 'email', 'my-account'), {
    minItems: 1,
  }),
  b2b_integration_configuration: nullable(anyObject),
  callbacks: list(text({ format: 'callback-url' })),
  client_aliases: names,
  client_authentication_methods: parts.authenticationMethods,
  client_metadata: metadataOf(CLIENT_METADATA_MAX_KEYS),
  compliance_level: nullable(
    oneOf('none', 'fapi1_adv_pkj_par', 'fapi1_adv_mtls_par', 'fapi2_sp_pkj_mtls', 'fapi2_sp_mtls_mtls'),
  ),
  cross_origin_authentication: flag,
  cross_origin_loc: text(),
  custom_login_page: text(),
  custom_login_page_on: flag,
  custom_login_page_preview: text(),
  default_organization: nullable(parts.defaultOrganization),
  encryption_key: nullable(anyObject),
  express_configuration: parts.expressConfiguration,
  fedcm_login: nullable(anyObject),
  form_template: text(),
  grant_types: names,
  identity_assertion_authorization_grant: anyObject,
  initiate_login_uri: text({ format: 'absolute-https-uri-or-empty' }),
  is_first_party: flag,
  is_token_endpoint_ip_header_trusted: flag,
  jwt_configuration: parts.jwtConfiguration,
  logo_uri: text({ format: 'absolute-uri-or-empty' }),
  mobile: anyObject,
  my_organization_configuration: parts.myOrganization,
  native_social_login: parts.nativeSocialLogin,
  oidc_backchannel_logout: anyObject,
  oidc_conformant: flag,
  oidc_logout: anyObject,
  organization_discovery_methods: list(oneOf('email', 'organization_name'), { minItems: 1 }),
  organization_require_behavior: oneOf('no_prompt', 'pre_login_prompt', 'post_login_prompt'),
  organization_usage: oneOf('deny', 'allow', 'require'),
  par_request_expiry: nullable(integer(10, 600)),
  redirection_policy: oneOf('allow_always', 'open_redirect_protection'),
  refresh_token: nullable(parts.refreshToken),
  require_proof_of_possession: flag,
  require_pushed_authorization_requests: flag,
  session_transfer: nullable(parts.sessionTransfer),
  signed_request_object: object({ required: flag, credentials: list(anyObject) }),
  skip_non_verifiable_callback_uri_confirmation_prompt: flag,
  sso: flag,
  sso_disabled: flag,
  third_party_security_mode: oneOf('strict', 'permissive'),
  token_endpoint_auth_method: oneOf('none', 'client_secret_post', 'client_secret_basic'),
  token_exchange: parts.tokenExchange,
  token_quota: parts.tokenQuota,
  token_vault_privileged_access: nullable(parts.tokenVault),
  web_origins: urls,
};

/**
 * Properties whose parts are all objects: each says something by being there, whatever is in it. `addons: { wsfed: {} }` lets
 * people sign in with WS-Federation.
 */
const PARTED: readonly string[] = Object.entries(CLIENT_PROPERTIES).flatMap(([name, { properties }]) =>
  isRecord(properties) &&
  Object.values(properties).every((part) => isRecord(part) && [part['type']].flat().includes('object'))
    ? [name]
    : [],
);

/** @param path Of a setting of an application, such as `addons.wsfed`. */
export const countsByBeingThere = (path: string): boolean => {
  const [whole = '', part, ...below] = path.split('.');
  return PARTED.includes(whole) && part !== undefined && below.length === 0;
};
