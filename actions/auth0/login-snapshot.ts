import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import type { DiditRecord, SnapshotSource } from '../didit/record.ts';
import type { Snapshot } from '../didit/snapshot.ts';
import { diditConnection } from './didit-connection.ts';
import { eventPart, eventText } from './event.ts';
import { managementCredentials, readUser } from './management.ts';
import type { ManagementFailure } from './management.ts';
import { findSnapshot } from './provenance.ts';
import { runKind } from './run-kind.ts';
import type { RunKind } from './run-kind.ts';

export interface LoginSnapshot {
  readonly found: { readonly snapshot: Snapshot; readonly source: SnapshotSource } | undefined;
  readonly codes: readonly (
    Exclude<RunKind, 'interactive'> | ManagementFailure | 'look_alike_ignored' | 'no_management_credentials'
  )[];
}

/**
 * The snapshot that the profile script left for this login: from the event where the platform lets it through, else from the
 * Management API, at most once. A run that brings nothing new from Didit asks nobody.
 *
 * @param timeout For the Management API, milliseconds.
 * @param now Milliseconds since the epoch.
 */
export async function loginSnapshot(
  event: Event,
  cache: PostLoginAPI['cache'],
  record: DiditRecord | undefined,
  timeout: number,
  now: number,
): Promise<LoginSnapshot> {
  const kind = runKind(event, record, now);
  if (kind !== 'interactive') return { found: undefined, codes: [kind] };
  const userId = eventText(event, 'user', 'user_id') ?? '';
  const take = (user: unknown, source: SnapshotSource): LoginSnapshot => {
    const { snapshot, lookAlike } = findSnapshot(user, userId, diditConnection(event));
    return { found: snapshot && { snapshot, source }, codes: lookAlike ? ['look_alike_ignored'] : [] };
  };
  const inEvent = take(eventPart(event, 'user'), 'event');
  if (inEvent.found !== undefined) return inEvent;
  const credentials = managementCredentials(event);
  if (credentials === undefined) {
    return { found: undefined, codes: [...inEvent.codes, 'no_management_credentials'] };
  }
  const answer = await readUser(credentials, userId, cache, timeout);
  const { found, codes } =
    'failure' in answer ? { found: undefined, codes: [answer.failure] } : take(answer.user, 'management');
  return { found, codes: [...new Set([...inEvent.codes, ...codes])] };
}
