import { readTimestamp, toTimestamp } from './calendar.ts';
import { readFields } from './fields.ts';
import type { Fields } from './fields.ts';
import { defined, isObject, own } from './json.ts';
import type { JsonObject } from './json.ts';
import { SNAPSHOT_ATTRIBUTE } from './snapshot.ts';
import { readSubject } from './subject.ts';

/** The key of `app_metadata` that the record stands under, unless the Action's secret `DIDIT_RECORD_KEY` names another. */
export const RECORD_KEY = 'didit';

/**
 * Names that the record may have: our own prefix, so that it never hides a root attribute or takes the place of a key of somebody
 * else's, and not the name of the snapshot.
 */
export const isRecordKey = (key: string): boolean =>
  /^didit(_[a-z0-9_]{1,40})?$/.test(key) && key !== SNAPSHOT_ATTRIBUTE;

/** Version of the record's shape that this code writes. It reads all older ones. */
export const SCHEMA_VERSION = 2;

/** Where a snapshot came from. */
export type SnapshotSource = 'event' | 'management';

/**
 * The newest answer of Didit's that was accepted, as it stands in the user's `app_metadata`. Times in milliseconds since the
 * epoch.
 */
export interface DiditRecord {
  readonly subject: string;
  readonly fields: Fields;
  /** Since when `verified` has been true without a break, as far as logins have shown it. */
  readonly verifiedAt: number | undefined;
  /** When a verified person was first seen no longer verified. */
  readonly unverifiedAt: number | undefined;
  /** When a field last had another value than before. */
  readonly changedAt: number;
  /** When Didit was asked for these fields. */
  readonly syncedAt: number;
  readonly source: SnapshotSource;
  /** The federated step that the answer belongs to, as the platform notes it: a session that it began is told by it. */
  readonly authenticatedAt: number | undefined;
  /** What was last written into `user_metadata`, by its key: a value that differs there now is the user's own. */
  readonly mapped: JsonObject;
}

export type StoredRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'record'; readonly record: DiditRecord; readonly schemaVersion: number }
  /** Written by newer code: not ours to read or to overwrite. */
  | { readonly kind: 'newer' }
  /** Ours by its mark, and damaged. */
  | { readonly kind: 'unreadable' }
  /** Without our mark: somebody else's, never written over and never removed. */
  | { readonly kind: 'foreign' };

/**
 * The record as it is stored: names in snake case, times in ISO 8601, the fields among them. The step is kept to the millisecond,
 * since it is compared with what the platform says.
 */
export const writeRecord = (record: DiditRecord): JsonObject =>
  defined({
    schema_version: SCHEMA_VERSION,
    subject: record.subject,
    ...record.fields,
    verified_at: record.verifiedAt && toTimestamp(record.verifiedAt),
    unverified_at: record.unverifiedAt && toTimestamp(record.unverifiedAt),
    changed_at: toTimestamp(record.changedAt),
    synced_at: toTimestamp(record.syncedAt),
    source: record.source,
    authenticated_at: record.authenticatedAt && new Date(record.authenticatedAt).toISOString(),
    mapped: Object.keys(record.mapped).length === 0 ? undefined : record.mapped,
  });

/** Whether what is stored may be written over: nothing, or what is ours by its mark and not newer than this code. */
export function mayReplace(stored: unknown): boolean {
  const schemaVersion = own(stored, 'schema_version');
  return stored == null || (typeof schemaVersion === 'number' && schemaVersion <= SCHEMA_VERSION);
}

/** Reads a stored record of any schema version up to this one; `schema_version` is the mark by which it is ours. Never throws. */
export function readRecord(stored: unknown): StoredRecord {
  if (stored == null) return { kind: 'none' };
  const schemaVersion = own(stored, 'schema_version');
  if (typeof schemaVersion !== 'number') return { kind: 'foreign' };
  if (schemaVersion > SCHEMA_VERSION) return { kind: 'newer' };
  const current = schemaVersion < SCHEMA_VERSION ? fromVersion1(stored) : stored;
  const time = (name: string): number | undefined => readTimestamp(own(current, name));
  const subject = readSubject(own(current, 'subject'));
  const syncedAt = time('synced_at');
  if (subject === undefined || syncedAt === undefined) return { kind: 'unreadable' };
  const fields = readFields(current);
  const verified = fields.verified === true;
  const mapped = own(current, 'mapped');
  const record: DiditRecord = {
    subject,
    fields,
    verifiedAt: verified ? time('verified_at') : undefined,
    unverifiedAt: verified ? undefined : time('unverified_at'),
    changedAt: time('changed_at') ?? syncedAt,
    syncedAt,
    source: own(current, 'source') === 'management' ? 'management' : 'event',
    authenticatedAt: time('authenticated_at'),
    mapped: isObject(mapped) ? mapped : {},
  };
  return { kind: 'record', record, schemaVersion };
}

/**
 * Version 1 held subject, fields and the time of the sync. The first time that its `verified` was seen is not later than that.
 */
const fromVersion1 = (stored: unknown): unknown =>
  isObject(stored) ? { ...stored, verified_at: own(stored, 'synced_at') } : stored;
