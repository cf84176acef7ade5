import type { ResourceKind, Scalar } from '../../tenant-model/tenant-model.ts';
import type { SecurityCode } from './security-codes.ts';

/** Which way a setting has to go for a reviewer to see it. What the service fills in counts as written. */
export type Weaker =
  /** Any change. */
  | 'any'
  | 'more items'
  | 'fewer items'
  /** A number. */
  | 'higher'
  /** Never: it is known, and harmless. */
  | 'never'
  /** Becomes one of these. */
  | { readonly becomes: readonly Scalar[] };

export interface WeakerSetting {
  readonly kind: ResourceKind;
  /** The whole path. */
  readonly path: RegExp;
  readonly weaker: Weaker;
  readonly code: SecurityCode;
}

const rules = (
  kind: ResourceKind,
  ...rows: readonly (readonly [path: RegExp, weaker: Weaker, code: SecurityCode])[]
): readonly WeakerSetting[] =>
  rows.map(([path, weaker, code]) => ({
    kind,
    path: new RegExp(`^(?:${path.source})(?:\\.|$)`),
    weaker,
    code,
  }));

const ON = { becomes: [true] } as const;
const OFF = { becomes: [false] } as const;

/**
 * What makes things less safe, by setting; a path counts with all that is below it, and the first that fits decides. What has to be
 * looked at more closely (endpoints, rules, code) is not here.
 *
 * @see https://auth0.com/docs/api/management/v2
 */
export const WEAKER_SETTINGS: readonly WeakerSetting[] = [
  ...rules(
    'connection',
    [/metadata\..*|display_name|show_as_button|strategy|options\.icon_url/, 'never', 'setting_not_judged'],
    [/options\.upstream_params\.scope/, 'any', 'scopes_widened'],
    [/options\.non_persistent_attrs/, 'fewer items', 'personal_data_kept'],
    [
      /options\.(?:upstream_params|authParams|authParamsMap|customHeaders|fieldsMap|useOauthSpecScope)/,
      'any',
      'connection_request',
    ],
    [/is_domain_connection|connected_accounts\.active|authentication\.active/, ON, 'connection_reach'],
    [/realms/, 'more items', 'connection_reach'],
  ),
  ...rules(
    'application',
    [/client_metadata\..*|description|logo_uri|name/, 'never', 'setting_not_judged'],
    [/callbacks|allowed_logout_urls|allowed_origins|web_origins/, 'more items', 'redirect_added'],
    [/oidc_logout\.backchannel_logout_urls/, 'more items', 'redirect_added'],
    [/initiate_login_uri|cross_origin_loc/, 'any', 'redirect_added'],
    [/redirection_policy/, { becomes: ['allow_always'] }, 'redirect_added'],
    [/grant_types|allowed_clients|client_aliases/, 'more items', 'client_authentication'],
    [/token_endpoint_auth_method/, { becomes: ['none'] }, 'client_authentication'],
    [/app_type/, { becomes: ['spa', 'native'] }, 'client_authentication'],
    [
      /require_proof_of_possession|require_pushed_authorization_requests|oidc_conformant|signed_request_object\.required/,
      OFF,
      'client_authentication',
    ],
    [/cross_origin_authentication|is_token_endpoint_ip_header_trusted/, ON, 'client_authentication'],
    [
      /token_exchange|session_transfer|client_authentication_methods|compliance_level/,
      'any',
      'client_authentication',
    ],
    [/jwt_configuration\.alg/, { becomes: ['HS256'] }, 'token_weakened'],
    [/jwt_configuration\.lifetime_in_seconds/, 'higher', 'token_weakened'],
    [/refresh_token\.rotation_type/, { becomes: ['non-rotating'] }, 'token_weakened'],
    [/refresh_token\.expiration_type/, { becomes: ['non-expiring'] }, 'token_weakened'],
    [/refresh_token\.(?:leeway|token_lifetime|idle_token_lifetime)/, 'higher', 'token_weakened'],
    [/refresh_token\.infinite_(?:idle_)?token_lifetime/, ON, 'token_weakened'],
    [/is_first_party|skip_non_verifiable_callback_uri_confirmation_prompt/, ON, 'consent_skipped'],
    [/custom_login_page|custom_login_page_preview|form_template/, 'any', 'login_page'],
    [/custom_login_page_on/, ON, 'login_page'],
    [/sso_disabled|sso/, 'never', 'setting_not_judged'],
  ),
  ...rules(
    'grant',
    [/allow_any_organization/, ON, 'grant_scopes'],
    [/scope/, 'more items', 'grant_scopes'],
    [/organization_usage/, { becomes: ['allow'] }, 'grant_scopes'],
  ),
  ...rules(
    'API',
    [/name|scopes/, 'never', 'setting_not_judged'],
    [/signing_alg/, { becomes: ['HS256'] }, 'token_weakened'],
    [/token_lifetime|token_lifetime_for_web/, 'higher', 'token_weakened'],
    [/allow_offline_access/, ON, 'token_weakened'],
    [/enforce_policies/, OFF, 'api_policy'],
    [/token_dialect/, { becomes: ['access_token', 'rfc9068_profile'] }, 'api_policy'],
    [/skip_consent_for_verifiable_first_party_clients/, ON, 'consent_skipped'],
  ),
];

/** Names of settings that the table does not know, and that sound as if they had to do with who gets in and who learns what. */
export const SOUNDS_LIKE_SECURITY =
  /secret|pass|auth|token|cred|key|sign|crypt|cert|jwt|saml|addons|origin|ur[il]|redirect|callback|allow|grant|consent|trust|log(?:in|out)|session|cookie|scope|organization|policy|mfa|require|compliance|verif|privat|security|access|expir|lifetime|vault|fedcm|assertion|native_social/i;
