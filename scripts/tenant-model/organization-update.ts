import { without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { OrganizationConfig } from '../tenant-config/tenant-config.ts';
import { metadataToSend, textsIn } from './metadata.ts';
import type { OrganizationConnectionState, TenantState } from './tenant-state.ts';

/** An organization, with what auth0-deploy-cli would take away where it is not said. */
export type OrganizationToSend = Omit<OrganizationConfig, 'metadata' | 'connections'> & {
  readonly metadata?: Readonly<Record<string, string | null>>;
  readonly connections: readonly OrganizationConnectionState[];
  /** By name, those of the applications that it has grants of: a deploy neither gives nor takes any. */
  readonly client_grants: readonly { readonly client_id: string }[];
};

/** The service says `null` of what is not set, which auth0-deploy-cli refuses. */
const withoutNulls = (connection: JsonRecord = {}): JsonRecord =>
  Object.fromEntries(Object.entries(connection).filter(([, value]) => value !== null));

/**
 * auth0-deploy-cli takes connections and grants away that an organization of its file does not name, and asks for a change of
 * every connection of which one setting is not said. So both are said, as they are on the tenant.
 */
export function organizationToSend(config: OrganizationConfig, state: TenantState): OrganizationToSend {
  const existing = state.organizations?.find(({ name }) => name === config.name);
  const there = existing?.connections ?? [];
  const metadata = metadataToSend(config.metadata, textsIn(existing?.settings['metadata']));
  const { connections = there } = config;
  return {
    ...without({ ...config }, ['metadata']),
    name: config.name,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    connections: connections.map((connection) => ({
      ...withoutNulls(there.find(({ name }) => name === connection.name)),
      ...withoutNulls({ ...connection }),
      name: connection.name,
    })),
    client_grants: (existing?.grantsOf ?? []).map((id) => ({
      client_id: state.clients.find((client) => client.client_id === id)?.name ?? id,
    })),
  };
}
