import fc from 'fast-check';
import { isObject } from '../../../actions/didit/json.ts';
import type { Fields, PersonalName } from '../../../actions/didit/fields.ts';
import type { Answer, RunKind, WhyNothing } from '../../../actions/didit/knowledge.ts';
import { readRecord, writeRecord } from '../../../actions/didit/record.ts';
import type { DiditRecord, StoredRecord } from '../../../actions/didit/record.ts';
import type { SyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { SyncDecision, SyncInput } from '../../../actions/didit/sync.ts';

/** The moment around which the arbitrary logins take place. */
export const NOW = Date.parse('2026-06-15T12:00:00Z');

export const FLAGS = [
  'verified',
  'age_over_18',
  'age_over_21',
  'email_verified',
  'phone_verified',
  'names_verified',
] as const;

/** Personal values, and the most bytes of each as JSON. */
export const PERSONAL: readonly (readonly [PersonalName, number])[] = [
  ['name', 256],
  ['given_name', 160],
  ['family_name', 160],
  ['email', 256],
  ['phone_number', 18],
  ['birthdate', 12],
  ['gender', 32],
  ['address', 320],
];

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const textOf = (maxBytes: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: maxBytes - 2 })
    .filter((text) => Buffer.byteLength(JSON.stringify(text)) <= maxBytes);

export const anyFields: fc.Arbitrary<Fields> = fc.record(
  {
    ...Object.fromEntries(FLAGS.map((name) => [name, fc.boolean()])),
    ...Object.fromEntries(PERSONAL.map(([name, maxBytes]) => [name, textOf(maxBytes)])),
  },
  { requiredKeys: [] },
);

/** A time within sixty days of now, whole seconds. */
const anyTime = fc.integer({ min: -5_184_000, max: 5_184_000 }).map((seconds) => NOW + seconds * 1_000);

const pastTime = anyTime.map((time) => Math.min(time, 2 * NOW - time));

const anySource = fc.constantFrom('event' as const, 'management' as const);

/** A record of any of the three people, as a login may have left it. */
export const anyRecord: fc.Arbitrary<DiditRecord> = fc
  .record({
    subject: fc.constantFrom('someone', 'another', 'former'),
    fields: anyFields,
    since: optional(pastTime),
    changedAt: pastTime,
    syncedAt: fc.oneof({ weight: 5, arbitrary: pastTime }, { weight: 1, arbitrary: anyTime }),
    source: anySource,
    authenticatedAt: optional(anyTime.map((time) => time + 123)),
    mapped: fc.dictionary(fc.constantFrom('display_name', 'birthday'), fc.oneof(fc.string(), fc.boolean())),
  })
  .map(({ since, ...record }) => ({
    ...record,
    verifiedAt: record.fields.verified === true ? since : undefined,
    unverifiedAt: record.fields.verified === true ? undefined : since,
  }));

const anyStored: fc.Arbitrary<StoredRecord> = fc.oneof(
  fc.constantFrom<StoredRecord>(
    { kind: 'none' },
    { kind: 'newer' },
    { kind: 'unreadable' },
    { kind: 'foreign' },
  ),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      record: anyRecord,
      schemaVersion: fc.constantFrom(1, 2),
    }),
  },
);

export const anySettings: fc.Arbitrary<SyncSettings> = fc.record({
  mode: fc.constantFrom('on', 'on', 'off'),
  refreshAfter: fc.constantFrom(3_600_000, 86_400_000),
  fields: fc.subarray([...FLAGS, ...PERSONAL.map(([name]) => name)]),
  standIn: fc.constantFrom(0, 604_800_000, 2_592_000_000),
  userMetadata: fc.subarray<readonly [PersonalName, string]>([
    ['name', 'display_name'],
    ['birthdate', 'birthday'],
  ]),
  managementTimeout: fc.constant(3_000),
  readable: fc.boolean(),
});

const anyUserMetadata = fc.oneof(
  fc.dictionary(
    fc.constantFrom('display_name', 'birthday', 'theme', '__proto__'),
    fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null)),
  ),
  fc.anything(),
);

const RUNS = ['interactive', 'refresh', 'silent', 'sso', 'no_login'] as const;

/** Answers are about one of the user's own identities, as `findAnswer` finds them. */
const anyAnswer = (subjects: readonly string[]): fc.Arbitrary<Answer | undefined> =>
  subjects.length === 0
    ? fc.constant(undefined)
    : optional(
        fc.record({
          subject: fc.constantFrom(...subjects),
          fields: anyFields,
          fetchedAt: anyTime,
          source: anySource,
        }),
      );

const anyReason = (run: RunKind): fc.Arbitrary<WhyNothing> =>
  run === 'interactive' ? fc.constantFrom('failed', 'refused', 'none') : fc.constantFrom('not_asked', 'none');

export const anyInput: fc.Arbitrary<SyncInput> = fc
  .record({ subjects: fc.subarray(['someone', 'another']), run: fc.constantFrom(...RUNS) })
  .chain(({ subjects, run }) =>
    fc.record({
      subjects: fc.constant(subjects),
      run: fc.constant(run),
      settings: anySettings,
      stored: anyStored,
      answer: anyAnswer(subjects),
      otherwise: anyReason(run),
      step: optional(anyTime),
      userMetadata: anyUserMetadata,
      now: fc.constant(NOW),
    }),
  )
  .chain((input) => fc.constantFrom(...steps(input)).map((step) => ({ ...input, step })));

/** Steps that matter: any; none; the one that the record belongs to; the one that the answer belongs to. */
const steps = ({ step, stored, answer }: SyncInput): readonly (number | undefined)[] => [
  step,
  undefined,
  ...(stored.kind === 'record' ? [stored.record.authenticatedAt] : []),
  ...(answer === undefined ? [] : [answer.fetchedAt + 500]),
];

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
