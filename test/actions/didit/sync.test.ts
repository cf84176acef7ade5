import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FIELD_NAMES,
  FLAG_NAMES,
  PERSONAL_NAMES,
  maxBytesOf,
  readFields,
} from '../../../actions/didit/fields.ts';
import { jsonBytes } from '../../../actions/didit/json.ts';
import { SCHEMA_VERSION, readRecord, writeRecord } from '../../../actions/didit/record.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import { decideSync } from '../../../actions/didit/sync.ts';
import type { SyncDecision } from '../../../actions/didit/sync.ts';
import { NOW, anyInput, storedAfter, userMetadataAfter } from './sync-arbitraries.ts';

const HOUR = 3_600_000;

/** The limit that the project sets itself: Auth0 takes 10 kB for a whole profile. */
const MAX_RECORD_BYTES = 4_096;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

interface Login {
  readonly fields?: object;
  readonly subject?: string;
  readonly stored?: unknown;
  readonly settings?: string;
  readonly userMetadata?: object;
  readonly fetchedAt?: number;
  readonly now?: number;
}

/** A login whose snapshot is a second old, unless it says otherwise. */
const login = ({
  fields,
  subject = 'someone',
  stored,
  settings,
  userMetadata = {},
  now = NOW,
  ...rest
}: Login): SyncDecision =>
  decideSync({
    settings: readSyncSettings(settings),
    stored: readRecord(stored),
    found: fields && {
      snapshot: { subject, fields: readFields(fields), fetchedAt: rest.fetchedAt ?? now - 1_000 },
      source: 'management',
    },
    authenticatedAt: undefined,
    userMetadata,
    now,
  });

const written = ({ record }: SyncDecision): object => {
  if (typeof record === 'string') throw new Error(`The record is not written but: ${record}`);
  return writeRecord(record.write);
};

test('the first login writes the record: schema, subject, synced fields, times, source', () => {
  const decision = login({ fields: { verified: true, age_over_18: true, name: 'John Doe' } });
  expect(decision.codes).toEqual(['created']);
  expect(written(decision)).toEqual({
    schema_version: SCHEMA_VERSION,
    subject: 'someone',
    verified: true,
    age_over_18: true,
    verified_at: iso(NOW - 1_000),
    changed_at: iso(NOW - 1_000),
    synced_at: iso(NOW - 1_000),
    source: 'management',
  });
  expect(decision.profile).toMatchObject({ source: 'management', fresh: true });
});

describe('a later login', () => {
  const first = written(login({ fields: { verified: true, age_over_18: true } }));

  test('without a change writes nothing', () => {
    const decision = login({ fields: { verified: true, age_over_18: true }, stored: first, now: NOW + HOUR });
    expect(decision).toMatchObject({ record: 'keep', codes: ['unchanged'] });
    expect(decision.profile).toMatchObject({ fresh: true, record: { syncedAt: NOW + HOUR - 1_000 } });
  });

  test('without a change writes once the record is 24 hours old, and keeps what happened when', () => {
    const decision = login({
      fields: { verified: true, age_over_18: true },
      stored: first,
      now: NOW + 24 * HOUR,
    });
    expect(decision.codes).toEqual(['refreshed']);
    expect(written(decision)).toEqual({ ...first, synced_at: iso(NOW + 24 * HOUR - 1_000) });
  });

  test('writes sooner where refresh_after says so', () => {
    const at = { fields: { verified: true, age_over_18: true }, stored: first, now: NOW + 2 * HOUR };
    expect(login({ ...at, settings: 'refresh_after=2h' }).codes).toEqual(['refreshed']);
    expect(login({ ...at, settings: 'refresh_after=3h' }).codes).toEqual(['unchanged']);
  });

  test('removes a field that Didit no longer sends', () => {
    const decision = login({ fields: { verified: true }, stored: first, now: NOW + HOUR });
    expect(decision.codes).toEqual(['updated']);
    expect(written(decision)).not.toHaveProperty('age_over_18');
    expect(written(decision)).toMatchObject({
      verified_at: iso(NOW - 1_000),
      changed_at: iso(NOW + HOUR - 1_000),
    });
  });

  test('removes a field that the settings no longer name', () => {
    const decision = login({
      fields: { verified: true, age_over_18: true },
      stored: first,
      settings: 'fields=verified',
    });
    expect(written(decision)).not.toHaveProperty('age_over_18');
  });

  test('records when a verified person is no longer verified, and when again', () => {
    const no = written(login({ fields: { verified: false }, stored: first, now: NOW + HOUR }));
    expect(no).toMatchObject({ verified: false, unverified_at: iso(NOW + HOUR - 1_000) });
    expect(no).not.toHaveProperty('verified_at');
    const still = written(
      login({ fields: { verified: false, age_over_18: true }, stored: no, now: NOW + 2 * HOUR }),
    );
    expect(still).toMatchObject({ unverified_at: iso(NOW + HOUR - 1_000) });
    const again = written(login({ fields: { verified: true }, stored: still, now: NOW + 3 * HOUR }));
    expect(again).toMatchObject({ verified: true, verified_at: iso(NOW + 3 * HOUR - 1_000) });
    expect(again).not.toHaveProperty('unverified_at');
  });

  test('of a different subject is refused: nothing is written, and nothing is known', () => {
    const decision = login({ fields: { verified: true }, subject: 'another', stored: first });
    expect(decision).toEqual({
      record: 'keep',
      userMetadata: [],
      profile: undefined,
      codes: ['subject_mismatch'],
    });
  });

  test('that ends after a newer one does not turn the record back', () => {
    const decision = login({ fields: { verified: false }, stored: first, fetchedAt: NOW - 2_000 });
    expect(decision).toMatchObject({ record: 'keep', codes: ['snapshot_older'] });
    expect(decision.profile).toMatchObject({ source: 'record', record: { fields: { verified: true } } });
  });

  test('repairs a record whose time lies in the future', () => {
    const decision = login({
      fields: { verified: true },
      stored: { ...first, synced_at: iso(NOW + 999 * HOUR) },
    });
    expect(written(decision)).toMatchObject({ synced_at: iso(NOW - 1_000) });
  });

  test('without a snapshot goes by the record, marked stale', () => {
    const decision = login({ stored: first });
    expect(decision).toMatchObject({ record: 'keep', codes: ['no_snapshot'] });
    expect(decision.profile).toMatchObject({
      source: 'record',
      fresh: false,
      record: { subject: 'someone' },
    });
  });
});

