import { lockTenant } from '../../records/deploy-lock.ts';
import type { DeployRecords } from '../../records/deploy-records.ts';
import { checkDestroyScopes } from '../delete-scopes.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';
import type { PutBackHelp } from '../operation.ts';
import { checkUnchanged, planRollback } from './plan-rollback.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { rollBack } from './roll-back.ts';

export interface RollbackHooks {
  /** Told what would be done, before anything is; what it throws stops the rollback. */
  readonly onPlan: (plan: RollbackPlan) => Promise<void>;
  /** Told what was changed back, in words. */
  readonly onDone: (what: string) => void;
}

/**
 * A whole rollback: the last deploy from here is found, and undone as it was shown. Nobody else on this machine changes the same
 * tenant meanwhile.
 *
 * @param settleMilliseconds As for `putBack`.
 * @returns What there is to say about the tenant now.
 * @throws {Problem} `DEPLOY_IN_PROGRESS`, `SCOPE_MISSING`, `TENANT_CHANGED`: nothing was changed. What `planRollback` and
 *   `rollBack` throw.
 */
export async function rollbackTenant(
  api: ManagementApi,
  records: DeployRecords,
  connectionSecret: PutBackHelp['connectionSecret'],
  { onPlan, onDone }: RollbackHooks,
  settleMilliseconds?: number,
): Promise<string> {
  const unlock = lockTenant(records.folder);
  try {
    const shown = await planRollback(api, records, connectionSecret);
    // Half a rollback leaves a connection that nobody can use.
    checkDestroyScopes(api.accessToken, api.domain, shown.operations);
    await onPlan(shown);
    const plan = await planRollback(api, records, connectionSecret);
    checkUnchanged(shown, plan, api.domain);
    return await rollBack(api, plan, records, connectionSecret, onDone, settleMilliseconds);
  } finally {
    unlock();
  }
}
