import { buildBundles } from '../bundle/build-bundles.ts';
import { builtValues } from '../bundle/built-code.ts';
import type { Progress } from '../command/progress.ts';
import { chosenLocally } from '../command/tenant-connection.ts';
import { changeTenant } from '../deploy/change-tenant.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { readEnvironment } from '../tenant-access/environment.ts';
import { readTenantConfig } from '../tenant-config/read-tenant-config.ts';

/**
 * Deploys the working tree to a tenant that has nothing yet.
 *
 * @throws {Problem | Problems} as a deploy does.
 */
export async function deployFirst(local: LocalTenant, api: ManagementApi, progress: Progress): Promise<void> {
  const read = readTenantConfig();
  const tenant = chosenLocally(local, readEnvironment(undefined));
  progress.waitFor('building');
  const bundles = await buildBundles(read);
  await changeTenant(
    api,
    {
      tenantFile: read.tenantFile,
      bundles,
      values: new Map([...tenant.valuesFor(read.tenantFile).values, ...builtValues(bundles)]),
      authorityFile: local.authorityFile,
      options: { updateSecrets: tenant.moved && 'moved' },
    },
    tenant.records,
    {
      onProgress: (what) => {
        progress.waitFor(`deploying: ${what}`);
      },
    },
  );
}
