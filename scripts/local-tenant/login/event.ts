import { isJsonObject } from '../../base/json-values.ts';
import type { ClientDocument, ConnectionDocument, UserDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { splitList } from './authorize-request.ts';
import type { RefreshTokenDocument, SessionDocument } from './records.ts';

/** Root attributes that Auth0 documents for `event.user`; what else a provider sent stays away from Actions. */
const USER_ATTRIBUTES = [
  'email',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'picture',
  'phone_number',
  'phone_verified',
  'username',
  'last_password_reset',
] as const;

export interface EventRequest {
  readonly method: string;
  readonly ip: string;
  readonly hostname: string;
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

export interface EventTransaction {
  readonly id: string;
  readonly protocol:
    | 'oidc-basic-profile'
    | 'oidc-implicit-profile'
    | 'oidc-hybrid-profile'
    | 'oauth2-refresh-token'
    | 'oauth2-password'
    | 'oauth2-device-code';
  /** None on a refresh. */
  readonly requestedScopes: readonly string[];
  /** The parameters of `/authorize`; none on a refresh. */
  readonly query: Readonly<Record<string, string>>;
  readonly prompt: readonly string[];
  readonly redirectUri: string | null;
}

export interface EventParts {
  readonly client: ClientDocument;
  readonly connection: ConnectionDocument;
  readonly user: UserDocument;
  readonly organization: JsonObject | undefined;
  /** None on a refresh. */
  readonly session: SessionDocument | undefined;
  /** Only on a refresh. */
  readonly refreshToken: RefreshTokenDocument | undefined;
  readonly audience: string | null;
  readonly request: EventRequest;
  readonly transaction: EventTransaction;
  /** Names of the user's roles. Default: none. */
  readonly roles?: readonly string[];
  /** Whether the user's attributes show all that a provider sent. Default: the documented ones. */
  readonly rootAttributes?: boolean;
}

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * The event of the post-login trigger: every documented field that has a meaning on the local tenant, and no other. Secrets are
 * added by the runtime, Action by Action.
 *
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
 */
export function buildEvent(parts: EventParts): JsonObject {
  const { client, connection, organization, session, refreshToken, audience } = parts;
  return {
    authorization: { roles: [...(parts.roles ?? [])] },
    client: {
      client_id: client.client_id,
      name: client.name,
      metadata: isJsonObject(client.settings['client_metadata']) ? client.settings['client_metadata'] : {},
    },
    connection: {
      id: connection.id,
      name: connection.name,
      strategy: connection.strategy,
      metadata: connection.metadata,
    },
    request: requestOf(parts.request),
    stats: { logins_count: parts.user.logins_count },
    tenant: { id: 'local-tenant' },
    transaction: transactionOf(parts.transaction),
    user: { ...(parts.rootAttributes === true ? parts.user.root : {}), ...userOf(parts.user) },
    ...(organization === undefined
      ? {}
      : {
          organization: {
            id: organization['id'] ?? '',
            name: organization['name'] ?? '',
            display_name: organization['display_name'] ?? '',
            metadata: organization['metadata'] ?? {},
          },
        }),
    ...(session === undefined
      ? {}
      : {
          authentication: { methods: session.methods.map((method) => ({ ...method })) },
          session: sessionOf(session, parts.request.ip),
        }),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshTokenOf(refreshToken) }),
    ...(audience === null ? {} : { resource_server: { identifier: audience } }),
  };
}

function requestOf(request: EventRequest): JsonObject {
  const language = request.acceptLanguage?.split(/[,;]/)[0]?.trim();
  return {
    method: request.method,
    ip: request.ip,
    // A loopback address is nowhere on a map: Auth0 leaves the fields out then, too.
    geoip: {},
    hostname: request.hostname,
    query: { ...request.query },
    body: { ...request.body },
    ...(request.userAgent === undefined ? {} : { user_agent: request.userAgent }),
    ...(language === undefined || language === '' || language === '*' ? {} : { language }),
  };
}

function transactionOf(transaction: EventTransaction): JsonObject {
  const { query } = transaction;
  const uiLocales = splitList(query['ui_locales']);
  return {
    id: transaction.id,
    protocol: transaction.protocol,
    acr_values: splitList(query['acr_values']),
    prompt: [...transaction.prompt],
    requested_scopes: [...transaction.requestedScopes],
    response_type: splitList(query['response_type']),
    ui_locales: uiLocales,
    locale: uiLocales[0] ?? 'en',
    metadata: {},
    ...(transaction.redirectUri === null ? {} : { redirect_uri: transaction.redirectUri }),
    ...optionalStrings(query, ['login_hint', 'response_mode', 'state', 'linking_id', 'correlation_id']),
  };
}

const optionalStrings = (
  source: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (source[name] === undefined ? [] : [[name, source[name]]])));

function sessionOf(session: SessionDocument, ip: string): JsonObject {
  return {
    id: session.id,
    user_id: session.user_id,
    created_at: isoTime(session.created_at),
    updated_at: isoTime(session.updated_at),
    authenticated_at: isoTime(session.authenticated_at),
    idle_expires_at: isoTime(session.idle_expires_at),
    expires_at: isoTime(session.absolute_expires_at),
    clients: session.clients.map((clientId) => ({ client_id: clientId })),
    cookie: { mode: 'persistent' },
    device: {
      initial_ip: ip,
      initial_user_agent: session.user_agent,
      last_ip: ip,
      last_user_agent: session.user_agent,
    },
    last_interacted_at: isoTime(session.updated_at),
    metadata: { ...session.metadata },
  };
}

function refreshTokenOf(token: RefreshTokenDocument): JsonObject {
  const { grant } = token;
  return {
    id: token.id,
    client_id: grant.client_id,
    user_id: grant.user_id,
    session_id: grant.session_id,
    created_at: isoTime(token.created_at),
    idle_expires_at: isoTime(token.expires_at),
    resource_servers:
      grant.audience === null ? [] : [{ audience: grant.audience, scopes: grant.requested_scopes.join(' ') }],
    metadata: { ...token.metadata },
    ...(token.absolute_expires_at === null ? {} : { expires_at: isoTime(token.absolute_expires_at) }),
    ...(token.last_exchanged_at === null ? {} : { last_exchanged_at: isoTime(token.last_exchanged_at) }),
  };
}

function userOf(user: UserDocument): JsonObject {
  const documented = USER_ATTRIBUTES.flatMap((name) => {
    const value = user.root[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(documented),
    user_id: user.user_id,
    email_verified: user.root['email_verified'] === true,
    created_at: user.created_at,
    updated_at: user.updated_at,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    identities: user.identities.map(({ connection, provider, user_id: userId, isSocial, profileData }) => ({
      connection,
      provider,
      user_id: userId,
      isSocial,
      ...(profileData === undefined ? {} : { profileData }),
    })),
    multifactor: [],
    enrolledFactors: [],
  };
}

/** Names that a token request's body does not show to Actions: Auth0 takes credentials out. */
export const CREDENTIAL_FIELDS = [
  ...['client_secret', 'client_assertion', 'client_assertion_type'],
  ...['refresh_token', 'code', 'code_verifier', 'password'],
];
