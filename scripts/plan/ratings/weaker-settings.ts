import type { ResourceKind, Scalar } from '../../tenant-model/tenant-model.ts';
import type { SecurityCode } from './security-codes.ts';

/** Which way a setting has to go for a reviewer to see it. What the service fills in counts as written. */
export type Weaker =
  /** Any change. */
  | 'any'
  | 'more items'
  | 'fewer items'
  /** A number, or none at all. */
  | 'higher'
  /** Never: it is known to be harmless, or judged by what all settings come to (`settings-effects.ts`). */
  | 'never'
  /** Becomes anything but one of these, which are known to be harmless. */
  | { readonly unless: readonly Scalar[] }
  /** Gets an item that is none of these. */
  | { readonly itemsBut: readonly string[] };

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

const ON = { unless: [false] } as const;
const OFF = { unless: [true] } as const;
const ASYMMETRIC = { unless: ['RS256', 'RS512', 'PS256'] } as const;

/** Settings of ours, which `settingsEffects` judges all together. */
const OWN_SETTINGS = /metadata\.didit_(?:policy|claims|sync)/;
const OWN_CLIENT_SETTINGS = /client_metadata\.didit_(?:policy|claims)/;

/**
 * What is known of settings; **what is not here is rated** `setting_not_judged`, whatever it is called. A path counts with all
 * that is below it, and the first that fits decides. What has to be looked at more closely (endpoints, rules, code) is not here.
 *
 * @see https://auth0.com/docs/api/management/v2
 */
export const WEAKER_SETTINGS: readonly WeakerSetting[] = [
  ...rules(
    'connection',
    [OWN_SETTINGS, 'never', 'setting_not_judged'],
    [/display_name|show_as_button/, 'never', 'setting_not_judged'],
    [/options\.icon_url/, 'any', 'login_page'],
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
    [OWN_CLIENT_SETTINGS, 'never', 'setting_not_judged'],
    [/description|sso_disabled|sso/, 'never', 'setting_not_judged'],
    [/logo_uri/, 'any', 'login_page'],
    [/callbacks|allowed_logout_urls|allowed_origins|web_origins/, 'more items', 'redirect_added'],
    [/oidc_logout\.backchannel_logout_urls/, 'more items', 'redirect_added'],
    [/initiate_login_uri|cross_origin_loc/, 'any', 'redirect_added'],
    [/redirection_policy/, { unless: ['open_redirect_protection'] }, 'redirect_added'],
    [/grant_types|allowed_clients|client_aliases/, 'more items', 'client_authentication'],
    [
      /token_endpoint_auth_method/,
      { unless: ['client_secret_post', 'client_secret_basic'] },
      'client_authentication',
    ],
    [/app_type/, { unless: ['regular_web', 'non_interactive'] }, 'client_authentication'],
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
    [/jwt_configuration\.alg/, ASYMMETRIC, 'token_weakened'],
    [/jwt_configuration\.lifetime_in_seconds/, 'higher', 'token_weakened'],
    [/refresh_token\.rotation_type/, { unless: ['rotating'] }, 'token_weakened'],
    [/refresh_token\.expiration_type/, { unless: ['expiring'] }, 'token_weakened'],
    [/refresh_token\.(?:leeway|token_lifetime|idle_token_lifetime)/, 'higher', 'token_weakened'],
    [/refresh_token\.infinite_(?:idle_)?token_lifetime/, ON, 'token_weakened'],
    [/is_first_party|skip_non_verifiable_callback_uri_confirmation_prompt/, ON, 'consent_skipped'],
    [/custom_login_page|custom_login_page_preview|form_template/, 'any', 'login_page'],
    [/custom_login_page_on/, ON, 'login_page'],
  ),
  ...rules(
    'grant',
    [/allow_any_organization|allow_all_scopes/, ON, 'grant_scopes'],
    [/scope|authorization_details_types/, 'more items', 'grant_scopes'],
    [/organization_usage/, { unless: ['deny'] }, 'grant_scopes'],
  ),
  ...rules(
    'API',
    [/name|scopes\.[^.]+\.description/, 'never', 'setting_not_judged'],
    [/scopes/, 'more items', 'api_policy'],
    [/signing_alg/, ASYMMETRIC, 'token_weakened'],
    [/token_lifetime(?:_for_web|_for_anonymous_access_tokens)?/, 'higher', 'token_weakened'],
    [/allow_offline_access|allow_online_access(?:_with_ephemeral_sessions)?/, ON, 'token_weakened'],
    [/proof_of_possession\.required/, OFF, 'token_weakened'],
    [/proof_of_possession|token_encryption/, 'any', 'token_weakened'],
    [/enforce_policies/, OFF, 'api_policy'],
    [/subject_type_authorization\.\w+\.policy/, { unless: ['deny_all'] }, 'api_policy'],
    [
      /subject_type_authorization|authorization_policy|authorization_details|consent_policy/,
      'any',
      'api_policy',
    ],
    [/token_dialect/, { unless: ['access_token_authz', 'rfc9068_profile_authz'] }, 'api_policy'],
    [/skip_consent_for_verifiable_first_party_clients/, ON, 'consent_skipped'],
  ),
  ...rules(
    'organization',
    [/metadata\.didit_policy/, 'never', 'setting_not_judged'],
    [/display_name|connections\..+\.show_as_button/, 'never', 'setting_not_judged'],
    [/branding/, 'any', 'login_page'],
    [/third_party_client_access/, { unless: ['block'] }, 'connection_reach'],
    // Whoever comes through it becomes a member, whom nobody invited.
    [/connections\..+\.(?:assign_membership_on_login|is_signup_enabled|is_enabled)/, ON, 'connection_reach'],
    [/connections/, 'more items', 'connection_reach'],
  ),
];

/**
 * What a new application is rated for beside being new: there were no addresses, no users and no consent before. What it says of
 * itself otherwise counts as for one that is there.
 */
export const NEW_APPLICATION: readonly WeakerSetting[] = [
  ...rules('application', [
    /grant_types/,
    { itemsBut: ['authorization_code', 'refresh_token', 'client_credentials'] },
    'client_authentication',
  ]),
  ...WEAKER_SETTINGS.filter(({ kind }) => kind === 'application'),
];
