import type { TenantContext } from '../context.ts';
import type { ExpiringSecrets } from '../expiring-secrets.ts';
import { expiringSecrets } from '../expiring-secrets.ts';
import type { PostLoginOutcome, TokenChanges } from '../../runner/contract.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { AuthorizeRequest } from './authorize-request.ts';

/** A browser that was sent to the upstream provider; found by the `state` that it brings back. */
export interface UpstreamLogin {
  readonly request: AuthorizeRequest;
  readonly connection_id: string;
  /** Hash of the browser's own cookie: another browser cannot finish this login. */
  readonly browser: string;
  readonly nonce: string;
  readonly code_verifier: string | null;
  readonly expires_at: number;
}

/** A browser that shows the page of a database connection; found by the `state` that its form brings back. */
export type DatabaseLogin = Omit<UpstreamLogin, 'nonce' | 'code_verifier'>;

/** Who has signed in, how, and for which request: what the Actions and the code are made from. */
export interface AuthenticatedLogin {
  /** Names the login in its trace. */
  readonly id: string;
  readonly request: AuthorizeRequest;
  readonly user_id: string;
  readonly connection_id: string;
  readonly session: SessionDocument;
}

/** A login that waits for the browser to come back from an Action's redirect; found by the `state` of `/continue`. */
export interface SuspendedLogin {
  readonly login: AuthenticatedLogin;
  readonly browser: string;
  readonly action_index: number;
  readonly transaction_metadata: JsonObject;
  /** What the Actions before the redirect have asked for already. */
  readonly outcome: PostLoginOutcome;
  readonly expires_at: number;
}

export interface SessionDocument {
  readonly id: string;
  readonly user_id: string;
  readonly connection_id: string;
  /** Epoch milliseconds, these and the following. */
  readonly authenticated_at: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly idle_expires_at: number;
  readonly absolute_expires_at: number;
  /** The earlier one of the two. */
  readonly expires_at: number;
  readonly clients: readonly string[];
  readonly user_agent: string;
  /** `federated` or `pwd`, and what Actions have recorded. */
  readonly methods: readonly { readonly name: string; readonly timestamp: string }[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** What tokens are made from. */
export interface TokenGrant {
  readonly client_id: string;
  readonly user_id: string;
  readonly connection_id: string;
  readonly organization_id: string | null;
  /** `null`: the access token is good for `/userinfo` only. */
  readonly audience: string | null;
  /** What the application asked for: refreshes start from it again. */
  readonly requested_scopes: readonly string[];
  readonly session_id: string;
}

/** The Actions' say in one set of tokens. */
export interface GrantedClaims {
  /** Names the login in its trace; codes of earlier versions have none. */
  readonly login_id?: string;
  readonly scopes: readonly string[];
  readonly id_token: JsonObject;
  readonly access_token: JsonObject;
}

export interface CodeDocument {
  readonly grant: TokenGrant;
  readonly claims: GrantedClaims;
  readonly redirect_uri: string;
  /** Whether `/authorize` named none, so that the application need not name it either. */
  readonly redirect_uri_implied?: boolean;
  readonly nonce: string | null;
  readonly proof_key: { readonly challenge: string; readonly method: string } | null;
  /** Epoch seconds; `null` when the application did not ask for it. */
  readonly auth_time: number | null;
  /** What the Actions asked of the refresh token that the code will bring. */
  readonly refresh_token: TokenChanges | null;
  readonly expires_at: number;
}

/** What `/userinfo` knows of an access token. */
export interface AccessTokenDocument {
  readonly user_id: string;
  readonly scopes: readonly string[];
  /** Custom claims of the ID token: Auth0 answers them at `/userinfo` too. */
  readonly claims: JsonObject;
  readonly expires_at: number;
}

export interface RefreshTokenDocument {
  readonly id: string;
  /** All tokens that came from one sign-in: revoked together when a used one turns up again. */
  readonly family: string;
  readonly grant: TokenGrant;
  readonly created_at: number;
  readonly last_exchanged_at: number | null;
  readonly absolute_expires_at: number | null;
  /** When a rotating token was used; it is kept so that a second use is noticed. */
  readonly rotated_at: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expires_at: number;
}

/** A request for a login that an application has sent itself; found by the last part of its `request_uri`. */
export interface PushedRequest {
  readonly query: Readonly<Record<string, string>>;
  readonly expires_at: number;
}

export interface LoginRecords {
  readonly pushed: ExpiringSecrets<PushedRequest>;
  /** Assertions that have been used. */
  readonly assertions: ExpiringSecrets<{ readonly expires_at: number }>;
  readonly upstream: ExpiringSecrets<UpstreamLogin>;
  readonly database: ExpiringSecrets<DatabaseLogin>;
  readonly suspended: ExpiringSecrets<SuspendedLogin>;
  readonly sessions: ExpiringSecrets<SessionDocument>;
  readonly codes: ExpiringSecrets<CodeDocument>;
  readonly accessTokens: ExpiringSecrets<AccessTokenDocument>;
  readonly refreshTokens: ExpiringSecrets<RefreshTokenDocument>;
}

export const openLoginRecords = (context: TenantContext): LoginRecords => ({
  pushed: expiringSecrets(context, 'login-pushed'),
  assertions: expiringSecrets(context, 'login-assertions'),
  upstream: expiringSecrets(context, 'login-upstream'),
  database: expiringSecrets(context, 'login-database'),
  suspended: expiringSecrets(context, 'login-suspended'),
  sessions: expiringSecrets(context, 'login-sessions'),
  codes: expiringSecrets(context, 'login-codes'),
  accessTokens: expiringSecrets(context, 'login-access-tokens'),
  refreshTokens: expiringSecrets(context, 'login-refresh-tokens'),
});
