import type { FlowBinding } from '../tenant-model.ts';

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
  const inOrder = longestCommonOrder(old, now, isOurs);
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

/**
 * The most bindings that stand in the same order in both lists: those that are not among them have moved. A deploy leaves other
 * teams' where they are, so these come before any number of ours; among as many, those that are in the same place.
 */
function longestCommonOrder(
  before: readonly NumberedBinding[],
  after: readonly NumberedBinding[],
  isOurs: (action: string) => boolean,
): ReadonlySet<string> {
  const more = after.length + 1;
  const weightOf = ({ action, key }: NumberedBinding, index: number): number =>
    (isOurs(action) ? more : more ** 3) + (placeOf(before, key) === index + 1 ? 1 : 0);
  // best[i]: the weightiest common order that ends with the i-th binding of `after`. At most 20 Actions are bound to a trigger.
  const best: Order[] = [];
  for (const [index, binding] of after.entries()) {
    const place = placeOf(before, binding.key);
    if (place === null) continue;
    const { keys, weight } = heaviest(best.filter((order) => order.lastPlace < place));
    best.push({ keys: [...keys, binding.key], lastPlace: place, weight: weight + weightOf(binding, index) });
  }
  return new Set(heaviest(best).keys);
}

interface Order {
  readonly keys: readonly string[];
  /** In the list before. */
  readonly lastPlace: number;
  readonly weight: number;
}

const heaviest = (orders: readonly Order[]): Order =>
  orders.reduce((one, other) => (other.weight > one.weight ? other : one), {
    keys: [],
    lastPlace: 0,
    weight: 0,
  });
