import { Hono } from 'hono';
import type { JsonObject } from '../../base/json-values.ts';
import type { Api, ApiEnv } from './api.ts';
import { needs } from './request/authorization.ts';
import { tokenQuota } from '../../auth0/client-schema-parts.ts';
import { selectFields } from './request/fields.ts';
import type { FieldsQuery } from './request/fields.ts';
import { asObject, isJsonObject } from '../../base/json-values.ts';
import { without, withoutNulls } from './request/metadata.ts';
import {
  anyObject,
  FIELDS_QUERY,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  text,
} from '../../auth0/schema-words.ts';
import type { Schema } from '../../auth0/schema-words.ts';
import { bodyReader, queryReader } from './request/validation.ts';

const uri = text({ format: 'absolute-uri-or-empty' });
const page = nullable(object({ enabled: flag, html: text() }));
const readUpdate = bodyReader<JsonObject>({
  ...object({
    acr_values_supported: nullable(list(text())),
    allow_organization_name_in_authentication_api: nullable(flag),
    allowed_logout_urls: list(text({ format: 'url-with-placeholders' })),
    authorization_response_iss_parameter_supported: nullable(flag),
    change_password: page,
    client_id_metadata_document_supported: flag,
    customize_mfa_in_postlogin_action: nullable(flag),
    default_audience: text(),
    default_directory: text(),
    default_redirection_uri: text({ format: 'absolute-https-uri-or-empty' }),
    default_token_quota: nullable({
      ...object({ clients: tokenQuota, organizations: tokenQuota }),
      minProperties: 1,
    }),
    device_flow: nullable(object({ charset: oneOf('base20', 'digits'), mask: text({ maxLength: 20 }) })),
    dynamic_client_registration_security_mode: oneOf('strict', 'permissive'),
    enable_ai_guide: flag,
    enabled_locales: list(text({ pattern: '^[a-z]{2,3}(-[A-Z0-9]{2,3})?$' }), { minItems: 1 }),
    ephemeral_session_lifetime: integer(1),
    error_page: nullable(object({ html: text(), show_log_link: flag, url: uri })),
    flags: { type: 'object', additionalProperties: flag } satisfies Schema,
    friendly_name: text(),
    guardian_mfa_page: page,
    idle_ephemeral_session_lifetime: integer(1),
    idle_session_lifetime: integer(1),
    idle_session_lifetime_in_minutes: integer(1),
    legacy_sandbox_version: text({ maxLength: 8 }),
    mtls: nullable(object({ enable_endpoint_aliases: flag })),
    oidc_logout: object({ rp_logout_end_session_endpoint_discovery: flag }),
    phone_consolidated_experience: flag,
    picture_url: uri,
    pushed_authorization_requests_supported: nullable(flag),
    resource_parameter_profile: oneOf('audience', 'compatibility'),
    sandbox_version: text({ maxLength: 8 }),
    session_cookie: nullable(object({ mode: oneOf('persistent', 'non-persistent') }, ['mode'])),
    session_lifetime: integer(1),
    session_lifetime_in_minutes: integer(1),
    sessions: nullable(object({ oidc_logout_prompt_enabled: flag })),
    skip_non_verifiable_callback_uri_confirmation_prompt: nullable(flag),
    support_email: text({ format: 'email-or-empty' }),
    support_url: uri,
    universal_login: anyObject,
  }),
  minProperties: 1,
});
const readFields = queryReader<FieldsQuery>(FIELDS_QUERY);

const NEW_TENANT: JsonObject = {
  enabled_locales: ['en'],
  flags: { disable_impersonation: true, enable_sso: true, universal_login: true },
  friendly_name: 'Local tenant',
  sandbox_version: '22',
  session_lifetime: 168,
  idle_session_lifetime: 72,
  resource_parameter_profile: 'audience',
  client_id_metadata_document_supported: false,
};

/** The settings after a PATCH: top-level keys are replaced, `flags` and `universal_login` merged, minutes become hours. */
export function changedSettings(current: JsonObject, body: JsonObject): JsonObject {
  const {
    session_lifetime_in_minutes: minutes,
    idle_session_lifetime_in_minutes: idleMinutes,
    ...rest
  } = body;
  const merged = (name: string): JsonObject =>
    isJsonObject(rest[name]) ? { [name]: { ...asObject(current[name]), ...rest[name] } } : {};
  return withoutNulls({
    ...current,
    ...rest,
    ...merged('flags'),
    ...merged('universal_login'),
    ...(typeof minutes === 'number' ? { session_lifetime: minutes / 60 } : {}),
    ...(typeof idleMinutes === 'number' ? { idle_session_lifetime: idleMinutes / 60 } : {}),
  });
}

// Recorded: a PATCH answers with some values that a GET does not show.
const ONLY_AFTER_PATCH = {
  flags: {
    cannot_change_enforce_client_authentication_on_passwordless_start: true,
    enforce_client_authentication_on_passwordless_start: true,
  },
  universal_login: { identifier_first: true },
};

const afterPatch = (settings: JsonObject): JsonObject => ({
  ...settings,
  flags: { ...ONLY_AFTER_PATCH.flags, ...asObject(settings['flags']) },
  universal_login: { ...ONLY_AFTER_PATCH.universal_login, ...asObject(settings['universal_login']) },
});

function read(settings: JsonObject): JsonObject {
  const view: JsonObject = { ...settings, sandbox_versions_available: ['22', '18', '12'] };
  for (const [name, hidden] of Object.entries(ONLY_AFTER_PATCH)) {
    const value = settings[name];
    if (isJsonObject(value)) view[name] = without(value, Object.keys(hidden));
  }
  return view;
}

/** @see https://auth0.com/docs/api/management/v2/tenants */
export function tenantSettingsRoutes(api: Api): Hono<ApiEnv> {
  const { tenantSettings } = api.collections;
  const current = (): JsonObject => tenantSettings.get('settings')?.settings ?? NEW_TENANT;
  const routes = new Hono<ApiEnv>();
  routes.get('/settings', needs('read:tenant_settings'), (c) =>
    c.json(selectFields(read(current()), readFields(c))),
  );
  routes.patch('/settings', needs('update:tenant_settings'), async (c) => {
    const settings = changedSettings(current(), await readUpdate(c));
    tenantSettings.put('settings', { settings });
    return c.json(afterPatch(settings));
  });
  return routes;
}
