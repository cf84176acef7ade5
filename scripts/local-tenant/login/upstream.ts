import { decodeJwt } from 'jose';
import type { TenantContext } from '../context.ts';
import { standInUrl } from '../didit-stand-in/hosts.ts';
import { isJsonObject, parseJsonObject, stringIn } from '../../base/json-values.ts';
import type { ConnectionDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { sha256 } from '../secrets.ts';
import { splitList } from './authorize-request.ts';

/** Auth0's callback for social connections: what is registered with the upstream provider. */
const upstreamCallback = (context: TenantContext): string => `${context.url()}/login/callback`;

/** A connection's `scope` option: a text with spaces, or a list. */
function scopeOf({ options }: ConnectionDocument): string {
  const { scope } = options;
  if (Array.isArray(scope)) return scope.filter((item) => typeof item === 'string').join(' ');
  return typeof scope === 'string' ? scope : '';
}

/**
 * The upstream authorize URL that a connection's options describe: its endpoint and client, its scope, PKCE where
 * `pkce_enabled` says so, and `upstream_params`, fixed (`value`) or taken from the `/authorize` request (`alias`).
 *
 * @see https://auth0.com/docs/authenticate/identity-providers/pass-parameters-to-idps
 */
export function upstreamAuthorizeUrl(
  context: TenantContext,
  connection: ConnectionDocument,
  login: {
    readonly state: string;
    readonly nonce: string;
    readonly codeVerifier: string | null;
    readonly query: Readonly<Record<string, string>>;
  },
): string {
  const url = new URL(standInUrl(context, stringIn(connection.options, 'authorizationURL') ?? ''));
  const scope = scopeOf(connection);
  const parameters: Record<string, string> = {
    ...upstreamParameters(connection, login.query),
    response_type: 'code',
    client_id: stringIn(connection.options, 'client_id') ?? '',
    redirect_uri: upstreamCallback(context),
    state: login.state,
    ...(scope === '' ? {} : { scope }),
    ...(splitList(scope).includes('openid') ? { nonce: login.nonce } : {}),
    ...(login.codeVerifier === null
      ? {}
      : { code_challenge: sha256(login.codeVerifier), code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function upstreamParameters(
  { options }: ConnectionDocument,
  query: Readonly<Record<string, string>>,
): Record<string, string> {
  const parameters = options['upstream_params'];
  if (!isJsonObject(parameters)) return {};
  const given: Record<string, string> = {};
  for (const [name, source] of Object.entries(parameters)) {
    if (!isJsonObject(source)) continue;
    const value = stringIn(source, 'value') ?? query[stringIn(source, 'alias') ?? ''];
    if (value !== undefined) given[name] = value;
  }
  return given;
}

export const usesProofKey = ({ options }: ConnectionDocument): boolean => options['pkce_enabled'] === true;

export type UpstreamTokens =
  { readonly accessToken: string; readonly idToken: string | undefined } | { readonly failure: string };

/** Upstream answers are small; anything longer is not a token answer. */
const MAX_ANSWER_CHARACTERS = 100_000;

/**
 * Redeems the upstream code: a form with HTTP Basic client authentication, which is what Didit documents.
 *
 * @param login.timeoutMilliseconds How long the upstream may take.
 */
export async function redeemUpstreamCode(
  context: TenantContext,
  connection: ConnectionDocument,
  login: {
    readonly code: string;
    readonly codeVerifier: string | null;
    readonly nonce: string;
    readonly fetch: typeof fetch;
    readonly timeoutMilliseconds: number;
  },
): Promise<UpstreamTokens> {
  const clientId = stringIn(connection.options, 'client_id') ?? '';
  const clientSecret = stringIn(connection.options, 'client_secret') ?? '';
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  let answer: JsonObject | undefined;
  try {
    const response = await login.fetch(standInUrl(context, stringIn(connection.options, 'tokenURL') ?? ''), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: login.code,
        redirect_uri: upstreamCallback(context),
        ...(login.codeVerifier === null ? {} : { code_verifier: login.codeVerifier }),
      }).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(login.timeoutMilliseconds),
    });
    const text = await response.text();
    answer = text.length > MAX_ANSWER_CHARACTERS ? undefined : parseJsonObject(text);
    if (!response.ok) return { failure: 'failed to obtain access token' };
  } catch {
    return { failure: 'failed to obtain access token' };
  }
  const accessToken = answer === undefined ? undefined : stringIn(answer, 'access_token');
  if (answer === undefined || accessToken === undefined) return { failure: 'failed to obtain access token' };
  const idToken = stringIn(answer, 'id_token');
  if (idToken !== undefined && !carriesNonce(idToken, login.nonce))
    return { failure: 'the ID token of the identity provider belongs to another login' };
  return { accessToken, idToken };
}

/** The token came over TLS from the token endpoint itself, so its nonce is looked at without its signature (OIDC Core 3.1.3.7). */
function carriesNonce(idToken: string, nonce: string): boolean {
  try {
    const claims = decodeJwt(idToken);
    return claims['nonce'] === undefined || claims['nonce'] === nonce;
  } catch {
    return true;
  }
}
