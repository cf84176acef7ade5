import { isSocial } from '../auth0/connection-defaults.ts';
import { isJsonObject } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import { buildEvent } from '../local-tenant/runtime.ts';
import type { EventParts, IdentityDocument, UserDocument } from '../local-tenant/runtime.ts';
import { simulatedRefreshToken, simulatedSession, usualBeginning } from './simulated-session.ts';
import type { LoginFlow, SimulatedLogin, SimulatedUser } from './simulated-login.ts';

/** The tenant of every simulation. */
export const SIMULATED_DOMAIN = 'tenant.example.com';

const PROTOCOLS: Readonly<Record<LoginFlow, string>> = {
  interactive: 'oidc-basic-profile',
  sso: 'oidc-basic-profile',
  silent: 'oidc-basic-profile',
  refresh: 'oauth2-refresh-token',
  'token-exchange': 'oauth2-token-exchange',
  password: 'oauth2-password',
  device: 'oauth2-device-code',
};

/** `grant_type` of the token request, in flows without a browser. */
const GRANT_TYPES: Readonly<Partial<Record<LoginFlow, string>>> = {
  refresh: 'refresh_token',
  'token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  password: 'password',
};

/** Where Auth0 does not tell Actions which scopes were asked for. */
const WITHOUT_SCOPES: readonly LoginFlow[] = ['refresh', 'password'];

/** The user of a simulation as the tenant keeps it. */
export function simulatedUser(user: SimulatedUser = {}): UserDocument {
  const userId = user.user_id ?? 'oauth2|didit|user-1';
  return {
    user_id: userId,
    identities: [...(user.identities ?? [identityOf(userId)])],
    root: user.root ?? { email: 'user@example.com', email_verified: true, name: 'Example User' },
    app_metadata: user.app_metadata ?? {},
    user_metadata: user.user_metadata ?? {},
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    last_login: null,
    last_ip: null,
    logins_count: user.logins_count ?? 1,
  };
}

/**
 * `oauth2|didit|1` is the user `didit|1` of the connection `didit`; `google-oauth2|1` is the user `1` of
 * `google-oauth2`.
 */
function identityOf(userId: string): IdentityDocument {
  const [provider = '', ...rest] = userId.split('|');
  return {
    provider,
    user_id: rest.join('|'),
    connection: rest.length > 1 ? (rest[0] ?? provider) : provider,
    isSocial: isSocial(provider),
  };
}

/**
 * The event of a simulated login, made by the local tenant's own code.
 * @param now Milliseconds since the epoch.
 */
export function simulatedEvent(login: SimulatedLogin, user: UserDocument, now: number): JsonObject {
  const flow = login.flow ?? 'interactive';
  const event = buildEvent(eventParts(login, user, flow, now));
  const transaction = { ...objectIn(event, 'transaction'), protocol: PROTOCOLS[flow] };
  return { ...event, transaction, ...overlaid({ ...event, transaction }, login.event ?? {}) };
}

const overlaid = (event: JsonObject, overlay: Readonly<Record<string, JsonObject>>): JsonObject =>
  Object.fromEntries(
    Object.entries(overlay).map(([part, fields]) => [part, { ...objectIn(event, part), ...fields }]),
  );

function objectIn(event: JsonObject, part: string): JsonObject {
  const value = event[part];
  return isJsonObject(value) ? value : {};
}

function eventParts(login: SimulatedLogin, user: UserDocument, flow: LoginFlow, now: number): EventParts {
  const { application = {}, connection = {}, organization } = login;
  const grantType = GRANT_TYPES[flow];
  const hasBrowser = grantType === undefined;
  const isOld = flow === 'sso' || flow === 'silent';
  const clientId = application.client_id ?? 'application-1';
  const scopes = application.scopes ?? ['openid', 'profile', 'email'];
  return {
    client: {
      client_id: clientId,
      client_secret: '',
      name: application.name ?? 'Example Application',
      settings: { client_metadata: { ...application.metadata } },
    },
    connection: {
      id: 'con_simulated',
      name: connection.name ?? 'didit',
      strategy: connection.strategy ?? 'oauth2',
      options: {},
      enabled_clients: [clientId],
      metadata: { ...connection.metadata },
      settings: {},
    },
    user,
    roles: login.roles ?? [],
    organization:
      organization === undefined
        ? undefined
        : {
            id: 'org_simulated',
            name: organization.name ?? 'organization-1',
            display_name: organization.name ?? 'organization-1',
            metadata: { ...organization.metadata },
            members: [user.user_id],
          },
    session: hasBrowser
      ? simulatedSession(user.user_id, clientId, login.authenticatedAt ?? usualBeginning(!isOld, now), now)
      : undefined,
    refreshToken: flow === 'refresh' ? simulatedRefreshToken(user.user_id, clientId, scopes, now) : undefined,
    audience: application.audience === undefined ? 'https://api.example.com/' : application.audience,
    request: {
      method: hasBrowser ? 'GET' : 'POST',
      ip: '203.0.113.7',
      hostname: SIMULATED_DOMAIN,
      userAgent: 'Example Browser',
      acceptLanguage: 'en',
      query: hasBrowser
        ? { client_id: clientId, scope: scopes.join(' '), ...(flow === 'silent' ? { prompt: 'none' } : {}) }
        : {},
      body: grantType === undefined ? {} : { client_id: clientId, grant_type: grantType },
    },
    transaction: {
      id: 'transaction-1',
      protocol: flow === 'refresh' ? 'oauth2-refresh-token' : 'oidc-basic-profile',
      requestedScopes: WITHOUT_SCOPES.includes(flow) ? [] : scopes,
      query: { response_type: 'code' },
      prompt: flow === 'silent' ? ['none'] : [],
      redirectUri: hasBrowser ? 'https://app.example.com/callback' : null,
    },
  };
}
