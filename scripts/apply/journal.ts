import type { DeployRecord, DeployRecords } from './deploy-records.ts';
import { newRecordId } from './deploy-records.ts';
import type { DeployStep } from './deploy-steps.ts';
import type { PreparedDeploy } from './deploy-to-tenant.ts';
import { takeSnapshot } from './snapshot.ts';

/** How far a deploy has got, on the disk before it goes on. */
export interface Journal {
  readonly record: () => DeployRecord;
  begin(step: DeployStep): void;
  end(status: DeployRecord['status']): void;
}

/** Written before the first call that changes something. */
export function openJournal(
  domain: string,
  { config, changes, state }: PreparedDeploy,
  records: DeployRecords,
): Journal {
  const now = new Date();
  let record: DeployRecord = {
    version: 1,
    id: newRecordId(now, records),
    domain,
    startedAt: now.toISOString(),
    status: 'applying',
    steps: [],
    optionsOf: changes.connections
      .filter(({ isNew, secret }) => !isNew && secret !== undefined)
      .map(({ config: { name }, secret }) => ({ name, readableChange: secret === 'options changed' })),
    snapshot: takeSnapshot(config, changes, state),
  };
  records.write(record);
  const rewrite = (change: Partial<DeployRecord>): void => {
    record = { ...record, ...change };
    records.write(record);
  };
  return {
    record: () => record,
    begin: ({ name }) => {
      rewrite({ steps: [...record.steps, name] });
    },
    end: (status) => {
      rewrite({ status });
    },
  };
}
