import type { ProofKey } from '../secrets.ts';
import { readScopes } from './scopes.ts';

export interface DiditAuthorizeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly scopes: readonly string[];
  readonly proofKey: ProofKey | undefined;
}

export type DiditAuthorizeVerdict =
  | { readonly kind: 'ask'; readonly request: DiditAuthorizeRequest }
  /** The application can be told: a redirect with `error` and `error_description`. */
  | {
      readonly kind: 'refuse';
      readonly redirectUri: string;
      readonly state: string | undefined;
      readonly error: string;
      readonly description: string;
    }
  /** Where to redirect cannot be trusted: the person is told. */
  | { readonly kind: 'stop'; readonly message: string };

/**
 * Judges the parameters of an authorize request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export function judgeAuthorizeRequest(
  parameters: Readonly<Record<string, string>>,
  known: { readonly isClient: (clientId: string | undefined) => boolean; readonly callback: string },
): DiditAuthorizeVerdict {
  const { client_id: clientId, redirect_uri: redirectUri, state, nonce } = parameters;
  if (clientId === undefined || !known.isClient(clientId))
    return { kind: 'stop', message: 'Didit knows no application with this client_id.' };
  if (redirectUri !== known.callback)
    return { kind: 'stop', message: `This redirect_uri is not registered; ${known.callback} is.` };

  const refuse = (error: string, description: string): DiditAuthorizeVerdict => ({
    kind: 'refuse',
    redirectUri,
    state,
    error,
    description,
  });
  if (parameters['response_type'] !== 'code')
    return refuse('unsupported_response_type', 'The response type must be code');
  const scope = readScopes(parameters['scope'] ?? '');
  if ('refusal' in scope) return refuse('invalid_scope', scope.refusal);
  const { code_challenge: challenge, code_challenge_method: method = 'plain' } = parameters;
  if (challenge !== undefined && !['S256', 'plain'].includes(method))
    return refuse('invalid_request', 'The code challenge method must be S256 or plain');
  return {
    kind: 'ask',
    request: {
      clientId,
      redirectUri,
      state,
      nonce,
      scopes: scope.scopes,
      proofKey: challenge === undefined ? undefined : { challenge, method },
    },
  };
}
