import { collectionsOf } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import { stringIn } from '../../base/json-values.ts';
import { readBasicCredentials, sameSecret } from '../secrets.ts';
import { isDiditUrl } from './hosts.ts';

export interface DiditClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * The applications that the stand-in knows: where the Didit console would hold the registrations, it takes them from the
 * connections that were deployed.
 */
function diditClients(context: TenantContext): readonly DiditClient[] {
  return collectionsOf(context.store)
    .connections.all()
    .filter(({ options }) =>
      ['authorizationURL', 'tokenURL'].some((key) => isDiditUrl(stringIn(options, key) ?? '')),
    )
    .map(({ options }) => ({
      clientId: stringIn(options, 'client_id') ?? '',
      clientSecret: stringIn(options, 'client_secret') ?? '',
    }))
    .filter(({ clientId, clientSecret }) => clientId !== '' && clientSecret !== '');
}

export const isKnownClient = (context: TenantContext, clientId: string | undefined): boolean =>
  diditClients(context).some((client) => client.clientId === clientId);

/** The callback that Didit's guide tells people to register for Auth0. */
export const registeredCallback = (context: TenantContext): string => `${context.url()}/login/callback`;

/** The client that an `Authorization: Basic` header proves, or `undefined`. */
export function authenticateClient(
  context: TenantContext,
  header: string | undefined,
): DiditClient | undefined {
  const credentials = readBasicCredentials(header);
  if (credentials === undefined) return undefined;
  return diditClients(context).find(
    (client) =>
      client.clientId === credentials.clientId && sameSecret(client.clientSecret, credentials.clientSecret),
  );
}
