import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import type { ClaimContract } from '../../../actions/didit/claims-contract.ts';
import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
import type { PersonalValues } from './personal-values.ts';

/** One result of a login, with its value as JSON on either side; `undefined` where it was not there. */
export interface FactChange {
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** Whether it is about what stays with the user, not about this login. */
export const isKept = (what: string): boolean => /^(?:app|user)_metadata\./.test(what);

/** Whether it is something that Actions asked of Auth0, which holds however the simulated login ends. */
export const isCall = (what: string): boolean => what.startsWith('call of ');

const SETS_ANOTHER_USER = 'call of api.authentication.setPrimaryUser';

/** What Auth0 makes of such a call nobody here knows, nor what it means that there is none any more. */
const rateCall = (what: string, after: string | undefined): readonly SecurityRating[] =>
  what === SETS_ANOTHER_USER && after !== undefined
    ? [rated('account_changed', `whoever signs in becomes the user ${after}`)]
    : [rated('setting_not_judged', after === undefined ? `no ${what} any more` : `${what} (${after})`)];

/** A scope is `added` or `removed` by Actions; one of which they say nothing is as the application asked for it. */
const isScope = (what: string): boolean => what.startsWith('scope ');

/** What was there and is not any more. Claims and what is kept show less then. */
export function rateGone(what: string, before: string): readonly SecurityRating[] {
  if (isCall(what)) return rateCall(what, undefined);
  return isScope(what) && before === 'removed' ? [rated('grant_scopes', `${what} is no longer removed`)] : [];
}

/**
 * Code can bring personal data to light as well as settings can, and under any name. What a claim is about that is none of the
 * contract's, nobody can tell.
 */
export function rateFact(fact: FactChange, personal: PersonalValues): readonly SecurityRating[] {
  const { what, before, after } = fact;
  const last = Math.max(what.lastIndexOf(' '), what.lastIndexOf('/'), what.lastIndexOf('.'));
  const name = what.slice(last + 1).replaceAll('"', '');
  if (isKept(what)) {
    const isNamed = before === undefined && PERSONAL_NAMES.some((each) => each === name);
    // The subject is part of the user's id anyway.
    return isNamed || shows(fact, personal.profile) ? [rated('personal_data_kept', what)] : [];
  }
  if (isCall(what)) return rateCall(what, after);
  if (isScope(what)) return after === 'added' ? [rated('grant_scopes', `Actions add ${what}`)] : [];
  if (!/^(?:ID|access) token claim /.test(what)) return [];
  const claim = CLAIMS.find((each) => each.name === name);
  if (claim === undefined) {
    return before !== undefined && isFlag(after)
      ? []
      : [rated('personal_data_in_token', `${what}, which docs/claims.md does not know`)];
  }
  const isPersonal =
    (before === undefined && claim.sensitivity !== 'answer') ||
    (claim.sensitivity === 'answer' && !fits(claim, after)) ||
    shows(fact, [...personal.profile, ...personal.subjects]);
  return isPersonal ? [rated('personal_data_in_token', what)] : [];
}

/** Whether there is anything of a person in the new value, or in a name that is new, that was not in the old one. */
function shows({ what, before, after }: FactChange, values: readonly string[]): boolean {
  const [from, to] = before === undefined ? ['', `${what} ${after}`] : [before, after];
  return values.some((value) => to.includes(value) && !from.includes(value));
}

const isFlag = (value: string): boolean => value === 'true' || value === 'false';

/** Whether a value is as the contract has it, times being all the same here. */
function fits({ type }: ClaimContract, value: string): boolean {
  switch (type) {
    case 'boolean':
      return isFlag(value);
    case 'date-time':
      return value === '"(time)"';
    case 'fresh-or-stale':
      return value === '"fresh"' || value === '"stale"';
    case 'string':
    case 'date':
    case 'address':
    case 'verified-claims':
      return true;
  }
}
