import { anyObject, flag, integer, list, nullable, object, oneOf, text } from './schema-words.ts';
import type { Schema } from './schema-words.ts';

// Nested settings of an application. What the local tenant keeps without acting on it is checked as far as its shape goes.

const SSO_ADDONS = [
  ...[
    'aws',
    'azure_blob',
    'azure_sb',
    'box',
    'cloudbees',
    'concur',
    'dropbox',
    'echosign',
    'egnyte',
    'firebase',
  ],
  ...[
    'layer',
    'mscrm',
    'newrelic',
    'oag',
    'office365',
    'rms',
    'salesforce',
    'salesforce_api',
    'samlp',
    'sap_api',
  ],
  ...[
    'salesforce_sandbox_api',
    'sentry',
    'sharepoint',
    'slack',
    'springcm',
    'sso_integration',
    'wams',
    'wsfed',
  ],
  ...['zendesk', 'zoom'],
];

export const addons = object(Object.fromEntries(SSO_ADDONS.map((name) => [name, nullable(anyObject)])));

export const refreshToken = object(
  {
    rotation_type: oneOf('rotating', 'non-rotating'),
    expiration_type: oneOf('expiring', 'non-expiring'),
    leeway: integer(0),
    token_lifetime: integer(1, 157_788_000),
    infinite_token_lifetime: flag,
    idle_token_lifetime: integer(1),
    infinite_idle_token_lifetime: flag,
    policies: nullable(
      list(object({ audience: text(), scope: list(text()) }, ['audience', 'scope']), { minItems: 1 }),
    ),
  },
  ['rotation_type', 'expiration_type'],
);

export const jwtConfiguration: Schema = {
  type: 'object',
  properties: {
    // The service states no bounds.
    lifetime_in_seconds: { type: 'integer' },
    secret_encoded: flag,
    scopes: anyObject,
    alg: oneOf('HS256', 'RS256', 'RS512', 'PS256'),
  },
};

const credentials = object({ credentials: list(anyObject) }, ['credentials']);
export const authenticationMethods: Schema = {
  ...object({
    private_key_jwt: credentials,
    self_signed_tls_client_auth: credentials,
    tls_client_auth: credentials,
  }),
  minProperties: 1,
  maxProperties: 1,
};

export const defaultOrganization = object(
  { organization_id: text(), flows: list(oneOf('client_credentials')) },
  ['organization_id', 'flows'],
);

export const expressConfiguration = object(
  {
    initiate_login_uri_template: text(),
    user_attribute_profile_id: text(),
    connection_profile_id: text(),
    enable_client: flag,
    enable_organization: flag,
    linked_clients: list(object({ client_id: text() }, ['client_id'])),
    okta_oin_client_id: text(),
    admin_login_domain: text({ minLength: 1 }),
    oin_submission_id: text({ minLength: 1, maxLength: 200 }),
  },
  [
    ...['initiate_login_uri_template', 'user_attribute_profile_id', 'connection_profile_id', 'enable_client'],
    ...['enable_organization', 'okta_oin_client_id', 'admin_login_domain'],
  ],
);

export const myOrganization = object(
  {
    allowed_strategies: list(text()),
    connection_deletion_behavior: oneOf('allow', 'allow_if_empty'),
    connection_profile_id: text({ format: 'connection-profile-id' }),
    user_attribute_profile_id: text({ format: 'user-attribute-profile-id' }),
    // Younger than the description, as are those of the whole application that it lacks.
    enforce_permission_ceiling: flag,
    enforce_self_assignment_restriction: flag,
    invitation_landing_client_id: text(),
    third_party_client_access: anyObject,
  },
  ['allowed_strategies', 'connection_deletion_behavior'],
);

const socialLogin: Schema = { ...object({ enabled: flag }), minProperties: 1 };
export const nativeSocialLogin: Schema = {
  ...object({ apple: socialLogin, facebook: socialLogin, google: socialLogin }),
  minProperties: 1,
};

export const sessionTransfer = object({
  allow_refresh_token: flag,
  allowed_authentication_methods: nullable(list(oneOf('cookie', 'query'))),
  can_create_session_transfer_token: flag,
  delegation: nullable(object({ allow_delegated_access: flag, enforce_device_binding: oneOf('ip', 'asn') })),
  enforce_cascade_revocation: flag,
  enforce_device_binding: oneOf('ip', 'asn', 'none'),
  enforce_online_refresh_tokens: flag,
});

/** Not described: the limits are those that recorded bodies went beyond by one. */
export const tokenVault: Schema = {
  type: 'object',
  properties: {
    credentials: list(anyObject, { maxItems: 2 }),
    ip_allowlist: list(text({ pattern: '^[0-9A-Fa-f.:]+(/[0-9]+)?$' }), { maxItems: 10 }),
    grants: list(
      { type: 'object', properties: { connection: text(), scopes: list(text(), { maxItems: 20 }) } },
      { maxItems: 5 },
    ),
  },
};

export const tokenExchange = object({
  allow_any_profile_of_type: list(oneOf('custom_authentication', 'on_behalf_of_token_exchange')),
});

const quota: Schema = {
  ...object({ enforce: flag, per_day: integer(1, 2_147_483_647), per_hour: integer(1, 2_147_483_647) }),
  minProperties: 1,
};
/** Tokens that client credentials may get, of an application or of a tenant. */
export const tokenQuota = object({ client_credentials: quota }, ['client_credentials']);
