import { MAX_CLOCK_SKEW_MILLISECONDS } from './calendar.ts';
import { readFields } from './fields.ts';
import { sameJson } from './json.ts';
import { fromRecord, isOfStep } from './knowledge.ts';
import type { Answer, Knowledge, RunKind, WhyNothing } from './knowledge.ts';
import { SCHEMA_VERSION } from './record.ts';
import type { DiditRecord, StoredRecord } from './record.ts';
import type { SyncSettings } from './settings/sync-settings.ts';
import { decideUserMetadata } from './user-metadata.ts';
import type { UserMetadataChange } from './user-metadata.ts';

/**
 * Where the answer is not written into the record, a session that goes on looks like the login that it began with: the answer
 * counts as this login's own for so long, milliseconds. The clock can only take freshness away here, never give it.
 */
const FRESH_MILLISECONDS = 10 * 60_000;

/** What became of the record, and why. */
export type SyncCode =
  | 'created'
  | 'updated'
  | 'migrated'
  | 'refreshed'
  | 'relinked'
  | 'unchanged'
  | 'removed'
  | 'off'
  | 'no_snapshot'
  | 'snapshot_older'
  | 'subject_mismatch'
  | 'record_foreign'
  | 'record_newer'
  | 'record_orphaned'
  | 'record_stands_in'
  | 'record_unreadable';

