import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { DeployRecord } from '../records/deploy-record.ts';
import { onlyDeployed } from './only-deployed.ts';
import { madeKey, STILL_OPEN } from './operation.ts';
import type { Operation, PutBackHelp } from './operation.ts';
import { redeployedVersion } from './put-back-action.ts';
import { carryOut } from './run-operations.ts';
import type { Failure } from './run-operations.ts';
import { putBackOperations } from './put-back-operations.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { isAsSent } from '../records/things-to-make.ts';
import { thingsOf, touchedThings } from '../records/touched-things.ts';
import type { Thing } from '../records/touched-things.ts';
import { readTenantState } from '../tenant-access/read-tenant-state.ts';
import { renamePath, withNewNames } from '../tenant-model/renames.ts';
import type { Renamed } from '../tenant-model/renames.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import { keptOfOthers, undoTarget } from './undo-target.ts';
import type { UnfinishedDeploy } from './undo-target.ts';

export interface PutBackReport {
  /** What was changed back, in words. */
  readonly done: readonly string[];
  /** What is still different, in words, with the reason. */
  readonly left: readonly string[];
  /** What somebody else has made of it since, and what therefore stays, in words. */
  readonly kept: readonly string[];
  /** Ids of what has the name of something that an unfinished deploy was to make, and is not as it was sent. */
  readonly ofOthers: ReadonlySet<string>;
  /** Whether trying again, with a scope or a value more, may help with what is left. */
  readonly mayHelp: boolean;
  /** Whether trying again later may help with what is left. */
  readonly mayPass: boolean;
  /** Versions of Actions that run again, by the ids that they had. */
  readonly redeployed: ReadonlySet<string>;
  /** The tenant, at the last look. */
  readonly state: TenantState;
}

/**
 * What to go back to: with what a finished deploy left (`after`), all that it had changed; with what an unfinished one was to
 * send (`sent`), all that it has done; with neither, everything that the snapshot holds.
 */
export interface PutBackTarget extends Pick<DeployRecord, 'snapshot' | 'after' | 'sent' | 'toMake'> {
  /** Default none: it goes with `sent`. */
  readonly steps?: DeployRecord['steps'];
}

/** How often the tenant is looked at again: a call of the deploy that was still on its way may arrive late. */
const ROUNDS = 3;

/** Milliseconds between two looks. */
const SETTLE_MILLISECONDS = 500;

/**
 * Brings what a deploy changed back to what it was, looks again, and repeats while something is different.
 *
 * @param connectionSecret The current secret of a connection, where somebody knows it.
 * @throws {Problem} as `ManagementApi.list` does: the tenant cannot even be read.
 */
export async function putBack(
  api: ManagementApi,
  target: PutBackTarget,
  connectionSecret: PutBackHelp['connectionSecret'],
  settleMilliseconds: number = SETTLE_MILLISECONDS,
): Promise<PutBackReport> {
  const done: string[] = [];
  const redeployed = new Set<string>();
  let failures: readonly Failure[] = [];
  for (let round = 1; ; round += 1) {
    const state = await readSnapshotState(api, target.snapshot);
    const {
      operations,
      impossible,
      lacking = [],
    } = operationsFor(target, state, {
      connectionSecret,
      redeployed,
    });
    if (operations.length === 0 || round > ROUNDS) {
      const reasons = new Map(
        failures.map(({ operation, problems }) => [operation.what, reasonOf(problems)]),
      );
      const different = operations.flatMap((operation) => operation.apart ?? [operation]);
      return {
        done: [...new Set(done)],
        left: [
          ...different.map(({ what }) => `${what}: ${reasons.get(what) ?? 'it changed again'}`),
          ...lacking,
          ...impossible,
        ],
        kept: keptSince(target, state),
        ofOthers: new Set(madeByOthers(target, state).map(({ id }) => id)),
        mayHelp: operations.length + lacking.length > 0,
        mayPass: failures.some(({ problems: [{ code }] }) =>
          ['RATE_LIMITED', 'TENANT_STATE_UNWRITABLE', 'TENANT_UNAVAILABLE', 'TENANT_UNREACHABLE'].includes(
            code,
          ),
        ),
        redeployed,
        state,
      };
    }
    if (round > 1) await delay(settleMilliseconds);
    failures = await carryOut(api, operations, (operation) => {
      done.push(operation.what);
      const version = redeployedVersion(operation);
      if (version !== undefined) redeployed.add(version);
    });
  }
}

/** Of one that was not tried, its own words name the thing already. */
const reasonOf = ([{ code, message }]: Failure['problems']): string =>
  code === 'RULES_KEPT' ? STILL_OPEN : message;

/** What has to be done to get there from here. */
export const operationsFor = (
  target: PutBackTarget,
  state: TenantState,
  help: PutBackHelp,
): ReturnType<typeof putBackOperations> => {
  const { renamed = [] } = target.snapshot;
  // Whether it has its new name yet or not: the snapshot goes by that.
  const named = withNewNames(state, renamed);
  const found = putBackOperations(goalFrom(target, named), named, { ...help, ...madeBy(target, named) });
  return { ...found, operations: [...found.operations, ...namesBack(renamed, state)] };
};

