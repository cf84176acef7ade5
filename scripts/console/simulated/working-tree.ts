import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../base/project.ts';
import { buildBundles } from '../../bundle/build-bundles.ts';
import type { Bundle } from '../../bundle/bundle.ts';
import { readTenantConfig, TENANT_FILE } from '../../tenant-config/read-tenant-config.ts';
import type { TenantConfigInFile } from '../../tenant-config/read-tenant-config.ts';
import { modelFromConfig } from '../../tenant-model/model-from-config.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';

/** The project as somebody edits it: tenant.yaml, and what would be deployed. */
export interface WorkingTree extends TenantConfigInFile {
  readonly bundles: readonly Bundle[];
  readonly model: TenantModel;
  /** Another one after each save. */
  readonly savedAt: string;
}

/** Reads and builds the working tree, again only when something was saved. */
export function workingTree(): () => Promise<WorkingTree> {
  let known: { readonly savedAt: string; readonly tree: Promise<WorkingTree> } | undefined;
  return async () => {
    const savedAt = newestSave();
    if (known?.savedAt !== savedAt) known = { savedAt, tree: read(savedAt) };
    return await known.tree;
  };
}

async function read(savedAt: string): Promise<WorkingTree> {
  const inFile = readTenantConfig();
  const bundles = await buildBundles(inFile);
  return { ...inFile, bundles, model: modelFromConfig(inFile.config, bundles), savedAt };
}

/** Names and times of all that is built, and of what says how. */
function newestSave(): string {
  const sources = readdirSync(join(PROJECT_ROOT, 'actions'), { recursive: true, encoding: 'utf8' });
  return [TENANT_FILE, 'package.json', ...sources.map((name) => join('actions', name))]
    .map((file) => {
      // An editor may be writing it anew.
      const saved = statSync(join(PROJECT_ROOT, file), { throwIfNoEntry: false });
      return `${file} ${saved?.mtimeMs ?? ''} ${saved?.size ?? ''}`;
    })
    .join('\n');
}
