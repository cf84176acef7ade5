import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { lockTenant } from '../../records/deploy-lock.ts';
import type { DeployRecords } from '../../records/deploy-records.ts';
import type { DeployRecord } from '../../records/deploy-record.ts';
import { checkDestroyScopes } from '../delete-scopes.ts';
import { lossesOfPeople } from './losses-of-people.ts';
import type { LossesOfPeople } from './losses-of-people.ts';
import { planDestroy } from './plan-destroy.ts';
import { removableThing } from './removable-thing.ts';
import type { Removable } from './removable-thing.ts';
import type { DestroyPlan } from './plan-destroy.ts';
import { interruptedDeploy, settleInterrupted } from '../interrupted-deploy.ts';
import type { FoundDeploy } from '../interrupted-deploy.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';
import { thingsToRead } from '../../records/listed-things.ts';
import { noteRemoved, noteState } from '../../records/note-origins.ts';
import { runOperations } from '../run-operations.ts';
import { tenantChanged } from '../../tenant-access/tenant-changed.ts';
import { readTenantState } from '../../tenant-access/read-tenant-state.ts';

export interface DestroyHooks {
  /**
   * Told what is going to be done, before anything is: first an earlier deploy that did not end is finished or undone, then the
   * plan is carried out; and what people lose with it. What it throws stops it. Not told where there is nothing to do.
   */
  readonly onPlan: (
    plan: DestroyPlan,
    interrupted: DeployRecord | undefined,
    people: LossesOfPeople,
  ) => Promise<void>;
  /** Told what became of the earlier deploy. */
  readonly onSettled?: (found: FoundDeploy) => void;
  /** Told what was done, in words. */
  readonly onDone?: (what: string) => void;
}

/**
 * Removes what deploys from here made. Nobody else on this machine changes the same tenant in the meantime.
 *
 * @param config With its placeholders filled in; values of secrets are not looked at.
 * @param withoutRecord As for `planDestroy`.
 * @param only Removes nothing else, and this only where `tenant.yaml` no longer lists it. Default: all that came from here.
 * @returns The plan that was shown, and whether there was anything to do.
 * @throws {Problem | Problems} `DEPLOY_IN_PROGRESS`, `SCOPE_MISSING`, `TENANT_CHANGED`: nothing was changed. `NOT_REMOVABLE` for
 *   `only`. What `settleInterrupted` and `runOperations` throw.
 */
export async function destroyTenant(
  api: ManagementApi,
  config: TenantConfig,
  records: DeployRecords,
  withoutRecord: boolean,
  { onPlan, onSettled, onDone = () => undefined }: DestroyHooks,
  only?: Removable,
): Promise<DestroyPlan & { readonly changed: boolean }> {
  const unlock = lockTenant(records.folder);
  try {
    const planNow = async (): Promise<DestroyPlan> => {
      // Also those that were only found there: our Actions may be the rules of their logins.
      const looked = thingsToRead(config, records.origins());
      const state = await readTenantState(api, looked);
      // Something that a killed deploy asked for may still arrive.
      if (unfinishedDeploy(records) === undefined) noteState(records, state, looked);
      if (only === undefined) return planDestroy(config, state, records.origins(), withoutRecord);
      const thing = removableThing(only, { config, state, origins: records.origins(), domain: api.domain });
      return planDestroy(
        config,
        state,
        records.origins(),
        false,
        ({ kind, id }) => kind === thing.kind && id === thing.id,
      );
    };
    const shown = await planNow();
    const interrupted = unfinishedDeploy(records);
    if (shown.operations.length === 0 && interrupted === undefined) return { ...shown, changed: false };
    checkDestroyScopes(api.accessToken, api.domain, shown.operations);
    await onPlan(shown, interrupted, await lossesOfPeople(api, shown));
    const found = interrupted && (await settleInterrupted(api, records, () => undefined));
    if (found !== undefined) onSettled?.(found);
    const { operations } = onlyShown(shown, await planNow(), api.domain);
    await runOperations(api, operations, onDone);
    noteRemoved(records, shown.actions);
    for (const record of only === undefined ? records.all() : []) {
      if (record.status === 'done') records.write({ ...record, status: 'rolled-back' });
    }
    return { ...shown, changed: true };
  } finally {
    unlock();
  }
}

/** After a secret that was lost, nothing is done here: its connection goes, or the next deploy sends it again. */
const unfinishedDeploy = (records: DeployRecords): DeployRecord | undefined =>
  interruptedDeploy(records.all().filter(({ status }) => status === 'applying'));

/** The plan for the tenant as it is now: less than was shown, where an undone deploy had made some of it; never more. */
function onlyShown(shown: DestroyPlan, now: DestroyPlan, domain: string): DestroyPlan {
  const seen = new Set([...shown.removed, ...shown.losses]);
  // What was made anew under the same name is another thing.
  const known = new Set(shown.operations.map(({ path }) => path));
  const more =
    [...now.removed, ...now.losses].find((what) => !seen.has(what)) ??
    now.operations.find(({ path }) => !known.has(path))?.what;
  if (more === undefined) return now;
  throw tenantChanged(domain, 'list', more);
}
