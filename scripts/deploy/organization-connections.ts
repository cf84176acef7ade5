import { Problem, Problems } from '../base/problem.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { placeOf } from '../tenant-config/place-of.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { DeployChanges } from '../tenant-model/changes.ts';
import { itemsAt, resourceIn } from '../tenant-model/tenant-model.ts';
import type { TenantModel } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import type { Operation } from '../undo/operation.ts';
import { connectionNamed } from '../tenant-access/connection-named.ts';

/**
 * Finds connections that an organization names and nobody has: auth0-deploy-cli would leave them out, and say nothing.
 *
 * @throws {Problems} `TENANT_FILE_REFERENCE`, and what `ManagementApi.list` throws.
 */
export async function checkOrganizationConnections(
  api: Pick<ManagementApi, 'list'>,
  tenantFile: TenantFile,
  { connections, organizations = [] }: TenantConfig,
  state: TenantState,
): Promise<void> {
  const known = new Set([
    ...connections.map(({ name }) => name),
    ...(state.organizations ?? []).flatMap((organization) =>
      organization.connections.map(({ name }) => name),
    ),
  ]);
  const problems: Problem[] = [];
  for (const [index, { name, connections: listed = [] }] of organizations.entries()) {
    for (const [position, connection] of listed.entries()) {
      if (known.has(connection.name)) continue;
      if ((await connectionNamed(api, connection.name)) !== undefined) known.add(connection.name);
      else
        problems.push(
          new Problem({
            code: 'TENANT_FILE_REFERENCE',
            message: `Organization "${name}" names the connection "${connection.name}", which neither the file nor the tenant has.`,
            place: placeOf(tenantFile, ['organizations', index, 'connections', position, 'name']),
          }),
        );
    }
  }
  Problems.throwIfAny(problems);
}

/** What a deploy takes away from organizations: connections that the file no longer lists there. */
export const takenFromOrganizations = ({
  organizations,
  before,
  after,
}: DeployChanges): readonly Pick<Operation, 'method' | 'path' | 'what'>[] =>
  organizations.flatMap(({ config: { name } }) => {
    const connectionsIn = (model: TenantModel): readonly string[] =>
      itemsAt(resourceIn(model, 'organization', name), 'connections');
    const stay = connectionsIn(after);
    return connectionsIn(before)
      .filter((connection) => !stay.includes(connection))
      .map((connection) => ({
        method: 'DELETE',
        path: '/organizations/ID/connections/ID',
        what: `connection ${connection} of organization ${name}`,
      }));
  });
