import { decodeJwt } from 'jose/jwt/decode';
import { diskErrorNamed } from '../base/disk-error.ts';
import { fetchWhole } from '../base/fetch-whole.ts';
import { Problem } from '../base/problem.ts';
import { isRecord, isTooDeep, MAX_JSON_LEVELS, textOf } from '../base/json-values.ts';
import { redactorOf } from '../secrets/redact-text.ts';
import { secretTexts } from '../secrets/secret-texts.ts';
import { isBrokenOff, unreachable } from './connection-failures.ts';
import { BARE_ARRAY, notAsDocumented, numberedPages } from './list-pages.ts';
import { INSUFFICIENT_STORAGE, mayPass, patienceWith } from './patience.ts';
import type { PatienceOptions } from './patience.ts';
import { variablePlace } from './target.ts';
import type { DeployTarget } from './target.ts';

/** Milliseconds that one answer of the tenant may take. */
export const ANSWER_TIMEOUT_MILLISECONDS = 30_000;

/** Of a tenant's own words in an error: they may hold a whole script that it refuses. */
const MAX_REASON_CHARACTERS = 500;

export interface ManagementApi {
  readonly domain: string;
  readonly accessToken: string;
  /**
   * The items of a list route, all pages of it.
   * @param property Where the items are, when the answer is an object and not the list itself.
   * @throws {Problem} as `numberedPages`.
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

export interface ConnectOptions extends PatienceOptions {
  /** Milliseconds that one answer may take. Default 30,000. */
  readonly answerTimeoutMilliseconds?: number | undefined;
}

/** Makes calls to one tenant. */
type Caller = (path: string, init: RequestInit) => Promise<Response>;

/**
 * Gets a Management API token (or takes the given one) and talks to the tenant with it. A call that fails for a reason that may
 * pass (5xx, a broken connection, no answer in time) is repeated three times; one that the tenant's rate limit refuses, for half
 * a minute.
 *
 * @throws {Problem} `TENANT_UNREACHABLE`, `TENANT_UNAVAILABLE`, `RATE_LIMITED`, `TENANT_CERTIFICATE`, `CREDENTIALS_REFUSED`,
 *   `CUSTOM_DOMAIN`, `SCOPE_MISSING`, `TENANT_ANSWER`, `TENANT_STATE_UNWRITABLE` (the local tenant's).
 */
export async function connectToTenant(
  target: DeployTarget,
  options: ConnectOptions = {},
): Promise<ManagementApi> {
  const call = callerOf(target, options);
  const accessToken =
    target.credentials.kind === 'token'
      ? target.credentials.accessToken
      : await requestToken(target, target.credentials, call);
  const authorization = `Bearer ${accessToken}`;

  const get = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const response = await call(`/api/v2${path}`, { headers: { authorization } });
    if (response.status === 404) return undefined;
    const body = await jsonOf(response);
    if (response.ok && isTooDeep(body))
      throw notAsDocumented(target.domain, path, `more than ${MAX_JSON_LEVELS} levels in each other`);
    if (response.ok && body !== undefined) return body;
    if (response.ok) throw notAsDocumented(target.domain, path, 'something else than JSON');
    throw refusal(target, `GET ${path}`, response.status, body, [accessToken]);
  };

  const exchange = async (method: string, path: string, body: unknown): Promise<Response> => {
    const response = await call(`/api/v2${path}`, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
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
    list: async (path, property) => await numberedPages({ domain: target.domain, get }, path, property),
  };
}

/** What may stand in a header. @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 */
const TOKEN = /^[\x21-\x7E]+$/;

