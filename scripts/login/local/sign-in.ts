import { decodeJwt } from 'jose/jwt/decode';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import { fetchWhole } from '../../base/fetch-whole.ts';
import type { Fetch } from '../../base/fetch-whole.ts';
import { isUrl } from '../../base/is-url.ts';
import { Problem } from '../../base/problem.ts';
import { LOGIN_ID_HEADER } from '../../local-tenant/index.ts';
import type { Arrival, Browser, Page } from './browser.ts';
import { createBrowser, decodeEntities, readForm } from './browser.ts';

export interface Application {
  readonly clientId: string;
  /** None for a public client. */
  readonly clientSecret?: string;
  /** One of the application's callback URLs. Nothing needs to listen there. */
  readonly callback: string;
  /** Of its ID tokens. Default RS256. */
  readonly idTokenAlgorithm?: string;
}

export interface SignInOptions {
  /** `https://localhost:PORT`. */
  readonly tenantUrl: string;
  readonly application: Application;
  /** A name from personas.yaml, or `deny` for a user who refuses. */
  readonly persona: string;
  /** Whose account to use at a database connection: its e-mail address. */
  readonly username?: string;
  /** A fault from the stand-in's faults.ts, for this login only. */
  readonly fault?: string;
  readonly connection?: string;
  /** Default `openid profile email`. */
  readonly scope?: string;
  readonly audience?: string;
  /** Further parameters of `/authorize`: `prompt`, `max_age`, `organization`, `login_hint`, … */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Seconds; checked against `auth_time`. */
  readonly maxAge?: number;
  /**
   * Where an Action's redirect leads to: given its URL, returns the parameters that the visit brings back to `/continue`. Without
   * it, such a redirect is a `SIGN_IN_STOPPED`.
   */
  readonly visitElsewhere?: (url: URL) => Readonly<Record<string, string>>;
  /** A browser that has been at the tenant before, with its session. Default: a new one. */
  readonly browser?: Browser;
  /** Of this application at this tenant, where it signs in again and again. Default: discovered anew. */
  readonly discovered?: openid.Configuration;
  /** Default: `fetchWhole`; Node has to trust the tenant's certificate authority. */
  readonly fetch?: Fetch;
}

export interface SignedIn {
  readonly kind: 'signed-in';
  /** Validated by openid-client: signature by the tenant's keys, issuer, audience, nonce, times. */
  readonly idTokenClaims: openid.IDToken;
  readonly idToken: string;
  readonly accessToken: string;
  /** `undefined` for an opaque access token. Decoded, not verified: it is meant for the API. */
  readonly accessTokenClaims: JWTPayload | undefined;
  readonly refreshToken: string | undefined;
  readonly scope: string;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  /** Names the login's trace. */
  readonly loginId: string | undefined;
}

export interface SignInRefused {
  readonly kind: 'denied';
  readonly error: string;
  readonly errorDescription: string;
  readonly loginId: string | undefined;
}

/**
 * Signs a persona in as a browser and an application would: openid-client is the application (discovery, PKCE, state, nonce, code
 * exchange, ID-token validation), the browser follows redirects and chooses the persona on the stand-in's page.
 *
 * @throws {Problem} `SIGN_IN_STOPPED` when the tenant shows an error page instead of answering the application;
 *   `SIGN_IN_NO_FORM`, `SIGN_IN_REDIRECT_LOOP`.
 * @throws {openid.ClientError | openid.ResponseBodyError} when the tenant breaks the protocol, or refuses the code.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn | SignInRefused> {
  const { application } = options;
  const config = options.discovered ?? (await discoverTenant(options));
  const browser = options.browser ?? createBrowser(options.fetch);
  const codeVerifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const nonce = openid.randomNonce();
  const authorizeUrl = openid.buildAuthorizationUrl(config, {
    redirect_uri: application.callback,
    scope: options.scope ?? 'openid profile email',
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(options.connection === undefined ? {} : { connection: options.connection }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    ...(options.maxAge === undefined ? {} : { max_age: String(options.maxAge) }),
    ...options.parameters,
  });
  const { url, headers } = await arriveAtCallback(browser, authorizeUrl, options);
  const loginId = headers.get(LOGIN_ID_HEADER) ?? undefined;
  const error = url.searchParams.get('error');
  if (error !== null && url.searchParams.get('state') === state) {
    return {
      kind: 'denied',
      error,
      errorDescription: url.searchParams.get('error_description') ?? '',
      loginId,
    };
  }
  const tokens = await openid.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: codeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
    ...(options.maxAge === undefined ? {} : { maxAge: options.maxAge }),
  });
  const idTokenClaims = tokens.claims();
  if (idTokenClaims === undefined || tokens.id_token === undefined)
    throw new TypeError('openid-client lets no answer without an ID token through');
  return {
    kind: 'signed-in',
    idTokenClaims,
    idToken: tokens.id_token,
    accessToken: tokens.access_token,
    accessTokenClaims: decodeIfJwt(tokens.access_token),
    refreshToken: tokens.refresh_token,
    scope: tokens.scope ?? '',
    expiresIn: tokens.expires_in,
    loginId,
  };
}

/**
 * openid-client, set up for an application of the tenant by discovery.
 *
 * @throws {openid.ClientError} also for a tenant that sends its visitors, codes and client secrets elsewhere.
 */
