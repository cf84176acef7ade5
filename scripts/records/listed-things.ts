import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { grantNameOf } from '../tenant-model/model-from-config.ts';
import type { Identity, Origin } from './origins.ts';

/** Whether `tenant.yaml` names something of this kind and name. */
export function isListed(config: TenantConfig, { kind, name }: Pick<Identity, 'kind' | 'name'>): boolean {
  switch (kind) {
    case 'connection':
      return config.connections.some((connection) => connection.name === name);
    case 'Action':
      return config.actions.some((action) => action.name === name);
    case 'grant':
      return config.clientGrants.some((grant) => grantNameOf(grant) === name);
    case 'application':
      return config.clients.some((client) => client.name === name);
    case 'API':
      return (config.resourceServers ?? []).some(({ identifier }) => identifier === name);
  }
}

/** The connections that have to be looked for, each once: those that `tenant.yaml` lists, and those that `origins` tell of. */
export const connectionsToRead = (
  config: Pick<TenantConfig, 'connections'>,
  origins: readonly Pick<Origin, 'kind' | 'name'>[],
): readonly { readonly name: string }[] =>
  [
    ...new Set([
      ...config.connections.map(({ name }) => name),
      ...origins.filter(({ kind }) => kind === 'connection').map(({ name }) => name),
    ]),
  ].map((name) => ({ name }));
