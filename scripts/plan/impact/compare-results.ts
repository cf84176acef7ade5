import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
import type { LoginResult } from './login-result.ts';

/** One thing that is different about a login. */
export interface ResultChange {
  /** What changes: `login`, `ID token claim NAME`, `app_metadata.didit.NAME`, … */
  readonly what: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of what changed to another value; `null` where it came or went. */
  readonly before: string | null;
  readonly after: string | null;
  readonly security: readonly SecurityRating[];
}

/** What is different between two endings of the same login, rated. */
export function compareResults(before: LoginResult, after: LoginResult): readonly ResultChange[] {
  const [from, to] = [describe(before), describe(after)];
  if (from === to) return factChanges(before, after);
  const getsIn =
    after.outcome === 'allowed' && before.outcome !== 'allowed' && before.outcome !== 'not possible';
  return [
    {
      what: 'login',
      change: 'changed',
      before: from,
      after: to,
      security: getsIn ? [rated('rules_loosened', `${from} → ${to}`)] : [],
    },
    ...factChanges(before, after).filter(({ what }) => isKept(what)),
  ];
}

/** Whether it is about what stays with the user, not about this login. */
export const isKept = (what: string): boolean => /^(?:app|user)_metadata\./.test(what);

function factChanges(before: LoginResult, after: LoginResult): readonly ResultChange[] {
  // Of a login that is new, or is gone, there is nothing to compare with.
  if (before.outcome === 'not possible' || after.outcome === 'not possible') return [];
  const names = new Set([...before.facts.keys(), ...after.facts.keys()]);
  return [...names].flatMap((what): ResultChange[] => {
    const [from, to] = [before.facts.get(what), after.facts.get(what)];
    if (from === to) return [];
    const values = { before: null, after: null };
    if (to === undefined) return [{ what, change: 'removed', ...values, security: [] }];
    if (from === undefined) return [{ what, change: 'added', ...values, security: ratePersonal(what) }];
    return [{ what, change: 'changed', before: from, after: to, security: [] }];
  });
}

/** What a login came to in one respect; `undefined` where it had nothing of the kind. */
export const inRespectOf = (what: string, result: LoginResult): string | undefined =>
  what === 'login' ? describe(result) : result.facts.get(what);

const describe = ({ outcome, code }: LoginResult): string =>
  code === undefined ? outcome : `${outcome} (${code})`;

/** Code can bring personal data to light as well as settings can. */
function ratePersonal(what: string): readonly SecurityRating[] {
  const name = what.slice(Math.max(what.lastIndexOf(' '), what.lastIndexOf('/'), what.lastIndexOf('.')) + 1);
  if (/^(?:ID|access) token claim /.test(what)) {
    const isPersonal = CLAIMS.some((claim) => claim.name === name && claim.sensitivity !== 'answer');
    return isPersonal ? [rated('personal_data_in_token', what)] : [];
  }
  const isPersonal = isKept(what) && PERSONAL_NAMES.some((personal) => personal === name);
  return isPersonal ? [rated('personal_data_kept', what)] : [];
}
