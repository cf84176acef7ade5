import { builtValues } from '../bundle/built-code.ts';
import { chosenLocally } from '../command/tenant-connection.ts';
import { prepareDeploy } from '../deploy/prepare-deploy.ts';
import type { PreparedDeploy } from '../deploy/prepare-deploy.ts';
import type { ConsoleHost } from '../local-tenant/index.ts';
import { readEnvironment } from '../tenant-access/environment.ts';
import { connectToTenant } from '../tenant-access/management-api.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { WorkingTree } from './simulated/working-tree.ts';

/**
 * What a deploy of the working tree to this tenant would have to do, as `npm run plan` finds it out. Nothing is sent.
 *
 * @throws {Problem | Problems} as `prepareDeploy`.
 */
export async function preparedDeploy(
  { context, management, didit, authorityFile }: ConsoleHost,
  { tenantFile, bundles }: WorkingTree,
): Promise<{ readonly api: ManagementApi; readonly prepared: PreparedDeploy }> {
  const api = await connectToTenant({
    domain: context.domain(),
    credentials: { kind: 'client', ...management },
    authorityFile,
  });
  const { records, valuesFor, moved } = chosenLocally(
    {
      url: context.url(),
      domain: context.domain(),
      authority: '',
      authorityFile,
      management,
      didit,
      close: () => Promise.resolve(),
    },
    readEnvironment(undefined),
  );
  const prepared = await prepareDeploy(
    api,
    {
      tenantFile,
      bundles,
      values: new Map([...valuesFor(tenantFile).values, ...builtValues(bundles)]),
      options: { updateSecrets: moved && 'moved' },
    },
    records.origins(),
    records.flow(),
  );
  return { api, prepared };
}
