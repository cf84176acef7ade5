import { asObject, isJsonObject, textOf, without } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { SANDBOX_VERSIONS, sandboxProblem } from '../../../auth0/setting-defaults.ts';
import { ApiError } from '../request/errors.ts';
import type { Place, Reading } from './kind.ts';

export const NEW_TENANT: JsonObject = {
  enabled_locales: ['en'],
  flags: { disable_impersonation: true, enable_sso: true, universal_login: true },
  friendly_name: 'Local tenant',
  sandbox_version: '22',
  session_lifetime: 168,
  idle_session_lifetime: 72,
};

// Recorded: a PATCH does not answer with them until they are set.
const READ_DEFAULTS: JsonObject = {
  resource_parameter_profile: 'audience',
  client_id_metadata_document_supported: false,
};

/** Minutes become hours. */
export const settingsToKeep = (_: Place, body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const hours = /^(.+)_in_minutes$/.exec(name)?.[1];
      return hours !== undefined && typeof value === 'number' ? [hours, value / 60] : [name, value];
    }),
  );

// Recorded: a PATCH answers with some values that a GET does not show.
const FLAGS_AFTER_PATCH: JsonObject = {
  cannot_change_enforce_client_authentication_on_passwordless_start: true,
  enforce_client_authentication_on_passwordless_start: true,
};
const UNIVERSAL_LOGIN_AFTER_PATCH = [
  ...['identifier_first', 'is_custom_template_set', 'is_custom_theme_set', 'webauthn_platform_first_factor'],
];

/** @throws {ApiError} 400 for a version of Node that the tenant cannot choose. */
export function checkSettings(_: Place, after: JsonObject, before: JsonObject = {}): void {
  const problem = sandboxProblem(textOf(after['sandbox_version']), textOf(before['sandbox_version']));
  if (problem !== undefined) throw new ApiError(400, problem);
}

export function settingsAsShown(_: Place, settings: JsonObject, reading: Reading): JsonObject {
  const { universal_login: universalLogin, flags, sandbox_version: version = '22' } = settings;
  if (reading === 'changed') return { ...settings, flags: { ...FLAGS_AFTER_PATCH, ...asObject(flags) } };
  return {
    ...READ_DEFAULTS,
    ...settings,
    ...(flags === undefined ? {} : { flags: without(asObject(flags), Object.keys(FLAGS_AFTER_PATCH)) }),
    ...(isJsonObject(universalLogin)
      ? { universal_login: without(universalLogin, UNIVERSAL_LOGIN_AFTER_PATCH) }
      : {}),
    sandbox_versions_available: [...new Set([...SANDBOX_VERSIONS, version])],
  };
}
