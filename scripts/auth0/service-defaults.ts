import { asObject, recordOf, textsOf, without } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import { completeSettings, newClientSettings } from './client-defaults.ts';
import { newResourceServer } from './resource-server-defaults.ts';

export type DefaultValue = string | number | boolean | readonly string[];

/** Resources that the service fills in settings of. */
export type CompletedKind = 'connection' | 'application' | 'grant' | 'API' | 'organization';

type Defaults = Readonly<Record<string, DefaultValue>>;

/** What the service shows of a new thing that says nothing, by path. */
function shown(settings: JsonObject, above = ''): Defaults {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, DefaultValue][] => {
      const path = `${above}${name}`;
      if (Array.isArray(value)) return [[path, textsOf(value)]];
      if (typeof value === 'object') return Object.entries(shown(asObject(value), `${path}.`));
      return [[path, value]];
    }),
  );
}

const DEFAULTS: Readonly<Record<CompletedKind, Defaults>> = {
  connection: {
    is_domain_connection: false,
    'authentication.active': true,
    'connected_accounts.active': false,
    'options.pkce_enabled': false,
    'options.set_user_root_attributes': 'on_each_login',
  },
  application: {
    // What it may do is said, and its refresh tokens depend on what it says: `nestedDefault`. Of whoever is told of logouts, the
    // rest is.
    ...shown(without(newClientSettings({ oidc_logout: {} }), ['grant_types', 'refresh_token'])),
    // Not shown, but in force.
    sso: false,
    require_proof_of_possession: false,
    require_pushed_authorization_requests: false,
    organization_usage: 'deny',
    organization_require_behavior: 'no_prompt',
    'jwt_configuration.alg': 'HS256',
  },
  grant: {
    allow_all_scopes: false,
    allow_any_organization: false,
    organization_usage: 'deny',
    subject_type: 'client',
  },
  API: {
    ...shown(newResourceServer({})),
    // Not shown, but in force.
    enforce_policies: false,
    token_dialect: 'access_token',
  },
  organization: { is_app_entitlement_active: false, third_party_client_access: 'block' },
};

/**
 * What the service fills in of one connection of an organization, by its last name.
 * @see https://auth0.com/docs/api/management/v2/organizations/post-organization-connection
 */
const MEMBERSHIP_DEFAULTS: Defaults = {
  assign_membership_on_login: false,
  is_enabled: true,
  is_signup_enabled: false,
  show_as_button: true,
};

/** Settings that a change replaces whole, the service filling in what it does not name; by the path of the whole. */
const COMPLETED_BY_THE_SERVICE = ['refresh_token', 'jwt_configuration', 'session_transfer'] as const;

/** A resource, as far as defaults depend on it. */
export interface CompletedResource {
  readonly kind: CompletedKind;
  /** An API's is its identifier. */
  readonly name: string;
  /** Of an application: its refresh tokens, see `refreshTokensOf`. Default: nothing is said of them. */
  readonly refreshTokens?: RefreshTokens;
}

/** What an application says that the rest of its policy for refresh tokens depends on. */
export interface RefreshTokens {
  readonly rotation_type?: string;
  readonly expiration_type?: string;
  /** Those of applications that keep a secret live longer. */
  readonly token_endpoint_auth_method?: string;
}

/** @param application Its settings, or nothing. */
export function refreshTokensOf(application: unknown): RefreshTokens {
  const { refresh_token: policy, token_endpoint_auth_method: method } = recordOf(application);
  const { rotation_type: rotation, expiration_type: expiration } = recordOf(policy);
  return {
    ...(typeof rotation === 'string' ? { rotation_type: rotation } : {}),
    ...(typeof expiration === 'string' ? { expiration_type: expiration } : {}),
    ...(typeof method === 'string' ? { token_endpoint_auth_method: method } : {}),
  };
}

/**
 * What the service fills in where a setting is absent or `null`: a setting that says so itself is not a change, neither to the
 * plan nor to the deploy. `undefined` where nothing is known of it.
 *
 * @param path Below the resource, such as `options.pkce_enabled`.
 * @see https://auth0.com/docs/api/management/v2
 */
export function serviceDefaultAt(
  { kind, name, refreshTokens = {} }: CompletedResource,
  path: string,
): DefaultValue | undefined {
  if (kind === 'connection' && path === 'display_name') return name;
  if (kind === 'connection' && path === 'realms') return [name];
  if (kind === 'API' && path === 'name') return name;
  if (kind === 'organization') {
    const [, setting = ''] = /^connections\..+\.(\w+)$/.exec(path) ?? [];
    if (Object.hasOwn(MEMBERSHIP_DEFAULTS, setting)) return MEMBERSHIP_DEFAULTS[setting];
    if (path === 'display_name') return name;
  }
  const nested = kind === 'application' ? nestedDefault(path, refreshTokens) : undefined;
  return nested ?? (Object.hasOwn(DEFAULTS[kind], path) ? DEFAULTS[kind][path] : undefined);
}

/** What a refresh token policy or token configuration leaves open depends on what it says: the local tenant knows the rules. */
function nestedDefault(path: string, refreshTokens: RefreshTokens): DefaultValue | undefined {
  const [whole, name = ''] = path.split('.');
  if (!COMPLETED_BY_THE_SERVICE.some((known) => known === whole) || whole === undefined) return undefined;
  const { token_endpoint_auth_method: method, ...policy } = refreshTokens;
  const completed = completeSettings({
    ...(method === undefined ? {} : { token_endpoint_auth_method: method }),
    [whole]: whole === 'refresh_token' ? { ...policy } : {},
  })[whole];
  if (typeof completed !== 'object' || completed === null || Array.isArray(completed)) return undefined;
  const found = completed[name];
  return typeof found === 'object' ? undefined : found;
}
