import type { Fields } from './fields.ts';
import { pickFields } from './fields.ts';
import type { LoginProfile } from './login-profile.ts';
import { SCHEMA_VERSION } from './record.ts';
import type { DiditRecord, SnapshotSource, StoredRecord } from './record.ts';
import type { SyncSettings } from './settings/sync-settings.ts';
import type { Snapshot } from './snapshot.ts';
import { decideUserMetadata } from './user-metadata.ts';
import type { UserMetadataChange } from './user-metadata.ts';

/** How old a snapshot may be to count as this login's own, milliseconds: other Actions may hold a login up for a while. */
const FRESH_MILLISECONDS = 10 * 60_000;

/** How far two clocks may differ, milliseconds. */
const CLOCK_SKEW_MILLISECONDS = 5 * 60_000;

/** Why the record was written, removed or left alone. */
export type SyncCode =
  | 'created'
  | 'updated'
  | 'refreshed'
  | 'migrated'
  | 'unchanged'
  | 'removed'
  | 'off'
  | 'no_snapshot'
  | 'subject_mismatch'
  | 'snapshot_older'
  | 'snapshot_in_future'
  | 'record_newer'
  | 'record_unreadable';

export interface SyncInput {
  readonly settings: SyncSettings;
  readonly stored: StoredRecord;
  /** The snapshot that was found for this login, if any. */
  readonly found: { readonly snapshot: Snapshot; readonly source: SnapshotSource } | undefined;
  /** When the person proved to be there for this login, milliseconds since the epoch, if the platform tells. */
  readonly authenticatedAt: number | undefined;
  /** The user's `user_metadata` as the login began. */
  readonly userMetadata: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface SyncDecision {
  readonly record: 'keep' | 'remove' | { readonly write: DiditRecord };
  readonly userMetadata: readonly UserMetadataChange[];
  /** What this login's later Actions may build on. */
  readonly profile: LoginProfile | undefined;
  readonly codes: readonly SyncCode[];
}

/**
 * What becomes of the stored record. It only ever moves forward in time, is written only when something changed or when it is
 * older than `refresh_after`, and never takes over another person's data: a different subject is refused.
 */
export function decideSync(input: SyncInput): SyncDecision {
  const { settings, stored, now } = input;
  const known = stored.kind === 'record' ? stored.record : undefined;
  const inFuture = (time: number): boolean => time > now + CLOCK_SKEW_MILLISECONDS;
  const found =
    input.found !== undefined && inFuture(input.found.snapshot.fetchedAt) ? undefined : input.found;
  const notes: readonly SyncCode[] = [
    ...(found === input.found ? [] : (['snapshot_in_future'] as const)),
    ...(stored.kind === 'unreadable' ? (['record_unreadable'] as const) : []),
    ...(stored.kind === 'newer' ? (['record_newer'] as const) : []),
  ];
  const next = found === undefined ? undefined : nextRecord(known, found, settings);
  const fresh = next !== undefined && now - next.syncedAt <= FRESH_MILLISECONDS;

  if (settings.mode === 'off') return decideOff(input, next, fresh);
  if (found === undefined || next === undefined) {
    return keep(known && { source: 'record', fresh: false, record: restrict(known, settings) }, [
      ...notes,
      'no_snapshot',
    ]);
  }
  if (known !== undefined && known.subject !== next.subject) {
    return keep(undefined, [...notes, 'subject_mismatch']);
  }
  if (known !== undefined && known.syncedAt > next.syncedAt && !inFuture(known.syncedAt)) {
    return keep({ source: 'record', fresh: false, record: restrict(known, settings) }, [
      ...notes,
      'snapshot_older',
    ]);
  }
  if (stored.kind === 'newer') {
    return keep({ source: found.source, fresh, record: withoutHistory(next) }, notes);
  }
  const metadata = decideUserMetadata({
    mapping: settings.userMetadata,
    fields: next.fields,
    remembered: known?.mapped ?? {},
    current: input.userMetadata,
  });
  const record = {
    ...next,
    ...(input.authenticatedAt === undefined ? {} : { authenticatedAt: input.authenticatedAt }),
    mapped: metadata.remembered,
  };
  const code = writeReason(stored, record, settings.refreshAfter, inFuture);
  return {
    record: code === 'unchanged' ? 'keep' : { write: record },
    userMetadata: metadata.changes,
    profile: { source: found.source, fresh, record },
    codes: [...notes, code],
  };
}

const keep = (profile: LoginProfile | undefined, codes: readonly SyncCode[]): SyncDecision => ({
  record: 'keep',
  userMetadata: [],
  profile,
  codes,
});

/** Nothing stays behind: neither the record nor what it put into `user_metadata`. This login can still use its snapshot. */
function decideOff(
  { stored, found, userMetadata }: SyncInput,
  next: DiditRecord | undefined,
  fresh: boolean,
): SyncDecision {
  const remembered = stored.kind === 'record' ? stored.record.mapped : {};
  return {
    record: stored.kind === 'none' ? 'keep' : 'remove',
    userMetadata: decideUserMetadata({ mapping: new Map(), fields: {}, remembered, current: userMetadata })
      .changes,
    profile:
      found === undefined || next === undefined
        ? undefined
        : { source: found.source, fresh, record: withoutHistory(next) },
    codes: [stored.kind === 'none' ? 'off' : 'removed'],
  };
}

function nextRecord(
  known: DiditRecord | undefined,
  { snapshot, source }: { readonly snapshot: Snapshot; readonly source: SnapshotSource },
  settings: SyncSettings,
): DiditRecord {
  const fields = pickFields(snapshot.fields, settings.fields);
  const { subject, fetchedAt } = snapshot;
  const before = known?.subject === subject ? known : undefined;
  const wasVerified = before?.fields.verified === true;
  const unverifiedAt = wasVerified ? fetchedAt : before?.unverifiedAt;
  return {
    subject,
    fields,
    ...(fields.verified === true
      ? { verifiedAt: (wasVerified ? before.verifiedAt : undefined) ?? fetchedAt }
      : unverifiedAt === undefined
        ? {}
        : { unverifiedAt }),
    changedAt: before !== undefined && sameFields(before.fields, fields) ? before.changedAt : fetchedAt,
    syncedAt: fetchedAt,
    source,
    mapped: {},
  };
}

function writeReason(
  stored: StoredRecord,
  next: DiditRecord,
  refreshAfter: number,
  inFuture: (time: number) => boolean,
): SyncCode {
  if (stored.kind !== 'record') return 'created';
  const { record: known, schemaVersion } = stored;
  if (!sameFields(known.fields, next.fields) || !sameMapped(known.mapped, next.mapped)) return 'updated';
  if (schemaVersion < SCHEMA_VERSION) return 'migrated';
  return next.syncedAt - known.syncedAt >= refreshAfter || inFuture(known.syncedAt)
    ? 'refreshed'
    : 'unchanged';
}

/** Both come out of `readFields`, which fixes the order. */
const sameFields = (one: Fields, other: Fields): boolean => JSON.stringify(one) === JSON.stringify(other);

const sameMapped = (one: DiditRecord['mapped'], other: DiditRecord['mapped']): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => Object.hasOwn(other, key) && other[key] === value);

/** A field that the settings no longer name is not shown, even before the next sync takes it out of the record. */
const restrict = (record: DiditRecord, settings: SyncSettings): DiditRecord => ({
  ...record,
  fields: pickFields(record.fields, settings.fields),
});

/** Without a stored record nobody knows since when. */
const withoutHistory = (record: DiditRecord): DiditRecord => ({
  subject: record.subject,
  fields: record.fields,
  changedAt: record.changedAt,
  syncedAt: record.syncedAt,
  source: record.source,
  mapped: {},
});
