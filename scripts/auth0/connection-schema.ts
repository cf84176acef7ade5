import { anyObject, flag, list, metadataOf, nullable, object, oneOf, text } from './schema-words.ts';
import type { Schema } from './schema-words.ts';

const CONNECTION_METADATA_MAX_KEYS = 10;

/** Characters of a `fetchUserProfile` script. */
const CONNECTION_SCRIPT_MAX_CHARACTERS = 51_200;

const STRATEGIES = [
  ...[
    'ad',
    'adfs',
    'amazon',
    'apple',
    'dropbox',
    'bitbucket',
    'auth0-oidc',
    'auth0',
    'baidu',
    'bitly',
    'box',
  ],
  ...['custom', 'daccount', 'dwolla', 'email', 'evernote-sandbox', 'evernote', 'exact', 'facebook', 'fitbit'],
  ...['github', 'google-apps', 'google-oauth2', 'instagram', 'ip', 'line', 'linkedin', 'oauth1', 'oauth2'],
  ...['office365', 'oidc', 'okta', 'paypal', 'paypal-sandbox', 'pingfederate', 'planningcenter'],
  ...[
    'salesforce-community',
    'salesforce-sandbox',
    'salesforce',
    'samlp',
    'sharepoint',
    'shopify',
    'shop',
    'sms',
  ],
  ...['soundcloud', 'thirtysevensignals', 'twitter', 'untappd', 'vkontakte', 'waad', 'weibo', 'windowslive'],
  ...['wordpress', 'yahoo', 'yandex', 'auth0-adldap', 'slack', 'gitlab', 'asana', 'atlassian', 'notion-mcp'],
  ...['cloudflare-mcp', 'hubspot-mcp', 'linear-mcp', 'sentry-mcp'],
];

// `options` differ by strategy and stay open, as at Auth0; what the login acts on is checked.
const options: Schema = {
  type: 'object',
  properties: {
    client_id: nullable(text()),
    client_secret: nullable(text()),
    authorizationURL: nullable(text()),
    tokenURL: nullable(text()),
    scope: { type: ['string', 'array', 'null'] },
    pkce_enabled: flag,
    scripts: {
      type: 'object',
      additionalProperties: text({ maxLength: CONNECTION_SCRIPT_MAX_CHARACTERS }),
    },
    set_user_root_attributes: oneOf('on_each_login', 'on_first_login', 'never_on_login'),
    non_persistent_attrs: nullable(list(text())),
    upstream_params: nullable(anyObject),
    icon_url: text(),
    customScripts: anyObject,
    passwordPolicy: nullable(oneOf('none', 'low', 'fair', 'good', 'excellent')),
  },
};

const either = {
  display_name: text({ maxLength: 128 }),
  options,
  enabled_clients: list(text({ minLength: 1 })),
  is_domain_connection: flag,
  show_as_button: flag,
  realms: list(text({ minLength: 1 })),
  metadata: metadataOf(CONNECTION_METADATA_MAX_KEYS),
  authentication: object({ active: flag }, ['active']),
  connected_accounts: object({ active: flag, allow_missing_user_id: flag, cross_app_access: flag }, [
    'active',
  ]),
  cross_app_access_requesting_app: anyObject,
  cross_app_access_resource_app: anyObject,
};

/** @see https://auth0.com/docs/api/management/v2/connections/post-connections */
export const CONNECTION_CREATE = object(
  {
    ...either,
    name: text({ maxLength: 128, pattern: '^[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*$' }),
    strategy: oneOf(...STRATEGIES),
  },
  ['name', 'strategy'],
);

/** @see https://auth0.com/docs/api/management/v2/connections/patch-connections-by-id */
export const CONNECTION_UPDATE: Schema = {
  ...object({ ...either, options: nullable(options), enabled_clients: nullable(either.enabled_clients) }),
  minProperties: 1,
};
