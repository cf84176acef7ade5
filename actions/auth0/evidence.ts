import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import type { Answer, RunKind, WhyNothing } from '../didit/knowledge.ts';
import { isOfStep } from '../didit/knowledge.ts';
import type { DiditRecord } from '../didit/record.ts';
import { eventPart } from './event.ts';
import { managementCredentials, readUser } from './management.ts';
import type { ManagementFailure } from './management.ts';
import { findAnswer, subjectsOf, userIdOf } from './provenance.ts';
import { federatedAt, runKind } from './run-kind.ts';

/** What a login shows of the person, before anybody judges it. */
export interface Evidence {
  readonly run: RunKind;
  /** The newest answer that is about one of the user's own Didit identities. */
  readonly answer: Answer | undefined;
  /** Why nothing is known where no answer can be used. */
  readonly otherwise: WhyNothing;
  /** The federated step of the session, milliseconds since the epoch; `undefined` where the platform does not tell. */
  readonly step: number | undefined;
  readonly codes: readonly (
    Exclude<RunKind, 'interactive' | 'other'> | 'other_run' | ManagementFailure | 'look_alike_ignored'
  )[];
}

/** What the event alone shows, on any kind of run. */
export const eventEvidence = (
  event: Event,
): Pick<Evidence, 'answer' | 'otherwise'> & { readonly lookAlike: boolean } => ({
  ...findAnswer(event, eventPart(event, 'user'), 'event'),
  otherwise: subjectsOf(event).length === 0 ? 'none' : 'not_asked',
});

/**
 * The evidence for a login through the Didit connection: what the event shows; and, where that holds no answer of the login's own
 * federated step, what the Management API shows, read at most once. A run that brings nothing new from Didit asks nobody.
 *
 * @param record The stored record, if one is kept: it tells a session that goes on.
 * @param timeout For the Management API, milliseconds.
 */
export async function loginEvidence(
  event: Event,
  cache: PostLoginAPI['cache'],
  record: DiditRecord | undefined,
  timeout: number,
): Promise<Evidence> {
  const run = runKind(event, record?.authenticatedAt);
  const step = federatedAt(event);
  const shown = eventEvidence(event);
  const isNew =
    shown.answer !== undefined &&
    isOfStep(shown.answer.fetchedAt, step) &&
    (record === undefined || shown.answer.fetchedAt > record.syncedAt);
  // Without an identity of the Didit connection, the user is not (or no longer) the one who has come back from Didit.
  const asked =
    run === 'interactive' && !isNew && shown.otherwise !== 'none'
      ? await askManagement(event, cache, timeout)
      : undefined;
  const lookAlike = shown.lookAlike || asked?.lookAlike;
  const because = lookAlike ? 'refused' : asked?.failure === undefined ? 'none' : 'failed';
  return {
    run,
    step,
    answer: newestOf(shown.answer, asked?.answer),
    otherwise: run === 'interactive' ? because : shown.otherwise,
    codes: [
      run === 'interactive' ? undefined : run,
      lookAlike ? ('look_alike_ignored' as const) : undefined,
      asked?.failure,
    ].filter((code) => code !== undefined),
  };
}

/** Of two answers as new as each other, the one that was read later. */
const newestOf = (first: Answer | undefined, later: Answer | undefined): Answer | undefined =>
  later === undefined || (first !== undefined && first.fetchedAt > later.fetchedAt) ? first : later;

async function askManagement(
  event: Event,
  cache: PostLoginAPI['cache'],
  timeout: number,
): Promise<Partial<ReturnType<typeof findAnswer>> & { readonly failure?: ManagementFailure }> {
  const reading = await readUser(managementCredentials(event), userIdOf(event), cache, timeout);
  return 'failure' in reading ? reading : findAnswer(event, reading.user, 'management');
}
