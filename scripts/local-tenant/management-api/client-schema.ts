import { anyObject, flag, integer, list, metadataOf, nullable, object, oneOf, text } from './schema.ts';
import type { Schema } from './schema.ts';

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

const refreshToken = object(
  {
    rotation_type: oneOf('rotating', 'non-rotating'),
    expiration_type: oneOf('expiring', 'non-expiring'),
    leeway: integer(0),
    token_lifetime: integer(1, 157_788_000),
    infinite_token_lifetime: flag,
    idle_token_lifetime: integer(1),
    infinite_idle_token_lifetime: flag,
    policies: nullable(list(anyObject)),
  },
  ['rotation_type', 'expiration_type'],
);

const jwtConfiguration: Schema = {
  type: 'object',
  properties: {
    lifetime_in_seconds: integer(1, 2_592_000),
    secret_encoded: flag,
    scopes: anyObject,
    alg: oneOf('HS256', 'RS256', 'RS512', 'PS256'),
  },
};

// Fields that the local tenant keeps and shows but does not act on are checked by type only.
const either: Readonly<Record<string, Schema>> = {
  name: text({ minLength: 1, pattern: '^[^<>]+$' }),
  description: text({ maxLength: 140 }),
  addons: anyObject,
  allowed_clients: names,
  allowed_logout_urls: urls,
  allowed_origins: urls,
  app_type: oneOf(...APP_TYPES),
  async_approval_notification_channels: nullable(list(oneOf('guardian-push', 'email'), { minItems: 1 })),
  callbacks: list(text({ format: 'callback-url' })),
  client_aliases: names,
  client_authentication_methods: { ...anyObject, minProperties: 1, maxProperties: 1 },
  client_metadata: metadataOf(CLIENT_METADATA_MAX_KEYS),
  compliance_level: nullable(
    oneOf('none', 'fapi1_adv_pkj_par', 'fapi1_adv_mtls_par', 'fapi2_sp_pkj_mtls', 'fapi2_sp_mtls_mtls'),
  ),
  cross_origin_authentication: flag,
  cross_origin_loc: text(),
  custom_login_page: text(),
  custom_login_page_on: flag,
  custom_login_page_preview: text(),
  default_organization: nullable(
    object({ organization_id: text(), flows: list(oneOf('client_credentials')) }, [
      'organization_id',
      'flows',
    ]),
  ),
  encryption_key: nullable(anyObject),
  express_configuration: nullable(anyObject),
  fedcm_login: nullable(anyObject),
  form_template: text(),
  grant_types: names,
  identity_assertion_authorization_grant: anyObject,
  initiate_login_uri: text({ format: 'absolute-https-uri-or-empty' }),
  is_first_party: flag,
  is_token_endpoint_ip_header_trusted: flag,
  jwt_configuration: jwtConfiguration,
  logo_uri: text({ format: 'absolute-uri-or-empty' }),
  mobile: anyObject,
  my_organization_configuration: nullable(anyObject),
  native_social_login: { ...anyObject, minProperties: 1 },
  oidc_backchannel_logout: anyObject,
  oidc_conformant: flag,
  oidc_logout: nullable(anyObject),
  organization_discovery_methods: nullable(list(oneOf('email', 'organization_name'), { minItems: 1 })),
  organization_require_behavior: nullable(oneOf('no_prompt', 'pre_login_prompt', 'post_login_prompt')),
  organization_usage: nullable(oneOf('deny', 'allow', 'require')),
  par_request_expiry: nullable(integer(10, 600)),
  redirection_policy: oneOf('allow_always', 'open_redirect_protection'),
  refresh_token: nullable(refreshToken),
  require_proof_of_possession: flag,
  require_pushed_authorization_requests: flag,
  session_transfer: nullable(anyObject),
  signed_request_object: anyObject,
  skip_non_verifiable_callback_uri_confirmation_prompt: nullable(flag),
  sso: flag,
  sso_disabled: flag,
  third_party_security_mode: oneOf('strict', 'permissive'),
  token_endpoint_auth_method: oneOf('none', 'client_secret_post', 'client_secret_basic'),
  token_exchange: nullable(anyObject),
  token_quota: nullable(anyObject),
  token_vault_privileged_access: nullable(anyObject),
  web_origins: urls,
};

/** @see https://auth0.com/docs/api/management/v2/clients/post-clients */
export const CLIENT_CREATE = object(
  { ...either, resource_server_identifier: text({ minLength: 1, maxLength: 600 }) },
  ['name'],
);

/** @see https://auth0.com/docs/api/management/v2/clients/patch-clients-by-id */
export const CLIENT_UPDATE = object({
  ...either,
  client_secret: text({ minLength: 1 }),
  client_authentication_methods: nullable({ ...anyObject, minProperties: 1, maxProperties: 1 }),
  cross_origin_loc: nullable(text()),
  token_endpoint_auth_method: nullable(oneOf('none', 'client_secret_post', 'client_secret_basic')),
});
