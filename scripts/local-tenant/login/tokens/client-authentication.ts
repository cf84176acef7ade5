import { createPublicKey } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { asObject, recordsOf, stringIn, textOf } from '../../../base/json-values.ts';
import { issuerOf } from '../../context.ts';
import type { ClientDocument } from '../../store/resources.ts';
import { readBasicCredentials, sameSecret } from '../../secrets.ts';
import { isPublicClient } from '../applications.ts';
import type { LoginServices } from '../services.ts';
import { invalidRequest, TokenRefusal, unauthorized } from './token-errors.ts';

/**
 * The application that a token request comes from: by `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or, for a
 * public client, by its id alone. Auth0 takes either form of the secret from any confidential client that has no key.
 *
 * @throws {TokenRefusal} 401 `access_denied` for wrong or missing credentials, 401 `invalid_client` for an assertion that proves
 *   nothing, 400 `invalid_request` without a client id or with two ways at once.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export async function authenticateApplication(
  services: LoginServices,
  authorization: string | undefined,
  body: Readonly<Record<string, string>>,
): Promise<ClientDocument> {
  const { clients } = services.collections;
  const basic = readBasicCredentials(authorization);
  if (authorization !== undefined && basic === undefined) throw unauthorized();
  const { client_assertion: assertion, client_secret: posted } = body;
  if ([basic, posted, assertion].filter((way) => way !== undefined).length > 1)
    throw invalidRequest('Only one client authentication method may be used');
  const clientId = basic?.clientId ?? body['client_id'] ?? subjectOf(assertion);
  if (clientId === undefined || clientId === '')
    throw invalidRequest('Missing required parameter: client_id');
  if (body['client_id'] !== undefined && body['client_id'] !== clientId) throw unauthorized();
  const client = clients.get(clientId);
  if (client === undefined) throw unauthorized();
  if (assertion !== undefined) {
    if (body['client_assertion_type'] === ASSERTION_TYPE && (await provesByKey(services, client, assertion)))
      return client;
    throw new TokenRefusal(401, 'invalid_client', 'Failed client authentication');
  }
  if (client.settings['client_authentication_methods'] !== undefined) throw unauthorized();
  if (isPublicClient(client)) return client;
  const secret = basic?.clientSecret ?? posted;
  if (secret === undefined || !sameSecret(secret, client.client_secret)) throw unauthorized();
  return client;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Seconds, Auth0's own, these two. */
const ASSERTION_SECONDS = 300;
const CLOCK_SKEW_SECONDS = 10;

/** Whom an assertion claims to come from, not yet believed. */
function subjectOf(assertion: string | undefined): string | undefined {
  try {
    return assertion === undefined ? undefined : decodeJwt(assertion).sub;
  } catch {
    return undefined;
  }
}

/**
 * Whether an assertion is signed by one of the application's keys, is for this tenant and short-lived, and comes for the first
 * time.
 *
 * @see https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
 */
async function provesByKey(
  { context, collections, records }: LoginServices,
  { client_id: clientId, settings }: ClientDocument,
  assertion: string,
): Promise<boolean> {
  const now = context.now();
  const { private_key_jwt: method } = asObject(settings['client_authentication_methods']);
  for (const { id } of recordsOf(asObject(method)['credentials'])) {
    const credential = collections.things(`/clients/${clientId}/credentials`).get(textOf(id));
    const pem = stringIn(collections.things('/credential-keys').get(textOf(id)) ?? {}, 'pem');
    const isOver = Date.parse(textOf(credential?.['expires_at'])) <= now;
    if (credential === undefined || pem === undefined || isOver) continue;
    try {
      const { payload } = await jwtVerify(assertion, createPublicKey(pem), {
        ...{ issuer: clientId, subject: clientId, audience: issuerOf(context) },
        algorithms: [stringIn(credential, 'alg') ?? 'RS256'],
        requiredClaims: ['exp', 'jti'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(now),
      });
      const { exp = 0, iat = now / 1000, jti } = payload;
      const name = `${clientId} ${String(jti)}`;
      if (exp - iat > ASSERTION_SECONDS || records.assertions.find(name) !== undefined) return false;
      records.assertions.keep(name, { expires_at: (exp + CLOCK_SKEW_SECONDS) * 1000 });
      return true;
    } catch {
      // Not by this key.
    }
  }
  return false;
}
