/** A binding in auth0-deploy-cli's form. */
export interface Binding {
  readonly action_name: string;
  readonly display_name?: string;
}

/**
 * The bindings of a trigger after a deploy. Auth0 replaces them whole, so those of other teams have to be sent along:
 * they keep their places. Ours take the places that ours had, in our order; what is new goes behind the last of ours, or
 * to the end where none was bound. Our Actions that `ours` no longer lists are unbound.
 *
 * @param current What the tenant has now.
 * @param ours What `tenant.yaml` wants, in order.
 * @param ownNames Names of all Actions that are ours, bound or not.
 */
export function mergeBindings(
  current: readonly Binding[],
  ours: readonly Binding[],
  ownNames: ReadonlySet<string>,
): readonly Binding[] {
  const isOurs = ({ action_name }: Binding): boolean => ownNames.has(action_name);
  const lastOwn = current.findLastIndex(isOurs);
  if (lastOwn === -1) return [...current, ...ours];

  const waiting = [...ours];
  const merged: Binding[] = [];
  for (const [index, binding] of current.entries()) {
    if (!isOurs(binding)) merged.push(binding);
    else if (index === lastOwn) merged.push(...waiting.splice(0));
    else merged.push(...waiting.splice(0, 1));
  }
  return merged;
}
