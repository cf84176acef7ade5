import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../../actions/didit/fields.ts';
import { profileIn } from '../../../actions/didit/knowledge.ts';
import { writeRecord } from '../../../actions/didit/record.ts';
import { decideSync } from '../../../actions/didit/sync.ts';
import type { SyncInput } from '../../../actions/didit/sync.ts';
import { NOW, anyInput, storedAfter, userMetadataAfter } from './sync-arbitraries.ts';

const MINUTE = 60_000;

/** One thing that may be gone by: what it says, of whom, and of when. */
interface Evidence {
  readonly subject: string;
  readonly fields: Fields;
  readonly askedAt: number;
}

/** All that a login may go by: what is stored about an identity that the user has, unless clocks made it up; and the answer. */
function evidenceIn({ stored, answer, subjects, settings, now }: SyncInput): readonly Evidence[] {
  const found: Evidence[] = [];
  if (stored.kind === 'record' && settings.mode === 'on' && subjects.includes(stored.record.subject)) {
    const { subject, fields, syncedAt } = stored.record;
    if (syncedAt - now <= 5 * MINUTE) found.push({ subject, fields, askedAt: syncedAt });
  }
  if (answer !== undefined) {
    const { subject, fields, fetchedAt } = answer;
    found.push({ subject, fields, askedAt: Math.min(fetchedAt, now) });
  }
  return found;
}

const newest = (evidence: readonly Evidence[]): number => Math.max(...evidence.map(({ askedAt }) => askedAt));

const holds = (check: (input: SyncInput) => void, numRuns = 1_000): void => {
  fc.assert(fc.property(anyInput, check), { numRuns });
};

