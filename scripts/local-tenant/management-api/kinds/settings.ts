import type { Kind } from './kind.ts';

/** What a tenant in the cloud has from the start, as one was recorded, of what there is one of in each tenant. */
export const SETTINGS: Readonly<Record<string, Kind>> = {
  '/guardian/factors/phone/message-types': { initial: { message_types: [] } },
  '/guardian/factors/phone/selected-provider': { initial: { provider: 'auth0' } },
  '/prompts': {
    initial: { universal_login_experience: 'new', identifier_first: true },
    kept: (_, body, { webauthn_platform_first_factor: factor = false }) => ({
      webauthn_platform_first_factor: factor,
      ...body,
    }),
  },
  '/attack-protection/bot-detection': {
    initial: {
      bot_detection_level: 'medium',
      challenge_password_policy: 'never',
      challenge_passwordless_policy: 'never',
      challenge_password_reset_policy: 'never',
      allowlist: [],
      monitoring_mode_enabled: false,
    },
  },
  '/attack-protection/breached-password-detection': {
    initial: {
      enabled: false,
      shields: [],
      admin_notification_frequency: [],
      method: 'standard',
      stage: { 'pre-user-registration': { shields: [] }, 'pre-change-password': { shields: [] } },
    },
  },
  '/attack-protection/brute-force-protection': {
    initial: {
      enabled: true,
      shields: ['block', 'user_notification'],
      mode: 'count_per_identifier_and_ip',
      allowlist: [],
      max_attempts: 10,
    },
  },
  '/attack-protection/captcha': {
    initial: {
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
  },
  '/attack-protection/suspicious-ip-throttling': {
    initial: {
      enabled: true,
      shields: ['admin_notification', 'block'],
      allowlist: [],
      // Milliseconds between two attempts that are given back.
      stage: {
        'pre-login': { max_attempts: 100, rate: 864_000 },
        'pre-user-registration': { max_attempts: 50, rate: 1_200 },
      },
    },
  },
  '/risk-assessments/settings': { initial: { enabled: false } },
  // Days.
  '/risk-assessments/settings/new-device': { initial: { remember_for: 30 } },
};
