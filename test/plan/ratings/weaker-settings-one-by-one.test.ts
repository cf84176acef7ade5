import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rateSetting } from '../../../scripts/plan/ratings/rate-setting.ts';
import { WEAKER_SETTINGS } from '../../../scripts/plan/ratings/weaker-settings.ts';
import { TENANT_SCHEMA } from '../../../scripts/tenant-config/tenant-schema.ts';
import type { Field, Resource, ResourceKind, Scalar } from '../../../scripts/tenant-model/tenant-model.ts';

const fieldOf = (value: Scalar | readonly string[] | undefined): Field | undefined =>
  value === undefined
    ? undefined
    : typeof value === 'object' && value !== null
      ? { kind: 'set', items: value }
      : { kind: 'value', value };

const codesOf = (
  kind: ResourceKind,
  path: string,
  before: Scalar | readonly string[] | undefined,
  after: Scalar | readonly string[] | undefined,
): readonly string[] => {
  const resource: Resource = { kind, name: 'Shop', fields: new Map() };
  return rateSetting(resource, path, { before: fieldOf(before), after: fieldOf(after) }).map(
    ({ code }) => code,
  );
};

const [ONE, TWO] = [['a'], ['a', 'b']] as const;

describe('a setting is rated in the one direction that makes things less safe', () => {
  test.each<
    [ResourceKind, string, Scalar | readonly string[] | undefined, Scalar | readonly string[], string]
  >([
    ['connection', 'options.non_persistent_attrs', TWO, ONE, 'personal_data_kept'],
    ['connection', 'is_domain_connection', false, true, 'connection_reach'],
    ['connection', 'connected_accounts.active', false, true, 'connection_reach'],
    ['connection', 'authentication.active', false, true, 'connection_reach'],
    ['connection', 'realms', ONE, TWO, 'connection_reach'],
    ['application', 'callbacks', ONE, TWO, 'redirect_added'],
    ['application', 'allowed_logout_urls', ONE, TWO, 'redirect_added'],
    ['application', 'allowed_origins', ONE, TWO, 'redirect_added'],
    ['application', 'web_origins', ONE, TWO, 'redirect_added'],
    ['application', 'oidc_logout.backchannel_logout_urls', ONE, TWO, 'redirect_added'],
    ['application', 'redirection_policy', 'open_redirect_protection', 'allow_always', 'redirect_added'],
    ['application', 'grant_types', ONE, TWO, 'client_authentication'],
    ['application', 'allowed_clients', ONE, TWO, 'client_authentication'],
    ['application', 'client_aliases', ONE, TWO, 'client_authentication'],
    ['application', 'token_endpoint_auth_method', 'client_secret_post', 'none', 'client_authentication'],
    ['application', 'app_type', 'regular_web', 'spa', 'client_authentication'],
    ['application', 'app_type', 'regular_web', 'native', 'client_authentication'],
    ['application', 'require_proof_of_possession', true, false, 'client_authentication'],
    ['application', 'require_pushed_authorization_requests', true, false, 'client_authentication'],
    ['application', 'oidc_conformant', true, false, 'client_authentication'],
    ['application', 'signed_request_object.required', true, false, 'client_authentication'],
    ['application', 'cross_origin_authentication', false, true, 'client_authentication'],
    ['application', 'is_token_endpoint_ip_header_trusted', false, true, 'client_authentication'],
    ['application', 'jwt_configuration.alg', 'RS256', 'HS256', 'token_weakened'],
    ['application', 'jwt_configuration.lifetime_in_seconds', 1, 2, 'token_weakened'],
    ['application', 'refresh_token.rotation_type', 'rotating', 'non-rotating', 'token_weakened'],
    ['application', 'refresh_token.expiration_type', 'expiring', 'non-expiring', 'token_weakened'],
    ['application', 'refresh_token.leeway', 1, 2, 'token_weakened'],
    ['application', 'refresh_token.token_lifetime', 1, 2, 'token_weakened'],
    ['application', 'refresh_token.idle_token_lifetime', 1, 2, 'token_weakened'],
    ['application', 'refresh_token.infinite_token_lifetime', false, true, 'token_weakened'],
    ['application', 'refresh_token.infinite_idle_token_lifetime', false, true, 'token_weakened'],
    ['application', 'is_first_party', false, true, 'consent_skipped'],
    ['application', 'skip_non_verifiable_callback_uri_confirmation_prompt', false, true, 'consent_skipped'],
    ['application', 'custom_login_page_on', false, true, 'login_page'],
    ['grant', 'allow_any_organization', false, true, 'grant_scopes'],
    ['grant', 'allow_all_scopes', false, true, 'grant_scopes'],
    ['grant', 'scope', ONE, TWO, 'grant_scopes'],
    ['grant', 'organization_usage', 'deny', 'allow', 'grant_scopes'],
    ['grant', 'organization_usage', 'deny', 'require', 'grant_scopes'],
    ['API', 'scopes', ONE, TWO, 'api_policy'],
    ['application', 'app_type', 'non_interactive', 'box', 'client_authentication'],
    ['application', 'jwt_configuration.alg', 'PS256', 'none', 'token_weakened'],
    ['API', 'signing_alg', 'RS256', 'HS256', 'token_weakened'],
    ['API', 'token_lifetime', 1, 2, 'token_weakened'],
    ['API', 'token_lifetime_for_web', 1, 2, 'token_weakened'],
    ['API', 'allow_offline_access', false, true, 'token_weakened'],
    ['API', 'token_lifetime_for_anonymous_access_tokens', 1, 2, 'token_weakened'],
    ['API', 'allow_online_access', false, true, 'token_weakened'],
    ['API', 'allow_online_access_with_ephemeral_sessions', false, true, 'token_weakened'],
    ['API', 'proof_of_possession.required', true, false, 'token_weakened'],
    ['API', 'subject_type_authorization.user.policy', 'deny_all', 'allow_all', 'api_policy'],
    ['API', 'subject_type_authorization.client.policy', 'deny_all', 'require_client_grant', 'api_policy'],
    ['API', 'enforce_policies', true, false, 'api_policy'],
    ['API', 'token_dialect', 'access_token_authz', 'access_token', 'api_policy'],
    ['API', 'token_dialect', 'rfc9068_profile_authz', 'rfc9068_profile', 'api_policy'],
    ['API', 'skip_consent_for_verifiable_first_party_clients', false, true, 'consent_skipped'],
    ['grant', 'authorization_details_types', ONE, TWO, 'grant_scopes'],
    ['organization', 'third_party_client_access', 'block', 'allow', 'connection_reach'],
    ['organization', 'connections', ONE, TWO, 'connection_reach'],
    ['organization', 'connections.didit.assign_membership_on_login', false, true, 'connection_reach'],
    ['organization', 'connections.didit.is_signup_enabled', false, true, 'connection_reach'],
    ['organization', 'connections."a.b".is_enabled', false, true, 'connection_reach'],
  ])('%s %s: %j → %j', (kind, path, before, after, code) => {
    expect(codesOf(kind, path, before, after)).toEqual([code]);
    expect(codesOf(kind, path, after, before)).toEqual([]);
  });
});