describe('whatever the login, the record and the settings', () => {
  test('what is known is the newest evidence, and nothing that it does not say', () => {
    holds((input) => {
      const profile = profileIn(decideSync(input).knowledge);
      if (profile === undefined) return;
      const evidence = evidenceIn(input);
      const { subject, fields, syncedAt } = profile.record;
      const impossible =
        input.stored.kind === 'record' && input.stored.record.syncedAt - input.now > 5 * MINUTE;
      // A record from the future counts where there is nothing else, and its own session asks for it.
      if (impossible && input.answer === undefined) return;
      expect(syncedAt).toBe(newest(evidence));
      const says = evidence.filter(({ askedAt }) => askedAt === syncedAt);
      expect(says.map((one) => one.subject)).toContain(subject);
      for (const [name, value] of Object.entries(fields)) {
        expect(input.settings.fields).toContain(name);
        expect(says.map((one) => new Map<string, unknown>(Object.entries(one.fields)).get(name))).toContain(
          value,
        );
      }
    });
  });

  test("nobody else's subject ever gets in: neither into what is known nor into the record", () => {
    holds((input) => {
      const { knowledge, record } = decideSync(input);
      const profile = profileIn(knowledge);
      if (profile !== undefined) expect(input.subjects).toContain(profile.record.subject);
      if (typeof record !== 'string') expect(input.subjects).toContain(record.write.subject);
    });
  });

  test('the record of one identity never becomes that of another that the user has beside it', () => {
    holds((input) => {
      const { knowledge, record } = decideSync(input);
      const { stored, subjects } = input;
      if (stored.kind !== 'record' || !subjects.includes(stored.record.subject)) return;
      if (typeof record !== 'string') expect(record.write.subject).toBe(stored.record.subject);
      if (input.settings.mode === 'on' && typeof knowledge !== 'string') {
        expect(knowledge.record.subject).toBe(stored.record.subject);
      }
    });
  });

  test('the record only moves forward in time, and never past now', () => {
    holds((input) => {
      const { record } = decideSync(input);
      if (typeof record === 'string') return;
      expect(record.write.syncedAt).toBeLessThanOrEqual(input.now);
      if (input.stored.kind !== 'record' || !input.subjects.includes(input.stored.record.subject)) return;
      const { syncedAt } = input.stored.record;
      if (syncedAt <= input.now + 5 * MINUTE) {
        expect(record.write.syncedAt).toBeGreaterThanOrEqual(Math.min(syncedAt, input.now));
      }
    });
  });

  test('a record of somebody else or of newer code is never written over, and what is not ours never removed', () => {
    holds((input) => {
      const { record } = decideSync(input);
      if (input.stored.kind === 'foreign') expect(record).toBe('keep');
      if (input.stored.kind === 'newer')
        expect(record).toBe(input.settings.mode === 'off' ? 'remove' : 'keep');
      if (input.settings.mode === 'on') expect(record).not.toBe('remove');
      else expect(typeof record).toBe('string');
    });
  });

  test('only an interactive login with an answer of its own step is fresh', () => {
    holds((input) => {
      const profile = profileIn(decideSync(input).knowledge);
      if (profile?.fresh !== true) return;
      expect(input.run).toBe('interactive');
      expect(profile.source).not.toBe('record');
      const { stored, subjects, settings, answer, now } = input;
      const known =
        stored.kind === 'record' && settings.mode === 'on' && subjects.includes(stored.record.subject)
          ? stored.record
          : undefined;
      // The record has the same answer, and says of which step it was.
      if (known?.syncedAt === Math.min(answer?.fetchedAt ?? Infinity, now))
        expect(known.authenticatedAt).toBe(input.step);
      else expect(input.answer?.fetchedAt).toBeGreaterThanOrEqual((input.step ?? Infinity) - 30_000);
    });
  });

  test('nothing older than stand_in at its step is known, unless it is of that very step', () => {
    holds((input) => {
      const profile = profileIn(decideSync(input).knowledge);
      const step = input.step ?? (input.run === 'interactive' ? input.now : undefined);
      if (profile === undefined || step === undefined || profile.record.authenticatedAt === input.step)
        return;
      expect(step - profile.record.syncedAt).toBeLessThanOrEqual(input.settings.standIn);
      expect(input.otherwise).not.toBe('refused');
      expect(input.subjects).toHaveLength(1);
    });
  });

  test('however long other Actions hold a run, it goes by the same evidence and writes the same', () => {
    holds((input) => {
      fc.pre(input.step !== undefined && (input.answer?.fetchedAt ?? 0) <= NOW);
      fc.pre(input.stored.kind !== 'record' || input.stored.record.syncedAt <= NOW);
      const [at, later] = [0, 5 * 3_600_000].map((held) => decideSync({ ...input, now: NOW + held }));
      const unfresh = (decision: typeof at): object => ({
        ...decision,
        knowledge:
          typeof decision?.knowledge === 'object'
            ? { ...decision.knowledge, fresh: false }
            : decision?.knowledge,
      });
      expect(unfresh(later)).toEqual(unfresh(at));
    });
  });

  test('a sync after a sync changes nothing more, and knows the same of the person', () => {
    holds((input) => {
      const first = decideSync(input);
      const second = decideSync({
        ...input,
        stored: storedAfter(input.stored, first),
        userMetadata: userMetadataAfter(input.userMetadata, first),
      });
      expect(second.record).toBe('keep');
      expect(second.userMetadata).toEqual([]);
      expect(profileIn(second.knowledge)?.record.fields).toEqual(profileIn(first.knowledge)?.record.fields);
    });
  });

  test('user_metadata changes only under mapped keys, and under keys that were ours', () => {
    holds((input) => {
      const remembered = input.stored.kind === 'record' ? Object.keys(input.stored.record.mapped) : [];
      const allowed = [...remembered, ...input.settings.userMetadata.map(([, key]) => key)];
      for (const { key } of decideSync(input).userMetadata) expect(allowed).toContain(key);
    });
  });

  test('nothing leaves that the settings do not name, and the record stays within 4 kB', () => {
    holds((input) => {
      const { record, knowledge } = decideSync(input);
      const named = [...input.settings.fields];
      expect(named).toEqual(expect.arrayContaining(Object.keys(profileIn(knowledge)?.record.fields ?? {})));
      if (typeof record === 'string') return;
      expect(Buffer.byteLength(JSON.stringify(writeRecord(record.write)))).toBeLessThanOrEqual(4_096);
      expect(named).toEqual(expect.arrayContaining(Object.keys(record.write.fields)));
    });
  });
});