test('a snapshot of an earlier login is kept, with its own age, and is not fresh', () => {
  const decision = login({ fields: { verified: true }, fetchedAt: NOW - 48 * HOUR });
  expect(written(decision)).toMatchObject({ synced_at: iso(NOW - 48 * HOUR) });
  expect(decision.profile).toMatchObject({ fresh: false });
});

test('a snapshot from the future counts as from now: clocks differ', () => {
  expect(written(login({ fields: { verified: true }, fetchedAt: NOW + 60_000 }))).toMatchObject({
    synced_at: iso(NOW),
  });
});

describe('mode=off', () => {
  const stored = written(
    login({
      fields: { verified: true, name: 'John' },
      settings: 'fields=verified,name user_metadata=name:nick',
    }),
  );

  test('removes the record and what it put into user_metadata, and still serves this login', () => {
    const decision = login({
      fields: { verified: true },
      stored,
      settings: 'mode=off',
      userMetadata: { nick: 'John', theme: 'dark' },
    });
    expect(decision).toMatchObject({
      record: 'remove',
      userMetadata: [{ key: 'nick', value: null }],
      codes: ['removed'],
    });
    expect(decision.profile).toMatchObject({ fresh: true, record: { fields: { verified: true } } });
    expect(decision.profile?.record.verifiedAt).toBeUndefined();
  });

  test('writes nothing where nothing is', () => {
    expect(login({ fields: { verified: true }, settings: 'mode=off' })).toMatchObject({
      record: 'keep',
      codes: ['off'],
    });
  });
});

describe('a stored record', () => {
  test('of version 1 is read, and rewritten by the next login', () => {
    const stored = { schema_version: 1, subject: 'someone', verified: true, synced_at: iso(NOW - HOUR) };
    expect(login({ stored }).profile).toMatchObject({ record: { verifiedAt: NOW - HOUR } });
    const decision = login({ fields: { verified: true }, stored });
    expect(decision.codes).toEqual(['migrated']);
    expect(written(decision)).toMatchObject({ schema_version: 2, verified_at: iso(NOW - HOUR) });
  });

  test('of a newer version is left alone', () => {
    const decision = login({ fields: { verified: true }, stored: { schema_version: 3, subject: 'someone' } });
    expect(decision).toMatchObject({ record: 'keep', codes: ['record_newer'], profile: { fresh: true } });
  });

  test.each([
    'text',
    [],
    { schema_version: '2' },
    { schema_version: 2 },
    { schema_version: 2, subject: 5, synced_at: iso(NOW) },
    { schema_version: 2, subject: 'someone', synced_at: 'yesterday' },
  ])('that nobody can read is written anew: %j', (stored) => {
    expect(login({ stored }).profile).toBeUndefined();
    expect(login({ fields: { verified: true }, stored }).codes).toEqual(['record_unreadable', 'created']);
  });
});