describe('a setting that may do anything is rated whichever way it goes', () => {
  test.each<[ResourceKind, string, string]>([
    ['connection', 'options.upstream_params.scope', 'scopes_widened'],
    ['connection', 'options.upstream_params.prompt', 'connection_request'],
    ['connection', 'options.authParams', 'connection_request'],
    ['connection', 'options.authParamsMap', 'connection_request'],
    ['connection', 'options.customHeaders', 'connection_request'],
    ['connection', 'options.fieldsMap', 'connection_request'],
    ['connection', 'options.useOauthSpecScope', 'connection_request'],
    ['API', 'proof_of_possession.mechanism', 'token_weakened'],
    ['API', 'token_encryption.format', 'token_weakened'],
    ['API', 'consent_policy', 'api_policy'],
    ['API', 'authorization_policy.policy_id', 'api_policy'],
    ['API', 'authorization_details.0.type', 'api_policy'],
    ['organization', 'token_quota.client_credentials.per_day', 'setting_not_judged'],
    ['application', 'initiate_login_uri', 'redirect_added'],
    ['application', 'cross_origin_loc', 'redirect_added'],
    ['application', 'token_exchange', 'client_authentication'],
    ['application', 'session_transfer', 'client_authentication'],
    ['application', 'client_authentication_methods', 'client_authentication'],
    ['application', 'compliance_level', 'client_authentication'],
    ['application', 'custom_login_page', 'login_page'],
    ['application', 'custom_login_page_preview', 'login_page'],
    ['application', 'form_template', 'login_page'],
    ['application', 'logo_uri', 'login_page'],
    ['connection', 'options.icon_url', 'login_page'],
    ['connection', 'strategy', 'setting_not_judged'],
    ['connection', 'metadata.other_team', 'setting_not_judged'],
    ['application', 'client_metadata.access_policy', 'setting_not_judged'],
    ['application', 'client_metadata.didit_policy_of_another', 'setting_not_judged'],
    ['organization', 'branding.logo_url', 'login_page'],
    ['organization', 'branding.colors.primary', 'login_page'],
    ['organization', 'metadata.other_team', 'setting_not_judged'],
    ['organization', 'token_quota.client_credentials', 'setting_not_judged'],
  ])('%s %s', (kind, path, code) => {
    expect(codesOf(kind, path, 'one', 'two')).toEqual([code]);
    expect(codesOf(kind, path, undefined, 'one')).toEqual([code]);
  });
});

