import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
import { isFirst } from './login-cases.ts';
import { goesOn } from './login-result.ts';
import type { LoginPair } from './simulate-logins.ts';

/** An application at which nobody gets in any more in some ways to log in. */
export interface LockedOut {
  readonly application: string;
  readonly flows: readonly string[];
  readonly security: readonly SecurityRating[];
}

/** Applications where every person gets in at the first login, and somebody did not before. */
export const openToAll = (pairs: readonly LoginPair[]): readonly string[] =>
  [...Map.groupBy(pairs, ({ application }) => application)].flatMap(([application, atOne]) => {
    const first = atOne.filter(({ flow }) => isFirst(flow));
    const getsIn = (side: 'before' | 'after') => (pair: LoginPair) => pair[side].outcome === 'allowed';
    return first.every(getsIn('after')) && !first.every(getsIn('before')) ? [application] : [];
  });

/**
 * Where everybody who got in before is turned away: that is hardly ever meant, and nobody notices it in a list of single changes.
 */
export function lockedOut(pairs: readonly LoginPair[]): readonly LockedOut[] {
  const byApplication = Map.groupBy(pairs, ({ application }) => application);
  return [...byApplication].flatMap(([application, atOne]): readonly LockedOut[] => {
    const byFlow = Map.groupBy(
      // Whoever comes with an old record is one of those who come with a newer one.
      atOne.filter(({ age }) => age.olderThan === null),
      ({ flow }) => flow,
    );
    const closed = [...byFlow].filter(([, all]) => {
      const had = all.filter(({ before }) => before.outcome === 'allowed');
      return had.length > 0 && had.every(({ after }) => !goesOn(after.outcome));
    });
    if (closed.length === 0) return [];
    const codes = closed.flatMap(([, all]) => all.map(({ after }) => after.code ?? after.outcome));
    const because = [...new Set(codes)].filter((code) => code !== 'allowed').join(', ');
    return [
      {
        application,
        flows: closed.map(([{ label }]) => label),
        security: [rated('people_locked_out', because)],
      },
    ];
  });
}
