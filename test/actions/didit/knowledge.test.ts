import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fromRecord,
  isOfStep,
  profileIn,
  readKnowledge,
  sourceOf,
  writeKnowledge,
} from '../../../actions/didit/knowledge.ts';
import type { Knowledge, LoginProfile } from '../../../actions/didit/knowledge.ts';
import { anyRecord } from './sync-arbitraries.ts';

const REASONS = ['not_asked', 'failed', 'refused', 'refused_two_identities', 'none'] as const;

const anyProfile: fc.Arbitrary<LoginProfile> = fc.record({
  source: fc.constantFrom('event', 'management', 'record'),
  fresh: fc.boolean(),
  record: anyRecord,
});

const anyKnowledge: fc.Arbitrary<Knowledge> = fc.oneof(fc.constantFrom(...REASONS), anyProfile);

describe('knowledge that is handed on', () => {
  test('is read as it was written, but for what was put into user_metadata', () => {
    fc.assert(
      fc.property(anyKnowledge, (knowledge) => {
        const expected =
          typeof knowledge === 'string'
            ? knowledge
            : { ...knowledge, record: { ...knowledge.record, mapped: {} } };
        expect(readKnowledge(writeKnowledge(knowledge))).toEqual(expected);
      }),
    );
  });

  test('takes at most half of the 8 kB that Auth0 gives a value of the transaction, signature included', () => {
    fc.assert(
      fc.property(anyKnowledge, (knowledge) => {
        expect(Buffer.byteLength(writeKnowledge(knowledge)) + 43).toBeLessThanOrEqual(4_096);
      }),
    );
  });

  test('is read from any text without a throw, as a reason, a profile with a record, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readKnowledge(text);
        const isReason = REASONS.some((reason) => reason === read);
        expect(read === undefined || isReason || typeof profileIn(read)?.record === 'object').toBe(true);
      }),
    );
  });

  test.each(['', 'null', 'true', '7', '"unknown"', '"FAILED"', 'failed', '["failed"]', '{}', '{"record":1}'])(
    'is not %s',
    (text) => {
      expect(readKnowledge(text)).toBeUndefined();
    },
  );
});

test.each(REASONS)('why nothing is known (%s) is no profile, and stands in the log as it is', (reason) => {
  expect(profileIn(reason)).toBeUndefined();
  expect(sourceOf(reason)).toBe(reason);
});

test('a profile tells in the log where it comes from', () => {
  fc.assert(
    fc.property(anyProfile, (profile) => {
      expect(profileIn(profile)).toBe(profile);
      expect(sourceOf(profile)).toBe(profile.source);
    }),
  );
});

test('a record shows only the fields that the settings name, is stale, and keeps its times', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const shown = fromRecord(record, ['verified']);
      const { verified } = record.fields;
      expect(shown).toEqual({
        source: 'record',
        fresh: false,
        record: { ...record, fields: verified === undefined ? {} : { verified } },
      });
      expect(fromRecord(record).record).toEqual(record);
    }),
  );
});

test.each([
  { askedBefore: 30_000, isOfIt: true },
  { askedBefore: 30_001, isOfIt: false },
  { askedBefore: 0, isOfIt: true },
  { askedBefore: -1, isOfIt: true },
])('an answer of $askedBefore ms before a federated step is of it: $isOfIt', ({ askedBefore, isOfIt }) => {
  const step = Date.parse('2026-06-15T12:00:00Z');
  expect(isOfStep(step - askedBefore, step)).toBe(isOfIt);
  expect(isOfStep(step, undefined)).toBe(false);
});
