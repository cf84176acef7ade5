import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import { userIdsIn } from './personal-data.ts';
import type { LoginSummary } from '../../local-tenant/index.ts';

/** Who signed in. */
export interface Person {
  /**
   * The persona's name, or the id of a user that somebody else has made: its connection alone, until it is asked for. `unknown`
   * where a login has ended before anybody was known.
   */
  readonly name: string;
  /** Made up, or nobody: everything may be shown. */
  readonly isPersona: boolean;
}

/** Finds the persona behind a user: one of its identities is the persona's own. */
export function peopleBySubject(): (login: Pick<LoginSummary, 'subjects' | 'user_id' | 'reason'>) => Person {
  const names = new Map(loadEveryPersona().map(({ subject, name }) => [subject, name]));
  const personaOf = (subject: string): string | undefined =>
    names.get(subject.slice(subject.lastIndexOf('|') + 1));
  return ({ subjects, user_id: userId, reason }) => {
    // The sentence of a refusal may name a user all the same.
    if (userId === '')
      return {
        name: 'unknown',
        isPersona: userIdsIn(reason).every((id) => personaOf(id) !== undefined),
      };
    const persona = subjects.map(personaOf).find((name) => name !== undefined);
    return persona === undefined
      ? { name: maskedUserId(userId), isPersona: false }
      : { name: persona, isPersona: true };
  };
}

/** `auth0|•••`: where the user comes from, and not who it is. */
const maskedUserId = (userId: string): string => userId.replace(/(?<![^|])[^|]*$/, '•••');
