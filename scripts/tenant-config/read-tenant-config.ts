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
 * The project's `tenant.yaml`, checked, with its placeholders as they stand.
 *
 * @throws {Problem | Problems} as `readTenantFile`, `validateTenantConfig` and `literalSecrets`.
 */
export function readTenantConfig(): TenantConfigInFile {
  const tenantFile = readTenantFile(join(PROJECT_ROOT, TENANT_FILE), TENANT_FILE);
  const config = validateTenantConfig(tenantFile, tenantFile.document.toJS());
  const literal = literalSecrets(tenantFile, config);
  if (literal.length > 0) throw new Problems(literal);
  return { tenantFile, config };
}
