import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFields } from '../../../actions/didit/fields.ts';
import { isRecordKey, readRecord, writeRecord } from '../../../actions/didit/record.ts';
import type { DiditRecord } from '../../../actions/didit/record.ts';
import { FLAGS, PERSONAL, anyRecord } from './sync-arbitraries.ts';

const at = (instant: string): number => Date.parse(instant);

/** A record as it is stored, and as it is read. */
const stored = {
  schema_version: 2,
  subject: 'someone',
  verified: true,
  age_over_21: false,
  name: 'John Doe',
  verified_at: '2026-01-01T00:00:00Z',
  changed_at: '2026-02-01T00:00:00Z',
  synced_at: '2026-03-01T00:00:00Z',
  source: 'management',
  authenticated_at: '2026-03-01T00:00:00.456Z',
  mapped: { nick: 'John Doe' },
};

const record: DiditRecord = {
  subject: 'someone',
  fields: { verified: true, age_over_21: false, name: 'John Doe' },
  verifiedAt: at('2026-01-01T00:00:00Z'),
  unverifiedAt: undefined,
  changedAt: at('2026-02-01T00:00:00Z'),
  syncedAt: at('2026-03-01T00:00:00Z'),
  source: 'management',
  authenticatedAt: at('2026-03-01T00:00:00.456Z'),
  mapped: { nick: 'John Doe' },
};

const readAs = (value: unknown): DiditRecord => {
  const read = readRecord(value);
  if (read.kind !== 'record') throw new Error(`It is no record but: ${read.kind}`);
  return read.record;
};

describe('a record', () => {
  test('is stored with its fields, times in ISO 8601, and nothing that is not known', () => {
    expect(JSON.parse(JSON.stringify(writeRecord(record)))).toEqual(stored);
    const bare = {
      ...record,
      verifiedAt: undefined,
      unverifiedAt: at('2026-01-01T00:00:00Z'),
      authenticatedAt: undefined,
      mapped: {},
      fields: {},
    };
    expect(JSON.parse(JSON.stringify(writeRecord(bare)))).toEqual({
      schema_version: 2,
      subject: 'someone',
      unverified_at: '2026-01-01T00:00:00Z',
      changed_at: '2026-02-01T00:00:00Z',
      synced_at: '2026-03-01T00:00:00Z',
      source: 'management',
    });
  });

  test('is read as it was stored', () => {
    expect(readRecord(stored)).toEqual({ kind: 'record', record, schemaVersion: 2 });
  });

  test('is the same after it was stored and read again, whatever is in it', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        const again = readRecord(JSON.parse(JSON.stringify(writeRecord(any))));
        expect(again).toEqual({ kind: 'record', record: any, schemaVersion: 2 });
      }),
    );
  });

  test.each<[string, object, Partial<DiditRecord>]>([
    [
      'without the time of a change: that of the sync',
      { changed_at: undefined },
      { changedAt: record.syncedAt },
    ],
    ['with a source that nobody knows: the event', { source: 'elsewhere' }, { source: 'event' }],
    ['with a step that cannot be read: none', { authenticated_at: 'today' }, { authenticatedAt: undefined }],
    ['with a list of what was mapped: nothing', { mapped: ['nick'] }, { mapped: {} }],
    [
      'of who is not verified: since when, and not since when verified',
      { verified: false, unverified_at: '2026-02-02T00:00:00Z' },
      {
        fields: { ...record.fields, verified: false },
        verifiedAt: undefined,
        unverifiedAt: at('2026-02-02T00:00:00Z'),
      },
    ],
    ['of who is verified: not since when unverified', { unverified_at: '2026-02-02T00:00:00Z' }, {}],
    [
      'with a verified that is a text: not known',
      { verified: 'true' },
      {
        fields: { age_over_21: false, name: 'John Doe' },
        verifiedAt: undefined,
      },
    ],
    ['with a field that nobody knows', { admin: true }, {}],
  ])('is read %s', (_, change, expected) => {
    expect(readAs({ ...stored, ...change })).toEqual({ ...record, ...expected });
  });

  test('of version 1 held subject, fields and the time of the sync', () => {
    const version1 = {
      schema_version: 1,
      subject: 'someone',
      verified: true,
      synced_at: '2026-03-01T00:00:00Z',
    };
    expect(readRecord(version1)).toEqual({
      kind: 'record',
      record: {
        ...record,
        fields: { verified: true },
        // The first time that its `verified` was seen is not later than that.
        verifiedAt: record.syncedAt,
        changedAt: record.syncedAt,
        source: 'event',
        authenticatedAt: undefined,
        mapped: {},
      },
      schemaVersion: 1,
    });
  });

  test('takes nothing from what an object inherits', () => {
    const inherited = Object.create({ verified: true, name: 'Mallory' }) as object;
    const own = { schema_version: 2, subject: 'someone', synced_at: '2026-03-01T00:00:00Z' };
    expect(readAs(Object.assign(inherited, own)).fields).toEqual({});
    expect(readRecord(Object.create(stored))).toEqual({ kind: 'foreign' });
    const polluted: unknown = JSON.parse('{"__proto__": {"verified": true}, "schema_version": 2}');
    expect(readRecord({ ...own, mapped: polluted })).toMatchObject({ record: { fields: {} } });
  });
});