export interface SyncInput {
  readonly settings: SyncSettings;
  readonly stored: StoredRecord;
  readonly run: RunKind;
  /** The newest answer that names one of the user's own identities, if any was found. */
  readonly answer: Answer | undefined;
  /** Why nothing is known where neither the answer nor the record can be used. */
  readonly otherwise: WhyNothing;
  /** Didit's ids in the user's identities of the Didit connection. */
  readonly subjects: readonly string[];
  /** The federated step of this run's session, milliseconds since the epoch, if the platform tells. */
  readonly step: number | undefined;
  /** The user's `user_metadata` as the login began. */
  readonly userMetadata: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface SyncDecision {
  readonly record: 'keep' | 'remove' | { readonly write: DiditRecord };
  readonly userMetadata: readonly UserMetadataChange[];
  /** What this login's later Actions may build on. */
  readonly knowledge: Knowledge;
  readonly codes: readonly SyncCode[];
}

/**
 * The record, if it is about an identity that the user has: what is left of one that was unlinked speaks for nobody, and stands
 * in nobody's way.
 */
export const recordOf = (stored: StoredRecord, subjects: readonly string[]): DiditRecord | undefined =>
  stored.kind === 'record' && subjects.includes(stored.record.subject) ? stored.record : undefined;

/**
 * What becomes of the stored record, and what this login may go by. **The newest answer counts, whatever kind of run sees it**,
 * and is stored by any run that may write. The record only ever moves forward in time, is written only when something changed or
 * when it is older than `refresh_after`, and never takes over the data of a second Didit identity beside the first.
 */
export function decideSync(input: SyncInput): SyncDecision {
  const { settings, stored, answer, subjects } = input;
  const known = settings.mode === 'on' ? recordOf(stored, subjects) : undefined;
  const next = answer && nextRecord(known, answer, input);
  if (settings.mode === 'off') return decideOff(input, next);
  const orphaned = stored.kind === 'record' && known === undefined;
  const codes: readonly SyncCode[] = orphaned ? ['record_orphaned'] : [];
  if (next === undefined || (known !== undefined && isNewer(known, next, input.now))) {
    const code = next === undefined ? 'no_snapshot' : 'snapshot_older';
    return { ...keep, ...judge(known, undefined, input, [...codes, code]) };
  }
  if (known !== undefined && known.subject !== next.subject) {
    return { ...keep, knowledge: 'refused_two_identities', codes: ['subject_mismatch'] };
  }
  if (stored.kind === 'newer' || stored.kind === 'foreign') {
    return { ...keep, ...judge(undefined, next, input, [`record_${stored.kind}`]) };
  }
  const metadata = decideUserMetadata({
    mapping: settings.userMetadata,
    fields: next.fields,
    remembered: stored.kind === 'record' ? stored.record.mapped : {},
    current: input.userMetadata,
  });
  const record = { ...next, mapped: metadata.remembered };
  const code = orphaned ? 'relinked' : writeReason(stored, record, input);
  return {
    record: code === 'unchanged' ? 'keep' : { write: record },
    userMetadata: metadata.changes,
    ...judge(
      known,
      record,
      input,
      stored.kind === 'unreadable' ? ['record_unreadable', code] : [code],
      code !== 'unchanged',
    ),
  };
}

const keep = { record: 'keep', userMetadata: [] } as const;

/**
 * Two logins at once: the one that ends last may hold the older answer. A record from the future is a clock's fault, and goes.
 */
const isNewer = (known: DiditRecord, next: DiditRecord, now: number): boolean =>
  known.syncedAt > next.syncedAt && !isFromTheFuture(known, now);

const isFromTheFuture = ({ syncedAt }: DiditRecord, now: number): boolean =>
  syncedAt - now > MAX_CLOCK_SKEW_MILLISECONDS;

/**
 * What the newest answer is worth to this run. One that belongs to the run's own federated step counts, whatever its age: the
 * rules limit that (`max_age`). An older one stands in for an answer that could not be had: for at most `stand_in`, counted up to
 * the step.
 *
 * @param isWritten Whether this run writes `next` into the record, so that later runs of its session know it again.
 */
function judge(
  known: DiditRecord | undefined,
  next: DiditRecord | undefined,
  input: SyncInput,
  codes: readonly SyncCode[],
  isWritten = false,
): Pick<SyncDecision, 'knowledge' | 'codes'> {
  const { settings, run, subjects, step, now, otherwise } = input;
  const newest = next ?? known;
  if (newest === undefined) return { knowledge: otherwise, codes };
  const isOwn = step !== undefined && newest.authenticatedAt === step;
  // Whether Didit was asked in this very login.
  const fresh =
    run === 'interactive' && isOwn && (isWritten || Math.abs(now - newest.syncedAt) <= FRESH_MILLISECONDS);
  const knowledge: Knowledge =
    next === undefined ? fromRecord(newest, settings.fields) : { source: next.source, fresh, record: next };
  const reference = step ?? (run === 'interactive' ? now : undefined);
  if (reference === undefined || isOwn) return { knowledge, codes };
  // Which of two identities the step was of cannot be told without its answer.
  if (subjects.length > 1) return { knowledge: 'refused_two_identities', codes };
  const isTooOld = reference - newest.syncedAt > settings.standIn;
  if (otherwise === 'refused' || isTooOld || isFromTheFuture(newest, now))
    return { knowledge: otherwise, codes };
  return { knowledge, codes: run === 'interactive' ? [...codes, 'record_stands_in'] : codes };
}

/**
 * Nothing of ours stays behind: neither the record nor what it put into `user_metadata`. This login can still use its own
 * answer.
 */
function decideOff(input: SyncInput, next: DiditRecord | undefined): SyncDecision {
  const { stored, userMetadata } = input;
  const remembered = stored.kind === 'record' ? stored.record.mapped : {};
  const isOurs = stored.kind !== 'none' && stored.kind !== 'foreign';
  // Nobody knows since when, where nothing is kept.
  const answer = next && { ...next, verifiedAt: undefined, unverifiedAt: undefined };
  return {
    record: isOurs ? 'remove' : 'keep',
    userMetadata: decideUserMetadata({ mapping: [], fields: {}, remembered, current: userMetadata }).changes,
    ...judge(undefined, answer, input, [isOurs ? 'removed' : 'off']),
  };
}

function nextRecord(
  known: DiditRecord | undefined,
  answer: Answer,
  { settings, step, now }: SyncInput,
): DiditRecord {
  const fields = readFields(answer.fields, settings.fields);
  // Didit cannot have been asked later than now: the clocks differ.
  const syncedAt = Math.min(answer.fetchedAt, now);
  const since = known === undefined ? Infinity : syncedAt - known.syncedAt;
  // An answer that was stored before belongs to an earlier step; of one that is older than what is stored, nobody knows to which.
  const sameStep = since === 0 ? known?.authenticatedAt : undefined;
  const verified = fields.verified === true;
  const wasVerified = known?.fields.verified === true;
  return {
    subject: answer.subject,
    fields,
    verifiedAt: verified ? ((wasVerified ? known.verifiedAt : undefined) ?? syncedAt) : undefined,
    unverifiedAt: verified ? undefined : wasVerified ? syncedAt : known?.unverifiedAt,
    changedAt: known !== undefined && sameJson(known.fields, fields) ? known.changedAt : syncedAt,
    syncedAt,
    source: answer.source,
    authenticatedAt: since > 0 && isOfStep(answer.fetchedAt, step) ? step : sameStep,
    mapped: {},
  };
}

function writeReason(stored: StoredRecord, next: DiditRecord, { settings, subjects }: SyncInput): SyncCode {
  if (stored.kind !== 'record') return 'created';
  const { record: known, schemaVersion } = stored;
  if (!sameJson(known.fields, next.fields) || !sameJson(known.mapped, next.mapped)) return 'updated';
  if (schemaVersion < SCHEMA_VERSION) return 'migrated';
  // Of two identities, the session has to tell which one began it.
  if (subjects.length > 1 && known.authenticatedAt !== next.authenticatedAt) return 'refreshed';
  const since = Math.abs(next.syncedAt - known.syncedAt);
  return since > 0 && since >= Math.min(settings.refreshAfter, settings.standIn) ? 'refreshed' : 'unchanged';
}
