import type { TenantContext } from '../context.ts';
import type { JsonObject } from '../resources.ts';
import { provesKey } from '../secrets.ts';
import { authenticateClient } from './client-registry.ts';
import type { DiditClient } from './client-registry.ts';
import { faultyAnswer } from './faults.ts';
import type { DiditGrant, DiditGrants } from './grants.ts';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS } from './grants.ts';
import { signDiditIdToken } from './keys.ts';

interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, unknown>>;
}

/**
 * `POST /auth/v2/token`: form body, HTTP Basic client authentication, errors as RFC 6749 words them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export async function exchangeToken(
  context: TenantContext,
  grants: DiditGrants,
  slowMilliseconds: number,
  { authorization, form }: TokenRequest,
): Promise<Response> {
  const client = authenticateClient(context, authorization);
  if (client === undefined) {
    return refused('invalid_client', 'Client authentication failed', 401, {
      'www-authenticate': 'Basic realm="Didit"',
    });
  }
  const field = (name: string): string | undefined => {
    const value = form[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  switch (field('grant_type')) {
    case 'authorization_code':
      return await fromCode(context, grants, slowMilliseconds, client, field);
    case 'refresh_token':
      return await fromRefreshToken(context, grants, slowMilliseconds, client, field);
    case 'client_credentials':
      return answer({ ...accessTokenFor(context, grants, null), scope: '' });
    case undefined:
      return refused('invalid_request', 'The grant_type is missing');
    default:
      return refused('unsupported_grant_type', 'The grant_type is not supported');
  }
}

async function fromCode(
  context: TenantContext,
  grants: DiditGrants,
  slowMilliseconds: number,
  client: DiditClient,
  field: (name: string) => string | undefined,
): Promise<Response> {
  const document = grants.codes.take(field('code') ?? '');
  if (document === undefined) return refused('invalid_grant', 'The code is unknown, expired or was used');
  const { grant, nonce } = document;
  if (grant.client_id !== client.clientId)
    return refused('invalid_grant', 'The code was issued to another client');
  if (field('redirect_uri') !== document.redirect_uri)
    return refused('invalid_grant', 'The redirect_uri is not the one of the authorize request');
  if (!provesKey(document.proof_key, field('code_verifier')))
    return refused('invalid_grant', 'The code_verifier does not fit the code_challenge');
  return (
    (await faultyAnswer(grant.fault, 'token', slowMilliseconds)) ??
    (await grantAnswer(context, grants, grant, nonce))
  );
}

async function fromRefreshToken(
  context: TenantContext,
  grants: DiditGrants,
  slowMilliseconds: number,
  client: DiditClient,
  field: (name: string) => string | undefined,
): Promise<Response> {
  const document = grants.refreshTokens.take(field('refresh_token') ?? '');
  if (document?.grant.client_id !== client.clientId)
    return refused('invalid_grant', 'The refresh token is unknown, expired or was used');
  return (
    (await faultyAnswer(document.grant.fault, 'token', slowMilliseconds)) ??
    (await grantAnswer(context, grants, document.grant, undefined))
  );
}

async function grantAnswer(
  context: TenantContext,
  grants: DiditGrants,
  grant: DiditGrant,
  nonce: string | undefined,
): Promise<Response> {
  const idToken = await signDiditIdToken(context, {
    subject: grant.subject,
    clientId: grant.client_id,
    nonce,
    lifetimeSeconds: ACCESS_TOKEN_SECONDS,
  });
  return answer({
    ...accessTokenFor(context, grants, grant),
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

const accessTokenFor = (
  context: TenantContext,
  grants: DiditGrants,
  grant: DiditGrant | null,
): JsonObject => ({
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
