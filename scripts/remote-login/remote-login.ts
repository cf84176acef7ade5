import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import * as openid from 'openid-client';
import type { ManagementApi } from '../apply/management-api.ts';
import type { SignedIn, SignInRefused } from '../local-tenant/login-client/sign-in.ts';
import { Problem } from '../problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { openLoopbackCallback } from './loopback-callback.ts';

/** Minutes that a person has: the approval happens on a phone. */
const PATIENCE_MINUTES = 10;

export type RemoteLogin =
  | Pick<SignedIn, 'kind' | 'idTokenClaims' | 'accessTokenClaims'>
  | Pick<SignInRefused, 'kind' | 'error' | 'errorDescription'>;

/** An application of the tenant whose callback can be answered on this machine. */
export interface LoopbackApplication {
  readonly name: string;
  readonly clientId: string;
  /** None for a public client. */
  readonly clientSecret: string | undefined;
  readonly callback: URL;
}

/**
 * The first application that the connection is enabled for in `tenant.yaml` and that has a callback on this machine.
 *
 * @throws {Problem} `NO_LOOPBACK_CALLBACK`.
 */
export async function loopbackApplication(
  api: ManagementApi,
  config: TenantConfig,
): Promise<LoopbackApplication> {
  const names = config.connections[0]?.enabled_clients ?? [];
  const clients = await api.list('/clients?is_global=false', 'clients');
  for (const name of names) {
    const client = clients.find((candidate) => candidate['name'] === name);
    const callback = (Array.isArray(client?.['callbacks']) ? client['callbacks'] : [])
      .filter((url): url is string => typeof url === 'string' && URL.canParse(url))
      .map((url) => new URL(url))
      .find(
        ({ protocol, hostname, port }) =>
          protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname) && port !== '',
      );
    const { client_id: clientId, client_secret: clientSecret } = client ?? {};
    if (callback === undefined || typeof clientId !== 'string') continue;
    return {
      name,
      clientId,
      clientSecret: typeof clientSecret === 'string' ? clientSecret : undefined,
      callback,
    };
  }
  throw new Problem({
    code: 'NO_LOOPBACK_CALLBACK',
    message: 'No application that the Didit connection is enabled for has a callback on this machine.',
    place: { file: 'tenant.yaml', key: 'clients.callbacks' },
    remedy: 'Add http://localhost:8400/callback to the callbacks of one of them, and deploy.',
  });
}

/**
 * Tests the connection of a real tenant: opens its authorize page for the Didit connection in the browser, takes the code on
 * the loopback callback, with PKCE, and exchanges it.
 *
 * @param show Told the address, for whoever has no browser on this machine.
 * @throws {Problem} `PORT_IN_USE`, `LOGIN_TIMED_OUT`.
 * @throws {openid.ClientError | openid.ResponseBodyError} when the tenant breaks the protocol, or refuses the code.
 */
export async function remoteLogin(
  domain: string,
  application: LoopbackApplication,
  options: {
    readonly connection: string;
    readonly audience: string | undefined;
    readonly show: (url: string) => void;
  },
): Promise<RemoteLogin> {
  const configuration = await openid.discovery(
    new URL(`https://${domain}/`),
    application.clientId,
    application.clientSecret,
    application.clientSecret === undefined
      ? openid.None()
      : openid.ClientSecretPost(application.clientSecret),
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const callback = await openLoopbackCallback(application.callback);
  try {
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: application.callback.href,
      scope: 'openid profile email',
      connection: options.connection,
      ...(options.audience === undefined ? {} : { audience: options.audience }),
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    options.show(url.href);
    const arrival = await inTime(callback.arrival);
    const error = arrival.searchParams.get('error');
    if (error !== null && arrival.searchParams.get('state') === expectedState) {
      return {
        kind: 'denied',
        error,
        errorDescription: arrival.searchParams.get('error_description') ?? '',
      };
    }
    const tokens = await openid.authorizationCodeGrant(configuration, arrival, {
      pkceCodeVerifier,
      expectedState,
      expectedNonce,
      idTokenExpected: true,
    });
    const idTokenClaims = tokens.claims();
    if (idTokenClaims === undefined)
      throw new TypeError('openid-client lets no answer without an ID token through');
    return { kind: 'signed-in', idTokenClaims, accessTokenClaims: claimsOf(tokens.access_token) };
  } finally {
    callback.close();
  }
}

async function inTime(arrival: Promise<URL>): Promise<URL> {
  const { promise: patience, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new Problem({
        code: 'LOGIN_TIMED_OUT',
        message: `Nobody came back to the callback within ${PATIENCE_MINUTES} minutes.`,
        remedy:
          'Run the command again. If the page at the tenant showed an error, look at its logs (Monitoring > Logs).',
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
