import type { Collections } from '../../store/collections.ts';
import type { ClientDocument } from '../../store/resources.ts';
import { readBasicCredentials, sameSecret } from '../../secrets.ts';
import { isPublicClient } from '../applications.ts';
import { invalidRequest, unauthorized } from './token-errors.ts';

/**
 * The application that a token request comes from: by `client_secret_basic`, `client_secret_post`, or, for a public client, by
 * its id alone. Auth0 takes either form from any confidential client.
 *
 * @throws {TokenRefusal} 401 `access_denied` for wrong or missing credentials, 400 `invalid_request` without a client id or with
 *   two ways at once.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export function authenticateApplication(
  { clients }: Collections,
  authorization: string | undefined,
  body: Readonly<Record<string, string>>,
): ClientDocument {
  const basic = readBasicCredentials(authorization);
  if (authorization !== undefined && basic === undefined) throw unauthorized();
  if (basic !== undefined && body['client_secret'] !== undefined)
    throw invalidRequest('Only one client authentication method may be used');
  const clientId = basic?.clientId ?? body['client_id'];
  if (clientId === undefined || clientId === '')
    throw invalidRequest('Missing required parameter: client_id');
  if (body['client_id'] !== undefined && body['client_id'] !== clientId) throw unauthorized();
  const client = clients.get(clientId);
  if (client === undefined) throw unauthorized();
  if (isPublicClient(client)) return client;
  const secret = basic?.clientSecret ?? body['client_secret'];
  if (secret === undefined || !sameSecret(secret, client.client_secret)) throw unauthorized();
  return client;
}
