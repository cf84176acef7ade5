import type { JsonObject } from '../../base/json-values.ts';
import { provesKey } from '../secrets.ts';
import { authenticateClient } from './client-registry.ts';
import type { DiditClient } from './client-registry.ts';
import { faultyAnswer } from './faults.ts';
import type { DiditGrant, DiditStandIn } from './grants.ts';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS } from './grants.ts';
import { signDiditIdToken } from './keys.ts';

interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

/**
 * `POST /auth/v2/token`: form body, HTTP Basic client authentication, errors as RFC 6749 words them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export async function exchangeToken(
  standIn: DiditStandIn,
  { authorization, form }: TokenRequest,
): Promise<Response> {
  const client = authenticateClient(standIn.context, authorization);
  if (client === undefined) {
    return refused('invalid_client', 'Client authentication failed', 401, {
      'www-authenticate': 'Basic realm="Didit"',
    });
  }
  // An empty parameter counts as one that was left out (RFC 6749, section 3.2).
  const field: Field = (name) => (form[name] === '' ? undefined : form[name]);
  switch (field('grant_type')) {
    case 'authorization_code':
      return await fromCode(standIn, client, field);
    case 'refresh_token':
      return await fromRefreshToken(standIn, client, field);
    case 'client_credentials':
      return answer({ ...accessTokenFor(standIn, null), scope: '' });
    case undefined:
      return refused('invalid_request', 'The grant_type is missing');
    default:
      return refused('unsupported_grant_type', 'The grant_type is not supported');
  }
}

type Field = (name: string) => string | undefined;

async function fromCode(standIn: DiditStandIn, client: DiditClient, field: Field): Promise<Response> {
  const document = standIn.grants.codes.take(field('code') ?? '');
  if (document === undefined) return refused('invalid_grant', 'The code is unknown, expired or was used');
  const { grant, nonce } = document;
  if (grant.client_id !== client.clientId)
    return refused('invalid_grant', 'The code was issued to another client');
  if (field('redirect_uri') !== document.redirect_uri)
    return refused('invalid_grant', 'The redirect_uri is not the one of the authorize request');
  if (!provesKey(document.proof_key, field('code_verifier')))
    return refused('invalid_grant', 'The code_verifier does not fit the code_challenge');
  return await grantAnswer(standIn, grant, nonce);
}

async function fromRefreshToken(standIn: DiditStandIn, client: DiditClient, field: Field): Promise<Response> {
  const document = standIn.grants.refreshTokens.take(field('refresh_token') ?? '');
  if (document?.grant.client_id !== client.clientId)
    return refused('invalid_grant', 'The refresh token is unknown, expired or was used');
  return await grantAnswer(standIn, document.grant, undefined);
}

async function grantAnswer(
  standIn: DiditStandIn,
  grant: DiditGrant,
  nonce: string | undefined,
): Promise<Response> {
  const { context, grants, slowMilliseconds } = standIn;
  const faulty = await faultyAnswer(grant.fault, 'token', slowMilliseconds);
  if (faulty !== undefined) return faulty;
  const idToken = await signDiditIdToken(context, {
    subject: grant.subject,
    clientId: grant.client_id,
    nonce,
    lifetimeSeconds: ACCESS_TOKEN_SECONDS,
  });
  return answer({
    ...accessTokenFor(standIn, grant),
    scope: grant.scopes.join(' '),
    id_token: idToken,
    ...(grant.scopes.includes('offline')
      ? {
          refresh_token: grants.refreshTokens.issue({
            grant,
            expires_at: context.now() + REFRESH_TOKEN_SECONDS * 1000,
          }),
        }
      : {}),
  });
}

const accessTokenFor = ({ context, grants }: DiditStandIn, grant: DiditGrant | null): JsonObject => ({
  access_token: grants.accessTokens.issue({
    grant,
    expires_at: context.now() + ACCESS_TOKEN_SECONDS * 1000,
  }),
  token_type: 'Bearer',
  expires_in: ACCESS_TOKEN_SECONDS,
});

const NEVER_STORED = { 'cache-control': 'no-store' };

const answer = (body: JsonObject): Response => Response.json(body, { headers: NEVER_STORED });

const refused = (
  error: string,
  description: string,
  status = 400,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  Response.json(
    { error, error_description: description },
    { status, headers: { ...NEVER_STORED, ...headers } },
  );
