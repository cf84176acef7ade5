import { problemsIn } from '../base/problem.ts';
import type { DeployRecords } from './deploy-records.ts';
import { flowOnTenant, otherActionFindings } from './known-flow.ts';
import { isListed } from './listed-things.ts';
import { originOf, originsWithDeploy, originsWithState } from './origins.ts';
import type { Looked, Origin } from './origins.ts';
import type { Snapshot } from './snapshot.ts';
import { thingsOf } from './touched-things.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * Notes, before anything is sent, what a deploy is about to make; and that the rest of what the file lists was found there, also
 * where nothing of it is sent: an adopted application is nobody's here to remove.
 *
 * @param state The tenant before it.
 * @param config Names what the state was read with.
 * @throws {Problem} `RECORDS_UNWRITABLE`, `DEPLOY_RECORD_UNREADABLE`.
 */
export function noteDeploy(
  records: DeployRecords,
  snapshot: Snapshot,
  state: TenantState,
  config: TenantConfig,
): void {
  const known = originsWithState(records.origins(), state, config);
  const found = thingsOf(state)
    .filter((thing) => isListed(config, thing) && originOf(known, thing) === undefined)
    .map(({ kind, name, id }): Origin => ({ kind, name, origin: 'found', ids: [id] }));
  records.writeOrigins(originsWithDeploy([...known, ...found], snapshot));
}

/**
 * Notes which of it is there, and what it is called. Needs the lock, with no call of a deploy on its way. Where it cannot be
 * written, it is noted the next time: until then names tell what is whose.
 *
 * @param looked Names what the state was read with.
 * @param ofOthers Ids of what only has the name of something that was to be made. Default none.
 */
export function noteState(
  records: DeployRecords,
  state: TenantState,
  looked: Looked,
  ofOthers?: ReadonlySet<string>,
): void {
  try {
    const known = records.origins();
    if (known.some(({ ids }) => ids === undefined))
      records.writeOrigins(originsWithState(known, state, looked, ofOthers));
  } catch (error) {
    // What became of the deploy is more important to say.
    if (problemsIn(error).length === 0) throw error;
  }
}

/**
 * Notes the login flow that a rollback has left, so that what it moved back is not taken for somebody else's doing. Where others
 * have changed the flow since the deploy, nothing is noted: their change stays to be found. Where it cannot be written, too much
 * is found.
 *
 * @param before The tenant before the rollback.
 */
export function noteFlow(
  records: DeployRecords,
  { ownActions }: Pick<Snapshot, 'ownActions'>,
  before: TenantState,
  after: TenantState,
): void {
  try {
    const known = records.flow();
    if (known === undefined) return;
    const found = otherActionFindings(flowOnTenant(before), new Set(ownActions), known, undefined);
    if (found.length === 0) records.writeFlow(flowOnTenant(after));
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
  }
}

/**
 * Notes that Actions were removed from here, so that nobody takes it for somebody else's doing. What others have changed stays to
 * be found. Where it cannot be written, too much is found.
 */
export function noteRemoved(records: DeployRecords, actions: readonly string[]): void {
  try {
    const known = records.flow();
    if (known?.some(({ action }) => actions.includes(action)) !== true) return;
    records.writeFlow(known.filter(({ action }) => !actions.includes(action)));
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
  }
}
