import type { DeployRecord, StepName } from '../records/deploy-record.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { PutBackHelp } from './operation.ts';
import { putBack, readSnapshotState } from './put-back.ts';
import type { PutBackReport } from './put-back.ts';
import { optionsArrived, sameOptions } from './put-back-connection.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** The step after which nothing follows. */
export const LAST_STEP: StepName = 'connection options';

/**
 * How a deploy that did not end stands.
 *
 * - `complete`: its last call arrived, so everything before it did.
 * - `secret-in-doubt`: the last call would only have set a secret that cannot be read.
 * - `incomplete`: the rest, which can be put back.
 */
export function standOf(
  record: Pick<DeployRecord, 'steps' | 'optionsOf' | 'snapshot' | 'sent'>,
  state: Pick<TenantState, 'connections'>,
): 'complete' | 'secret-in-doubt' | 'incomplete' {
  if (!record.steps.includes(LAST_STEP)) return 'incomplete';
  const readable = record.optionsOf.filter(({ readableChange }) => readableChange);
  const arrived = readable.filter(({ name }) => optionsReplaced(record, state, name));
  if (readable.length > 0) return arrived.length === readable.length ? 'complete' : 'incomplete';
  return record.optionsOf.length > 0 ? 'secret-in-doubt' : 'incomplete';
}

function optionsReplaced(
  { snapshot, sent }: Pick<DeployRecord, 'snapshot' | 'sent'>,
  state: Pick<TenantState, 'connections'>,
  name: string,
): boolean {
  const isIt = (connection: { readonly name: string }): boolean => connection.name === name;
  const [before, wanted] = [snapshot, sent].map((side) => side?.connections.find(isIt)?.before);
  const now = state.connections.find(isIt);
  if (before === undefined || now === undefined) return false;
  // Records of earlier versions do not hold what was sent.
  return wanted === undefined ? !sameOptions(before, now) : optionsArrived(before, wanted, now);
}

export type Settled =
  | { readonly kind: 'complete' }
  | { readonly kind: 'secret-in-doubt' }
  | { readonly kind: 'put-back'; readonly report: PutBackReport };

/**
 * Finishes or undoes a deploy that did not end.
 *
 * @throws {Problem} as `ManagementApi.list`: the tenant cannot be read, and nothing was done.
 */
export async function settleDeploy(
  api: ManagementApi,
  record: Pick<DeployRecord, 'steps' | 'optionsOf' | 'snapshot' | 'sent' | 'toMake'>,
  connectionSecret: PutBackHelp['connectionSecret'],
  settleMilliseconds?: number,
): Promise<Settled> {
  const stand = standOf(record, await readSnapshotState(api, record.snapshot));
  if (stand !== 'incomplete') return { kind: stand };
  return {
    kind: 'put-back',
    report: await putBack(api, record, connectionSecret, settleMilliseconds),
  };
}
