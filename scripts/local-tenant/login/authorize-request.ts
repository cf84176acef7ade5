import { isAllowedUrl } from '../../auth0/application-urls.ts';
import { isUrl } from '../../base/is-url.ts';
import { stringIn, stringsIn } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { ClientDocument } from '../store/resources.ts';
import type { ProofKey } from '../secrets.ts';
import { allowsGrant, isAllowedOrigin } from './applications.ts';

export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'web_message';

/** An `/authorize` request that may go on. */
export interface AuthorizeRequest {
  readonly client_id: string;
  readonly redirect_uri: string;
  /** `code`, `token`, `id_token`, or several of them. */
  readonly response_types: readonly string[];
  readonly response_mode: ResponseMode;
  readonly state: string | null;
  readonly nonce: string | null;
  readonly scopes: readonly string[];
  readonly audience: string | null;
  readonly proof_key: ProofKey | null;
  readonly prompt: readonly string[];
  /** Seconds. */
  readonly max_age: number | null;
  readonly login_hint: string | null;
  readonly connection: string | null;
  readonly organization_id: string | null;
  /** All parameters as they came, for `event.request` and `upstream_params`. */
  readonly query: Readonly<Record<string, string>>;
}

export type Reply = Pick<AuthorizeRequest, 'redirect_uri' | 'response_mode' | 'state'>;

export type AuthorizeVerdict =
  | { readonly kind: 'proceed'; readonly request: AuthorizeRequest }
  /** The application is told, at its callback. */
  | {
      readonly kind: 'refuse';
      readonly reply: Reply;
      readonly error: string;
      readonly description: string;
    }
  /** The callback cannot be trusted: the person is told, on a page. */
  | {
      readonly kind: 'stop';
      readonly status: 400 | 403;
      readonly error: string;
      readonly description: string;
    };

export interface KnownToTenant {
  readonly client: (clientId: string) => ClientDocument | undefined;
  readonly isAudience: (audience: string) => boolean;
  readonly defaultAudience: string | undefined;
  readonly organization: (idOrName: string) => JsonObject | undefined;
  /** Of the console, which signs people in to every application. Not Auth0's. */
  readonly consoleCallback?: string;
}