describe('user_metadata', () => {
  const settings = 'fields=verified,name user_metadata=name:nick';
  const first = login({ fields: { name: 'John' }, settings, userMetadata: { theme: 'dark' } });

  test('is touched only under the mapped key', () => {
    expect(first.userMetadata).toEqual([{ key: 'nick', value: 'John' }]);
    expect(login({ fields: { name: 'John' } }).userMetadata).toEqual([]);
  });

  test('follows Didit while the value there is ours', () => {
    const later = { fields: { name: 'Jane' }, settings, stored: written(first) };
    expect(login({ ...later, userMetadata: { nick: 'John' } }).userMetadata).toEqual([
      { key: 'nick', value: 'Jane' },
    ]);
    expect(login({ ...later, fields: {}, userMetadata: { nick: 'John' } }).userMetadata).toEqual([
      { key: 'nick', value: null },
    ]);
  });

  test.each([{ nick: 'Johnny' }, { nick: null }, {}])(
    'keeps what the user made of it: %j',
    (userMetadata) => {
      const second = login({ fields: { name: 'Jane' }, settings, stored: written(first), userMetadata });
      expect(second.userMetadata).toEqual([]);
      const third = login({ fields: { name: 'June' }, settings, stored: written(second), userMetadata });
      expect(third.userMetadata).toEqual([]);
    },
  );

  test('keeps a value that stood there before the first sync', () => {
    const decision = login({ fields: { name: 'John' }, settings, userMetadata: { nick: 'Boss' } });
    expect(decision.userMetadata).toEqual([]);
  });

  test('loses a value of ours that the settings no longer map', () => {
    const decision = login({
      fields: { name: 'John' },
      settings: 'fields=verified,name',
      stored: written(first),
      userMetadata: { nick: 'John' },
    });
    expect(decision.userMetadata).toEqual([{ key: 'nick', value: null }]);
  });
});

describe('whatever the login, the record and the settings', () => {
  test('a sync after a sync changes nothing more', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const first = decideSync(input);
        const second = decideSync({
          ...input,
          stored: storedAfter(input.stored, first),
          userMetadata: userMetadataAfter(input.userMetadata, first),
        });
        expect(second.record).toBe('keep');
        expect(second.userMetadata).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('user_metadata changes only under mapped keys, and under keys that were ours', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const remembered = input.stored.kind === 'record' ? Object.keys(input.stored.record.mapped) : [];
        const allowed = [...remembered, ...input.settings.userMetadata.map(([, key]) => key)];
        for (const { key } of decideSync(input).userMetadata) expect(allowed).toContain(key);
      }),
    );
  });

  test('nothing leaves that the settings do not name, and the record stays within its limit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { record, profile } = decideSync(input);
        const named = [...input.settings.fields];
        expect(named).toEqual(expect.arrayContaining(Object.keys(profile?.record.fields ?? {})));
        if (typeof record === 'string') return;
        expect(jsonBytes(writeRecord(record.write))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
        expect(named).toEqual(expect.arrayContaining(Object.keys(record.write.fields)));
      }),
    );
  });

  test('the subject never changes, and the record never grows older', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { record } = decideSync(input);
        if (typeof record === 'string' || input.stored.kind !== 'record') return;
        const before = input.stored.record;
        expect(record.write.subject).toBe(before.subject);
        expect(record.write.syncedAt).toBeLessThanOrEqual(input.now);
        const possible = before.syncedAt <= input.now;
        if (possible) expect(record.write.syncedAt).toBeGreaterThanOrEqual(before.syncedAt);
      }),
    );
  });

  test('a record that was written reads back the same', () => {
    fc.assert(
      fc.property(anyInput, ({ stored }) => {
        if (stored.kind !== 'record') return;
        const again = readRecord(JSON.parse(JSON.stringify(writeRecord(stored.record))));
        expect(again).toEqual({ kind: 'record', record: stored.record, schemaVersion: SCHEMA_VERSION });
      }),
    );
  });

  test('reading a record never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (stored) => {
        expect(['none', 'record', 'newer', 'unreadable']).toContain(readRecord(stored).kind);
      }),
    );
  });
});

test('the largest record that Didit can cause fits its limit', () => {
  // Two bytes a letter, as in a name that needs them all.
  const values = PERSONAL_NAMES.map((name) => [name, 'é'.repeat((maxBytesOf(name) - 2) / 2)] as const);
  const flags = FLAG_NAMES.map((name) => [name, false] as const);
  const userMetadata = PERSONAL_NAMES.map((name, index) => `${name}:key_number_${index}`).join(',');
  const decision = decideSync({
    settings: { ...readSyncSettings(`user_metadata=${userMetadata}`), fields: FIELD_NAMES },
    stored: { kind: 'none' },
    found: {
      snapshot: {
        subject: 's'.repeat(128),
        fields: readFields(Object.fromEntries([...values, ...flags])),
        fetchedAt: NOW,
      },
      source: 'management',
    },
    authenticatedAt: NOW,
    userMetadata: {},
    now: NOW,
  });
  expect(Object.keys(written(decision))).toEqual(expect.arrayContaining([...FIELD_NAMES, 'mapped']));
  const bytes = Buffer.byteLength(JSON.stringify(written(decision)));
  expect(bytes).toBeGreaterThan(2_400);
  expect(bytes).toBeLessThanOrEqual(MAX_RECORD_BYTES);
});
