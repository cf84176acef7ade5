import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../../base/problem.ts';
import { changedSince } from '../changed-since.ts';
import type { ChangedSince } from '../changed-since.ts';
import type { DeployRecords } from '../../records/deploy-records.ts';
import type { DeployRecord } from '../../records/deploy-record.ts';
import type { ManagementApi } from '../../tenant-access/management-api.ts';
import type { PutBack, PutBackHelp } from '../operation.ts';
import { keptSince, operationsFor, readSnapshotState } from '../put-back.ts';
import { LAST_STEP, standOf } from '../settle-deploy.ts';
import { touchedThings } from '../../records/touched-things.ts';
import type { ResourceKind } from '../../tenant-model/tenant-model.ts';
import { differentThings, tenantChanged } from '../../tenant-access/tenant-changed.ts';
import type { TenantState } from '../../tenant-model/tenant-state.ts';

/** What `npm run rollback` is going to do. */
export interface RollbackPlan extends Required<PutBack> {
  /** The deploy that is undone. */
  readonly record: DeployRecord;
  /** Whether that deploy was interrupted, and so is only there in part. */
  readonly interrupted: boolean;
  /** What differs from what the deploy left; `undefined` where nobody knows what it left. */
  readonly since: ChangedSince | undefined;
  /** What nobody can tell whether it is as it was, in words. */
  readonly unreadable: readonly string[];
  /** What it is about, as it was when the plan was made. */
  readonly found: Partial<TenantState>;
  /** The whole tenant then, as far as it is read. */
  readonly state: TenantState;
}

/**
 * Finds the deploy that is to be undone (an interrupted one, or the last one that is not undone yet), and what that takes.
 * Changes nothing. Needs the tenant's lock.
 *
 * @throws {Problem} `NOTHING_TO_ROLL_BACK`, and what `ManagementApi.list` throws.
 */
export async function planRollback(
  api: ManagementApi,
  records: DeployRecords,
  connectionSecret: PutBackHelp['connectionSecret'],
): Promise<RollbackPlan> {
  const record = records
    .all()
    .find(({ status }) => status === 'applying' || status === 'done' || status === 'secret-in-doubt');
  if (record === undefined) {
    throw new Problem({
      code: 'NOTHING_TO_ROLL_BACK',
      message: 'This machine has no record of a deploy to this tenant that could still be rolled back.',
      place: { file: records.folder },
    });
  }
  const { snapshot, status } = record;
  const state = await readSnapshotState(api, snapshot);
  const {
    operations,
    impossible,
    lacking = [],
  } = operationsFor(record, state, {
    connectionSecret,
    redeployed: new Set(),
  });
  return {
    record,
    interrupted: status === 'applying' && standOf(record, state) === 'incomplete',
    operations,
    impossible,
    lacking,
    since: sinceDeploy(record, state),
    unreadable: unreadableSecrets(record),
    found: touchedIn(record, state),
    state,
  };
}

function sinceDeploy(record: DeployRecord, state: TenantState): ChangedSince | undefined {
  const { snapshot, after, sent } = record;
  if (after !== undefined) return changedSince(snapshot, after, state);
  return sent === undefined ? undefined : { overwritten: [], kept: keptSince(record, state) };
}

/** Of a tenant, the things that a deploy touched: by their ids, whatever they are called now, and what has their names. */
function touchedIn({ snapshot, after }: DeployRecord, state: TenantState): Partial<TenantState> {
  const touched = [...touchedThings(snapshot), ...(after === undefined ? [] : touchedThings(after))];
  const isTouched =
    (kind: ResourceKind) =>
    (thing: { readonly name: string; readonly id: string }): boolean =>
      touched.some(
        ({ kind: each, name, before }) => each === kind && (name === thing.name || before?.id === thing.id),
      );
  const servers = new Set(snapshot.resourceServers.map(({ identifier }) => identifier));
  const grants = new Set(snapshot.clientGrants.map(({ audience }) => audience));
  return {
    clients: state.clients.filter(({ client_id: id, name }) => isTouched('application')({ id, name })),
    actions: state.actions.filter(isTouched('Action')),
    resourceServers: state.resourceServers.filter(({ identifier }) => servers.has(identifier)),
    clientGrants: state.clientGrants.filter(({ audience }) => grants.has(audience)),
    connections: state.connections,
    ...(state.organizations === undefined
      ? {}
      : { organizations: state.organizations.filter(isTouched('organization')) }),
    ...(snapshot.bindings === undefined ? {} : { bindings: state.bindings }),
  };
}

/**
 * Between the list and the answer to it lies as much time as somebody takes to read. What others did in that time is not in the
 * list.
 *
 * @param now Planned again.
 * @throws {Problem} `TENANT_CHANGED`.
 */
export function checkUnchanged(shown: RollbackPlan, now: RollbackPlan, domain: string): void {
  if (shown.record.id === now.record.id && isDeepStrictEqual(shown.found, now.found)) return;
  throw tenantChanged(domain, 'list', differentThings(shown.found, now.found));
}

/**
 * A client secret that the deploy has sent over one that the tenant did not tell, and what else no record holds. Whether one that
 * it told can be put back is found out there.
 */
const unreadableSecrets = ({ steps, optionsOf, snapshot, notKept = [] }: DeployRecord): readonly string[] => [
  ...(steps.includes(LAST_STEP) ? optionsOf : []).flatMap(({ name }) =>
    snapshot.connections.some((one) => one.name === name && one.before?.secretMark !== undefined)
      ? []
      : `client secret of connection ${name}: as it is now; the one from before the deploy cannot be read back`,
  ),
  ...notKept.map((what) => `${what}: as it is now; it may be secret, so no record holds the value of before`),
];

/** The plan in lines, for whoever decides about it. No value of a secret. */
export function describeRollback({
  record,
  interrupted,
  operations,
  impossible,
  lacking,
  since,
  unreadable,
}: RollbackPlan): readonly string[] {
  const { startedAt, status } = record;
  const changed = since?.overwritten ?? [];
  return [
    ...(interrupted ? [`The deploy of ${startedAt} was interrupted: this undoes what it had done.`] : []),
    `To the state before the deploy of ${startedAt}:`,
    ...operations.flatMap(({ what, details = [] }) => [
      `  put back  ${what}`,
      ...details.map((detail) => `            ${detail}`),
    ]),
    ...[...impossible, ...lacking, ...unreadable].map((what) => `  stays     ${what}`),
    ...(since?.kept ?? []).map((what) => `  keep      ${what} (changed since, not by the deploy)`),
    ...(changed.length === 0 ? [] : ['Changed by somebody since the deploy; rolling back undoes that, too:']),
    ...changed.map((what) => `  overwrite ${what}`),
    ...(since === undefined && status !== 'applying' && operations.length > 0
      ? ['The record is an older one and does not say what others have changed since: that is undone, too.']
      : []),
  ];
}

/**
 * Where nobody is asked, changes of others are not taken away unless the command says so.
 *
 * @throws {Problem} `TENANT_CHANGED_SINCE`.
 */
export function checkOverwrite({ since, record }: RollbackPlan, domain: string): void {
  const changed = since?.overwritten ?? [];
  if (changed.length === 0) return;
  throw new Problem({
    code: 'TENANT_CHANGED_SINCE',
    message: `After the deploy of ${record.startedAt}, somebody changed the same things: ${changed.join('; ')}. Nothing was changed now.`,
    place: { tenant: domain },
  });
}
