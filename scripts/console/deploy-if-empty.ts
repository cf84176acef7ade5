import { buildBundles } from '../bundle/build-bundles.ts';
import { builtValues } from '../bundle/built-code.ts';
import type { Progress } from '../command/progress.ts';
import { chosenLocally, connect } from '../command/tenant-connection.ts';
import { changeTenant } from '../deploy/change-tenant.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { readEnvironment } from '../tenant-access/environment.ts';
import { readTenantConfig } from '../tenant-config/read-tenant-config.ts';

/**
 * Deploys the working tree where the tenant has none of its connections yet.
 *
 * @returns Whether it did.
 * @throws {Problem | Problems} as a deploy does.
 */
export async function deployIfEmpty(local: LocalTenant, progress: Progress): Promise<boolean> {
  const read = readTenantConfig();
  const tenant = chosenLocally(local, readEnvironment(undefined));
  const api = await connect(tenant.target, progress);
  const present = new Set((await api.list('/connections', 'connections')).map(({ name }) => name));
  if (read.config.connections.some(({ name }) => present.has(name))) return false;
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
  return true;
}
