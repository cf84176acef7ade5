import { problemsIn } from '../base/problem.ts';
import { codeOf } from '../bundle/built-code.ts';
import type { DeployRecords } from '../records/deploy-records.ts';
import type { DeployRecord } from '../records/deploy-record.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { flowOnTenant } from '../records/known-flow.ts';
import { newRecordId } from '../records/deploy-records.ts';
import type { DeployStep } from './deploy-steps.ts';
import type { PreparedDeploy } from './prepare-deploy.ts';
import { noteDeploy, noteState } from '../records/note-origins.ts';
import type { PutBackReport } from '../undo/put-back.ts';
import { renumberVersions } from '../undo/renumber-versions.ts';
import { takeSentSnapshot } from '../records/sent-snapshot.ts';
import { thingsToMake } from '../records/things-to-make.ts';
import { withSentSecrets } from '../records/sent-secrets.ts';
import { takeSnapshot } from '../records/snapshot.ts';
import type { DeployChanges } from '../tenant-model/changes.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** How far a deploy has got, on the disk before it continues. */
export interface Journal {
  readonly record: () => DeployRecord;
  begin(step: DeployStep): void;
  /** @param state The tenant with everything on it. @param sent The configuration as it was sent. */
  done(state: TenantState, sent: TenantConfig): void;
  /** What may pass is left to the next command, which finds the journal. Never hides what became of the deploy. */
  putBack(report: PutBackReport): void;
}

/** Written before the first call that changes something. */
export function openJournal(
  domain: string,
  { config, changes, state, deploy }: PreparedDeploy,
  records: DeployRecords,
): Journal {
  const now = new Date();
  const snapshot = takeSnapshot(config, changes, state);
  let record: DeployRecord = {
    version: 1,
    id: newRecordId(now, records),
    domain,
    startedAt: now.toISOString(),
    status: 'applying',
    steps: [],
    optionsOf: changes.connections
      .filter(({ isNew, secret }) => !isNew && secret !== undefined)
      .map(({ config: { name }, secret }) => ({
        name,
        readableChange: secret === 'options changed' || secret === 'changed',
      })),
    notKept: valuesNotKept(changes),
    snapshot,
    sent: takeSentSnapshot(snapshot, {
      changes,
      state,
      codeOf: codeOf(deploy.bundles),
      replaceOptions: deploy.options?.replaceOptions ?? false,
    }),
    toMake: thingsToMake(changes, codeOf(deploy.bundles)),
  };
  records.write(record);
  noteDeploy(records, record.snapshot, state, config);
  const rewrite = (change: Partial<DeployRecord>): void => {
    const next = { ...record, ...change };
    records.write(next);
    // What could not be written was not begun.
    record = next;
  };
  return {
    record: () => record,
    begin: ({ name }) => {
      rewrite({ steps: [...record.steps, name] });
    },
    done: (after, sent) => {
      rewrite({ status: 'done', after: takeSnapshot(config, changes, after) });
      noteState(records, after, config);
      records.writeFlow(flowOnTenant(after));
      if (changes.renamed.length > 0 || changes.actions.some(({ secrets }) => secrets !== undefined))
        records.writeSentSecrets(withSentSecrets(records.sentSecrets(), changes, sent, after));
    },
    putBack: (report) => {
      try {
        if (!report.mayPass) rewrite({ status: 'put-back' });
        renumberVersions(records, record.snapshot, report);
      } catch (error) {
        // A record that still says `applying` does no harm: the next command finds nothing left to put back.
        if (problemsIn(error).length === 0) throw error;
      }
      if (!report.mayPass) noteState(records, report.state, record.snapshot, report.ofOthers);
    },
  };
}

/** Of things that were there. What becomes of a client secret and of an Action's secrets is told where they are put back. */
const valuesNotKept = ({ settings }: Pick<DeployChanges, 'settings'>): readonly string[] =>
  settings.flatMap(({ kind, name, path, before }) =>
    kind !== 'Action' && path !== undefined && path !== 'options.client_secret' && before?.kind === 'secret'
      ? [`${kind} ${name}: ${path}`]
      : [],
  );