test('the largest record that Didit can cause fits 4 kB', () => {
  // Two bytes a letter, as in a name that needs them all.
  const values = PERSONAL.map(([name, maxBytes]) => [name, 'é'.repeat((maxBytes - 2) / 2)] as const);
  const largest = JSON.stringify(
    writeRecord({
      ...record,
      subject: 's'.repeat(128),
      fields: readFields(Object.fromEntries([...FLAGS.map((name) => [name, false]), ...values])),
      unverifiedAt: record.verifiedAt,
      mapped: Object.fromEntries(values.map(([name, value]) => [`key_for_${name}`, value])),
    }),
  );
  expect(Buffer.byteLength(largest)).toBeGreaterThan(2_400);
  expect(Buffer.byteLength(largest)).toBeLessThanOrEqual(4_096);
});

describe('what stands under the key is', () => {
  test.each([undefined, null])('nothing: %j', (value) => {
    expect(readRecord(value)).toEqual({ kind: 'none' });
  });

  test.each([3, 2.1, 99, Infinity])('of newer code: version %d', (schemaVersion) => {
    expect(readRecord({ ...stored, schema_version: schemaVersion })).toEqual({ kind: 'newer' });
  });

  test.each([
    { schema_version: 2 },
    { schema_version: 1, subject: 'someone' },
    { ...stored, subject: 5 },
    { ...stored, subject: '' },
    { ...stored, subject: 'with space' },
    { ...stored, synced_at: 'yesterday' },
    { ...stored, synced_at: undefined },
  ])('ours, and damaged: %j', (value) => {
    expect(readRecord(value)).toEqual({ kind: 'unreadable' });
  });

  test.each([
    'text',
    7,
    true,
    [],
    [stored],
    {},
    { ...stored, schema_version: '2' },
    { ...stored, schema_version: null },
  ])("somebody else's, without our mark: %j", (value) => {
    expect(readRecord(value)).toEqual({ kind: 'foreign' });
  });

  test('one of these, whatever it is: reading never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['none', 'record', 'newer', 'unreadable', 'foreign']).toContain(readRecord(value).kind);
      }),
    );
  });
});

describe('a name for the record', () => {
  test.each(['didit', 'didit_record', 'didit_2', `didit_${'x'.repeat(40)}`])('may be %s', (key) => {
    expect(isRecordKey(key)).toBe(true);
  });

  test.each([
    '',
    'didit_',
    'didit_profile',
    'Didit',
    'didit.x',
    'xdidit',
    'didit\n',
    `didit_${'x'.repeat(41)}`,
  ])('may not be %j', (key) => {
    expect(isRecordKey(key)).toBe(false);
  });
});
