import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import { isRecord } from '../base/json-values.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { secretTexts } from '../secrets/secret-texts.ts';
import { isBrokenOff, unreachable } from './connection-failures.ts';
import { variablePlace } from './target.ts';
import type { DeployTarget } from './target.ts';

/** Milliseconds that one answer of the tenant may take. */
export const ANSWER_TIMEOUT_MILLISECONDS = 30_000;

/** Milliseconds between the attempts of one call, where the tenant does not say how long to wait. */
const RETRY_DELAYS_MILLISECONDS: readonly number[] = [500, 1_000, 2_000];

/** No tenant's rate limit makes anybody wait longer. */
const MAX_RETRY_AFTER_SECONDS = 60;

/** What every list route allows. */
const PAGE_SIZE = 50;

/** Of a tenant's own words in an error: they may hold a whole script that it refuses. */
const MAX_REASON_CHARACTERS = 500;

/** Where `jsonOf` puts an answer that is an array. */
const BARE_ARRAY = '[]';

export interface ManagementApi {
  readonly domain: string;
  readonly accessToken: string;
  /**
   * The items of a list route, all pages of it.
   * @param property Where the items are, when the answer is an object and not the list itself.
   */
  list(path: string, property: string): Promise<readonly Record<string, unknown>[]>;
  /** `undefined` when the tenant answers 404. */
  get(path: string): Promise<Record<string, unknown> | undefined>;
  /**
   * Writes. Only for what auth0-deploy-cli cannot do: putting back and removing. Every such call may be repeated.
   * @throws {Problem} with the tenant's own words.
   * @see docs/decisions/0004-putting-back-without-the-cli.md
   */
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<void>;
  /**
   * Asks something by `POST` that changes nothing.
   * @throws {Problem} with the tenant's own words.
   */
  ask(path: string, body: unknown): Promise<Record<string, unknown>>;
}

interface Patience {
  readonly answerTimeoutMilliseconds: number;
  readonly retryDelaysMilliseconds: readonly number[];
  readonly whileWaiting: (reason: string, wait: Promise<void>) => Promise<void>;
}

export interface ConnectOptions {
  /** Milliseconds that one answer may take. Default 30,000. */
  readonly answerTimeoutMilliseconds?: number | undefined;
  /** Milliseconds between attempts, one for each repetition. Default 500, 1,000 and 2,000. */
  readonly retryDelaysMilliseconds?: readonly number[] | undefined;
  /** Told before a call is made again: why, and until when. Default: just waits. */
  readonly whileWaiting?: (reason: string, wait: Promise<void>) => Promise<void>;
}

/**
 * Gets a Management API token (or takes the given one) and talks to the tenant with it. A call that fails for a reason that
 * may pass (429, 5xx, a broken connection, no answer in time) is repeated three times.
 *
 * @throws {Problem} `TENANT_UNREACHABLE`, `TENANT_UNAVAILABLE`, `TENANT_CERTIFICATE`, `CREDENTIALS_REFUSED`, `SCOPE_MISSING`,
 *   `TENANT_ANSWER`.
 */
export async function connectToTenant(
  target: DeployTarget,
  options: ConnectOptions = {},
): Promise<ManagementApi> {
  const patience = {
    answerTimeoutMilliseconds: options.answerTimeoutMilliseconds ?? ANSWER_TIMEOUT_MILLISECONDS,
    retryDelaysMilliseconds: options.retryDelaysMilliseconds ?? RETRY_DELAYS_MILLISECONDS,
    whileWaiting: options.whileWaiting ?? ((_reason: string, wait: Promise<void>) => wait),
  };
  const accessToken =
    target.credentials.kind === 'token'
      ? target.credentials.accessToken
      : await requestToken(target, target.credentials, patience);
  const authorization = `Bearer ${accessToken}`;

  const get = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const response = await answerOf(target, `/api/v2${path}`, { headers: { authorization } }, patience);
    if (response.status === 404) return undefined;
    const body = await jsonOf(response);
    if (response.ok && body !== undefined) return body;
    throw refusal(target, `GET ${path}`, response.status, body, [accessToken]);
  };

  const exchange = async (method: string, path: string, body: unknown): Promise<Response> => {
    const response = await answerOf(
      target,
      `/api/v2${path}`,
      {
        method,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      patience,
    );
    // What is gone already, after an answer that was lost, needs no second removal.
    if (response.ok || (method === 'DELETE' && response.status === 404)) return response;
    throw refusal(target, `${method} ${path}`, response.status, await jsonOf(response), [
      accessToken,
      ...secretTexts(body),
    ]);
  };

  return {
    domain: target.domain,
    accessToken,
    get,
    send: async (method, path, body) => {
      const response = await exchange(method, path, body);
      await response.body?.cancel();
    },
    ask: async (path, body) => (await jsonOf(await exchange('POST', path, body))) ?? {},
    list: async (path, property) => {
      const items: Record<string, unknown>[] = [];
      for (let page = 0; ; page += 1) {
        const separator = path.includes('?') ? '&' : '?';
        // Without `include_totals`, which the Actions routes refuse; some lists then come as a bare array.
        const body = await get(`${path}${separator}page=${page}&per_page=${PAGE_SIZE}`);
        const found = body?.[BARE_ARRAY] ?? body?.[property];
        const batch = Array.isArray(found) ? found.filter(isRecord) : [];
        items.push(...batch);
        if (batch.length < PAGE_SIZE) return items;
      }
    },
  };
}

