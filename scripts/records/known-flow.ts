import { createHash } from 'node:crypto';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** An Action that runs at each login, as a deploy from here left it. */
export interface KnownAction {
  readonly action: string;
  /** Of its deployed code; `null` of one that was never deployed. */
  readonly sha256: string | null;
}

/** Something about the Actions of others that nobody here knows of. */
export interface OtherActionFinding {
  readonly action: string;
  readonly what: 'new' | 'changed' | 'moved' | 'gone';
}

/** The login flow, with what tells whether code is the same. Of ours, too: they may belong to somebody else tomorrow. */
export const flowOnTenant = ({
  bindings,
  actions,
}: Pick<TenantState, 'bindings' | 'actions'>): readonly KnownAction[] =>
  bindings.map(({ action_name: action }) => {
    const code = actions.find(({ name }) => name === action)?.deployed?.code;
    return { action, sha256: code === undefined ? null : createHash('sha256').update(code).digest('hex') };
  });

/**
 * What of others' Actions in the login flow is not as it was known. Those that `tenant.yaml` names are known by their names; the last
 * deploy from here knows their code and their places, too. Where neither says anything, nothing is found.
 *
 * @param own Names of our Actions, which the plan compares itself.
 * @param known As the last deploy from here left the flow.
 * @param listed `otherActions` of `tenant.yaml`.
 */
export function otherActionFindings(
  now: readonly KnownAction[],
  own: ReadonlySet<string>,
  known: readonly KnownAction[] | undefined,
  listed: readonly string[] | undefined,
): readonly OtherActionFinding[] {
  const others = (flow: readonly KnownAction[]): readonly KnownAction[] =>
    flow.filter(({ action }) => !own.has(action));
  const before = known ?? [];
  const there = others(now).flatMap(({ action, sha256 }): readonly OtherActionFinding[] => {
    const was = before.find((other) => other.action === action);
    if (was === undefined) {
      const isKnown = listed?.includes(action) ?? known === undefined;
      return isKnown ? [] : [{ action, what: 'new' }];
    }
    return [
      ...(was.sha256 === sha256 ? [] : [{ action, what: 'changed' } as const]),
      ...(placeAmong(before, action, now) === placeAmong(now, action, before)
        ? []
        : [{ action, what: 'moved' } as const]),
    ];
  });
  const gone = others(before).filter(({ action }) => !now.some((other) => other.action === action));
  return [...there, ...gone.map(({ action }) => ({ action, what: 'gone' as const }))];
}

/** Which Actions run before it, of those that are there in both flows. */
const placeAmong = (flow: readonly KnownAction[], action: string, both: readonly KnownAction[]): string =>
  JSON.stringify(
    flow
      .slice(
        0,
        flow.findIndex((other) => other.action === action),
      )
      .map((other) => other.action)
      .filter((name) => both.some((other) => other.action === name))
      .sort(),
  );

/** Whether it is what a file of ours holds. */
export const isKnownFlow = (value: unknown): value is readonly KnownAction[] =>
  Array.isArray(value) &&
  value.every(
    (item: unknown) =>
      typeof item === 'object' &&
      item !== null &&
      'action' in item &&
      typeof item.action === 'string' &&
      'sha256' in item &&
      (item.sha256 === null || typeof item.sha256 === 'string'),
  );
