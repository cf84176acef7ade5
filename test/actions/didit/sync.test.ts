import { describe, expect, test } from 'vitest';
import { readFields } from '../../../actions/didit/fields.ts';
import { profileIn } from '../../../actions/didit/knowledge.ts';
import { readRecord, writeRecord } from '../../../actions/didit/record.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import { decideSync, recordOf } from '../../../actions/didit/sync.ts';
import type { SyncDecision, SyncInput } from '../../../actions/didit/sync.ts';
import { NOW } from './sync-arbitraries.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

interface Login extends Partial<Pick<SyncInput, 'run' | 'otherwise' | 'subjects' | 'step'>> {
  readonly fields?: object;
  readonly subject?: string;
  readonly stored?: unknown;
  readonly settings?: string;
  readonly userMetadata?: object;
  /** When Didit was asked. Default: a second before now. */
  readonly fetchedAt?: number;
  readonly now?: number;
}

/** An interactive login whose federated step is half a second old, unless it says otherwise. */
const login = ({
  fields,
  subject = 'someone',
  stored,
  settings,
  userMetadata = {},
  now = NOW,
  fetchedAt = now - 1_000,
  ...rest
}: Login): SyncDecision =>
  decideSync({
    settings: readSyncSettings(settings),
    stored: readRecord(stored),
    run: 'interactive',
    answer: fields && { subject, fields: readFields(fields), fetchedAt, source: 'management' },
    otherwise: 'failed',
    subjects: [subject],
    step: now - 500,
    userMetadata,
    now,
    ...rest,
  });

const written = ({ record }: SyncDecision): object => {
  if (typeof record === 'string') throw new Error(`The record is not written but: ${record}`);
  return writeRecord(record.write);
};

const knownIn = (decision: SyncDecision): ReturnType<typeof profileIn> => profileIn(decision.knowledge);

const ADULT = { verified: true, age_over_18: true };

/** What the first login of an adult leaves. */
const first = {
  schema_version: 2,
  subject: 'someone',
  verified: true,
  age_over_18: true,
  verified_at: iso(NOW - 1_000),
  changed_at: iso(NOW - 1_000),
  synced_at: iso(NOW - 1_000),
  source: 'management',
  authenticated_at: new Date(NOW - 500).toISOString(),
};

test('the first login writes the record: schema, subject, synced fields, times, source, step', () => {
  const decision = login({ fields: { ...ADULT, name: 'John Doe' } });
  expect(decision.codes).toEqual(['created']);
  expect(written(decision)).toEqual(first);
  expect(decision.userMetadata).toEqual([]);
  expect(decision.knowledge).toEqual({
    source: 'management',
    fresh: true,
    record: {
      subject: 'someone',
      fields: ADULT,
      verifiedAt: NOW - 1_000,
      unverifiedAt: undefined,
      changedAt: NOW - 1_000,
      syncedAt: NOW - 1_000,
      source: 'management',
      authenticatedAt: NOW - 500,
      mapped: {},
    },
  });
});

