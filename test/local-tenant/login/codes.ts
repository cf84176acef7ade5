import { APPLICATION, existing } from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

/** The form that trades a code for tokens. */
export const codeForm = (code: string, more: Record<string, string> = {}): Record<string, string> => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: APPLICATION.callback,
  ...more,
});

export async function newCode(
  tenant: TenantUnderTest,
  parameters: Record<string, string> = {},
): Promise<string> {
  return existing((await tenant.callbackOf(parameters))['code']);
}
