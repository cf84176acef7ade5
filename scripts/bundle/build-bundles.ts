import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { bundle } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { gateBundle } from './gates.ts';
import { gateHandlers } from './gate-handlers.ts';
import { bundleTargets } from './targets.ts';
import type { TenantConfigInFile } from '../tenant-config/read-tenant-config.ts';

/**
 * Builds every target of the configuration, checks each bundle at the gates, and only then writes them to `dist/`: a bundle
 * that Auth0 would refuse is never left there for a deploy to find.
 *
 * @throws {Problem | Problems} with all that `bundle`, `gateBundle` and `gateHandlers` find.
 */
export async function buildBundles({ tenantFile, config }: TenantConfigInFile): Promise<readonly Bundle[]> {
  const bundles = await Promise.all(bundleTargets(config, tenantFile).map((target) => bundle(target)));
  const problems = [...bundles.flatMap(gateBundle), ...(await gateHandlers(bundles))];
  if (problems.length > 0) throw new Problems(problems);
  for (const { target, code } of bundles) {
    if (target.entry !== target.output) writeIfChanged(join(PROJECT_ROOT, target.output), code);
  }
  return bundles;
}

/** Whole or not at all: a reader never sees half a bundle. */
function writeIfChanged(file: string, content: string): void {
  if (readIfThere(file) === content) return;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
