import { Problem } from '../../base/problem.ts';
import type { DeployRecords } from '../../records/deploy-records.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';
import { noteFlow, noteState } from '../../records/note-origins.ts';
import type { PutBackHelp } from '../operation.ts';
import type { RollbackPlan } from './plan-rollback.ts';
import { putBack } from '../put-back.ts';
import { renumberVersions } from '../renumber-versions.ts';
import { removeStagedCode } from '../../records/staged-code.ts';

/**
 * Undoes a deploy, and notes that it is undone. Needs the tenant's lock.
 *
 * @param onDone Told what was changed back, in words, also where that is not all.
 * @param settleMilliseconds As for `putBack`.
 * @returns What there is to say about the tenant now.
 * @throws {Problem} `ROLLBACK_INCOMPLETE`. Where trying again can help, the record stays, so that the next rollback goes on
 *   from here; otherwise the next one goes on to the deploy before it.
 */
export async function rollBack(
  api: ManagementApi,
  plan: RollbackPlan,
  records: DeployRecords,
  connectionSecret: PutBackHelp['connectionSecret'],
  onDone: (what: string) => void,
  settleMilliseconds?: number,
): Promise<string> {
  const { record, interrupted, unreadable, state } = plan;
  removeStagedCode(records.folder);
  const report = await putBack(api, record, connectionSecret, settleMilliseconds);
  for (const what of report.done) onDone(what);
  if (!report.mayHelp) records.write({ ...record, status: interrupted ? 'put-back' : 'rolled-back' });
  renumberVersions(records, record.snapshot, report);
  if (!report.mayHelp) noteState(records, report.state, record.snapshot, report.ofOthers);
  // Also of a rollback that goes on another time: what this one moved is nobody else's doing then.
  noteFlow(records, record.snapshot, state, report.state);
  if (report.left.length > 0) {
    throw new Problem({
      code: 'ROLLBACK_INCOMPLETE',
      message: `Still different: ${report.left.join('; ')}.`,
      place: { tenant: api.domain },
      ...(report.mayHelp
        ? {}
        : {
            remedy:
              'Change what is named in the Auth0 dashboard. Rolling back again undoes the deploy before this one.',
          }),
    });
  }
  const whole = `What the deploy of ${record.startedAt} changed is as it was before`;
  return unreadable.length === 0 ? `${whole}.` : `${whole}, as far as it can be read.`;
}
