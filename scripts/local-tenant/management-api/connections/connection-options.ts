import type { JsonObject } from '../../../base/json-values.ts';
import { without } from '../request/metadata.ts';

/** What a new database connection has beside what was asked for. */
const DATABASE_DEFAULTS: JsonObject = {
  mfa: { active: true, return_enroll_settings: true },
  passkey_options: {
    challenge_ui: 'both',
    local_enrollment_enabled: true,
    progressive_enrollment_enabled: true,
  },
  password_options: {
    history: { size: 3, active: false },
    complexity: {
      min_length: 15,
      character_types: [],
      character_type_rule: 'all',
      max_length_exceeded: 'error',
      identical_characters: 'allow',
      sequential_characters: 'allow',
    },
    dictionary: { active: false, custom: [], default: 'en_100k' },
    profile_data: {
      active: false,
      blocked_fields: [
        ...['name', 'username', 'nickname', 'email', 'phone_number'],
        ...['user_metadata.name', 'user_metadata.first', 'user_metadata.last'],
      ],
    },
  },
  strategy_version: 2,
  authentication_methods: {
    passkey: { enabled: false },
    password: { enabled: true, api_behavior: 'required', signup_behavior: 'allow' },
  },
  brute_force_protection: true,
};

/** The options of a new connection. Later changes replace them whole, without the defaults. */
export const newConnectionOptions = (strategy: string, options: JsonObject): JsonObject =>
  strategy === 'auth0' ? { ...DATABASE_DEFAULTS, ...options } : options;

const SECRET_OPTIONS: readonly string[] = ['consumer_secret', 'app_secret', 'api_key', 'twilio_token'];

/**
 * The options without what is only ever written. The client secret is told, as recorded of real tenants; some hide it.
 *
 * @see docs/local-tenant.md
 */
export const readableOptions = (options: JsonObject, hidesClientSecret: boolean): JsonObject =>
  without(options, hidesClientSecret ? ['client_secret', ...SECRET_OPTIONS] : SECRET_OPTIONS);
