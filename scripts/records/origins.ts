import type { Snapshot } from './snapshot.ts';
import { thingsOf, touchedThings } from './touched-things.ts';
import type { Thing } from './touched-things.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/** Who made something that a deploy from here touched. */
export interface Origin {
  readonly kind: ResourceKind;
  /** As people call it; of a grant, `application → audience`; of an API, its identifier. */
  readonly name: string;
  /** `made` by a deploy from here, or `found` there by the first one that touched it. */
  readonly origin: 'made' | 'found';
  /**
   * What the tenant calls it. Another one of the same name is another thing. Not there while a deploy makes it, and after one
   * that was killed, until the tenant is looked at again; several where the tenant made it twice.
   */
  readonly ids?: readonly string[];
}

/** What tells a thing of a tenant from the others. */
export type Identity = Pick<Thing, 'kind' | 'name' | 'id'>;

/** Who made it: `undefined` where nothing is known of exactly this one. */
export function originOf(
  origins: readonly Origin[],
  { kind, name, id }: Identity,
): Origin['origin'] | undefined {
  const ofKind = origins.filter((origin) => origin.kind === kind);
  const known =
    ofKind.find(({ ids }) => ids?.includes(id)) ??
    ofKind.find((origin) => origin.name === name && origin.ids === undefined);
  return known?.origin;
}

/** What is known once a deploy begins: what is not there yet, it makes. */
export function originsWithDeploy(origins: readonly Origin[], snapshot: Snapshot): readonly Origin[] {
  const touched = touchedThings(snapshot).map(({ kind, name, before }): Origin =>
    before === undefined
      ? { kind, name, origin: 'made' }
      : { kind, name, origin: originOf(origins, before) ?? 'found', ids: [before.id] },
  );
  return [...origins.flatMap((origin) => withoutTouched(origin, touched)), ...touched];
}

/** What stays known of others: a thing that was made here is ours also when somebody renamed it, and a deploy makes its like. */
function withoutTouched(origin: Origin, touched: readonly Origin[]): readonly Origin[] {
  const { kind, ids } = origin;
  if (ids === undefined) return touched.some((other) => isSameName(origin, other)) ? [] : [origin];
  const left = ids.filter((id) => !touched.some((other) => other.kind === kind && other.ids?.includes(id)));
  return left.length === 0 ? [] : [{ ...origin, ids: left }];
}

/**
 * What is known once the tenant was looked at, with no deploy on its way: what was to be made got its id, or was not made.
 *
 * @param looked What was looked for by its name. Of others, nothing new is known.
 * @param ofOthers Ids of what somebody else has made under such a name. Default none.
 */
export function originsWithState(
  origins: readonly Origin[],
  state: TenantState,
  looked: Looked,
  ofOthers: ReadonlySet<string> = new Set(),
): readonly Origin[] {
  const there = thingsOf(state).filter(({ id }) => !ofOthers.has(id));
  return origins.flatMap((origin): readonly Origin[] => {
    if (origin.ids !== undefined || !isLookedFor(origin, looked)) return [origin];
    const ids = there.filter((thing) => isSameName(origin, thing)).map(({ id }) => id);
    return ids.length === 0 ? [] : [{ ...origin, ids }];
  });
}

/** Names of what a tenant was asked for. */
export interface Looked {
  readonly connections: readonly { readonly name: string }[];
  readonly organizations?: readonly { readonly name: string }[];
}

function isLookedFor({ kind, name }: Origin, { connections, organizations = [] }: Looked): boolean {
  const named = { connection: connections, organization: organizations };
  return (
    (kind !== 'connection' && kind !== 'organization') || named[kind].some((thing) => thing.name === name)
  );
}

const isSameName = (a: Omit<Identity, 'id'>, b: Omit<Identity, 'id'>): boolean =>
  a.kind === b.kind && a.name === b.name;
