import { X509Certificate } from 'node:crypto';
import { asObject, isJsonObject, stringIn, stringsIn, textsOf } from '../base/json-values.ts';
import type { Json, JsonObject } from '../base/json-values.ts';
import { databaseDefaults, NEW_DATABASE } from './database-defaults.ts';
import { OKTA_METADATA } from './okta-metadata.ts';

/** What a strategy fills in of a connection's options, as recorded. */
interface StrategyDefaults {
  /** Of a new connection. */
  readonly options?: JsonObject;
  /** Of every change too, since the service derives it from the other options. */
  readonly derived?: (options: JsonObject, domain: string) => JsonObject;
  /** Of a change alone. */
  readonly changed?: JsonObject;
  /** Options that others come from, and that are not kept beside them. */
  readonly replaced?: readonly string[];
  /** An enterprise connection can be a button of the login page; some can be set up by a link that is given away. */
  readonly enterprise?: boolean;
  readonly ticket?: boolean;
  /** Whether its display name is its name where none is given. */
  readonly named?: boolean;
}

/** The scopes that flags (`calendar: true`) stand for, as far as recorded: of some strategies each flag is a scope of its own. */
type ScopeOfFlag = (flag: string) => string | undefined;

const GOOGLE_SCOPES: Readonly<Record<string, string>> = {
  email: 'email',
  profile: 'profile',
  calendar: 'https://www.googleapis.com/auth/calendar',
  gmail: 'https://mail.google.com/mail/feed/atom',
  youtube: 'https://gdata.youtube.com',
};

const LINKEDIN_SCOPES: Readonly<Record<string, string>> = {
  email: 'r_emailaddress',
  profile: 'r_liteprofile',
  basic_profile: 'r_basicprofile',
};

/** `read_org` is `read:org`. */
const githubScope: ScopeOfFlag = (flag) =>
  flag === 'profile'
    ? undefined
    : /^(email|follow)$/.test(flag)
      ? `user:${flag}`
      : flag.replace(/^(read|write|admin|repo)_(?!deployment)/, '$1:');

/** The scopes that flags stand for, in the order of the flags. */
const scopesOf = (scopeOf: ScopeOfFlag, flags: JsonObject): string[] =>
  Object.entries(flags).flatMap(([flag, isOn]) => (isOn === true ? (scopeOf(flag) ?? []) : []));

const scopesOfFlags = (scopeOf: ScopeOfFlag, flags: JsonObject, { scope }: JsonObject): JsonObject =>
  scope === undefined ? { scope: scopesOf(scopeOf, flags) } : {};

/** `email` comes last where nobody asks for it. */
function googleDefaults(options: JsonObject): JsonObject {
  const hasFlags = Object.keys(GOOGLE_SCOPES).some((flag) => options[flag] !== undefined);
  const flags: JsonObject = hasFlags ? { ...options, email: true } : { email: true, profile: true };
  return {
    email: true,
    ...(hasFlags ? {} : { profile: true }),
    ...scopesOfFlags((flag) => GOOGLE_SCOPES[flag], flags, options),
  };
}

const OIDC: JsonObject = {
  schema_version: 'oidc-V4',
  connection_settings: { pkce: 'auto' },
};
const METADATA_DEFAULTS: JsonObject = {
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
  require_request_uri_registration: false,
};

/** Endpoints that are left out are those of the metadata. */
function oidcDerived(options: JsonObject): JsonObject {
  if (options['oidc_metadata'] === undefined) return {};
  const metadata = { ...METADATA_DEFAULTS, ...asObject(options['oidc_metadata']) };
  return {
    oidc_metadata: metadata,
    ...Object.fromEntries(
      ['userinfo_endpoint', 'token_endpoint', 'authorization_endpoint', 'jwks_uri', 'issuer'].flatMap(
        (name): [string, Json][] => {
          const found = metadata[name];
          return options[name] == null && found !== undefined ? [[name, found]] : [];
        },
      ),
    ),
  };
}

/** Okta's endpoints are those of its domain, where one is named, whatever else was asked for. */
function oktaDerived(options: JsonObject): JsonObject {
  const { domain } = options;
  if (typeof domain !== 'string') return {};
  const base = `https://${domain}`;
  const endpoints = {
    token_endpoint: `${base}/oauth2/v1/token`,
    userinfo_endpoint: `${base}/oauth2/v1/userinfo`,
  };
  return {
    ...Object.fromEntries(Object.entries(endpoints).filter(([name]) => options[name] == null)),
    oidc_metadata: {
      issuer: base,
      authorization_endpoint: `${base}/oauth2/v1/authorize`,
      ...endpoints,
      jwks_uri: `${base}/oauth2/v1/keys`,
      registration_endpoint: `${base}/oauth2/v1/clients`,
      introspection_endpoint: `${base}/oauth2/v1/introspect`,
      revocation_endpoint: `${base}/oauth2/v1/revoke`,
      end_session_endpoint: `${base}/oauth2/v1/logout`,
      device_authorization_endpoint: `${base}/oauth2/v1/device/authorize`,
      pushed_authorization_request_endpoint: `${base}/oauth2/v1/par`,
      ...OKTA_METADATA,
      ...METADATA_DEFAULTS,
      request_parameter_supported: true,
    },
  };
}

