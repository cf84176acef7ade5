import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
import type { LoginResult } from './login-result.ts';
import { NO_PERSONAL_VALUES } from './personal-values.ts';
import type { PersonalValues } from './personal-values.ts';
import { isCall, isKept, rateFact, rateGone } from './rate-fact.ts';

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

/**
 * What is different between two endings of the same login, rated.
 * @param personal What the people who log in are known by. Default: nothing.
 */
export function compareResults(
  before: LoginResult,
  after: LoginResult,
  personal: PersonalValues = NO_PERSONAL_VALUES,
): readonly ResultChange[] {
  const [from, to] = [describe(before), describe(after)];
  const facts = factChanges(before, after, personal);
  if (from === to) return facts;
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
    ...facts.filter(({ what }) => isKept(what) || isCall(what)),
  ];
}

function factChanges(
  before: LoginResult,
  after: LoginResult,
  personal: PersonalValues,
): readonly ResultChange[] {
  // Of a login that is new, or is gone, there is nothing to compare with.
  if (before.outcome === 'not possible' || after.outcome === 'not possible') return [];
  const names = new Set([...before.facts.keys(), ...after.facts.keys()]);
  return [...names].flatMap((what): ResultChange[] => {
    const [from, to] = [before.facts.get(what), after.facts.get(what)];
    if (from === to) return [];
    const values = { before: null, after: null };
    if (to === undefined)
      return [
        { what, change: 'removed', ...values, security: from === undefined ? [] : rateGone(what, from) },
      ];
    const security = rateFact({ what, before: from, after: to }, personal);
    if (from === undefined) return [{ what, change: 'added', ...values, security }];
    return [{ what, change: 'changed', before: from, after: to, security }];
  });
}

/** What a login came to in one respect; `undefined` where it had nothing of the kind. */
export const inRespectOf = (what: string, result: LoginResult): string | undefined =>
  what === 'login' ? describe(result) : result.facts.get(what);

const describe = ({ outcome, code }: LoginResult): string =>
  code === undefined ? outcome : `${outcome} (${code})`;
