import type { Snapshot } from './snapshot.ts';
import { grantName } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

export type ThingKind = 'connection' | 'Action' | 'grant' | 'application' | 'API';

/** Who made something that a deploy from here touched. */
export interface Origin {
  readonly kind: ThingKind;
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

/** Something on a tenant. */
export interface Thing {
  readonly kind: ThingKind;
  readonly name: string;
  readonly id: string;
}

/** Who made it: `undefined` where nothing is known of exactly this one. */
export function originOf(
  origins: readonly Origin[],
  { kind, name, id }: Thing,
): Origin['origin'] | undefined {
  const ofKind = origins.filter((origin) => origin.kind === kind);
  const known =
    ofKind.find(({ ids }) => ids?.includes(id)) ??
    ofKind.find((origin) => origin.name === name && origin.ids === undefined);
  return known?.origin;
}

/** What is known once a deploy begins: what is not there yet, it makes. */
export function originsWithDeploy(origins: readonly Origin[], snapshot: Snapshot): readonly Origin[] {
  const touched = touchedBy(snapshot).map(({ kind, name, id }): Origin =>
    id === undefined
      ? { kind, name, origin: 'made' }
      : { kind, name, origin: originOf(origins, { kind, name, id }) ?? 'found', ids: [id] },
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
 * @param connections Names of the connections that were looked for. Of others, nothing new is known.
 */
export function originsWithState(
  origins: readonly Origin[],
  state: TenantState,
  connections: readonly string[],
): readonly Origin[] {
  const there = thingsOf(state);
  return origins.flatMap((origin): readonly Origin[] => {
    if (origin.ids !== undefined || (origin.kind === 'connection' && !connections.includes(origin.name)))
      return [origin];
    const ids = there.filter((thing) => isSameName(origin, thing)).map(({ id }) => id);
    return ids.length === 0 ? [] : [{ ...origin, ids }];
  });
}

const isSameName = (a: Omit<Thing, 'id'>, b: Omit<Thing, 'id'>): boolean =>
  a.kind === b.kind && a.name === b.name;

interface Touched extends Omit<Thing, 'id'> {
  readonly id: string | undefined;
}

const touchedBy = (snapshot: Snapshot): readonly Touched[] => [
  ...snapshot.connections.map(({ name, before }): Touched => ({ kind: 'connection', name, id: before?.id })),
  ...snapshot.actions.map(({ name, before }): Touched => ({ kind: 'Action', name, id: before?.id })),
  ...snapshot.clientGrants.map(({ client, audience, subject_type, before }): Touched => ({
    kind: 'grant',
    name: grantName(client, audience, { subject_type }),
    id: before?.id,
  })),
  ...snapshot.clients.map(({ name, before }): Touched => ({
    kind: 'application',
    name,
    id: before?.client_id,
  })),
  ...snapshot.resourceServers.map(({ identifier, before }): Touched => ({
    kind: 'API',
    name: identifier,
    id: before?.id,
  })),
];

/** All that was looked for on a tenant, as it is called there now. */
export const thingsOf = (state: TenantState): readonly Thing[] => [
  ...state.connections.map(({ id, name }): Thing => ({ kind: 'connection', name, id })),
  ...state.actions.map(({ id, name }): Thing => ({ kind: 'Action', name, id })),
  ...state.clientGrants.map(({ id, client_id: client, audience, settings }): Thing => ({
    kind: 'grant',
    name: grantName(
      state.clients.find(({ client_id }) => client_id === client)?.name ?? client,
      audience,
      settings,
    ),
    id,
  })),
  ...state.clients.map(({ client_id: id, name }): Thing => ({ kind: 'application', name, id })),
  ...state.resourceServers.map(({ id, identifier: name }): Thing => ({ kind: 'API', name, id })),
];
