import { isDeepStrictEqual } from 'node:util';
import type { DeployRecords } from '../records/deploy-records.ts';
import type { DeployRecord } from '../records/deploy-record.ts';
import type { PutBackReport } from './put-back.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { ActionState } from '../tenant-model/tenant-state.ts';

/**
 * An earlier version of an Action that is made to run again runs under a new id, and its secrets have a new date. All records
 * that know it by its old id are told, so that it is not taken for somebody else's change.
 *
 * @param snapshot What was put back.
 */
export function renumberVersions(
  records: DeployRecords,
  snapshot: Snapshot,
  { redeployed, state }: Pick<PutBackReport, 'redeployed' | 'state'>,
): void {
  for (const { before } of snapshot.actions) {
    const version = before?.deployed?.versionId;
    const now = state.actions.find(({ id }) => id === before?.id);
    if (version === undefined || now === undefined || !redeployed.has(version)) continue;
    for (const record of records.all()) {
      const changed = renumbered(record, version, now);
      if (!isDeepStrictEqual(changed, record)) records.write(changed);
    }
  }
}

/** The record with another id for a version, and the dates of its secrets. */
function renumbered(record: DeployRecord, version: string, now: ActionState): DeployRecord {
  const inSnapshot = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    actions: snapshot.actions.map(({ name, before }) => ({
      name,
      ...(before === undefined ? {} : { before: renumberedAction(before, version, now) }),
    })),
  });
  return {
    ...record,
    snapshot: inSnapshot(record.snapshot),
    ...(record.after === undefined ? {} : { after: inSnapshot(record.after) }),
  };
}

function renumberedAction(action: ActionState, version: string, now: ActionState): ActionState {
  const { deployed, draft } = action;
  if (deployed?.versionId !== version || now.deployed === undefined) return action;
  const { versionId, secrets } = now.deployed;
  return {
    ...action,
    deployed: { ...deployed, versionId, secrets },
    // Values that were only ever in the draft are not those of the version.
    draft: isDeepStrictEqual(draft.secrets, deployed.secrets)
      ? { ...draft, secrets: now.draft.secrets }
      : draft,
  };
}
