import { readFields } from './fields.ts';
import { sameJson } from './json.ts';
import type { LoginProfile } from './login-profile.ts';
import { SCHEMA_VERSION } from './record.ts';
import type { DiditRecord, SnapshotSource, StoredRecord } from './record.ts';
import type { SyncSettings } from './settings/sync-settings.ts';
import type { Snapshot } from './snapshot.ts';
import { decideUserMetadata } from './user-metadata.ts';
import type { UserMetadataChange } from './user-metadata.ts';

/** How old a snapshot may be to count as this login's own, milliseconds: other Actions may hold a login up for a while. */
const FRESH_MILLISECONDS = 10 * 60_000;

/** What became of the record, and why. */
export type SyncCode =
  | 'created'
  | 'updated'
  | 'migrated'
  | 'refreshed'
  | 'unchanged'
  | 'removed'
  | 'off'
  | 'no_snapshot'
  | 'snapshot_older'
  | 'subject_mismatch'
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
  const { settings, stored, found } = input;
  const known = stored.kind === 'record' ? stored.record : undefined;
  const next = found && nextRecord(known, found.snapshot, found.source, input);
  if (settings.mode === 'off') return decideOff(input, known, next);
  if (known !== undefined && next !== undefined && known.subject !== next.subject) {
    return keep(undefined, 'subject_mismatch');
  }
  if (next === undefined) return keep(known && stale(known, settings), 'no_snapshot');
  // Two logins at once: the one that ends last may hold the older answer. A record from the future is a clock's fault, and goes.
  if (known !== undefined && known.syncedAt > next.syncedAt && known.syncedAt <= input.now) {
    return keep(stale(known, settings), 'snapshot_older');
  }
  if (stored.kind === 'newer') return keep(profileOf(next, input.now), 'record_newer');
  const metadata = decideUserMetadata({
    mapping: settings.userMetadata,
    fields: next.fields,
    remembered: known?.mapped ?? {},
    current: input.userMetadata,
  });
  const record = { ...next, mapped: metadata.remembered };
  const code = writeReason(stored, record, settings.refreshAfter);
  return {
    record: code === 'unchanged' ? 'keep' : { write: record },
    userMetadata: metadata.changes,
    profile: profileOf(record, input.now),
    codes: stored.kind === 'unreadable' ? ['record_unreadable', code] : [code],
  };
}

const keep = (profile: LoginProfile | undefined, code: SyncCode): SyncDecision => ({
  record: 'keep',
  userMetadata: [],
  profile,
  codes: [code],
});

/** Nothing stays behind: neither the record nor what it put into `user_metadata`. This login can still use its snapshot. */
function decideOff(
  { stored, userMetadata, now }: SyncInput,
  known: DiditRecord | undefined,
  next: DiditRecord | undefined,
): SyncDecision {
  const unmapped = { mapping: [], fields: {}, remembered: known?.mapped ?? {}, current: userMetadata };
  return {
    record: stored.kind === 'none' ? 'keep' : 'remove',
    userMetadata: decideUserMetadata(unmapped).changes,
    // Nobody knows since when, where nothing is kept.
    profile: next && profileOf({ ...next, verifiedAt: undefined, unverifiedAt: undefined }, now),
    codes: [stored.kind === 'none' ? 'off' : 'removed'],
  };
}

function nextRecord(
  known: DiditRecord | undefined,
  snapshot: Snapshot,
  source: SnapshotSource,
  { settings, authenticatedAt, now }: SyncInput,
): DiditRecord {
  const fields = readFields(snapshot.fields, settings.fields);
  // Didit cannot have been asked later than now: the clocks differ.
  const syncedAt = Math.min(snapshot.fetchedAt, now);
  const verified = fields.verified === true;
  const wasVerified = known?.fields.verified === true;
  return {
    subject: snapshot.subject,
    fields,
    verifiedAt: verified ? ((wasVerified ? known.verifiedAt : undefined) ?? syncedAt) : undefined,
    unverifiedAt: verified ? undefined : wasVerified ? syncedAt : known?.unverifiedAt,
    changedAt: known !== undefined && sameJson(known.fields, fields) ? known.changedAt : syncedAt,
    syncedAt,
    source,
    authenticatedAt,
    mapped: {},
  };
}

const profileOf = (record: DiditRecord, now: number): LoginProfile => ({
  source: record.source,
  fresh: now - record.syncedAt <= FRESH_MILLISECONDS,
  record,
});

/** A field that the settings no longer name is not shown, even before the next sync takes it out of the record. */
const stale = (record: DiditRecord, settings: SyncSettings): LoginProfile => ({
  source: 'record',
  fresh: false,
  record: { ...record, fields: readFields(record.fields, settings.fields) },
});

function writeReason(stored: StoredRecord, next: DiditRecord, refreshAfter: number): SyncCode {
  if (stored.kind !== 'record') return 'created';
  const { record: known, schemaVersion } = stored;
  if (!sameJson(known.fields, next.fields) || !sameJson(known.mapped, next.mapped)) return 'updated';
  if (schemaVersion < SCHEMA_VERSION) return 'migrated';
  return Math.abs(next.syncedAt - known.syncedAt) >= refreshAfter ? 'refreshed' : 'unchanged';
}
