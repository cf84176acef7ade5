import { join } from 'node:path';
import { Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { literalSecrets } from './literal-secrets.ts';
import { readTenantFile } from './read-tenant-file.ts';
import type { TenantFile } from './read-tenant-file.ts';
import type { TenantConfig } from './tenant-config.ts';
import { validateTenantConfig } from './validate-tenant-config.ts';

/** The file's name, as errors show it. */
export const TENANT_FILE = 'tenant.yaml';

/** What the file says, and the file itself, so that a finding can name a line. */
export interface TenantConfigInFile {
  readonly tenantFile: TenantFile;
  readonly config: TenantConfig;
}

/**
 * A project's `tenant.yaml`, checked, with its placeholders as they stand.
 *
 * @param root Absolute path of the project. Default: this one.
 * @param file How errors name the file.
 * @throws {Problem | Problems} as `readTenantFile`, `validateTenantConfig` and `literalSecrets`.
 */
export function readTenantConfig(root = PROJECT_ROOT, file = TENANT_FILE): TenantConfigInFile {
  const tenantFile = readTenantFile(join(root, TENANT_FILE), file);
  const config = validateTenantConfig(tenantFile, tenantFile.data);
  const literal = literalSecrets(tenantFile);
  Problems.throwIfAny(literal);
  return { tenantFile, config };
}