const SUBJECT_NAMES: Readonly<Record<string, string>> = {
  C: 'countryName',
  ST: 'stateOrProvinceName',
  L: 'localityName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
  CN: 'commonName',
};

/** What is read out of a signing certificate. */
function certificateDerived(options: JsonObject): JsonObject {
  const given = stringIn(options, 'signingCert') ?? stringIn(options, 'cert') ?? '';
  try {
    const certificate = new X509Certificate(given);
    return {
      cert: given,
      expires: new Date(certificate.validTo).toISOString(),
      subject: Object.fromEntries(
        certificate.subject.split('\n').map((line) => {
          const [name = '', value = ''] = line.split(/=(.*)/s);
          return [SUBJECT_NAMES[name] ?? name, value];
        }),
      ),
      thumbprints: [certificate.fingerprint.replaceAll(':', '').toLowerCase()],
    };
  } catch {
    return {};
  }
}

/** What is read out of an identity provider's metadata, which is not kept itself. */
function metadataDerived(options: JsonObject): JsonObject {
  const metadata = stringIn(options, 'metadataXml') ?? '';
  const encoded = /X509Certificate>([^<]+)</.exec(metadata)?.[1]?.trim().split(/\s+/).join('\n');
  const attribute = (element: string, name: string): string | undefined =>
    new RegExp(`<[^>]*${element}[^>]*\\s${name}="([^"]*)"`).exec(metadata)?.[1];
  const cert =
    encoded === undefined
      ? undefined
      : `-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`;
  const found = {
    signInEndpoint: attribute('SingleSignOnService', 'Location'),
    signOutEndpoint: attribute('SingleLogoutService', 'Location'),
    bindingMethod: attribute('SingleSignOnService', 'Binding'),
    signingCert: cert === undefined ? undefined : Buffer.from(cert).toString('base64'),
  };
  return {
    ...Object.fromEntries(
      Object.entries(found).flatMap(([name, value]): [string, Json][] =>
        value === undefined || options[name] !== undefined ? [] : [[name, value]],
      ),
    ),
    ...certificateDerived(cert === undefined ? options : { cert }),
  };
}

const noScope: StrategyDefaults = { options: { scope: [] } };

const STRATEGY_DEFAULTS: Readonly<Record<string, StrategyDefaults>> = {
  ad: { options: { ips: null, brute_force_protection: true }, enterprise: true, ticket: true },
  adfs: {
    derived: (options) => ({
      thumbprints: stringsIn(options, 'thumbprints').slice(),
      ...(options['signInEndpoint'] === undefined && options['fedMetadataXml'] !== undefined
        ? { signInEndpoint: wsFederationEndpoint(stringIn(options, 'fedMetadataXml') ?? '') }
        : {}),
      should_trust_email_verified_connection:
        options['should_trust_email_verified_connection'] ?? 'always_set_emails_as_verified',
    }),
    enterprise: true,
    ticket: true,
  },
  apple: {
    derived: ({ name, email, scope }) =>
      scope !== undefined || (name === undefined && email === undefined)
        ? {}
        : { scope: scopesOf((flag) => flag, { name: name ?? false, email: email ?? false }).join(' ') },
  },
  facebook: {
    derived: (options) => ({ scope: options['scope'] ?? scopesOf((flag) => flag, options).join(',') }),
  },
  github: { derived: (options) => scopesOfFlags(githubScope, options, options) },
  'google-apps': {
    options: {
      map_user_id_to_id: false,
      email: true,
      profile: true,
      scope: ['email', 'profile'],
      handle_login_from_social: true,
    },
    changed: { api_enable_users: true },
    enterprise: true,
    ticket: true,
  },
  'google-oauth2': { derived: googleDefaults },
  line: {
    derived: (options) => {
      const flags = { ...options, profile: options['profile'] ?? true };
      const scopes = scopesOf((flag) => (['email', 'profile'].includes(flag) ? flag : undefined), flags);
      // Recorded: those of flags come first, in whatever order they are asked for.
      return {
        profile: flags.profile,
        scope: [...new Set(['openid', ...scopes, ...textsOf(options['scope'])])],
      };
    },
  },
  linkedin: {
    derived: (options) => {
      const flags = { ...options, profile: options['profile'] ?? true };
      return { profile: flags.profile, ...scopesOfFlags((flag) => LINKEDIN_SCOPES[flag], flags, options) };
    },
  },
  office365: { enterprise: true, ticket: true },
  oidc: {
    options: { ...OIDC, type: 'front_channel', attribute_map: { mapping_mode: 'bind_all' } },
    // Recorded: a change that says nothing of PKCE turns it off.
    changed: { connection_settings: { pkce: 'disabled' } },
    derived: oidcDerived,
    enterprise: true,
    named: true,
  },
  okta: {
    options: { ...OIDC, type: 'back_channel', attribute_map: { mapping_mode: 'basic_profile' } },
    derived: oktaDerived,
    enterprise: true,
    named: true,
  },
  pingfederate: {
    derived: (options) => ({
      signInEndpoint: options['pingFederateBaseUrl'] ?? '',
      ...(isJsonObject(options['idpinitiated'])
        ? { idpinitiated: { enabled: true, ...options['idpinitiated'] } }
        : {}),
      ...certificateDerived(options),
    }),
    replaced: ['signingCert'],
    enterprise: true,
    ticket: true,
  },
  salesforce: noScope,
  'salesforce-community': noScope,
  'salesforce-sandbox': noScope,
  samlp: { derived: metadataDerived, replaced: ['metadataXml'], enterprise: true, ticket: true },
  waad: {
    derived: ({ user_id_attribute: userId }, domain) => ({
      app_domain: domain,
      ...(userId === undefined ? {} : { userid_attribute: userId === 'oid' ? userId : null }),
    }),
    options: {
      thumbprints: [],
      identity_api: 'microsoft-identity-platform-v2.0',
      useCommonEndpoint: false,
      should_trust_email_verified_connection: 'never_set_emails_as_verified',
      waad_common_endpoint: false,
      use_wsfed: false,
      waad_protocol: 'openid-connect',
    },
    enterprise: true,
    ticket: true,
    named: true,
  },
  windowslive: {
    options: { signin: true },
    derived: (options) =>
      scopesOfFlags(
        (flag) => (flag === 'graph_user' ? 'https://graph.microsoft.com/User.Read' : undefined),
        options,
        options,
      ),
  },
};

