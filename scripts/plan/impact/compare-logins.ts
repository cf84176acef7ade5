import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
import type { LoginResult } from './login-result.ts';

/** One way in which logins change, and whose. */
export interface LoginChange {
  readonly application: string;
  /** Personas, in their order. */
  readonly people: readonly string[];
  /** What changes: `login`, `ID token claim NAME`, `app_metadata.didit.NAME`, … */
  readonly what: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of what changed to another value; `null` where it differs from person to person or there is none. */
  readonly before: string | null;
  readonly after: string | null;
  readonly security: readonly SecurityRating[];
}

/** One person's login at one application, on both sides. */
export interface LoginPair {
  readonly person: string;
  readonly application: string;
  readonly before: LoginResult;
  readonly after: LoginResult;
}

/** Which logins change, and how; people whose logins change in the same way are named together. */
export function compareLogins(pairs: readonly LoginPair[]): readonly LoginChange[] {
  const found = new Map<string, LoginChange>();
  for (const pair of pairs) {
    for (const change of changesOf(pair)) {
      const { application, what, before, after } = change;
      const key = JSON.stringify([application, what, change.change, before, after]);
      const known = found.get(key);
      found.set(key, known === undefined ? change : { ...known, people: [...known.people, pair.person] });
    }
  }
  return [...found.values()];
}

function changesOf({ person, application, before, after }: LoginPair): readonly LoginChange[] {
  const base = { application, people: [person] };
  const [from, to] = [describe(before), describe(after)];
  if (from !== to) {
    const getsIn =
      after.outcome === 'allowed' && before.outcome !== 'allowed' && before.outcome !== 'not possible';
    return [
      {
        ...base,
        what: 'login',
        change: 'changed',
        before: from,
        after: to,
        security: getsIn ? [rated('rules_loosened', `${from} → ${to}`)] : [],
      },
      ...factChanges(base, before, after).filter(({ what }) => what.includes('_metadata')),
    ];
  }
  return factChanges(base, before, after);
}

function factChanges(
  base: { readonly application: string; readonly people: readonly string[] },
  before: LoginResult,
  after: LoginResult,
): readonly LoginChange[] {
  // Of a login that is new, or is gone, there is nothing to compare with.
  if (before.outcome === 'not possible' || after.outcome === 'not possible') return [];
  const names = new Set([...before.facts.keys(), ...after.facts.keys()]);
  return [...names].flatMap((what): LoginChange[] => {
    const [from, to] = [before.facts.get(what), after.facts.get(what)];
    if (from === to) return [];
    const rest = { ...base, what, before: null, after: null };
    if (to === undefined) return [{ ...rest, change: 'removed', security: [] }];
    if (from === undefined) return [{ ...rest, change: 'added', security: ratePersonal(what) }];
    return [{ ...rest, change: 'changed', before: from, after: to, security: [] }];
  });
}

const describe = ({ outcome, code }: LoginResult): string =>
  code === undefined ? outcome : `${outcome} (${code})`;

/** Code can bring personal data to light as well as settings can. */
function ratePersonal(what: string): readonly SecurityRating[] {
  const name = what.slice(Math.max(what.lastIndexOf(' '), what.lastIndexOf('/'), what.lastIndexOf('.')) + 1);
  if (/^(?:ID|access) token claim /.test(what)) {
    const isPersonal = CLAIMS.some((claim) => claim.name === name && claim.sensitivity !== 'answer');
    return isPersonal ? [rated('personal_data_in_token', what)] : [];
  }
  const isKept = what.includes('_metadata.') && PERSONAL_NAMES.some((personal) => personal === name);
  return isKept ? [rated('personal_data_kept', what)] : [];
}