export async function discoverTenant(
  options: Pick<SignInOptions, 'tenantUrl' | 'fetch'> & {
    readonly application: Omit<Application, 'callback'>;
  },
): Promise<openid.Configuration> {
  const { clientId, clientSecret, idTokenAlgorithm = 'RS256' } = options.application;
  const { fetch: send = fetchWhole } = options;
  const configuration = await openid.discovery(
    // The issuer ends with a slash, as Auth0's does.
    new URL('/', options.tenantUrl),
    clientId,
    {
      id_token_signed_response_alg: idTokenAlgorithm,
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    },
    clientSecret === undefined ? openid.None() : openid.ClientSecretPost(clientSecret),
    {
      [openid.customFetch]: (url: string, { body, ...request }: openid.CustomFetchOptions) =>
        send(url, { body: body ?? null, ...request }),
      // Signatures are checked although the token comes over TLS: the tenant's keys are part of what is tried. HS256 has none of
      // them.
      execute: idTokenAlgorithm.startsWith('HS') ? [] : [openid.enableNonRepudiationChecks],
    },
  );
  checkEndpoints(configuration.serverMetadata(), new URL(options.tenantUrl).origin);
  return configuration;
}

/** Discovery says where the person's browser, the code and the client secret go, and whose keys count. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** Auth0 has all of them at the tenant itself. */
function checkEndpoints(metadata: Readonly<openid.ServerMetadata>, tenant: string): void {
  for (const name of ENDPOINTS) {
    const url: unknown = metadata[name];
    if (typeof url === 'string' && isUrl(url) && new URL(url).origin === tenant) continue;
    const error = new openid.ClientError(`${name} is not an address of the tenant: ${JSON.stringify(url)}`);
    error.code = 'OAUTH_INVALID_SERVER_METADATA';
    throw error;
  }
}

/**
 * Walks until the browser is sent to the application's callback: through the stand-in's page, unless the browser has a session,
 * and to where Actions send it.
 */
async function arriveAtCallback(
  browser: Browser,
  authorizeUrl: URL,
  options: SignInOptions,
): Promise<Extract<Arrival, { kind: 'stopped' }>> {
  const { tenantUrl, application, visitElsewhere } = options;
  const callback = withoutQuery(new URL(application.callback));
  const isCallback = (url: URL): boolean => withoutQuery(url) === callback;
  const leaves = (url: URL): boolean => isCallback(url) || url.origin !== new URL(tenantUrl).origin;
  let arrival = await browser.open(authorizeUrl, leaves);
  // One page of a database connection, then one of the stand-in: a login, and one that an Action asks for in its middle.
  for (let pages = 0; pages < MAX_PAGES && arrival.kind === 'page' && arrival.page.status === 200; pages += 1)
    arrival = await browser.submit(arrival.page, answerTo(arrival.page, options), leaves);
  while (arrival.kind === 'stopped' && !isCallback(arrival.url)) {
    if (visitElsewhere === undefined) throw leftTenant(arrival.url);
    const back = new URL('/continue', tenantUrl);
    back.search = new URLSearchParams({
      ...visitElsewhere(arrival.url),
      state: arrival.url.searchParams.get('state') ?? '',
    }).toString();
    arrival = await browser.open(back, leaves);
  }
  if (arrival.kind === 'page') throw stoppedAt(arrival.page);
  return arrival;
}

const MAX_PAGES = 2;

/** What the person enters on a page of the tenant, or chooses on one of the stand-in. */
function answerTo(page: Page, { persona, username, fault }: SignInOptions): Readonly<Record<string, string>> {
  if (readForm(page).action.pathname === '/u/login') return { username: username ?? '' };
  const choice = persona === 'deny' ? { decision: 'deny' } : { persona };
  return { ...choice, ...(fault === undefined ? {} : { fault }) };
}

const withoutQuery = (url: URL): string => url.href.replace(/[?#].*$/, '');

const leftTenant = (url: URL): Problem =>
  new Problem({
    code: 'SIGN_IN_STOPPED',
    message: `The login left the tenant for ${url.origin}${url.pathname}.`,
    place: { address: url.origin },
    remedy:
      'Sign in with a browser: an Action or the connection sends people to a page that does not belong to the tenant.',
  });

function stoppedAt({ url, status, html }: Page): Problem {
  const said = /<p id="error">([\s\S]*?)<\/p>/.exec(html)?.[1];
  return new Problem({
    code: 'SIGN_IN_STOPPED',
    message: `The login stopped at ${new URL(url).pathname} with HTTP status ${status}${
      said === undefined ? '' : `: ${decodeEntities(said).trim()}`
    }.`,
    place: { address: new URL(url).origin },
  });
}

function decodeIfJwt(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