/**
 * Judges the parameters of `/authorize` as Auth0 does, callback first: an error goes to the application only when its callback
 * URL is one of its own.
 *
 * @see https://auth0.com/docs/api/authentication#authorization-code-flow
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export function judgeAuthorizeRequest(
  query: Readonly<Record<string, string>>,
  known: KnownToTenant,
): AuthorizeVerdict {
  const stop = (status: 400 | 403, error: string, description: string): AuthorizeVerdict => ({
    kind: 'stop',
    status,
    error,
    description,
  });
  const { client_id: clientId } = query;
  if (clientId === undefined) return stop(400, 'invalid_request', 'Missing required parameter: client_id');
  const client = known.client(clientId);
  if (client === undefined) return stop(400, 'invalid_request', `Unknown client: ${clientId}`);
  const types = splitList(query['response_type']);
  const mode = responseModeOf(query['response_mode'], types);
  const callbacks = stringsIn(client.settings, 'callbacks');
  const organization = judgeOrganization(query['organization'], client, known);
  const organizationName = 'name' in organization ? organization.name : undefined;
  const redirectUri = query['redirect_uri'] ?? callbacks[0];
  if (
    redirectUri === undefined ||
    !isUrl(redirectUri) ||
    (redirectUri !== known.consoleCallback && !isAllowedUrl(callbacks, redirectUri, organizationName))
  ) {
    return stop(
      403,
      'unauthorized_client',
      `Callback URL mismatch. ${redirectUri ?? 'It'} is not in the list of allowed callback URLs`,
    );
  }
  // The answer goes to a window of that origin, whatever its page is.
  if (mode === 'web_message' && !isAllowedOrigin(client, new URL(redirectUri).origin)) {
    return stop(
      403,
      'unauthorized_client',
      `The origin ${new URL(redirectUri).origin} is not in the list of allowed web origins`,
    );
  }
  return judgeForClient(query, client, known, organization, {
    redirect_uri: redirectUri,
    response_mode: mode,
    state: query['state'] ?? null,
  });
}

function judgeForClient(
  query: Readonly<Record<string, string>>,
  client: ClientDocument,
  known: KnownToTenant,
  organization: OrganizationVerdict,
  reply: Reply,
): AuthorizeVerdict {
  const refuse = (error: string, description: string): AuthorizeVerdict => ({
    kind: 'refuse',
    reply,
    error,
    description,
  });
  const { response_type: responseType, response_mode: responseMode = reply.response_mode } = query;
  const types = splitList(responseType);
  const elsewhere = ['request', 'request_uri'].find((name) => query[name] !== undefined);
  if (elsewhere !== undefined)
    return refuse(`${elsewhere}_not_supported`, `The parameter ${elsewhere} is not supported`);
  if (types.length === 0) return refuse('invalid_request', 'Missing required parameter: response_type');
  if (types.some((type, index) => !RESPONSE_TYPES.includes(type) || types.indexOf(type) !== index))
    return refuse('unsupported_response_type', `Unsupported response type: ${types.join(' ')}`);
  // A token in a query would be in the history of the browser and in the log of the server.
  if (responseMode !== reply.response_mode)
    return refuse('invalid_request', `Unsupported response mode: ${responseMode}`);
  const needed = types.map((type) => (type === 'code' ? 'authorization_code' : 'implicit'));
  const missing = needed.find((grantType) => !allowsGrant(client, grantType));
  if (missing !== undefined)
    return refuse('unauthorized_client', `Grant type '${missing}' not allowed for the client.`);
  if (types.includes('id_token') && query['nonce'] === undefined)
    return refuse('invalid_request', 'Missing required parameter: nonce');
  const proofKey = readProofKey(query);
  if ('refusal' in proofKey) return refuse('invalid_request', proofKey.refusal);
  const prompt = splitList(query['prompt']);
  if (prompt.includes('none') && prompt.length > 1)
    return refuse('invalid_request', 'prompt=none cannot be combined with other prompts');
  const maxAge = query['max_age'];
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge))
    return refuse('invalid_request', 'max_age must be a number of seconds');
  const audience = query['audience'] ?? known.defaultAudience;
  if (audience !== undefined && !known.isAudience(audience))
    return refuse('access_denied', `Service not found: ${audience}`);
  if ('refusal' in organization) return refuse('invalid_request', organization.refusal);
  return {
    kind: 'proceed',
    request: {
      ...reply,
      response_types: types,
      client_id: client.client_id,
      nonce: query['nonce'] ?? null,
      scopes: [...new Set(splitList(query['scope']))],
      audience: audience ?? null,
      proof_key: proofKey.proofKey,
      prompt,
      max_age: maxAge === undefined ? null : Number(maxAge),
      login_hint: query['login_hint'] ?? null,
      connection: query['connection'] ?? null,
      organization_id: organization.id,
      query,
    },
  };
}

const RESPONSE_TYPES = ['code', 'token', 'id_token'];

/**
 * How the answer reaches the application: as it asked for where that can be, else as its response type has it.
 *
 * @see https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes
 */
function responseModeOf(asked: string | undefined, types: readonly string[]): ResponseMode {
  const usual = types.some((type) => type === 'token' || type === 'id_token') ? 'fragment' : 'query';
  const possible: readonly ResponseMode[] = [usual, 'fragment', 'form_post', 'web_message'];
  return possible.find((mode) => mode === asked) ?? usual;
}

function readProofKey(
  query: Readonly<Record<string, string>>,
): { readonly proofKey: ProofKey | null } | { readonly refusal: string } {
  const { code_challenge: challenge, code_challenge_method: method } = query;
  if (challenge === undefined) {
    return method === undefined
      ? { proofKey: null }
      : { refusal: 'Missing required parameter: code_challenge' };
  }
  if (method !== 'S256') return { refusal: "Parameter 'code_challenge_method' must be 'S256'" };
  // The S256 challenge is a SHA-256 in base64url: 43 characters.
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return { refusal: 'Invalid parameter: code_challenge' };
  return { proofKey: { challenge, method } };
}

type OrganizationVerdict =
  { readonly id: string | null; readonly name?: string } | { readonly refusal: string };

/** @see https://auth0.com/docs/manage-users/organizations/configure-organizations/define-organization-behavior */
function judgeOrganization(
  parameter: string | undefined,
  client: ClientDocument,
  known: KnownToTenant,
): OrganizationVerdict {
  const usage = stringIn(client.settings, 'organization_usage') ?? 'deny';
  if (parameter === undefined) {
    return usage === 'require'
      ? { refusal: 'parameter organization is required for this client' }
      : { id: null };
  }
  if (usage === 'deny') return { refusal: 'parameter organization is not allowed for this client' };
  const organization = known.organization(parameter);
  return organization === undefined
    ? { refusal: 'parameter organization is invalid' }
    : { id: stringIn(organization, 'id') ?? '', name: stringIn(organization, 'name') ?? '' };
}

export const splitList = (text: string | undefined): string[] =>
  (text ?? '').split(' ').filter((item) => item !== '');
