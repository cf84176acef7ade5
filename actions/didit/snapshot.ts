import { readTimestamp, toTimestamp } from './calendar.ts';
import { readFields } from './fields.ts';
import type { FieldName, Fields } from './fields.ts';
import { defined, own } from './json.ts';
import type { JsonObject } from './json.ts';
import type { DiditProfile } from './profile.ts';
import { readSubject } from './subject.ts';

/**
 * What a login leaves behind for the Actions, as one extra root attribute of the Auth0 user. A name of its own: Auth0 lets a key
 * of `app_metadata` hide a root attribute of the same name.
 */
export const SNAPSHOT_ATTRIBUTE = 'didit_profile';

/** The allow-listed part of a profile, and when Didit was asked. */
export interface Snapshot {
  readonly subject: string;
  readonly fields: Fields;
  /** Milliseconds since the epoch, whole seconds. */
  readonly fetchedAt: number;
}

/** The attribute's value: flat, since a person may read it in the dashboard. */
export const writeSnapshot = (
  profile: DiditProfile,
  allowed: readonly FieldName[],
  now: number,
): JsonObject =>
  defined({
    subject: profile.subject,
    ...readFields(profile.fields, allowed),
    fetched_at: toTimestamp(now),
    dropped: profile.dropped === 0 ? undefined : profile.dropped,
  });

/** The snapshot in an attribute of unknown content; `undefined` when its subject or its time cannot be read. */
export function readSnapshot(value: unknown): Snapshot | undefined {
  const subject = readSubject(own(value, 'subject'));
  const fetchedAt = readTimestamp(own(value, 'fetched_at'));
  if (subject === undefined || fetchedAt === undefined) return undefined;
  return { subject, fields: readFields(value), fetchedAt };
}
