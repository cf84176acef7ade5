import type { ManagementApi } from '../tenant-access/management-api.ts';
import { DEFAULT_APPLICATION_NAME } from '../local-tenant/index.ts';
import { Problem } from '../base/problem.ts';

/** An application of the local tenant to sign in to. */
export interface SampleApplication {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly callback: string;
}

/**
 * The first application that the tenant's Didit connection is enabled for; on a tenant that nothing was deployed to, the
 * application that every new tenant comes with.
 *
 * @throws {Problem} `NO_APPLICATION`.
 */
export async function sampleApplication(api: ManagementApi): Promise<SampleApplication> {
  const [connection] = await api.list('/connections?strategy=oauth2', 'connections');
  const enabled =
    connection === undefined ? undefined : await api.get(`/connections/${String(connection['id'])}/clients`);
  const enabledIds = new Set(
    (Array.isArray(enabled?.['clients']) ? enabled['clients'] : []).map(
      (client: { client_id?: unknown }) => client.client_id,
    ),
  );
  const clients = await api.list('/clients?is_global=false', 'clients');
  const client =
    clients.find((candidate) => enabledIds.has(candidate['client_id'])) ??
    clients.find((candidate) => candidate['name'] === DEFAULT_APPLICATION_NAME);
  const { name, client_id: clientId, client_secret: clientSecret, callbacks } = client ?? {};
  const callback: unknown = Array.isArray(callbacks) ? callbacks[0] : undefined;
  if (
    typeof name !== 'string' ||
    typeof clientId !== 'string' ||
    typeof clientSecret !== 'string' ||
    typeof callback !== 'string'
  ) {
    throw new Problem({
      code: 'NO_APPLICATION',
      message: 'The Didit connection of the local tenant is not enabled for an application with a callback.',
      place: { file: 'tenant.yaml', key: 'connections.0.enabled_clients' },
    });
  }
  return { name, clientId, clientSecret, callback };
}
