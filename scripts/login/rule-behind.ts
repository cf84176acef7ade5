import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { LoginResult } from './login-report.ts';
import { denialCodeIn, denialRule } from './explain-denial.ts';
import type { DenialRule } from './explain-denial.ts';
import { readLoginSettings } from './login-settings.ts';

/**
 * The rule behind a denial, as the tenant has it now.
 *
 * @param application By its name.
 * @param organization As for `readLoginSettings`.
 * @returns `undefined` for a login that was not denied by a rule of this project.
 */
export async function ruleBehind(
  result: LoginResult,
  api: Pick<ManagementApi, 'list'>,
  connection: string,
  application: string,
  organization?: string,
): Promise<DenialRule | undefined> {
  const code = result.kind === 'denied' ? denialCodeIn(result.errorDescription) : undefined;
  return code && denialRule(code, await readLoginSettings(api, connection, application, organization));
}
