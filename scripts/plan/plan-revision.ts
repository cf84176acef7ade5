import { join } from 'node:path';
import { bundle } from '../bundle/bundle.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { bundleTargets } from '../bundle/targets.ts';
import { Problem, problemsIn } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { TENANT_FILE } from '../tenant-config/read-tenant-config.ts';
import { readTenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { buildPlan } from './build-plan.ts';
import { changedTooling } from './git/changed-tooling.ts';
import { configOfRevision } from './git/revision-config.ts';
import { revisionFolder, unreadableRevision } from './git/revision-folder.ts';
import { modelFromConfig } from '../tenant-model/model-from-config.ts';
import type { TenantModel } from '../tenant-model/tenant-model.ts';
import type { Plan } from './plan.ts';

/**
 * What the working tree says differently from a revision: `tenant.yaml`, Actions and profile script, both sides built with the tools
 * of today. No tenant is asked; placeholders stay as they are written. Where the tools differ as well, that is a change of its own:
 * what they say of the rest is worth what they are.
 *
 * @throws {Problem} `GIT_MISSING`, `REVISION_UNKNOWN`, `REVISION_UNREADABLE`.
 */
export async function planRevision(
  revision: string,
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<Plan> {
  const folder = await revisionFolder(PROJECT_ROOT, revision);
  try {
    const tooling = await changedTooling(PROJECT_ROOT, folder.commit);
    if (tooling === undefined) throw unreadableRevision(revision);
    const pair = {
      before: await modelOfFolder(folder.root, revision),
      after: modelFromConfig(config, bundles),
    };
    const target = { kind: 'revision', revision, commit: folder.commit } as const;
    return await buildPlan(pair, target, { tooling });
  } finally {
    folder.remove();
  }
}

async function modelOfFolder(root: string, revision: string): Promise<TenantModel> {
  try {
    const tenantFile = readTenantFile(join(root, TENANT_FILE), `${revision}:${TENANT_FILE}`);
    const config = configOfRevision(tenantFile);
    const bundles = await Promise.all(
      bundleTargets(config, tenantFile).map((target) => bundle(target, root)),
    );
    return modelFromConfig(config, bundles);
  } catch (error) {
    const [first] = problemsIn(error);
    if (first === undefined) throw error;
    throw new Problem({
      code: 'REVISION_UNREADABLE',
      message: `The project of ${revision} cannot be read: ${first.message}`,
      place: {
        revision,
        ...(first.place !== undefined && 'file' in first.place ? { file: first.place.file } : {}),
      },
      remedy: 'Compare with a revision at which `npm run build` worked.',
      cause: error,
    });
  }
}