const wsFederationEndpoint = (metadata: string): string =>
  /PassiveRequestorEndpoint>[\s\S]*?<[^<>]*Address>([^<]+)</.exec(metadata)?.[1]?.trim() ?? '';

/** What a strategy derives from the options of a connection, whenever they are written. `domain` is the tenant's. */
function derivedOptions(strategy: string, options: JsonObject, domain: string): JsonObject {
  const { derived, replaced = [] } = STRATEGY_DEFAULTS[strategy] ?? {};
  const derivedFrom = { ...options, ...derived?.(options, domain) };
  return Object.fromEntries(Object.entries(derivedFrom).filter(([name]) => !replaced.includes(name)));
}

/** What a new database has and a changed one does not get again. */
const ONLY_NEW = ['mfa', 'passwordPolicy', 'password_options', 'strategy_version'];

/** Databases, and what is sent to a person. */
const NEITHER_SOCIAL_NOR_ENTERPRISE: readonly string[] = ['auth0', 'email', 'sms'];

/** What Auth0 says of an identity as `isSocial`. */
export const isSocial = (strategy: string): boolean =>
  !NEITHER_SOCIAL_NOR_ENTERPRISE.includes(strategy) && STRATEGY_DEFAULTS[strategy]?.enterprise !== true;

/**
 * The options after a change, which replaces them whole: what it leaves out is what the strategy starts with, `attributes` aside.
 */
export function changedConnectionOptions(strategy: string, options: JsonObject, domain: string): JsonObject {
  const defaults = strategy === 'auth0' ? NEW_DATABASE : STRATEGY_DEFAULTS[strategy]?.options;
  const kept = Object.entries(defaults ?? {}).filter(([name]) => !ONLY_NEW.includes(name));
  const changed = STRATEGY_DEFAULTS[strategy]?.changed;
  return derivedOptions(strategy, { ...Object.fromEntries(kept), ...changed, ...options }, domain);
}

/** The options of a new connection: what was asked for, completed as the strategy does. */
export function newConnectionOptions(strategy: string, options: JsonObject, domain: string): JsonObject {
  const defaults = strategy === 'auth0' ? databaseDefaults(options) : STRATEGY_DEFAULTS[strategy]?.options;
  const completed = { ...defaults, ...options };
  for (const name of strategy === 'auth0' ? ['password_options', 'attributes'] : [])
    if (defaults?.[name] !== undefined) completed[name] = defaults[name];
  return derivedOptions(strategy, completed, domain);
}

/** What a new connection of the strategy has beside its options; `url` is the tenant's. */
export function newConnectionSettings(strategy: string, name: string, url: string): JsonObject {
  const defaults = STRATEGY_DEFAULTS[strategy];
  return {
    ...(defaults?.enterprise === true ? { show_as_button: false } : {}),
    ...(defaults?.named === true ? { display_name: name } : {}),
    ...(defaults?.ticket === true ? { provisioning_ticket_url: `${url}/p/${strategy}/${name}` } : {}),
  };
}
