import { readInstant, readTimestamp, toTimestamp } from './calendar.ts';
import type { Fields } from './fields.ts';
import { readFields } from './fields.ts';
import { isObject, own } from './json.ts';
import { readIdentifier } from './text.ts';

/** The key of `app_metadata` that the record stands under. */
export const RECORD_KEY = 'didit';

/** Version of the record's shape that this code writes. It reads all older ones. */
export const SCHEMA_VERSION = 2;

/** Bytes that a record may take as JSON. */
export const MAX_RECORD_BYTES = 4_096;

/** Where a snapshot came from. */
export type SnapshotSource = 'event' | 'management';

/** The last profile that was synced into the user's `app_metadata`. Times in milliseconds since the epoch. */
export interface DiditRecord {
  readonly subject: string;
  readonly fields: Fields;
  /** Since when `verified` has been true without a break, as far as logins have shown it. */
  readonly verifiedAt?: number;
  /** When a verified person was first seen no longer verified. */
  readonly unverifiedAt?: number;
  /** When a field last had another value than before. */
  readonly changedAt: number;
  /** When Didit was asked for these fields. */
  readonly syncedAt: number;
  readonly source: SnapshotSource;
  /** When the person had proved to be there: tells a login that continues a session from one that asked Didit again. */
  readonly authenticatedAt?: number;
  /** What was last written into `user_metadata`, by its key: a value that differs there now is the user's own. */
  readonly mapped: Readonly<Record<string, string | boolean>>;
}

export type StoredRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'record'; readonly record: DiditRecord; readonly schemaVersion: number }
  /** Written by newer code: not ours to read or to overwrite. */
  | { readonly kind: 'newer' }
  | { readonly kind: 'unreadable' };

/** The record as it is stored: names in snake case, times in ISO 8601, the fields among them. */
export const writeRecord = (record: DiditRecord): Readonly<Record<string, unknown>> => ({
  schema_version: SCHEMA_VERSION,
  subject: record.subject,
  ...record.fields,
  ...(record.verifiedAt === undefined ? {} : { verified_at: toTimestamp(record.verifiedAt) }),
  ...(record.unverifiedAt === undefined ? {} : { unverified_at: toTimestamp(record.unverifiedAt) }),
  changed_at: toTimestamp(record.changedAt),
  synced_at: toTimestamp(record.syncedAt),
  source: record.source,
  ...(record.authenticatedAt === undefined
    ? {}
    : { authenticated_at: new Date(record.authenticatedAt).toISOString() }),
  ...(Object.keys(record.mapped).length === 0 ? {} : { mapped: record.mapped }),
});

/** Reads a stored record of any schema version up to this one. Never throws. */
export function readRecord(stored: unknown): StoredRecord {
  if (stored == null) return { kind: 'none' };
  const version = own(stored, 'schema_version');
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) return { kind: 'unreadable' };
  if (version > SCHEMA_VERSION) return { kind: 'newer' };
  const current = version === 1 ? fromVersion1(stored) : stored;
  const subject = readIdentifier(own(current, 'subject'));
  const syncedAt = readTimestamp(own(current, 'synced_at'));
  if (subject === undefined || syncedAt === undefined) return { kind: 'unreadable' };
  const { fields } = readFields(current);
  const verifiedAt = readTimestamp(own(current, 'verified_at'));
  const unverifiedAt = readTimestamp(own(current, 'unverified_at'));
  const authenticatedAt = readInstant(own(current, 'authenticated_at'));
  const record: DiditRecord = {
    subject,
    fields,
    ...(fields.verified === true && verifiedAt !== undefined ? { verifiedAt } : {}),
    ...(fields.verified !== true && unverifiedAt !== undefined ? { unverifiedAt } : {}),
    changedAt: readTimestamp(own(current, 'changed_at')) ?? syncedAt,
    syncedAt,
    source: own(current, 'source') === 'management' ? 'management' : 'event',
    ...(authenticatedAt === undefined ? {} : { authenticatedAt }),
    mapped: readMapped(own(current, 'mapped')),
  };
  return { kind: 'record', record, schemaVersion: version };
}

/** Version 1 held subject, fields and the time of the sync. The first time that its `verified` was seen is not later than that. */
const fromVersion1 = (stored: unknown): unknown =>
  isObject(stored) ? { ...stored, verified_at: own(stored, 'synced_at') } : stored;

function readMapped(value: unknown): Readonly<Record<string, string | boolean>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, remembered]) =>
      typeof remembered === 'string' || typeof remembered === 'boolean' ? [[key, remembered]] : [],
    ),
  );
}
