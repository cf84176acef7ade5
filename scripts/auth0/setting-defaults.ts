import type { JsonObject } from '../base/json-values.ts';

/** As one tenant had them: what a new one starts with is not known. */
const ONE_TIME_PASSWORDS: JsonObject = { otp_length: 4, otp_expiration_time: 30 };
const MFA_SESSION_SECONDS = 3_600;

const TWILIO: JsonObject = { auth_token: null, from: null, messaging_service_sid: null, sid: null };

/**
 * What a tenant in the cloud has from the start, as one was recorded, of what there is one of in each tenant: by the path at
 * which the Management API reads it.
 */
export const SETTING_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  '/guardian/factors/email/settings': ONE_TIME_PASSWORDS,
  '/guardian/factors/phone/settings': ONE_TIME_PASSWORDS,
  '/guardian/factors/phone/message-types': { message_types: [] },
  '/guardian/factors/phone/selected-provider': { provider: 'auth0' },
  '/guardian/factors/phone/providers/twilio': TWILIO,
  '/guardian/factors/sms/providers/twilio': TWILIO,
  '/guardian/factors/webauthn-platform/settings': { overrideRelyingParty: false },
  '/guardian/factors/webauthn-roaming/settings': {
    userVerification: 'discouraged',
    overrideRelyingParty: false,
  },
  '/guardian/settings': {
    display_remember_me_checkbox: true,
    remember_me_default_value: true,
    mfa_session_inactivity_timeout: MFA_SESSION_SECONDS,
    mfa_session_overall_timeout: MFA_SESSION_SECONDS,
  },
  '/prompts': {
    universal_login_experience: 'new',
    identifier_first: true,
  },
  '/attack-protection/bot-detection': {
    bot_detection_level: 'medium',
    challenge_password_policy: 'never',
    challenge_passwordless_policy: 'never',
    challenge_password_reset_policy: 'never',
    allowlist: [],
    monitoring_mode_enabled: false,
  },
  '/attack-protection/breached-password-detection': {
    enabled: false,
    shields: [],
    admin_notification_frequency: [],
    method: 'standard',
    stage: { 'pre-user-registration': { shields: [] }, 'pre-change-password': { shields: [] } },
  },
  '/attack-protection/brute-force-protection': {
    enabled: true,
    shields: ['block', 'user_notification'],
    mode: 'count_per_identifier_and_ip',
    form_submission_mode: 'auto',
    allowlist: [],
    max_attempts: 10,
  },
  '/attack-protection/captcha': {
    active_provider_id: 'auth_challenge',
    simple_captcha: {},
    auth_challenge: { fail_open: false },
    recaptcha_v2: { site_key: '' },
    recaptcha_enterprise: { site_key: '', project_id: '' },
    hcaptcha: { site_key: '' },
    friendly_captcha: { site_key: '' },
    arkose: {
      ...{ site_key: '', client_subdomain: 'client-api', verify_subdomain: 'verify-api' },
      fail_open: false,
    },
  },
  '/attack-protection/suspicious-ip-throttling': {
    enabled: true,
    shields: ['admin_notification', 'block'],
    allowlist: [],
    // Milliseconds between two attempts that are given back.
    stage: {
      'pre-login': { max_attempts: 100, rate: 864_000 },
      'pre-user-registration': { max_attempts: 50, rate: 1_200 },
      'pre-custom-token-exchange': { max_attempts: 10, rate: 600_000 },
    },
  },
  '/risk-assessments/settings': { enabled: false },
  // Days.
  '/risk-assessments/settings/new-device': { remember_for: 30 },
};

/** The versions of Node that new tenants can choose for scripts; an older tenant can keep its own beside them. */
export const SANDBOX_VERSIONS: readonly string[] = ['22', '18'];

/**
 * Why a tenant cannot choose a version, in the service's words (alexkappa/terraform-provider-auth0#338). `undefined` where it
 * can.
 * @param before The version that it has.
 */
export const sandboxProblem = (version: string, before: string): string | undefined =>
  version === before || SANDBOX_VERSIONS.includes(version)
    ? undefined
    : `The sandbox_version provided is invalid. Please use one of the available options: ${JSON.stringify(SANDBOX_VERSIONS)}`;

/** What a tenant's settings are read with. Recorded: a PATCH does not answer with them until they are set. */
export const TENANT_READ_DEFAULTS: JsonObject = {
  resource_parameter_profile: 'audience',
  client_id_metadata_document_supported: false,
};

/** Recorded: a PATCH of a tenant's settings answers with these, which a GET does not show. */
export const FLAGS_AFTER_PATCH: JsonObject = {
  cannot_change_enforce_client_authentication_on_passwordless_start: true,
  enforce_client_authentication_on_passwordless_start: true,
};
export const UNIVERSAL_LOGIN_AFTER_PATCH: readonly string[] = [
  ...['identifier_first', 'is_custom_template_set', 'is_custom_theme_set', 'webauthn_platform_first_factor'],
];
