import { isDeepStrictEqual } from 'node:util';
import { mergeBindings } from '../tenant-model/merge-bindings.ts';
import type { Binding } from '../tenant-model/merge-bindings.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * The bindings of the trigger as they were. Where other teams have not changed theirs meanwhile, exactly as they were;
 * where they have, theirs stay as they are now, and ours take their old places among them.
 */
export function bindingsBefore(
  before: readonly Binding[],
  ownActions: readonly string[],
  state: Pick<TenantState, 'actions' | 'bindings'>,
): { readonly bindings: readonly Binding[]; readonly missing: readonly string[] } {
  const own = new Set(ownActions);
  const isForeign = ({ action_name }: Binding): boolean => !own.has(action_name);
  const exists = ({ action_name }: Binding): boolean =>
    state.actions.some(({ name }) => name === action_name);
  const possible = before.filter(exists);
  const missing = before
    .filter((binding) => own.has(binding.action_name) && !exists(binding))
    .map(({ action_name }) => action_name);
  const bindings = isDeepStrictEqual(possible.filter(isForeign), state.bindings.filter(isForeign))
    ? possible
    : mergeBindings(
        state.bindings,
        possible.filter((binding) => !isForeign(binding)),
        own,
      );
  return { bindings, missing };
}

/** @see https://auth0.com/docs/api/management/v2/actions/patch-bindings */
export const bindingsBody = (bindings: readonly Binding[]): unknown => ({
  bindings: bindings.map(({ action_name, display_name = action_name }) => ({
    ref: { type: 'action_name', value: action_name },
    display_name,
  })),
});