describe('a later login', () => {
  test('without a change writes nothing, and goes by its own answer', () => {
    const decision = login({ fields: ADULT, stored: first, now: NOW + HOUR });
    expect(decision.record).toBe('keep');
    expect(decision.codes).toEqual(['unchanged']);
    expect(decision.knowledge).toMatchObject({ fresh: true, record: { syncedAt: NOW + HOUR - 1_000 } });
  });

  test('without a change writes once the record is 24 hours old, and keeps what happened when', () => {
    const decision = login({ fields: ADULT, stored: first, now: NOW + DAY });
    expect(decision.codes).toEqual(['refreshed']);
    expect(written(decision)).toEqual({
      ...first,
      synced_at: iso(NOW + DAY - 1_000),
      authenticated_at: new Date(NOW + DAY - 500).toISOString(),
    });
  });

  test('writes sooner where refresh_after says so', () => {
    const at = { fields: ADULT, stored: first, now: NOW + 2 * HOUR };
    expect(login({ ...at, settings: 'refresh_after=2h' }).codes).toEqual(['refreshed']);
    expect(login({ ...at, settings: 'refresh_after=3h' }).codes).toEqual(['unchanged']);
  });

  test('writes sooner where the record could not stand in for so long', () => {
    const at = { fields: ADULT, stored: first, now: NOW + 2 * HOUR };
    expect(login({ ...at, settings: 'stand_in=1h' }).codes).toEqual(['refreshed']);
    expect(login({ ...at, settings: 'stand_in=nothing' }).codes).toEqual(['refreshed']);
  });

  test('that sees the same answer again writes nothing, however short a record stands in', () => {
    const again = { fields: ADULT, stored: first, fetchedAt: NOW - 1_000, now: NOW + HOUR };
    expect(login({ ...again, run: 'refresh', settings: 'stand_in=nothing' }).record).toBe('keep');
  });

  test('removes a field that Didit no longer sends', () => {
    const decision = login({ fields: { verified: true }, stored: first, now: NOW + HOUR });
    expect(decision.codes).toEqual(['updated']);
    expect(written(decision)).toEqual({
      schema_version: 2,
      subject: 'someone',
      verified: true,
      verified_at: iso(NOW - 1_000),
      changed_at: iso(NOW + HOUR - 1_000),
      synced_at: iso(NOW + HOUR - 1_000),
      source: 'management',
      authenticated_at: new Date(NOW + HOUR - 500).toISOString(),
    });
  });

  test('removes a field that the settings no longer name', () => {
    const decision = login({ fields: ADULT, stored: first, settings: 'fields=verified' });
    expect(written(decision)).not.toHaveProperty('age_over_18');
    expect(knownIn(login({ stored: first, settings: 'fields=verified' }))?.record.fields).toEqual({
      verified: true,
    });
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

  test('counts who does not say whether verified as not verified', () => {
    const unknown = written(login({ fields: { age_over_18: true }, stored: first, now: NOW + HOUR }));
    expect(unknown).not.toHaveProperty('verified');
    expect(unknown).not.toHaveProperty('verified_at');
    expect(unknown).toMatchObject({ unverified_at: iso(NOW + HOUR - 1_000) });
  });

  test('keeps since when somebody is verified, though the record was written later', () => {
    const stored = { ...first, verified_at: iso(NOW - 90 * DAY) };
    expect(written(login({ fields: { verified: true }, stored, now: NOW + HOUR }))).toMatchObject({
      verified_at: iso(NOW - 90 * DAY),
    });
  });

  test('of the second identity is refused: nothing is written, and nothing is known', () => {
    const decision = login({
      fields: { verified: true },
      subject: 'another',
      subjects: ['someone', 'another'],
      stored: first,
      now: NOW + HOUR,
    });
    expect(decision).toEqual({
      record: 'keep',
      userMetadata: [],
      knowledge: 'refused_two_identities',
      codes: ['subject_mismatch'],
    });
  });

  test('of the first of two identities is written at each step: the session has to tell which one began it', () => {
    const again = { fields: ADULT, stored: first, now: NOW + 60_000 };
    expect(login(again).codes).toEqual(['unchanged']);
    const decision = login({ ...again, subjects: ['someone', 'another'] });
    expect(decision.codes).toEqual(['refreshed']);
    expect(written(decision)).toMatchObject({
      authenticated_at: new Date(NOW + 59_500).toISOString(),
    });
  });

  test('that ends after a newer one does not turn the record back', () => {
    const decision = login({ fields: { verified: false }, stored: first, fetchedAt: NOW - 2_000 });
    expect(decision.record).toBe('keep');
    expect(decision.codes).toEqual(['snapshot_older']);
    expect(decision.knowledge).toMatchObject({ source: 'record', record: { fields: { verified: true } } });
  });

  test('does not turn a record back that is ahead of this clock by no more than clocks differ', () => {
    const no = { ...first, verified: false, synced_at: iso(NOW + 5 * 60_000) };
    const decision = login({ fields: { verified: true }, stored: no });
    expect(decision.record).toBe('keep');
    expect(decision.codes).toEqual(['snapshot_older']);
    expect(decision.knowledge).toMatchObject({ record: { fields: { verified: false } } });
  });

  test('repairs a record whose time lies in the future', () => {
    const stored = { ...first, synced_at: iso(NOW + 999 * HOUR) };
    const repaired = written(login({ fields: { verified: true }, stored }));
    expect(repaired).toMatchObject({ synced_at: iso(NOW - 1_000) });
    // Of which step it is, nobody knows.
    expect(repaired).not.toHaveProperty('authenticated_at');
  });

  test('does not take the step of a record from the future for its own', () => {
    const stored = { ...first, synced_at: iso(NOW + 999 * HOUR) };
    const old = { fields: { verified: true }, stored, fetchedAt: NOW - 90 * DAY };
    expect(login(old).knowledge).toBe('failed');
    expect(written(login(old))).not.toHaveProperty('authenticated_at');
  });

  test('without an answer does not go by a record from the future, unless it is of its very step', () => {
    const stored = { ...first, synced_at: iso(NOW + 6 * 60_000) };
    expect(login({ stored, step: NOW }).knowledge).toBe('failed');
    expect(knownIn(login({ stored, run: 'sso' }))?.source).toBe('record');
  });

  test('without an answer goes by the record of its step, marked stale', () => {
    expect(login({ stored: first, run: 'sso' })).toEqual({
      record: 'keep',
      userMetadata: [],
      knowledge: { source: 'record', fresh: false, record: recordOf(readRecord(first), ['someone']) },
      codes: ['no_snapshot'],
    });
  });
});

test('an answer of an earlier login is kept, with its own age, and is not fresh', () => {
  const decision = login({ fields: { verified: true }, fetchedAt: NOW - 2 * DAY });
  expect(written(decision)).toMatchObject({ synced_at: iso(NOW - 2 * DAY) });
  expect(written(decision)).not.toHaveProperty('authenticated_at');
  expect(decision.knowledge).toMatchObject({ fresh: false });
  expect(decision.codes).toEqual(['created', 'record_stands_in']);
});

test('an answer from the future counts as from now: clocks differ', () => {
  expect(written(login({ fields: { verified: true }, fetchedAt: NOW + 60_000 }))).toMatchObject({
    synced_at: iso(NOW),
  });
});

describe('mode=off', () => {
  const stored = { ...first, mapped: { nick: 'John' } };

  test('removes the record and what it put into user_metadata, and still serves this login', () => {
    const decision = login({
      fields: { verified: true },
      stored,
      settings: 'mode=off',
      userMetadata: { nick: 'John', theme: 'dark' },
    });
    expect(decision.record).toBe('remove');
    expect(decision.userMetadata).toEqual([{ key: 'nick', value: null }]);
    expect(decision.codes).toEqual(['removed']);
    expect(decision.knowledge).toMatchObject({ fresh: true, record: { fields: { verified: true } } });
    expect(knownIn(decision)?.record.verifiedAt).toBeUndefined();
  });

  test.each([
    { what: 'a record', there: stored, record: 'remove' },
    { what: 'a damaged record', there: { schema_version: 2 }, record: 'remove' },
    { what: 'a record of newer code', there: { schema_version: 3 }, record: 'remove' },
    { what: 'nothing', there: undefined, record: 'keep' },
    { what: 'what is not ours', there: { theirs: true }, record: 'keep' },
  ])('does with $what: $record', ({ there, record }) => {
    const decision = login({ fields: { verified: true }, stored: there, settings: 'mode=off' });
    expect(decision.record).toBe(record);
    expect(decision.codes).toEqual([record === 'remove' ? 'removed' : 'off']);
  });

  test('knows nothing from the record that it removes, nor that an older answer would be of its step', () => {
    expect(login({ stored, settings: 'mode=off', run: 'sso', otherwise: 'not_asked' }).knowledge).toBe(
      'not_asked',
    );
    const old = { fields: { verified: true }, fetchedAt: NOW - 90 * DAY };
    expect(login({ ...old, stored, settings: 'mode=off' }).knowledge).toBe('failed');
  });
});

describe('a stored record', () => {
  test('of version 1 is read, and rewritten by the next login', () => {
    const stored = { schema_version: 1, subject: 'someone', verified: true, synced_at: iso(NOW - HOUR) };
    expect(login({ stored }).knowledge).toMatchObject({ record: { verifiedAt: NOW - HOUR } });
    const decision = login({ fields: { verified: true }, stored });
    expect(decision.codes).toEqual(['migrated']);
    expect(written(decision)).toMatchObject({ schema_version: 2, verified_at: iso(NOW - HOUR) });
  });

  test('that is damaged is written anew', () => {
    const stored = { schema_version: 2, subject: 'someone' };
    expect(login({ stored }).knowledge).toBe('failed');
    expect(login({ fields: { verified: true }, stored }).codes).toEqual(['record_unreadable', 'created']);
  });

  test.each(['newer', 'foreign'] as const)(
    'that is %s is left alone, and its login goes by the answer',
    (kind) => {
      const stored = kind === 'newer' ? { schema_version: 3 } : { theirs: true };
      const settings = 'fields=verified,name user_metadata=name:nick';
      const decision = login({ fields: { verified: true, name: 'John' }, stored, settings });
      expect(decision.record).toBe('keep');
      expect(decision.userMetadata).toEqual([]);
      expect(decision.codes).toEqual([`record_${kind}`]);
      expect(decision.knowledge).toMatchObject({ fresh: true, record: { fields: { verified: true } } });
    },
  );
});

describe('recordOf', () => {
  test('gives the record of an identity that the user has, and no other', () => {
    const stored = readRecord(first);
    expect(recordOf(stored, ['another', 'someone'])?.subject).toBe('someone');
    expect(recordOf(stored, ['another'])).toBeUndefined();
    expect(recordOf(stored, [])).toBeUndefined();
    expect(recordOf({ kind: 'foreign' }, ['someone'])).toBeUndefined();
  });
});
