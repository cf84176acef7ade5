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
  api: PostLoginAPI,
  record: DiditRecord | undefined,
  timeout: number,
  now: number,
): Promise<LoginSnapshot> {
  const kind = runKind(event, record, now);
  if (kind !== 'interactive') return { found: undefined, codes: [kind] };
  const user = eventPart(event, 'user');
  const userId = eventText(event, 'user', 'user_id');
  const connection = diditConnection(event);
  const inEvent = findSnapshot(user, userId, connection);
  const noted = inEvent.lookAlike ? (['look_alike_ignored'] as const) : [];
  if (inEvent.snapshot !== undefined) {
    return { found: { snapshot: inEvent.snapshot, source: 'event' }, codes: noted };
  }
  const credentials = managementCredentials(event);
  if (credentials === undefined || userId === undefined) {
    return { found: undefined, codes: [...noted, 'no_management_credentials'] };
  }
  const answer = await readUser(credentials, userId, api.cache, timeout);
  if ('failure' in answer) return { found: undefined, codes: [...noted, answer.failure] };
  const { snapshot, lookAlike } = findSnapshot(answer.user, userId, connection);
  return {
    found: snapshot === undefined ? undefined : { snapshot, source: 'management' },
    codes: inEvent.lookAlike || lookAlike ? ['look_alike_ignored'] : [],
  };
}
