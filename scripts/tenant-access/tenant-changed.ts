import { Problem } from '../base/problem.ts';

/**
 * Between a plan and the answer to it, somebody changed what it is about.
 *
 * @param shown What was shown: `plan` or `list`.
 * @param what What is different, in words; default not said.
 */
export const tenantChanged = (domain: string, shown: 'plan' | 'list', what?: string): Problem =>
  new Problem({
    code: 'TENANT_CHANGED',
    message: `Somebody changed the tenant since the ${shown} was made${what === undefined ? '' : ` (${what})`}. Nothing was changed now.`,
    place: { tenant: domain },
    remedy: `Run the command again, and read the new ${shown}.`,
  });
