import { asObject, isJsonObject, textOf, without } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import {
  FLAGS_AFTER_PATCH,
  SANDBOX_VERSIONS,
  sandboxProblem,
  TENANT_READ_DEFAULTS,
  UNIVERSAL_LOGIN_AFTER_PATCH,
} from '../../../auth0/setting-defaults.ts';
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

/** Minutes become hours. */
export const settingsToKeep = (_: Place, body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const hours = /^(.+)_in_minutes$/.exec(name)?.[1];
      return hours !== undefined && typeof value === 'number' ? [hours, value / 60] : [name, value];
    }),
  );

/** @throws {ApiError} 400 for a version of Node that the tenant cannot choose. */
export function checkSettings(_: Place, after: JsonObject, before: JsonObject = {}): void {
  const problem = sandboxProblem(textOf(after['sandbox_version']), textOf(before['sandbox_version']));
  if (problem !== undefined) throw new ApiError(400, problem);
}

export function settingsAsShown(_: Place, settings: JsonObject, reading: Reading): JsonObject {
  const { universal_login: universalLogin, flags, sandbox_version: version = '22' } = settings;
  if (reading === 'changed') return { ...settings, flags: { ...FLAGS_AFTER_PATCH, ...asObject(flags) } };
  return {
    ...TENANT_READ_DEFAULTS,
    ...settings,
    ...(flags === undefined ? {} : { flags: without(asObject(flags), Object.keys(FLAGS_AFTER_PATCH)) }),
    ...(isJsonObject(universalLogin)
      ? { universal_login: without(universalLogin, UNIVERSAL_LOGIN_AFTER_PATCH) }
      : {}),
    sandbox_versions_available: [...new Set([...SANDBOX_VERSIONS, version])],
  };
}
