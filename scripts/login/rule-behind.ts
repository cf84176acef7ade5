import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { LocalTenant, LoginTrace } from '../local-tenant/index.ts';
import { stoppingAction } from './login-report.ts';
import type { LoginResult, Stop } from './login-report.ts';
import { fetchLoginTrace } from './local/trace.ts';
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

/** Why a login of the local tenant did not go through, and what its Actions did. */
export async function tracedLogin(
  { url, management }: Pick<LocalTenant, 'url' | 'management'>,
  result: LoginResult & { readonly loginId?: string | undefined },
  rule: DenialRule | undefined,
): Promise<{ readonly stop: Stop; readonly trace: LoginTrace | undefined }> {
  const { loginId } = result;
  const trace =
    loginId === undefined ? undefined : await fetchLoginTrace({ tenantUrl: url, management, loginId });
  return { stop: { rule, action: trace && stoppingAction(trace) }, trace };
}
