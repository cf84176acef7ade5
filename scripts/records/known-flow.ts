import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { namedHosts } from '../bundle/named-hosts.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** An Action that runs at each login, as a deploy from here left it. */
export interface KnownAction {
  readonly action: string;
  /** Of its deployed code; `null` of one that was never deployed. */
  readonly sha256: string | null;
  /** As `ActionContent.modules`. */
  readonly modules?: readonly string[];
}

/** Something about the Actions of others that nobody here knows of; `module`: code of others that was put onto one of ours. */
export interface OtherActionFinding {
  readonly action: string;
  readonly what: 'new' | 'changed' | 'moved' | 'gone' | 'module';
}

/** The same with what its code tells, of one whose code nobody here knows. */
export interface OtherActionCode extends OtherActionFinding {
  /** Hosts that the code names; `null`: it cannot be read. Not there where the code is known, or is gone. */
  readonly hosts?: readonly string[] | null;
}

/** Whom unknown code can send to what it sees of people. It is never run: it may do anything. */
export const withNamedHosts = (
  findings: readonly OtherActionFinding[],
  { actions }: Pick<TenantState, 'actions'>,
): readonly OtherActionCode[] =>
  findings.map((finding) => {
    const code = actions.find(({ name }) => name === finding.action)?.deployed?.code;
    if (code === undefined || !(finding.what === 'new' || finding.what === 'changed')) return finding;
    return { ...finding, hosts: namedHosts(code) };
  });

/** The login flow, with what tells whether code is the same. Of ours, too: they may belong to somebody else tomorrow. */
export const flowOnTenant = ({
  bindings,
  actions,
}: Pick<TenantState, 'bindings' | 'actions'>): readonly KnownAction[] =>
  bindings.map(({ action_name: action }) => {
    const { code, modules } = actions.find(({ name }) => name === action)?.deployed ?? {};
    return {
      action,
      sha256: code === undefined ? null : createHash('sha256').update(code).digest('hex'),
      ...(modules === undefined ? {} : { modules }),
    };
  });

/**
 * What of others' Actions in the login flow is not as it was known. Those that `tenant.yaml` names are known by their names; the
 * last deploy from here knows their code and their places, too. Where neither says anything, nothing is found.
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
  const there = now.flatMap((one): readonly OtherActionFinding[] => {
    const { action, sha256 } = one;
    const was = before.find((other) => other.action === action);
    if (own.has(action)) return sameModules(one, was ?? {}) ? [] : [{ action, what: 'module' }];
    if (was === undefined) {
      const isKnown = listed?.includes(action) ?? known === undefined;
      return isKnown ? [] : [{ action, what: 'new' }];
    }
    return [
      ...(was.sha256 === sha256 && sameModules(was, one) ? [] : [{ action, what: 'changed' } as const]),
      ...(placeAmong(before, action, now) === placeAmong(now, action, before)
        ? []
        : [{ action, what: 'moved' } as const]),
    ];
  });
  const gone = others(before).filter(({ action }) => !now.some((other) => other.action === action));
  return [...there, ...gone.map(({ action }) => ({ action, what: 'gone' as const }))];
}

/** Files cannot name modules: nobody here has put one there. */
const sameModules = (
  { modules: one = [] }: Pick<KnownAction, 'modules'>,
  { modules: other = [] }: Pick<KnownAction, 'modules'>,
): boolean => isDeepStrictEqual(one.toSorted(), other.toSorted());

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
      (item.sha256 === null || typeof item.sha256 === 'string') &&
      (!('modules' in item) || isTexts(item.modules)),
  );

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item: unknown) => typeof item === 'string');
