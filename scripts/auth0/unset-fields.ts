/**
 * How fields that were not set are made unset again with `PATCH`, by kind of resource: from the request bodies of the
 * Management API's schema. A field that is not here cannot be unset by any value that is known to mean "not set".
 *
 * @see https://auth0.com/docs/api/management/v2/clients/patch-clients-by-id
 * @see https://auth0.com/docs/api/management/v2/resource-servers/patch-resource-servers-by-id
 * @see https://auth0.com/docs/api/management/v2/client-grants/patch-client-grants-by-id
 * @see https://auth0.com/docs/api/management/v2/connections/patch-connections-by-id
 * @see https://auth0.com/docs/api/management/v2/organizations/patch-organizations-by-id
 */
const UNSET: Readonly<Record<ResourceKind, ReadonlyMap<string, unknown>>> = {
  client: byValue([
    [
      null,
      ['async_approval_notification_channels', 'client_authentication_methods', 'compliance_level'],
      ['cross_origin_loc', 'default_organization', 'encryption_key', 'express_configuration'],
      ['my_organization_configuration', 'organization_discovery_methods', 'organization_require_behavior'],
      ['organization_usage', 'par_request_expiry', 'refresh_token', 'session_transfer'],
      ['skip_non_verifiable_callback_uri_confirmation_prompt', 'token_endpoint_auth_method'],
      ['token_exchange', 'token_quota'],
    ],
    ['', ['description', 'initiate_login_uri', 'logo_uri']],
    [[], ['allowed_clients', 'allowed_logout_urls', 'allowed_origins', 'callbacks', 'client_aliases']],
    [[], ['grant_types', 'web_origins']],
    // What they are where nothing is said.
    [false, ['cross_origin_authentication', 'is_token_endpoint_ip_header_trusted', 'oidc_conformant']],
    [false, ['require_proof_of_possession', 'require_pushed_authorization_requests', 'sso', 'sso_disabled']],
  ]),
  'resource server': byValue([
    [null, ['authorization_details', 'authorization_policy', 'consent_policy', 'proof_of_possession']],
    [null, ['token_encryption']],
    [[], ['scopes']],
    [false, ['allow_offline_access', 'enforce_policies', 'skip_consent_for_verifiable_first_party_clients']],
  ]),
  'client grant': byValue([
    [null, ['allow_all_scopes', 'allow_any_organization', 'organization_usage']],
    [[], ['authorization_details_types']],
  ]),
  connection: byValue([
    ['', ['display_name']],
    [false, ['is_domain_connection']],
  ]),
  organization: byValue([[{}, ['branding']]]),
};

export type ResourceKind = 'client' | 'resource server' | 'client grant' | 'connection' | 'organization';

/** The value that makes a field as if it had never been set, in a record of its own; `undefined` where none is known. */
export function unsetValue(kind: ResourceKind, field: string): { readonly value: unknown } | undefined {
  const values = UNSET[kind];
  return values.has(field) ? { value: values.get(field) } : undefined;
}

/** Names of the fields that `unsetValue` knows. */
export const unsettableFields = (kind: ResourceKind): readonly string[] => [...UNSET[kind].keys()];

function byValue(
  groups: readonly (readonly [value: unknown, ...fields: readonly (readonly string[])[]])[],
): ReadonlyMap<string, unknown> {
  return new Map(
    groups.flatMap(([value, ...fields]) => fields.flat().map((field) => [field, value] as const)),
  );
}
