import type { GoingThings } from '../destroy/losses-of-people.ts';
import type { Snapshot } from '../../records/snapshot.ts';
import { touchedThings } from '../../records/touched-things.ts';

/** What going back removes and people are tied to. @param before As it was before the deploy. */
export const removedByRollback = ({ connections, organizations = [] }: Snapshot): GoingThings => {
  const made = (things: readonly { readonly name: string; readonly before?: unknown }[]): readonly string[] =>
    things.flatMap(({ name, before }) => (before === undefined ? [name] : []));
  return { connections: made(connections), organizations: made(organizations) };
};

/** Whether going back takes a way to sign in away, or all that came from here: a first deploy is undone. */
export const leavesNothing = (snapshot: Snapshot): boolean =>
  removedByRollback(snapshot).connections.length > 0 ||
  touchedThings(snapshot).every(({ before }) => before === undefined);
