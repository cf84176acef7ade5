import { join } from 'node:path';
import { bundle } from '../bundle/bundle.ts';
import { buildBundles, gatedBundles } from '../bundle/build-bundles.ts';
import { bundleTargets } from '../bundle/targets.ts';
import { allOf, Problem, problemsIn } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { readTenantConfig, TENANT_FILE } from '../tenant-config/read-tenant-config.ts';
import { readTenantFile } from '../tenant-config/read-tenant-file.ts';
import { buildPlan } from './build-plan.ts';
import { redactPlan } from './redact-plan.ts';
import { isSecretName } from '../secrets/secret-options.ts';
import { variableKind } from '../secrets/variables.ts';
import { secretsAtHand } from '../tenant-access/environment.ts';
import { changedTooling } from './git/changed-tooling.ts';
import { configOfRevision } from './git/revision-config.ts';
import { revisionFolder, unreadableRevision } from './git/revision-folder.ts';
import type { RevisionFolder } from './git/revision-folder.ts';
import { modelFromConfig } from '../tenant-model/model-from-config.ts';
import { modelsWithNewNames, withoutFormerNames } from '../tenant-model/renames.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { TenantModel } from '../tenant-model/tenant-model.ts';
import type { Plan } from './plan.ts';

/**
 * What the working tree, or another revision, says differently from a revision: `tenant.yaml`, Actions and profile script, both
 * sides built with the tools that are checked out. No tenant is asked; placeholders stay as they are written. Where the tools
 * differ as well, that is a change of its own: what they say of the rest is worth what they are.
 *
 * Of the code of either side nothing runs in this process, and no configuration of it that is code is read.
 *
 * @param to A revision to look at instead of the working tree: its tools are not used, so it may be anybody's.
 * @throws {Problem} `GIT_MISSING`, `REVISION_UNKNOWN`, `REVISION_UNREADABLE`, and of what is looked at all that
 *   `readTenantConfig` and `gatedBundles` find.
 */
export async function planRevision(revision: string, to?: string): Promise<Plan> {
  const folders: RevisionFolder[] = [];
  const folderOf = async (name: string): Promise<RevisionFolder> => {
    const folder = await revisionFolder(PROJECT_ROOT, name);
    folders.push(folder);
    return folder;
  };
  try {
    const from = await folderOf(revision);
    const other = to === undefined ? undefined : await folderOf(to);
    const tooling = await changedTooling(PROJECT_ROOT, from.commit, other?.commit);
    if (tooling === undefined) throw unreadableRevision(revision);
    const [before, after] = await allOf([
      modelOfFolder(from.root, revision),
      other === undefined || to === undefined ? checkedModel() : checkedModel(other.root, to),
    ]);
    const target = {
      kind: 'revision',
      revision,
      commit: from.commit,
      ...(other === undefined || to === undefined ? {} : { to: { revision: to, commit: other.commit } }),
    } as const;
    const pair = modelsWithNewNames({ before: before.model, after: after.model }, after.config);
    const fileOnly = { before: before.config, after: after.config };
    const plan = await buildPlan(pair, target, { tooling, fileOnly });
    return redactPlan(plan, secretsAtHand(isSecretHere));
  } finally {
    for (const folder of folders) folder.remove();
  }
}

/** A plan of revisions takes no values, and shows none: not even one that somebody has copied into a file from there. */
const isSecretHere = (variable: string): boolean =>
  isSecretName(variable) || variableKind(variable) === 'deploy credential';

interface ReadSide {
  readonly model: TenantModel;
  readonly config: TenantConfig;
}

/** With everything that keeps it from being deployed. */
async function checkedModel(root?: string, revision?: string): Promise<ReadSide> {
  const read =
    root === undefined ? readTenantConfig() : readTenantConfig(root, `${revision ?? ''}:${TENANT_FILE}`);
  const bundles = root === undefined ? await buildBundles(read) : await gatedBundles(read, root);
  return { model: modelFromConfig(withoutFormerNames(read.config), bundles), config: read.config };
}

/**
 * What a revision asks for, with its placeholders as they are written.
 *
 * @param project The folder in whose repository the revision is. Default: this project.
 * @throws {Problem} `GIT_MISSING`, `REVISION_UNKNOWN`, `REVISION_UNREADABLE`.
 */
export async function modelOfRevision(revision: string, project = PROJECT_ROOT): Promise<TenantModel> {
  const folder = await revisionFolder(project, revision);
  try {
    return (await modelOfFolder(folder.root, revision)).model;
  } finally {
    folder.remove();
  }
}

/** Only as right as it takes to compare with it. */
async function modelOfFolder(root: string, revision: string): Promise<ReadSide> {
  try {
    const tenantFile = readTenantFile(join(root, TENANT_FILE), `${revision}:${TENANT_FILE}`);
    const config = configOfRevision(tenantFile);
    const bundles = await allOf(bundleTargets(config, tenantFile).map((target) => bundle(target, root)));
    return { model: modelFromConfig(config, bundles), config };
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
