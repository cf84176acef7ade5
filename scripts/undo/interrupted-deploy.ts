import { Problems } from '../base/problem.ts';
import type { DeployRecords } from '../records/deploy-records.ts';
import type { DeployRecord } from '../records/deploy-record.ts';
import { putBackProblem } from './put-back.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { noteState } from '../records/note-origins.ts';
import type { PutBackHelp } from './operation.ts';
import { renumberVersions } from './renumber-versions.ts';
import { settleDeploy } from './settle-deploy.ts';
import { removeStagedCode } from '../records/staged-code.ts';

/** What was found of an earlier deploy that did not end, and what was done about it. */
export interface FoundDeploy {
  readonly startedAt: string;
  readonly outcome: 'complete' | 'put-back' | 'secret-in-doubt';
  /** What was changed back, in words. */
  readonly done: readonly string[];
  /** What could not be, in words. */
  readonly left: readonly string[];
  /** What somebody else has changed since, and what therefore stays, in words. */
  readonly kept: readonly string[];
}

const NOTHING_DONE = { done: [], left: [], kept: [] } as const;

/**
 * An earlier deploy from this machine that did not end. Without the lock, it may just be running.
 *
 * @param records Of one tenant.
 */
export const interruptedDeploy = (records: readonly DeployRecord[]): DeployRecord | undefined =>
  records.find(({ status }) => status === 'applying' || status === 'secret-in-doubt');

/** What to say about it where nothing is done about it. */
export const interruptedNotice = ({ startedAt, status }: DeployRecord): string =>
  status === 'secret-in-doubt'
    ? `It is not known whether the secrets of the deploy of ${startedAt} arrived. The next \`npm run deploy\` sends them again.`
    : `A deploy of ${startedAt} from this machine has not ended: it runs, or was interrupted. The next \`npm run deploy\` finishes or undoes it, and \`npm run rollback\` undoes it.`;

/**
 * Finishes or undoes an earlier deploy that was killed, or that lost its tenant. After `secret-in-doubt`, secrets have to be
 * sent again; the record stays until `settleDoubts` is told that they were.
 *
 * @throws {Problems} `PUT_BACK_INCOMPLETE` when the tenant does not let it be put back now.
 */
export async function settleInterrupted(
  api: ManagementApi,
  records: DeployRecords,
  connectionSecret: PutBackHelp['connectionSecret'],
  settleMilliseconds?: number,
): Promise<FoundDeploy | undefined> {
  const record = interruptedDeploy(records.all());
  if (record === undefined) return undefined;
  removeStagedCode(records.folder);
  const { startedAt } = record;
  if (record.status === 'secret-in-doubt') return { startedAt, outcome: 'secret-in-doubt', ...NOTHING_DONE };
  const settled = await settleDeploy(api, record, connectionSecret, settleMilliseconds);
  switch (settled.kind) {
    case 'complete':
      records.write({ ...record, status: 'done' });
      return { startedAt, outcome: 'complete', ...NOTHING_DONE };
    case 'secret-in-doubt':
      records.write({ ...record, status: 'secret-in-doubt' });
      return { startedAt, outcome: 'secret-in-doubt', ...NOTHING_DONE };
    case 'put-back': {
      const { done, left, kept, mayPass } = settled.report;
      if (mayPass) throw new Problems([putBackProblem(settled.report)]);
      records.write({ ...record, status: 'put-back' });
      renumberVersions(records, record.snapshot, settled.report);
      noteState(records, settled.report.state, record.snapshot, settled.report.ofOthers);
      return { startedAt, outcome: 'put-back', done, left, kept };
    }
  }
}

/** After all secrets were sent again. */
export function settleDoubts(records: DeployRecords): void {
  for (const record of records.all()) {
    if (record.status === 'secret-in-doubt') records.write({ ...record, status: 'done' });
  }
}
