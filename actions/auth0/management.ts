import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { isObject, own, ownText, parseJson } from '../didit/json.ts';
import { SNAPSHOT_ATTRIBUTE } from '../didit/snapshot.ts';
import { eventText } from './event.ts';

/** Where the token stands in the trigger's cache: key of at most 64 bytes, value of at most 4 kB. */
const CACHE_KEY = 'didit_management_token';
const MAX_CACHED_BYTES = 4_000;

/** A token is asked for anew this long before it ends, seconds. */
const EARLY_SECONDS = 60;

/** The longest that the cache keeps anything, seconds. */
const MAX_CACHE_SECONDS = 24 * 3_600;

/** Why the Management API gave no user. */
export type ManagementFailure =
  | 'management_timeout'
  | 'management_unreachable'
  | 'management_token_refused'
  | 'management_garbage'
  /** The HTTP status that it answered with. */
  | `management_${number}`;

export type ManagementAnswer = { readonly user: unknown } | { readonly failure: ManagementFailure };

/** The tenant's domain and a machine-to-machine client with the scope `read:users`. */
export interface ManagementCredentials {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `undefined` without all three secrets, and for a domain that is none: the source is skipped then. */
export function managementCredentials(event: Event): ManagementCredentials | undefined {
  const domain = eventText(event, 'secrets', 'AUTH0_DOMAIN') ?? '';
  const clientId = eventText(event, 'secrets', 'AUTH0_MANAGEMENT_CLIENT_ID');
  const clientSecret = eventText(event, 'secrets', 'AUTH0_MANAGEMENT_CLIENT_SECRET');
  return clientId && clientSecret && /^[a-z0-9.-]+(:\d{1,5})?$/i.test(domain)
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
): Promise<ManagementAnswer> {
  const signal = AbortSignal.timeout(timeout);
  const read = async (token: string | undefined): Promise<ManagementAnswer> =>
    token === undefined
      ? { failure: 'management_token_refused' }
      : requestUser(credentials.domain, userId, token, signal);
  try {
    const cached = cache.get(CACHE_KEY)?.value;
    if (cached === undefined) return await read(await requestToken(credentials, cache, signal));
    const answer = await read(cached);
    if (!('failure' in answer) || answer.failure !== 'management_401') return answer;
    cache.delete(CACHE_KEY);
    return await read(await requestToken(credentials, cache, signal));
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
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: `https://${domain}/api/v2/`,
    }),
    redirect: 'error',
    signal,
  });
  const body = parseJson(await response.text());
  const token = ownText(body, 'access_token');
  if (!response.ok || !token) return undefined;
  const lifetime = Math.min(Number(own(body, 'expires_in')) - EARLY_SECONDS, MAX_CACHE_SECONDS);
  if (lifetime > 0 && Buffer.byteLength(token) <= MAX_CACHED_BYTES) {
    // A full cache answers with an error, which costs the next login one more call and this one nothing.
    cache.set(CACHE_KEY, token, { ttl: lifetime * 1_000 });
  }
  return token;
}

async function requestUser(
  domain: string,
  userId: string,
  token: string,
  signal: AbortSignal,
): Promise<ManagementAnswer> {
  const response = await fetch(
    `https://${domain}/api/v2/users/${encodeURIComponent(userId)}?fields=${SNAPSHOT_ATTRIBUTE},identities&include_fields=true`,
    { headers: { authorization: `Bearer ${token}` }, redirect: 'error', signal },
  );
  const text = await response.text();
  if (response.status !== 200) return { failure: `management_${response.status}` };
  const user = parseJson(text);
  return isObject(user) ? { user } : { failure: 'management_garbage' };
}