async function requestToken(
  target: DeployTarget,
  credentials: { readonly clientId: string; readonly clientSecret: string },
  call: Caller,
): Promise<string> {
  const response = await call('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      audience: `https://${target.domain}/api/v2/`,
    }),
  });
  const body = await jsonOf(response);
  const token = body?.['access_token'];
  if (response.ok && typeof token === 'string' && TOKEN.test(token)) return token;
  const redact = redactorOf([credentials.clientSecret]);
  const reason = [body?.['error'], body?.['error_description']]
    .flatMap((text) => (typeof text === 'string' ? [redact(text).slice(0, MAX_REASON_CHARACTERS)] : []))
    .join(': ');
  if (response.status === 403 && isCustomDomain(target.domain, body?.['error_description'])) {
    throw new Problem({
      code: 'CUSTOM_DOMAIN',
      message: `${target.domain} is a custom domain of a tenant, and the Management API is not there (${reason}).`,
      place: variablePlace('AUTH0_DOMAIN', target.variablesFile),
    });
  }
  if (response.status === 401 || response.status === 403) {
    throw new Problem({
      code: 'CREDENTIALS_REFUSED',
      message: `${target.domain} refuses the client credentials (${[response.status, reason].join(' ').trim()}).`,
      place: variablePlace('AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET', target.variablesFile),
    });
  }
  throw refusal(target, 'POST /oauth/token', response.status, body, [credentials.clientSecret]);
}

/**
 * Only at its own domain does a tenant know its Management API: at others, it says that there is no such service.
 * @see https://auth0.com/docs/customize/custom-domains
 */
const isCustomDomain = (domain: string, description: unknown): boolean =>
  typeof description === 'string' &&
  /^service not (?:enabled|found)/i.test(description) &&
  !/(?:^|\.)auth0\.com$|^localhost(?::|$)/.test(domain);

/** Calls that are repeated while they fail for a reason that may pass. */
function callerOf(target: DeployTarget, options: ConnectOptions): Caller {
  const timeout = options.answerTimeoutMilliseconds ?? ANSWER_TIMEOUT_MILLISECONDS;
  const patience = patienceWith(target.domain, options);
  return async (path, init) => {
    try {
      return await patience.answer(
        () =>
          fetchWhole(`https://${target.domain}${path}`, {
            ...init,
            redirect: 'error',
            signal: AbortSignal.timeout(timeout),
          }),
        isBrokenOff,
      );
    } catch (error) {
      throw unreachable(target, error);
    }
  };
}

/** The domain that a Management API token is for, where it tells. */
function domainOfToken(accessToken: string): string | undefined {
  try {
    const audiences = [decodeJwt(accessToken).aud ?? []].flat();
    return audiences.flatMap((audience) => /^https:\/\/([^/]+)\/api\/v2\/$/.exec(audience)?.[1] ?? [])[0];
  } catch {
    return undefined;
  }
}

function refusal(
  { domain, variablesFile }: DeployTarget,
  call: string,
  status: number,
  body: Record<string, unknown> | undefined,
  secrets: readonly string[],
): Problem {
  // In the words of the Management API, or of the Authentication API. A tenant may repeat what it was sent.
  const [reason] = [body?.['message'], body?.['error_description'], body?.['error']].filter(
    (text) => typeof text === 'string',
  );
  const said =
    reason === undefined ? 'no reason given' : redactorOf(secrets)(reason).slice(0, MAX_REASON_CHARACTERS);
  if (status === 401) {
    const other = secrets.map(domainOfToken).find((known) => known !== undefined && known !== domain);
    return new Problem({
      code: 'CREDENTIALS_REFUSED',
      message: `${domain} refuses the access token${other === undefined ? '' : `, which is for ${other}`} (${call}: 401 ${said}).`,
      place: variablePlace('AUTH0_ACCESS_TOKEN', variablesFile),
      remedy:
        other === undefined
          ? 'Get a new Management API token of this tenant, or use AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.'
          : `Set AUTH0_DOMAIN to ${other} if that is the tenant; if not, get a token of ${domain}.`,
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
  if (status === 429) {
    return new Problem({
      code: 'RATE_LIMITED',
      message: `${domain} limits how many requests it takes: ${call} was refused for half a minute (429 ${said}).`,
      place: { tenant: domain },
    });
  }
  if (status === INSUFFICIENT_STORAGE && body?.['errorCode'] === 'TENANT_STATE_UNWRITABLE') {
    return new Problem({
      code: 'TENANT_STATE_UNWRITABLE',
      message: said,
      place: { file: textOf(body['file']) },
      remedy: diskErrorNamed(textOf(body['reason'])).remedy,
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
