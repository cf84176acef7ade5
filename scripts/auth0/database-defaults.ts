import { asObject, isJsonObject } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';

/** What a new database starts with. */
export const NEW_DATABASE: JsonObject = {
  mfa: { active: true, return_enroll_settings: true },
  passkey_options: {
    challenge_ui: 'both',
    local_enrollment_enabled: true,
    progressive_enrollment_enabled: true,
  },
  strategy_version: 2,
  authentication_methods: {
    passkey: { enabled: false },
    password: { enabled: true, api_behavior: 'required', signup_behavior: 'allow' },
  },
  brute_force_protection: true,
};

const PASSWORD_OPTIONS: Readonly<Record<string, JsonObject>> = {
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
};

/**
 * The options of a new database: a policy of five steps for passwords, or options in detail, of which what is named is
 * completed. Since August 2026 the latter are the default.
 *
 * @see https://auth0.com/docs/authenticate/database-connections/flexible-password-policy
 */
export function databaseDefaults(options: JsonObject): JsonObject {
  const asked = options['password_options'];
  const email = asObject(asObject(options['attributes'])['email']);
  const hasPolicy = options['passwordPolicy'] !== undefined;
  return {
    ...NEW_DATABASE,
    ...(asked === undefined && hasPolicy && options['password_complexity_options'] === undefined
      ? {}
      : {
          password_options: Object.fromEntries(
            Object.entries(PASSWORD_OPTIONS).map(([name, part]) => [
              name,
              { ...part, ...asObject(asObject(asked)[name]) },
            ]),
          ),
        }),
    ...(Object.keys(email).length === 0
      ? {}
      : {
          attributes: {
            ...asObject(options['attributes']),
            email: { verification_method: 'link', unique: true, ...email },
          },
        }),
  };
}

/**
 * What of a database's options does not go together, in the service's words; `undefined` where nothing is wrong.
 * @param before The options that are changed; none of a new connection.
 */
export function optionsProblem(
  strategy: string,
  options: JsonObject,
  before?: JsonObject,
): string | undefined {
  const attributes = options['attributes'];
  if (strategy !== 'auth0' || !isJsonObject(attributes)) return undefined;
  const sharesEmails = (of: JsonObject): boolean =>
    asObject(asObject(of['attributes'])['email'])['unique'] === false;
  if (before !== undefined && sharesEmails(options) && !sharesEmails(before))
    return 'cannot add non-unique email attribute';
  // A unique that is not named is true.
  if (
    before !== undefined &&
    sharesEmails(before) &&
    isJsonObject(attributes['email']) &&
    !sharesEmails(options)
  )
    return 'cannot patch unique property on email attribute';
  for (const name of ['requires_username', 'validation'])
    if (options[name] !== undefined) return `Cannot set both options.attributes and options.${name}`;
  const parts = Object.entries(attributes).map(([name, part]) => ({ name, part: asObject(part) }));
  if (!parts.some(({ part }) => asObject(part['identifier'])['active'] === true))
    return 'attributes must contain one active identifier';
  const optional = parts.find(
    ({ part }) => part['profile_required'] === true && asObject(part['signup'])['status'] !== 'required',
  );
  return optional === undefined ? undefined : `attribute ${optional.name} must also be required on signup`;
}