async function requestToken(
  target: DeployTarget,
  credentials: { readonly clientId: string; readonly clientSecret: string },
  patience: Patience,
): Promise<string> {
  const response = await answerOf(
    target,
    '/oauth/token',
    {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        audience: `https://${target.domain}/api/v2/`,
      }),
    },
    patience,
  );
  const body = await jsonOf(response);
  const token = body?.['access_token'];
  if (response.ok && typeof token === 'string') return token;
  if (response.status === 401 || response.status === 403) {
    throw new Problem({
      code: 'CREDENTIALS_REFUSED',
      message: `${target.domain} refuses the client credentials (${response.status}${typeof body?.['error'] === 'string' ? ` ${redactorOf([credentials.clientSecret])(body['error'])}` : ''}).`,
      place: variablePlace('AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET', target.variablesFile),
    });
  }
  throw refusal(target, 'POST /oauth/token', response.status, body, [credentials.clientSecret]);
}

/** The answer to a call, repeated while it fails for a reason that may pass. */
async function answerOf(
  target: DeployTarget,
  path: string,
  init: RequestInit,
  patience: Patience,
): Promise<Response> {
  const waits = patience.retryDelaysMilliseconds;
  const again = async (because: string, milliseconds: number): Promise<void> => {
    await patience.whileWaiting(
      `${target.domain} ${because}; asking again in ${(milliseconds / 1000).toFixed(1)} s`,
      delay(milliseconds),
    );
  };
  for (let attempt = 0; ; attempt += 1) {
    const wait = waits[attempt];
    try {
      const response = await fetch(`https://${target.domain}${path}`, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(patience.answerTimeoutMilliseconds),
      });
      if (!mayPass(response.status) || wait === undefined) return response;
      await response.body?.cancel();
      await again(`answers ${response.status}`, retryAfterMilliseconds(response) ?? wait);
    } catch (error) {
      if (wait === undefined || !isBrokenOff(error)) throw unreachable(target, error);
      await again('broke the connection off', wait);
    }
  }
}

const mayPass = (status: number): boolean => status === 429 || status >= 500;

function retryAfterMilliseconds(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) * 1000
    : undefined;
}

function refusal(
  { domain, variablesFile }: DeployTarget,
  call: string,
  status: number,
  body: Record<string, unknown> | undefined,
  secrets: readonly string[],
): Problem {
  // A tenant may repeat what it was sent.
  const said =
    typeof body?.['message'] === 'string'
      ? redactorOf(secrets)(body['message']).slice(0, MAX_REASON_CHARACTERS)
      : 'no reason given';
  if (status === 401) {
    return new Problem({
      code: 'CREDENTIALS_REFUSED',
      message: `${domain} refuses the access token (${call}: 401 ${said}).`,
      place: variablePlace('AUTH0_ACCESS_TOKEN', variablesFile),
      remedy:
        'Get a new Management API token of this tenant, or use AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.',
    });
  }
  if (status === 403) {
    return new Problem({
      code: 'SCOPE_MISSING',
      message: `${domain} does not let this client do ${call} (403 ${said}).`,
      place: { tenant: domain },
      remedy:
        'Grant the missing scope to the deploy client: README, "Your own tenant", lists all that it needs.',
    });
  }
  if (mayPass(status)) {
    return new Problem({
      code: 'TENANT_UNAVAILABLE',
      message: `${domain} answers ${call} with ${status} (${said}), also after several attempts.`,
      place: { tenant: domain },
    });
  }
  return new Problem({
    code: 'TENANT_ANSWER',
    message: `${domain} answers ${call} with ${status} (${said}).`,
    place: { tenant: domain },
  });
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const body: unknown = await response.json();
    return isRecord(body) ? body : Array.isArray(body) ? { [BARE_ARRAY]: body } : undefined;
  } catch {
    return undefined;
  }
}
