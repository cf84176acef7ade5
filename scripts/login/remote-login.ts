import { decodeJwt } from 'jose/jwt/decode';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import { discoverTenant } from './local/sign-in.ts';
import type { SignedIn, SignInRefused } from './local/sign-in.ts';
import { Problem } from '../base/problem.ts';
import type { LoopbackApplication } from './loopback-application.ts';
import { loginProblem } from './login-problem.ts';
import { openLoopbackCallback } from './loopback-callback.ts';

/** Minutes that a person has: the approval happens on a phone. */
const PATIENCE_MINUTES = 10;

export type RemoteLogin =
  | Pick<SignedIn, 'kind' | 'idTokenClaims' | 'accessTokenClaims'>
  | Pick<SignInRefused, 'kind' | 'error' | 'errorDescription'>;

interface LoginRequest {
  readonly connection: string;
  readonly audience: string | undefined;
  /** By its id, or by its name where the tenant takes names. */
  readonly organization?: string | undefined;
  /** That AUTH0_DOMAIN may be set in, as errors name it. Default `.env`. */
  readonly variablesFile?: string | undefined;
  /** Told the address, for whoever has no browser on this machine. */
  readonly show: (url: string) => void;
}

/**
 * Tests the connection of a real tenant: opens its authorize page for the Didit connection in the browser, takes the code on
 * the loopback callback, with PKCE, and exchanges it.
 *
 * @throws {Problem} `PORT_IN_USE`, `LOGIN_TIMED_OUT`, and what `loginProblem` gives.
 */
export async function remoteLogin(
  domain: string,
  application: LoopbackApplication,
  options: LoginRequest,
): Promise<RemoteLogin> {
  try {
    return await login(domain, application, options);
  } catch (error) {
    throw loginProblem(error, domain, options.variablesFile);
  }
}

async function login(
  domain: string,
  application: LoopbackApplication,
  { connection, audience, organization, show }: LoginRequest,
): Promise<RemoteLogin> {
  const { clientSecret, ...known } = application;
  const configuration = await discoverTenant({
    tenantUrl: `https://${domain}`,
    application: { ...known, ...(clientSecret === undefined ? {} : { clientSecret }) },
  });
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    idTokenExpected: true,
  };
  const callback = await openLoopbackCallback(application.callback, checks.expectedState);
  try {
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: application.callback.href,
      scope: 'openid profile email',
      connection,
      ...(audience === undefined ? {} : { audience }),
      ...(organization === undefined ? {} : { organization }),
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    show(url.href);
    const visit = await inTime(callback.arrival);
    try {
      const result = await resultOf(visit.url, configuration, checks);
      await visit.answer(result.kind === 'signed-in' ? DONE : REFUSED);
      return result;
    } catch (error) {
      await visit.answer(FAILED);
      throw error;
    }
  } finally {
    callback.close();
  }
}

const DONE = 'Done. You can close this window; the result is in the terminal.';
const REFUSED = 'The login was refused. You can close this window; the reason is in the terminal.';
const FAILED = 'This did not work. You can close this window; the reason is in the terminal.';

async function resultOf(
  url: URL,
  configuration: openid.Configuration,
  checks: openid.AuthorizationCodeGrantChecks,
): Promise<RemoteLogin> {
  const error = url.searchParams.get('error');
  if (error !== null) {
    return { kind: 'denied', error, errorDescription: url.searchParams.get('error_description') ?? '' };
  }
  const tokens = await openid.authorizationCodeGrant(configuration, url, checks);
  const idTokenClaims = tokens.claims();
  if (idTokenClaims === undefined)
    throw new TypeError('openid-client lets no answer without an ID token through');
  return { kind: 'signed-in', idTokenClaims, accessTokenClaims: claimsOf(tokens.access_token) };
}

async function inTime<T>(arrival: Promise<T>): Promise<T> {
  const { promise: patience, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new Problem({
        code: 'LOGIN_TIMED_OUT',
        message: `Nobody came back to the callback within ${PATIENCE_MINUTES} minutes.`,
      }),
    );
  }, PATIENCE_MINUTES * 60_000);
  try {
    return await Promise.race([arrival, patience]);
  } finally {
    clearTimeout(timer);
  }
}

function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
