import { completeSettings } from '../../local-tenant/management-api/client-defaults.ts';
import type { Field, Resource, Scalar } from './tenant-model.ts';

const CONNECTION: Readonly<Record<string, Scalar>> = {
  is_domain_connection: false,
  'authentication.active': true,
  'connected_accounts.active': false,
  'options.pkce_enabled': false,
  'options.set_user_root_attributes': 'on_each_login',
};

const APPLICATION: Readonly<Record<string, Scalar>> = {
  is_first_party: true,
  oidc_conformant: false,
  is_token_endpoint_ip_header_trusted: false,
  sso: false,
  sso_disabled: false,
  cross_origin_authentication: false,
  custom_login_page_on: true,
  require_proof_of_possession: false,
  require_pushed_authorization_requests: false,
  organization_usage: 'deny',
  organization_require_behavior: 'no_prompt',
};

const GRANT: Readonly<Record<string, Scalar>> = {
  allow_any_organization: false,
  organization_usage: 'deny',
  subject_type: 'client',
};

const API: Readonly<Record<string, Scalar>> = {
  allow_offline_access: false,
  enforce_policies: false,
  signing_alg: 'RS256',
  skip_consent_for_verifiable_first_party_clients: false,
  token_dialect: 'access_token',
  token_lifetime: 86_400,
  token_lifetime_for_web: 7_200,
};

/**
 * What the service fills in where a setting is absent: a setting that says so itself is no change. `undefined` where nothing is
 * known of it.
 *
 * @see https://auth0.com/docs/api/management/v2
 */
export function serviceDefault(resource: Resource, path: string): Field | undefined {
  switch (resource.kind) {
    case 'connection':
      if (path === 'display_name') return value(resource.name);
      if (path === 'realms') return { kind: 'set', items: [resource.name] };
      return known(CONNECTION, path);
    case 'application':
      return nestedDefault(resource, path) ?? known(APPLICATION, path);
    case 'grant':
      return known(GRANT, path);
    case 'API':
      return path === 'name' ? value(resource.name) : known(API, path);
    case 'Action':
      return undefined;
  }
}

/** Settings that a change replaces whole, the service filling in what it does not name; by the path of the whole. */
export const COMPLETED_BY_THE_SERVICE = ['refresh_token', 'jwt_configuration'] as const;

/** What a refresh token policy or token configuration leaves open depends on what it says: the local tenant knows the rules. */
function nestedDefault(resource: Resource, path: string): Field | undefined {
  const [whole, name = ''] = path.split('.');
  if (!COMPLETED_BY_THE_SERVICE.some((known) => known === whole) || whole === undefined) return undefined;
  const rotation = resource.fields.get('refresh_token.rotation_type');
  const rotating = rotation?.kind === 'value' && rotation.value === 'rotating';
  const completed = completeSettings({
    [whole]: whole === 'refresh_token' && rotating ? { rotation_type: 'rotating' } : {},
  })[whole];
  if (typeof completed !== 'object' || completed === null || Array.isArray(completed)) return undefined;
  const found = completed[name];
  return typeof found === 'object' || found === undefined ? undefined : value(found);
}

const known = (defaults: Readonly<Record<string, Scalar>>, path: string): Field | undefined =>
  Object.hasOwn(defaults, path) ? value(defaults[path] ?? null) : undefined;

const value = (scalar: Scalar): Field => ({ kind: 'value', value: scalar });
