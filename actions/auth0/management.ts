import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { isObject, own, ownText, parseJson } from '../didit/json.ts';
import { secretOf } from './event.ts';

/** Where the token stands in the trigger's cache: key of at most 64 bytes, value of at most 4 kB. */
const CACHE_KEY = 'didit_management_token';
const MAX_CACHED_BYTES = 4_000;

/** A token is asked for anew this long before it ends, seconds. */
const EARLY_SECONDS = 60;

/** The longest that the cache keeps anything, seconds. */
const MAX_CACHE_SECONDS = 24 * 3_600;

/** Why the Management API gave no user. */
export type ManagementFailure =
  | 'no_management_credentials'
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

/** `undefined` without all three secrets, and for a domain that is none. */
export function managementCredentials(event: Event): ManagementCredentials | undefined {
  const domain = secretOf(event, 'AUTH0_DOMAIN');
  const clientId = secretOf(event, 'AUTH0_MANAGEMENT_CLIENT_ID');
  const clientSecret = secretOf(event, 'AUTH0_MANAGEMENT_CLIENT_SECRET');
  return clientId && clientSecret && /^[a-z0-9.-]+(:\d{1,5})?$/i.test(domain)
    ? { domain, clientId, clientSecret }
    : undefined;
}

/**
 * Reads the two attributes of a user that an event may lack: `GET /api/v2/users/{id}`. The token is kept in the trigger's cache
 * across logins; one that is refused (401, 403) is dropped, and a new one tried once. Nothing else is retried during a login.
 *
 * @param timeout For the token and the user together, milliseconds.
 * @see https://auth0.com/docs/api/management/v2/users/get-users-by-id
 */
export async function readUser(
  credentials: ManagementCredentials | undefined,
  userId: string,
  cache: PostLoginAPI['cache'],
  timeout: number,
): Promise<ManagementAnswer> {
  if (credentials === undefined) return { failure: 'no_management_credentials' };
  const signal = AbortSignal.timeout(timeout);
  const read = async (token: string | undefined): Promise<ManagementAnswer> =>
    token === undefined
      ? { failure: 'management_token_refused' }
      : requestUser(credentials.domain, userId, token, signal);
  try {
    const cached = unseal(credentials, cache.get(CACHE_KEY)?.value);
    const answer = cached === undefined ? undefined : await read(cached);
    if (answer !== undefined && !isTokenRefused(answer)) return answer;
    if (answer !== undefined) cache.delete(CACHE_KEY);
    const anew = await read(await requestToken(credentials, cache, signal));
    if (isTokenRefused(anew)) cache.delete(CACHE_KEY);
    return anew;
  } catch {
    return { failure: signal.aborted ? 'management_timeout' : 'management_unreachable' };
  }
}

/** A token that is over, or without the permission: one that was made since may have it. */
const isTokenRefused = (answer: ManagementAnswer): boolean =>
  'failure' in answer && (answer.failure === 'management_401' || answer.failure === 'management_403');

const CIPHER = 'aes-256-gcm';
/** Nonce of 12 bytes, tag of 16, then the token. */
const NONCE_END = 12;
const TAG_END = 28;

/**
 * Every Action of the trigger reads and writes the cache. What stands there is encrypted and authenticated under a key that only
 * who knows the client secret can make: another Action can take the token away, and neither read nor replace it.
 * @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
 */
function seal(credentials: ManagementCredentials, token: string): string {
  const nonce = randomBytes(NONCE_END);
  const cipher = createCipheriv(CIPHER, sealingKey(credentials), nonce);
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** `undefined` for anything that `seal` has not made with the same credentials. */
function unseal(credentials: ManagementCredentials, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64url');
  try {
    const nonce = bytes.subarray(0, NONCE_END);
    const decipher = createDecipheriv(CIPHER, sealingKey(credentials), nonce, { authTagLength: 16 });
    decipher.setAuthTag(bytes.subarray(NONCE_END, TAG_END));
    return decipher.update(bytes.subarray(TAG_END), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

const sealingKey = ({ domain, clientId, clientSecret }: ManagementCredentials): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([CACHE_KEY, domain, clientId, clientSecret]))
    .digest();

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
  const sealed = seal({ domain, clientId, clientSecret }, token);
  if (lifetime > 0 && sealed.length <= MAX_CACHED_BYTES) {
    // A full cache answers with an error, which costs the next login one more call and this one nothing.
    cache.set(CACHE_KEY, sealed, { ttl: lifetime * 1_000 });
  }
  return token;
}

/**
 * The whole user: `fields` takes the names of a fixed list and refuses others (400), among them the attribute
 * with the snapshot. What a read that leaves fields out shows of such attributes is written down nowhere.
 *
 * @see https://auth0.com/docs/api/management/v2/users/get-users-by-id
 */
async function requestUser(
  domain: string,
  userId: string,
  token: string,
  signal: AbortSignal,
): Promise<ManagementAnswer> {
  const response = await fetch(`https://${domain}/api/v2/users/${encodeURIComponent(userId)}`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal,
  });
  const text = await response.text();
  if (response.status !== 200) return { failure: `management_${response.status}` };
  const user = parseJson(text);
  return isObject(user) ? { user } : { failure: 'management_garbage' };
}
