import { buildBundles } from '../scripts/bundle/build-bundles.ts';
import { readTenantConfig } from '../scripts/tenant-config/read-tenant-config.ts';

/** Tests run the built bundles, as Auth0 does: they are built once, before all tests. */
export async function setup(): Promise<void> {
  await buildBundles(readTenantConfig());
}
