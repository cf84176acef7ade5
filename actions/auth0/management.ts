import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { isObject, own, ownText, parseJson } from '../didit/json.ts';
import { SNAPSHOT_ATTRIBUTE } from '../didit/snapshot.ts';
import { eventText } from './event.ts';

/** Where the token stands in the trigger's cache: key of at most 64 bytes, value of at most 4 kB. */
const CACHE_KEY = 'didit_management_token';
const MAX_CACHED_BYTES = 4_000;

/** A token is asked for anew this long before it ends, milliseconds. */
const EARLY_MILLISECONDS = 60_000;

/** The longest that the cache keeps anything, milliseconds. */
const MAX_CACHE_MILLISECONDS = 24 * 3_600_000;

/** Why the Management API gave no user. */
export type ManagementFailure =
  | 'management_timeout'
  | 'management_unreachable'
  | 'management_token_refused'
  | 'management_unauthorized'
  | 'management_forbidden'
  | 'management_rate_limited'
  | 'management_error'
  | 'management_garbage';

/** The tenant's domain and a machine-to-machine client with the scope `read:users`. */
export interface ManagementCredentials {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `undefined` without all three secrets, and for a domain that is none: the source is skipped then. */
export function managementCredentials(event: Event): ManagementCredentials | undefined {
  const domain = eventText(event, 'secrets', 'AUTH0_DOMAIN') ?? '';
  const clientId = eventText(event, 'secrets', 'AUTH0_MANAGEMENT_CLIENT_ID') ?? '';
  const clientSecret = eventText(event, 'secrets', 'AUTH0_MANAGEMENT_CLIENT_SECRET') ?? '';
  return clientId !== '' && clientSecret !== '' && /^[a-z0-9.-]+(:\d{1,5})?$/i.test(domain)
    ? { domain, clientId, clientSecret }
    : undefined;
}

/**
 * Reads the two attributes of a user that an event may lack: `GET /api/v2/users/{id}`. The token is kept in the trigger's cache
 * across logins; one that is refused is dropped, and a new one tried once. Nothing else is retried during a login.
 *
 * @param timeout For the token and the user together, milliseconds.
 * @see https://auth0.com/docs/api/management/v2/users/get-users-by-id
 */
export async function readUser(
  credentials: ManagementCredentials,
  userId: string,
  cache: PostLoginAPI['cache'],
  timeout: number,
): Promise<{ readonly user: unknown } | { readonly failure: ManagementFailure }> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const cached = cache.get(CACHE_KEY)?.value;
    const token = cached ?? (await requestToken(credentials, cache, signal));
    if (token === undefined) return { failure: 'management_token_refused' };
    const answer = await requestUser(credentials, userId, token, signal);
    if (!('failure' in answer) || answer.failure !== 'management_unauthorized') return answer;
    cache.delete(CACHE_KEY);
    if (cached === undefined) return answer;
    const renewed = await requestToken(credentials, cache, signal);
    if (renewed === undefined) return { failure: 'management_token_refused' };
    return await requestUser(credentials, userId, renewed, signal);
  } catch {
    return { failure: signal.aborted ? 'management_timeout' : 'management_unreachable' };
  }
}

/** @see https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens */
async function requestToken(
  { domain, clientId, clientSecret }: ManagementCredentials,
  cache: PostLoginAPI['cache'],
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await fetch(`https://${domain}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: `https://${domain}/api/v2/`,
    }).toString(),
    redirect: 'error',
    signal,
  });
  const body = parseJson(await response.text());
  const token = ownText(body, 'access_token');
  if (!response.ok || token === undefined || token === '') return undefined;
  const expiresIn = own(body, 'expires_in');
  const lifetime = (typeof expiresIn === 'number' ? expiresIn * 1_000 : 0) - EARLY_MILLISECONDS;
  if (lifetime > 0 && Buffer.byteLength(token) <= MAX_CACHED_BYTES) {
    // A full cache answers with an error, which costs the next login one more call and this one nothing.
    cache.set(CACHE_KEY, token, { ttl: Math.min(lifetime, MAX_CACHE_MILLISECONDS) });
  }
  return token;
}

async function requestUser(
  { domain }: ManagementCredentials,
  userId: string,
  token: string,
  signal: AbortSignal,
): Promise<{ readonly user: unknown } | { readonly failure: ManagementFailure }> {
  const url = `https://${domain}/api/v2/users/${encodeURIComponent(userId)}?fields=${SNAPSHOT_ATTRIBUTE},identities&include_fields=true`;
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    redirect: 'error',
    signal,
  });
  const text = await response.text();
  if (response.status === 401) return { failure: 'management_unauthorized' };
  if (response.status === 403) return { failure: 'management_forbidden' };
  if (response.status === 429) return { failure: 'management_rate_limited' };
  if (response.status !== 200) return { failure: 'management_error' };
  const user = parseJson(text);
  return isObject(user) ? { user } : { failure: 'management_garbage' };
}
