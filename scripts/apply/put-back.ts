import { setTimeout as delay } from 'node:timers/promises';
import { problemsIn } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { ManagementApi } from './management-api.ts';
import type { Operation, PutBackHelp } from './operation.ts';
import { redeployedVersion } from './put-back-action.ts';
import { putBackOperations } from './put-back-operations.ts';
import type { Snapshot } from './snapshot.ts';
import { readTenantState } from './tenant-state.ts';
import type { TenantState } from './tenant-state.ts';

export interface PutBackReport {
  /** What was changed back, in words. */
  readonly done: readonly string[];
  /** What is still different, in words, with the reason. */
  readonly left: readonly string[];
  /** Whether trying again later may help with what is left. */
  readonly mayPass: boolean;
}

/** How often the tenant is looked at again: a call of the deploy that was still on its way may arrive late. */
const ROUNDS = 3;

/** Milliseconds between two looks. */
const SETTLE_MILLISECONDS = 500;

/**
 * Brings everything that a snapshot holds back to what it was, looks again, and repeats while something is different.
 *
 * @param connectionSecret The current secret of a connection, where somebody knows it.
 * @throws {Problem} as `ManagementApi.list` does: the tenant cannot even be read.
 */
export async function putBack(
  api: ManagementApi,
  snapshot: Snapshot,
  connectionSecret: PutBackHelp['connectionSecret'],
  settleMilliseconds: number = SETTLE_MILLISECONDS,
): Promise<PutBackReport> {
  const done: string[] = [];
  const redeployed = new Set<string>();
  let failures: readonly { readonly what: string; readonly problem: Problem }[] = [];
  for (let round = 1; ; round += 1) {
    const { operations, impossible } = putBackOperations(snapshot, await readSnapshotState(api, snapshot), {
      connectionSecret,
      redeployed,
    });
    if (operations.length === 0 || round > ROUNDS) {
      const reasons = new Map(failures.map(({ what, problem }) => [what, problem.message]));
      return {
        done: [...new Set(done)],
        left: [
          ...operations.map(({ what }) => `${what}: ${reasons.get(what) ?? 'it changed again'}`),
          ...impossible,
        ],
        mayPass: failures.some(({ problem }) => /^TENANT_UNAVAILABLE|^TENANT_UNREACHABLE/.test(problem.code)),
      };
    }
    if (round > 1) await delay(settleMilliseconds);
    failures = [];
    for (const operation of operations) {
      const problem = await attempt(api, operation);
      if (problem !== undefined) {
        failures = [...failures, { what: operation.what, problem }];
        continue;
      }
      done.push(operation.what);
      const version = redeployedVersion(operation);
      if (version !== undefined) redeployed.add(version);
    }
  }
}

export const readSnapshotState = async (api: ManagementApi, snapshot: Snapshot): Promise<TenantState> =>
  await readTenantState(api, snapshot);

/** The others are put back whatever becomes of this one. */
async function attempt(api: ManagementApi, operation: Operation): Promise<Problem | undefined> {
  try {
    await api.send(operation.method, operation.path, operation.body);
    return undefined;
  } catch (error) {
    const [problem] = problemsIn(error);
    if (problem === undefined) throw error;
    return problem;
  }
}
