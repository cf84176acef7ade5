import type { FlowBinding } from '../model/tenant-model.ts';

/** One Action of the login flow, before and after. Positions count from 1. */
export interface FlowEntry {
  readonly action: string;
  readonly displayName: string;
  /** The display name before; `null` of what is added. */
  readonly formerName: string | null;
  /** Whether it came from here: `tenant.yaml` lists it, or did. What it does not list is kept where it is. */
  readonly ours: boolean;
  readonly change: 'none' | 'added' | 'removed' | 'moved' | 'renamed';
  readonly before: number | null;
  readonly after: number | null;
}

/** A binding, and which of the bindings of its Action it is: the same Action may be bound more than once. */
interface NumberedBinding extends FlowBinding {
  readonly key: string;
}

/** The flow as it will be, and what is taken out of it, each entry near its place. */
export function diffFlow(
  before: readonly FlowBinding[],
  after: readonly FlowBinding[],
  isOurs: (action: string) => boolean,
): readonly FlowEntry[] {
  const [old, now] = [numbered(before), numbered(after)];
  const inOrder = longestCommonOrder(
    old.map(({ key }) => key),
    now.map(({ key }) => key),
  );
  const entryOf = ({ key, action, displayName }: NumberedBinding): FlowEntry => {
    const [from, to] = [placeOf(old, key), placeOf(now, key)];
    const formerName = old.find((binding) => binding.key === key)?.displayName ?? null;
    const change =
      from === null
        ? 'added'
        : to === null
          ? 'removed'
          : !inOrder.has(key)
            ? 'moved'
            : formerName === displayName
              ? 'none'
              : 'renamed';
    return { action, displayName, formerName, ours: isOurs(action), change, before: from, after: to };
  };
  const entries = now.map(entryOf);
  for (const binding of old.filter(({ key }) => placeOf(now, key) === null)) {
    entries.splice((placeOf(old, binding.key) ?? 1) - 1, 0, entryOf(binding));
  }
  return entries;
}

function numbered(flow: readonly FlowBinding[]): readonly NumberedBinding[] {
  return flow.map((binding, index) => {
    const earlier = flow.slice(0, index).filter(({ action }) => action === binding.action).length;
    return { ...binding, key: JSON.stringify([binding.action, earlier]) };
  });
}

function placeOf(flow: readonly NumberedBinding[], key: string): number | null {
  const index = flow.findIndex((binding) => binding.key === key);
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
