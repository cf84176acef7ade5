import type { FlowBinding } from '../model/tenant-model.ts';

/** One Action of the login flow, before and after. Positions count from 1. */
export interface FlowEntry {
  readonly action: string;
  readonly displayName: string;
  /** Whether `tenant.yaml` says anything about it; others are kept where they are. */
  readonly ours: boolean;
  readonly change: 'none' | 'added' | 'removed' | 'moved' | 'renamed';
  readonly before: number | null;
  readonly after: number | null;
}

/** The flow as it will be, and what is taken out of it, each entry near its place. */
export function diffFlow(
  before: readonly FlowBinding[],
  after: readonly FlowBinding[],
  isOurs: (action: string) => boolean,
): readonly FlowEntry[] {
  const inOrder = longestCommonOrder(
    before.map(({ action }) => action),
    after.map(({ action }) => action),
  );
  const entryOf = ({ action, displayName }: FlowBinding): FlowEntry => {
    const [from, to] = [placeOf(before, action), placeOf(after, action)];
    const known = before.find((binding) => binding.action === action);
    const change =
      from === null
        ? 'added'
        : to === null
          ? 'removed'
          : !inOrder.has(action)
            ? 'moved'
            : known?.displayName === displayName
              ? 'none'
              : 'renamed';
    return { action, displayName, ours: isOurs(action), change, before: from, after: to };
  };
  const entries = after.map(entryOf);
  for (const binding of before.filter(({ action }) => placeOf(after, action) === null)) {
    entries.splice((placeOf(before, binding.action) ?? 1) - 1, 0, entryOf(binding));
  }
  return entries;
}

function placeOf(flow: readonly FlowBinding[], action: string): number | null {
  const index = flow.findIndex((binding) => binding.action === action);
  return index === -1 ? null : index + 1;
}

/** The most names that stand in the same order in both lists: those that are not among them have moved. */
function longestCommonOrder(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  // best[i]: the longest common order that ends with the i-th name of `after`. At most 20 Actions are bound to a trigger.
  const best: (readonly string[])[] = [];
  for (const [index, name] of after.entries()) {
    const place = before.indexOf(name);
    const longest = best
      .slice(0, index)
      .filter((order) => order.length > 0 && before.indexOf(order.at(-1) ?? '') < place)
      .reduce<readonly string[]>((one, other) => (other.length > one.length ? other : one), []);
    best.push(place === -1 ? [] : [...longest, name]);
  }
  return new Set(best.reduce((one, other) => (other.length > one.length ? other : one), []));
}
