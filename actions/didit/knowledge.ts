import { readFields } from './fields.ts';
import { isObject, own, parseJson } from './json.ts';
import type { DiditRecord, SnapshotSource } from './record.ts';
import type { Snapshot } from './snapshot.ts';

/** Where a run comes from. Only an interactive one has just brought something from Didit. */
export type RunKind =
  | 'interactive'
  | 'refresh'
  | 'silent'
  /** Continues a session whose answer from Didit is the one that is stored. */
  | 'sso'
  /** Brings nothing from Didit, whatever it is: a token exchange, a session transfer, CIBA, another connection. */
  | 'no_login';

/** What Didit said about a person, as one source shows it. */
export interface Answer extends Snapshot {
  readonly source: SnapshotSource;
}

/** What the Actions of one login know about the person, and how they know it. */
export interface LoginProfile {
  /** `record`: nothing newer than the stored record could be had. */
  readonly source: SnapshotSource | 'record';
  /** Whether Didit was asked for these fields in this very login. */
  readonly fresh: boolean;
  readonly record: DiditRecord;
  /** Of a step-up: the identity has signed in during this login, which may have begun before it was the user's. */
  readonly joined?: true;
}

/**
 * Why nothing is known:
 *
 * - `not_asked`: a refresh, a silent run or a session that goes on: nobody was asked, and nothing usable is stored;
 * - `failed`: an interactive login: the answer could not be had, and no stored one may stand in for it;
 * - `refused`: what was found is not about this person, or was tampered with;
 * - `refused_two_identities`: the user has two Didit identities, and what was found is not about the one that the record is of;
 * - `none`: there is no answer of Didit's.
 */
const REASONS = ['not_asked', 'failed', 'refused', 'refused_two_identities', 'none'] as const;

export type WhyNothing = (typeof REASONS)[number];

/** What one login's Actions go by: a profile, or why there is none. */
export type Knowledge = LoginProfile | WhyNothing;

/** The profile, where there is one. */
export const profileIn = (knowledge: Knowledge): LoginProfile | undefined =>
  typeof knowledge === 'string' ? undefined : knowledge;

/** Where the knowledge comes from, or why there is none: for the log. */
export const sourceOf = (knowledge: Knowledge): string =>
  typeof knowledge === 'string' ? knowledge : knowledge.source;

/**
 * How long before the platform notes a federated step the profile script may have asked Didit, milliseconds: its own time limit
 * of at most 10 seconds, and two clocks that differ. Two times of the evidence are compared, never the time of the run.
 */
const ASKED_BEFORE_STEP_MILLISECONDS = 30_000;

/** Whether Didit was asked for an answer in a federated step (milliseconds since the epoch), or after it. */
export const isOfStep = (askedAt: number, step: number | undefined): boolean =>
  step !== undefined && askedAt >= step - ASKED_BEFORE_STEP_MILLISECONDS;

/** Knowledge as text for the Actions that come after. What was written into `user_metadata` is no concern of theirs. */
export const writeKnowledge = (knowledge: Knowledge): string =>
  JSON.stringify(
    typeof knowledge === 'string' ? knowledge : { ...knowledge, record: { ...knowledge.record, mapped: {} } },
  );

/**
 * The knowledge in such a text. Whoever reads one has checked its signature, so it is taken as it was written; `undefined` where
 * it cannot have been.
 */
export function readKnowledge(text: string): Knowledge | undefined {
  const value = parseJson(text);
  return REASONS.find((reason) => reason === value) ?? (isProfile(value) ? value : undefined);
}

const isProfile = (value: unknown): value is LoginProfile => isObject(own(value, 'record'));

/** A field that the settings no longer name is not shown, even before the next sync takes it out of the record. */
export const fromRecord = (record: DiditRecord, fields?: Parameters<typeof readFields>[1]): LoginProfile => ({
  source: 'record',
  fresh: false,
  record: { ...record, fields: readFields(record.fields, fields) },
});
