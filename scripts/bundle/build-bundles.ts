import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allOf, Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { writeFiles } from '../base/write-files.ts';
import { bundle } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { gateBundle } from './gates.ts';
import { gateHandlers } from './gate-handlers.ts';
import { bundleTargets } from './targets.ts';
import { prepareRunners } from '../runner/runtime.ts';
import type { TenantConfigInFile } from '../tenant-config/read-tenant-config.ts';

/**
 * Builds every target of the configuration, checks each bundle at the gates, and only then writes them to `dist/`: a bundle
 * that Auth0 would refuse is never left there for a deploy to find.
 *
 * @throws {Problem | Problems} as `gatedBundles`; `OUTPUT_UNWRITABLE`.
 */
export async function buildBundles(read: TenantConfigInFile): Promise<readonly Bundle[]> {
  const bundles = await gatedBundles(read, PROJECT_ROOT);
  const changed = bundles
    .filter(({ target }) => target.entry !== target.output)
    .map(({ target, code }) => ({ file: target.output, text: code }))
    .filter(({ file, text }) => readIfThere(join(PROJECT_ROOT, file)) !== text);
  writeFiles(changed, PROJECT_ROOT);
  return bundles;
}

/**
 * The same, and writes nothing.
 *
 * @param root Absolute path of the project that the configuration is of.
 * @throws {Problem | Problems} with all that `bundle` finds, or else `gateBundle` and `gateHandlers` find.
 */
export async function gatedBundles(
  { tenantFile, config }: TenantConfigInFile,
  root: string,
): Promise<readonly Bundle[]> {
  const [bundles] = await allOf([
    allOf(bundleTargets(config, tenantFile).map((target) => bundle(target, root))),
    prepareRunners(),
  ]);
  const wrongHandlers = await gateHandlers(bundles);
  Problems.throwIfAny([...bundles.flatMap(gateBundle), ...wrongHandlers]);
  return bundles;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