test.each<[ResourceKind, string]>([
  ['connection', 'metadata.didit_policy'],
  ['connection', 'display_name'],
  ['connection', 'show_as_button'],
  ['application', 'client_metadata.didit_policy'],
  ['application', 'description'],
  ['application', 'sso'],
  ['application', 'sso_disabled'],
  ['organization', 'metadata.didit_policy'],
  ['organization', 'display_name'],
  ['organization', 'connections.didit.show_as_button'],
  ['API', 'name'],
  ['API', 'scopes.read:keys.description'],
])('%s %s is known to be harmless, whatever it sounds like', (kind, path) => {
  expect(codesOf(kind, path, 'one', 'two')).toEqual([]);
});

test('organizations that a client may or must name say who logs in: they are looked at by a person', () => {
  expect(codesOf('application', 'organization_usage', 'require', 'allow')).toEqual(['setting_not_judged']);
});

test('the same path is judged by the kind of thing that it belongs to', () => {
  expect(codesOf('API', 'token_lifetime', 2, 1)).toEqual([]);
  expect(codesOf('application', 'token_lifetime', 2, 1)).toEqual(['setting_not_judged']);
});

test('a setting that the table does not know has to be looked at, whatever it is called', () => {
  const known = /^(?:description|sso|sso_disabled)$/;
  fc.assert(
    fc.property(
      fc.constantFrom<ResourceKind>('connection', 'application', 'grant', 'API'),
      fc.stringMatching(/^[a-z_]{1,12}(?:\.[a-z_]{1,12})?$/),
      (kind, path) => {
        fc.pre(!WEAKER_SETTINGS.some((row) => row.kind === kind && row.path.test(path)) && !known.test(path));
        expect(codesOf(kind, path, undefined, 'one')).toEqual(['setting_not_judged']);
        expect(codesOf(kind, path, 'one', undefined)).toEqual(['setting_not_judged']);
      },
    ),
  );
});

test('every property that tenant.yaml takes of an application is rated one way or the other, or is on this list', () => {
  const unrated = Object.keys(TENANT_SCHEMA.properties.clients.items.properties).filter(
    (path) =>
      codesOf('application', path, undefined, 'one').length +
        codesOf('application', path, 'one', 'two').length ===
        0 &&
      codesOf('application', path, [], ['one']).length === 0 &&
      codesOf('application', path, 1, 2).length === 0,
  );
  expect(unrated).toEqual(['description', 'sso', 'sso_disabled']);
});
