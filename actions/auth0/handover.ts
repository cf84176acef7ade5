import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { profileIn, readKnowledge, writeKnowledge } from '../didit/knowledge.ts';
import type { Knowledge } from '../didit/knowledge.ts';
import { eventText, metadataAt, secretOf } from './event.ts';
import { subjectsOf } from './provenance.ts';
import { federatedAt } from './run-kind.ts';
import { signText, signedText } from './signed-text.ts';

/** The key of the transaction metadata that carries what the first Action knows to the later ones. */
const TRANSACTION_KEY = 'didit_login';

/** Characters of a key that nobody guesses. The deploy makes one of 43. */
const MIN_KEY_CHARACTERS = 32;

export type HandoverCode = 'handover_key_missing' | 'handover_missing' | 'handover_refused';

/**
 * Hands on what is known: signed with a key that only our Actions have, since every Action of the trigger reads and writes this
 * place, and may copy parameters of the request into it. At most half of the 8 kB that a value may have.
 *
 * @returns Whether the later Actions can read it.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */
export function handOver(
  event: Event,
  transaction: PostLoginAPI['transaction'],
  knowledge: Knowledge,
): boolean {
  const key = handoverKey(event);
  if (key === undefined) return false;
  const text = writeKnowledge(knowledge);
  try {
    transaction.setMetadata(TRANSACTION_KEY, signText(key, contextOf(event), text));
    return true;
  } catch {
    return false;
  }
}

export interface TakenOver {
  readonly knowledge: Knowledge;
  /** Why nothing was taken over. */
  readonly code?: HandoverCode;
}

/** What the first Action has handed on in this very login, about this user. Anything else proves nothing. */
export function takeOver(event: Event): TakenOver {
  const key = handoverKey(event);
  if (key === undefined) return nothing('handover_key_missing');
  const handed = metadataAt(event, 'transaction', TRANSACTION_KEY);
  if (handed === undefined) return nothing('handover_missing');
  const knowledge = typeof handed === 'string' ? readSigned(handed, key, event) : undefined;
  return knowledge === undefined ? nothing('handover_refused') : { knowledge };
}

const nothing = (code: HandoverCode): TakenOver => ({ knowledge: 'refused', code });

function readSigned(handed: string, key: string, event: Event): Knowledge | undefined {
  const text = signedText(key, contextOf(event), handed);
  const knowledge = text === undefined ? undefined : readKnowledge(text);
  const profile = knowledge && profileIn(knowledge);
  // What is left of an identity that was unlinked speaks for nobody.
  return profile === undefined || profile.joined || subjectsOf(event).includes(profile.record.subject)
    ? knowledge
    : undefined;
}

/** The user, and what is of this login alone. */
const contextOf = (event: Event): readonly unknown[] => [
  TRANSACTION_KEY,
  ...loginOf(event),
  federatedAt(event),
];

/** What tells a login from every other, as long as it lasts: a redirect does not change it. */
export const loginOf = (event: Event): readonly unknown[] =>
  [
    ['user', 'user_id'],
    ['transaction', 'id'],
    ['transaction', 'correlation_id'],
    ['client', 'client_id'],
  ].map((path) => eventText(event, ...path));

/** The key that only our Actions have; `undefined` without one that nobody guesses. */
export const handoverKey = (event: Event): string | undefined => {
  const key = secretOf(event, 'DIDIT_HANDOVER_KEY');
  return key.length >= MIN_KEY_CHARACTERS ? key : undefined;
};
