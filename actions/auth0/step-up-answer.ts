import type { Event } from '@auth0/actions/post-login/v3';
import { own, ownList, ownText, parseJson } from '../didit/json.ts';
import { isOfStep, profileIn, readKnowledge, writeKnowledge } from '../didit/knowledge.ts';
import type { Knowledge } from '../didit/knowledge.ts';
import { writeRecord } from '../didit/record.ts';
import { parseSettings } from '../didit/settings/grammar.ts';
import type { StepUpAnswer } from '../didit/step-up.ts';
import { diditConnection } from './didit-connection.ts';
import { eventPart, eventText, secretOf, settingsAt } from './event.ts';
import { handoverKey } from './handover.ts';
import { userIdOf } from './provenance.ts';
import { signText, signedText } from './signed-text.ts';

/** The claim of the nested login's ID token. It is read by the Action that has sent the person there, and by nobody else. */
export const ANSWER_CLAIM = 'https://didit.invalid/step_up';

/**
 * Whether a login is nested in one that an Action of ours has interrupted: then nobody is asked for anything. An event that does
 * not name its application is none, also where the Action is told of no such client.
 */
export function isNested(event: Event): boolean {
  const client = secretOf(event, 'DIDIT_STEP_UP_CLIENT_ID');
  return client !== '' && eventText(event, 'client', 'client_id') === client;
}

const contextOf = (userId: string | undefined): readonly unknown[] => [ANSWER_CLAIM, userId];

/**
 * What a nested login tells the one that it is nested in: signed, since other Actions may set the same claim. `undefined` for any
 * other login, and for one through any connection but Didit's.
 */
export function writeAnswer(event: Event, knowledge: Knowledge): string | undefined {
  const key = handoverKey(event);
  const isDidit = eventText(event, 'connection', 'name') === diditConnection(event);
  if (key === undefined || !isDidit || !isNested(event)) return undefined;
  const record = profileIn(knowledge)?.record;
  const isKept = parseSettings(settingsAt(event, 'didit_sync').connection).values.get('mode') !== 'off';
  const text = JSON.stringify({
    knowledge: writeKnowledge(knowledge),
    identities: ownList(eventPart(event, 'user'), 'identities').length,
    ...(record && isKept && { record: writeRecord({ ...record, mapped: {} }) }),
  });
  return signText(key, contextOf(userIdOf(event)), text);
}

/** With the record that is kept of the answer, as it is stored, where one is. */
export interface NestedAnswer extends StepUpAnswer {
  readonly record: unknown;
}

/**
 * What the nested login has told; `undefined` where it was not one of the Didit connection. An answer that Didit gave earlier is
 * none.
 *
 * @param claims Of the nested login's ID token, verified.
 */
export function readAnswer(claims: unknown, key: string): NestedAnswer | undefined {
  const text = signedText(key, contextOf(ownText(claims, 'sub')), ownText(claims, ANSWER_CLAIM) ?? '');
  const told = parseJson(text ?? '');
  const knowledge = readKnowledge(ownText(told, 'knowledge') ?? '');
  if (knowledge === undefined) return undefined;
  const asked = profileIn(knowledge)?.record.syncedAt ?? Infinity;
  return {
    knowledge: isOfStep(asked, Number(own(claims, 'auth_time')) * 1_000) ? knowledge : 'failed',
    identities: Number(own(told, 'identities')),
    record: own(told, 'record'),
  };
}
