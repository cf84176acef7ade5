import type { Context } from 'hono';
import { given, hasType, readFormBody } from '../../server/form.ts';
import { parseJsonObject, rowOf, without } from '../../../base/json-values.ts';
import { allowsGrant } from '../applications.ts';
import { authenticateApplication } from './client-authentication.ts';
import { judgeRequest, REQUEST_URI_PREFIX } from '../authorize.ts';
import { forApplication } from '../cross-origin.ts';
import { CREDENTIAL_FIELDS } from '../event.ts';
import { redeemCode } from './grant-authorization-code.ts';
import { grantToClient } from './grant-client-credentials.ts';
import { redeemRefreshToken } from './grant-refresh-token.ts';
import type { ClientDocument } from '../../store/resources.ts';
import { noteRequest } from '../login-log.ts';
import { revokeFamily } from './refresh-tokens.ts';
import type { LoginServices } from '../services.ts';
import { invalidRequest, TokenRefusal } from './token-errors.ts';
import type { IssuedTokens } from './tokens.ts';

const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials'];

/** In the tenant's log: an exchange that succeeded, and one that failed. A refresh that succeeded is noted with its user. */
const LOG_TYPES: Readonly<Record<string, readonly [string | undefined, string]>> = {
  authorization_code: ['seacft', 'feacft'],
  client_credentials: ['seccft', 'feccft'],
  refresh_token: [undefined, 'fertft'],
};

type Endpoint = (services: LoginServices, c: Context) => Promise<Response>;

/** What is refused is answered as the standard has it. Nothing of these endpoints is to be kept by who passes it on. */
const refusing =
  (endpoint: Endpoint): Endpoint =>
  async (services, c) => {
    c.header('cache-control', 'no-store');
    try {
      return await endpoint(services, c);
    } catch (refusal) {
      if (!(refusal instanceof TokenRefusal)) throw refusal;
      const { error, message, status } = refusal;
      return Response.json(
        { error, error_description: message },
        { status, headers: { 'cache-control': 'no-store' } },
      );
    }
  };

/**
 * `POST /oauth/token`.
 *
 * @see https://auth0.com/docs/api/authentication#get-token
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export const token = refusing(async (services, c) => {
  c.header('pragma', 'no-cache');
  return c.json({ ...(await exchange(services, c)) });
});

/**
 * `POST /oauth/revoke`: ends a refresh token and those that came from it. One that is unknown, or of another application, is no
 * error.
 *
 * @see https://auth0.com/docs/api/authentication#revoke-refresh-token
 */
export const revoke = refusing(async (services, c) => {
  const body = await readBody(c);
  const client = await applicationOf(services, c, body);
  const { token: secret } = body;
  if (secret === undefined) throw invalidRequest('Missing required parameter: token');
  const found = services.records.refreshTokens.find(secret);
  if (found?.grant.client_id === client.client_id) revokeFamily(services.records, found.family);
  return c.body(null, 200);
});

/** Seconds, Auth0's own. */
const PUSHED_SECONDS = 30;

/**
 * `POST /oauth/par`: keeps the parameters of `/authorize` that an application sends itself.
 *
 * @see https://auth0.com/docs/get-started/authentication-and-authorization-flow/authorization-code-flow/authorization-code-flow-with-par
 */
export const pushRequest = refusing(async (services, c) => {
  const body = await readBody(c);
  const client = await applicationOf(services, c, body);
  const query = { ...without(body, CREDENTIAL_FIELDS), client_id: client.client_id };
  const verdict = judgeRequest(services, query);
  if (verdict.kind !== 'proceed') throw new TokenRefusal(400, verdict.error, verdict.description);
  const expiresAt = services.context.now() + PUSHED_SECONDS * 1000;
  const secret = services.records.pushed.issue({ query, expires_at: expiresAt });
  return c.json({ request_uri: `${REQUEST_URI_PREFIX}${secret}`, expires_in: PUSHED_SECONDS }, 201);
});

async function applicationOf(
  services: LoginServices,
  c: Context,
  body: Readonly<Record<string, string>>,
): Promise<ClientDocument> {
  const client = await authenticateApplication(services, c.req.header('authorization'), body);
  forApplication(c, client);
  return client;
}

async function exchange(services: LoginServices, c: Context): Promise<IssuedTokens> {
  const body = await readBody(c);
  const { grant_type: grantType } = body;
  if (grantType === undefined) throw invalidRequest('Missing required parameter: grant_type');
  const client = await applicationOf(services, c, body);
  const [succeeded, failed] = rowOf(LOG_TYPES, grantType) ?? [undefined, 'f'];
  try {
    const tokens = await exchangeFor(services, c, client, body, grantType);
    if (succeeded !== undefined) noteRequest(services.context, c, succeeded, client);
    return tokens;
  } catch (error) {
    // What Actions refuse at a refresh is noted with its user.
    const isNoted =
      grantType === 'refresh_token' &&
      error instanceof TokenRefusal &&
      error.status === 403 &&
      error.error !== 'invalid_grant';
    if (error instanceof TokenRefusal && !isNoted)
      noteRequest(services.context, c, failed, client, error.message);
    throw error;
  }
}

async function exchangeFor(
  services: LoginServices,
  c: Context,
  client: ClientDocument,
  body: Readonly<Record<string, string>>,
  grantType: string,
): Promise<IssuedTokens> {
  if (!GRANT_TYPES.includes(grantType))
    throw new TokenRefusal(403, 'unsupported_grant_type', `Unsupported grant type: ${grantType}`);
  if (!allowsGrant(client, grantType)) {
    throw new TokenRefusal(
      403,
      'unauthorized_client',
      `Grant type '${grantType}' not allowed for the client.`,
    );
  }
  switch (grantType) {
    case 'authorization_code':
      return await redeemCode(services, client, body);
    case 'refresh_token':
      return await redeemRefreshToken(services, c, client, body);
    default:
      return await grantToClient(services, client, body);
  }
}

/** Auth0 takes a form, as the standard has it, and JSON. */
async function readBody(c: Context): Promise<Record<string, string>> {
  if (!hasType(c, 'application/json')) return given(await readFormBody(c));
  const body = parseJsonObject(await c.req.text());
  if (body === undefined) throw invalidRequest('The body is no JSON object');
  return given(body);
}
