import fc from 'fast-check';
import { FIELD_NAMES, FLAG_NAMES, PERSONAL_NAMES, readFields } from '../../../actions/didit/fields.ts';
import type { Fields } from '../../../actions/didit/fields.ts';
import { isObject } from '../../../actions/didit/json.ts';
import { readRecord, writeRecord } from '../../../actions/didit/record.ts';
import type { StoredRecord } from '../../../actions/didit/record.ts';
import type { SyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { SyncDecision, SyncInput } from '../../../actions/didit/sync.ts';

/** The moment around which the arbitrary logins take place. */
export const NOW = Date.parse('2026-06-15T12:00:00Z');

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

export const anyFields: fc.Arbitrary<Fields> = fc
  .record({
    ...Object.fromEntries(FLAG_NAMES.map((name) => [name, optional(fc.boolean())])),
    ...Object.fromEntries(
      PERSONAL_NAMES.map((name) => [name, optional(fc.string({ unit: 'grapheme', maxLength: 300 }))]),
    ),
  })
  .map((fields) => readFields(fields));

const anySubject = fc.constantFrom('someone', 'another');

/** A time within two days of now, whole seconds. */
const anyTime = fc.integer({ min: -172_800, max: 172_800 }).map((seconds) => NOW + seconds * 1_000);

const anyUserMetadata = fc.dictionary(
  fc.constantFrom('display_name', 'birthday', 'theme', '__proto__'),
  fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null)),
);

export const anySettings: fc.Arbitrary<SyncSettings> = fc.record({
  mode: fc.constantFrom('on', 'off'),
  refreshAfter: fc.constantFrom(3_600_000, 86_400_000),
  fields: fc.subarray([...FIELD_NAMES]),
  userMetadata: fc.subarray([
    ['name', 'display_name'],
    ['birthdate', 'birthday'],
    ['verified', 'verified'],
  ]),
  managementTimeout: fc.constant(3_000),
  readable: fc.boolean(),
});

const anyStored: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(undefined),
  fc
    .record({
      subject: anySubject,
      fields: anyFields,
      verifiedAt: optional(anyTime),
      unverifiedAt: optional(anyTime),
      changedAt: anyTime,
      syncedAt: anyTime,
      source: fc.constantFrom('event', 'management'),
      authenticatedAt: optional(anyTime),
      mapped: fc.dictionary(fc.constantFrom('display_name', 'birthday'), fc.oneof(fc.string(), fc.boolean())),
    })
    .map(writeRecord),
  fc.record({
    schema_version: fc.integer(),
    subject: anySubject,
    synced_at: fc.constant('2026-06-01T00:00:00Z'),
  }),
  fc.anything(),
);

export const anyInput: fc.Arbitrary<SyncInput> = fc.record({
  settings: anySettings,
  stored: anyStored.map(readRecord),
  found: optional(
    fc.record({
      snapshot: fc.record({ subject: anySubject, fields: anyFields, fetchedAt: anyTime }),
      source: fc.constantFrom('event', 'management'),
    }),
  ),
  authenticatedAt: optional(anyTime),
  userMetadata: fc.oneof(anyUserMetadata, fc.anything()),
  now: fc.constant(NOW),
});

/** What is stored after a decision was carried out, read again through JSON as the platform would give it back. */
export function storedAfter(stored: StoredRecord, { record }: SyncDecision): StoredRecord {
  if (record === 'keep') return stored;
  return readRecord(record === 'remove' ? undefined : JSON.parse(JSON.stringify(writeRecord(record.write))));
}

/** The `user_metadata` after a decision was carried out. */
export function userMetadataAfter(before: unknown, { userMetadata }: SyncDecision): Record<string, unknown> {
  const after = new Map(isObject(before) ? Object.entries(before) : []);
  for (const { key, value } of userMetadata) {
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  return Object.fromEntries(after);
}
