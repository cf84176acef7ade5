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
    case 'organization':
      return (config.organizations ?? []).some((organization) => organization.name === name);
  }
}

type Names = readonly { readonly name: string }[];

/** What has to be looked for by its name, each once: what `tenant.yaml` lists, and what `origins` tell of. */
export function thingsToRead(
  config: Pick<TenantConfig, 'connections' | 'organizations'>,
  origins: readonly Pick<Origin, 'kind' | 'name'>[],
): { readonly connections: Names; readonly organizations?: Names } {
  const both = (kind: Origin['kind'], listed: Names): Names =>
    [
      ...new Set([
        ...listed.map(({ name }) => name),
        ...origins.filter((origin) => origin.kind === kind).map(({ name }) => name),
      ]),
    ].map((name) => ({ name }));
  const organizations = both('organization', config.organizations ?? []);
  return {
    connections: both('connection', config.connections),
    // Where there are none to look for, nobody has to let us.
    ...(organizations.length === 0 ? {} : { organizations }),
  };
}