/**
 * What a finished deploy has made is known by its ids: somebody else may have renamed it, or made more of the same name. Of an
 * unfinished one, it is what has the name and is as it was sent.
 */
function madeBy({ snapshot, after, toMake }: PutBackTarget, state: TenantState): Pick<PutBackHelp, 'made'> {
  if (after === undefined) {
    if (toMake === undefined) return {};
    const others = new Set(madeByOthers({ snapshot, toMake }, state).map(({ id }) => id));
    const there = thingsOf(state).filter(({ id }) => !others.has(id));
    return {
      made: new Map(
        toMake.map((sent) => [
          madeKey(sent.kind, sent.name),
          there.filter((thing) => isAsSent(sent, thing)).map(({ id }) => id),
        ]),
      ),
    };
  }
  const was = touchedThings(snapshot);
  const left = touchedThings(after).filter((_, index) => was[index]?.before === undefined);
  return {
    made: new Map(
      left.flatMap(({ kind, name, before }): [string, string[]][] =>
        before === undefined ? [] : [[madeKey(kind, name), [before.id]]],
      ),
    ),
  };
}

/**
 * What somebody else has made under a name of what an unfinished deploy was to make, and what such an application may do: to
 * remove it would take away what is theirs.
 */
function madeByOthers({ after, toMake = [] }: PutBackTarget, state: TenantState): readonly Thing[] {
  if (after !== undefined) return [];
  const named = thingsOf(state).flatMap((thing) => {
    const sent = toMake.find(({ kind, name }) => kind === thing.kind && name === thing.name);
    return sent === undefined ? [] : [{ thing, isTheirs: !isAsSent(sent, thing) }];
  });
  const theirs = new Set(named.flatMap(({ thing: { id }, isTheirs }) => (isTheirs ? [id] : [])));
  const grants = new Set(
    state.clientGrants.filter(({ client_id: id }) => theirs.has(id)).map(({ id }) => id),
  );
  return named.flatMap(({ thing, isTheirs }) => (isTheirs || grants.has(thing.id) ? [thing] : []));
}

/** Former names come back last, since bindings go by names. One that somebody else has given it meanwhile stays. */
const namesBack = (renamed: readonly Renamed[], { actions, clients }: TenantState): readonly Operation[] =>
  renamed
    .filter(({ kind, id, to }) =>
      kind === 'Action'
        ? actions.some((action) => action.id === id && action.name === to)
        : clients.some((client) => client.client_id === id && client.name === to),
    )
    .map((one) => ({
      what: `${one.kind} ${one.to}: its name, ${one.from}`,
      method: 'PATCH',
      path: renamePath(one),
      body: { name: one.from },
    }));

const unfinished = (target: PutBackTarget): UnfinishedDeploy => ({ steps: [], ...target });

const goalFrom = (target: PutBackTarget, state: TenantState): Snapshot =>
  target.after === undefined
    ? undoTarget(unfinished(target), state)
    : onlyDeployed(target.snapshot, target.after, state);

/** What stays of an unfinished deploy's things, since somebody else has changed it, or made it. */
export const keptSince = (target: PutBackTarget, state: TenantState): readonly string[] =>
  target.after === undefined
    ? [
        ...keptOfOthers(unfinished(target), goalFrom(target, state), state),
        ...madeByOthers(target, state).map(
          ({ kind, name }) => `${kind} ${name}, which is not what the deploy made`,
        ),
      ]
    : [];

export const readSnapshotState = async (api: ManagementApi, snapshot: Snapshot): Promise<TenantState> =>
  await readTenantState(api, snapshot);

/** `DEPLOY_PUT_BACK` when the tenant is as before, `PUT_BACK_INCOMPLETE` when something is left. */
export function putBackProblem({ done, left, kept, mayPass }: PutBackReport): Problem {
  const changedBack = [
    done.length === 0 ? 'Nothing had been changed yet.' : `Put back: ${done.join('; ')}.`,
    ...(kept.length === 0 ? [] : [`Changed by somebody else in the meantime, and kept: ${kept.join('; ')}.`]),
  ].join(' ');
  if (left.length === 0) {
    return new Problem({
      code: 'DEPLOY_PUT_BACK',
      message: `The tenant is as it was before the deploy${kept.length === 0 ? '' : ', except for what others did'}. ${changedBack}`,
    });
  }
  return new Problem({
    code: 'PUT_BACK_INCOMPLETE',
    message: `Not everything could be put back. ${changedBack} Still different: ${left.join('; ')}.`,
    ...(mayPass
      ? {
          remedy:
            'Run `npm run deploy` or `npm run rollback` when the tenant answers again: it continues from here.',
        }
      : {}),
  });
}
