import { recordOf, textsOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { Binding } from '../tenant-model/merge-bindings.ts';
import { NESTED } from './only-deployed.ts';
import { sameValue } from './operation.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { thingsOf, touchedThings } from '../records/touched-things.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** What is no longer as a deploy left it, by name of resource and field; never a value. */
export interface ChangedSince {
  /** The deploy had changed it too: going back takes away what somebody made of it since. */
  readonly overwritten: readonly string[];
  /** The deploy had left it as it was: it stays as it is now. */
  readonly kept: readonly string[];
}

/**
 * Compares what a deploy left with what is there now.
 *
 * @param after What the deploy left. Same things as in `before`.
 */
export function changedSince(before: Snapshot, after: Snapshot, now: TenantState): ChangedSince {
  const [was, there] = [touchedThings(before), thingsOf(now)];
  const applications = new Map(now.clients.map(({ client_id, name }) => [client_id, name]));
  const found = [
    ...touchedThings(after).flatMap(({ kind, name, before: left }, index) => {
      const what = `${kind} ${name}`;
      const wasOne = was[index]?.before;
      const isOne = there.find((thing) => thing.kind === kind && thing.id === left?.id);
      // A grant is called by its application, whose name is told there.
      const isRenamed = wasOne === undefined && kind !== 'grant' && (isOne?.name ?? name) !== name;
      return [
        ...(isRenamed ? [{ what: `${what}: name`, overwritten: true }] : []),
        ...compare(what, wasOne?.fields, left?.fields, isOne?.fields, { applications, kind }),
      ];
    }),
    ...compare(
      'post-login bindings',
      ownBindings(before.bindings, after.ownActions),
      ownBindings(after.bindings, after.ownActions),
      ownBindings(after.bindings === undefined ? undefined : now.bindings, after.ownActions),
    ),
  ];
  return {
    overwritten: found.filter(({ overwritten }) => overwritten).map(({ what }) => what),
    kept: found.filter(({ overwritten }) => !overwritten).map(({ what }) => what),
  };
}

interface Compared {
  /** Names of applications, by client id. */
  readonly applications?: ReadonlyMap<string, string>;
  readonly kind?: ResourceKind;
}

/**
 * What was made by the deploy goes whole, so everything that somebody changed of it goes along.
 */
function compare(
  what: string,
  was: JsonRecord | undefined,
  left: JsonRecord | undefined,
  is: JsonRecord | undefined,
  { applications = new Map(), kind }: Compared = {},
): readonly { readonly what: string; readonly overwritten: boolean }[] {
  if (left === undefined || is === undefined) return [];
  const [flatWas, flatLeft, flatIs] = [was ?? {}, left, is].map(
    (fields) =>
      // Of a grant, a snapshot holds all; of other things, what the deploy could have sent.
      new Map(
        Object.entries(fields)
          .filter(([name]) => kind === 'grant' || name in left)
          .flatMap(([name, value]) => parts(name, value, applications)),
      ),
  );
  return (
    [...new Set([...(flatLeft?.keys() ?? []), ...(flatIs?.keys() ?? [])])]
      .map((name) => ({ name, was: flatWas?.get(name), left: flatLeft?.get(name), is: flatIs?.get(name) }))
      .filter((one) => !sameValue(one.left, one.is))
      // Whether a tenant tells the secret is no change of it.
      .filter(
        (one) => one.name !== 'options.client_secret' || (one.left !== undefined && one.is !== undefined),
      )
      .filter((one) => was === undefined || !sameValue(one.was, one.is))
      .map((one) => ({
        what: `${what}: ${one.name}`,
        overwritten: kind === 'Action' || was === undefined || !sameValue(one.was, one.left),
      }))
  );
}

/** What different people write: the keys of some fields, and the items of some lists. */
function parts(
  name: string,
  value: unknown,
  applications: ReadonlyMap<string, string>,
): readonly (readonly [string, unknown])[] {
  if (NESTED.includes(name)) {
    return Object.entries(recordOf(value)).flatMap(([key, child]) =>
      parts(`${name}.${key}`, child, applications),
    );
  }
  if (name === 'enabled_clients')
    return textsOf(value).map((id) => [`application ${applications.get(id) ?? id}`, true]);
  if (name === 'scope') return textsOf(value).map((scope) => [`scope ${scope}`, true]);
  return [[name, value]];
}

/** Other teams' bindings stay whatever is done with ours. */
const ownBindings = (
  bindings: readonly Binding[] | undefined,
  ownActions: readonly string[],
): JsonRecord | undefined =>
  bindings && { 'of our Actions': bindings.filter(({ action_name }) => ownActions.includes(action_name)) };
