import type { TenantFile } from './read-tenant-file.ts';
import { validateTenantConfig } from './validate-tenant-config.ts';

/**
 * The npm packages that each Action declares, for the gate on `require`.
 *
 * @throws {Problems} as `validateTenantConfig`.
 */
export function declaredDependencies(tenantFile: TenantFile): (actionName: string) => readonly string[] {
  const { actions } = validateTenantConfig(tenantFile, tenantFile.document.toJS());
  return (actionName) =>
    actions.find(({ name }) => name === actionName)?.dependencies?.map(({ name }) => name) ?? [];
}
