import type { Snapshot } from '../../records/snapshot.ts';
import { touchedThings } from '../../records/touched-things.ts';

/** Connections that going back removes, with the users who signed in through them. @param before As it was before the deploy. */
export const removedConnections = ({ connections }: Snapshot): readonly string[] =>
  connections.flatMap(({ name, before }) => (before === undefined ? [name] : []));

/** Whether going back takes a way to sign in away, or all that came from here: a first deploy is undone. */
export const leavesNothing = (snapshot: Snapshot): boolean =>
  removedConnections(snapshot).length > 0 ||
  touchedThings(snapshot).every(({ before }) => before === undefined);
