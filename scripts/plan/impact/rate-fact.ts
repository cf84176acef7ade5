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

/**
 * Code can bring personal data to light as well as settings can, and under any name. What a claim is about that is none of the
 * contract's, nobody can tell.
 */
export function rateFact(fact: FactChange, personal: PersonalValues): readonly SecurityRating[] {
  const { what, before, after } = fact;
  const name = what.slice(Math.max(what.lastIndexOf(' '), what.lastIndexOf('/'), what.lastIndexOf('.')) + 1);
  if (isKept(what)) {
    const isNamed = before === undefined && PERSONAL_NAMES.some((each) => each === name);
    // The subject is part of the user's id anyway.
    return isNamed || shows(fact, personal.profile) ? [rated('personal_data_kept', what)] : [];
  }
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

/** Whether there is anything of a person in the new value that was not in the old one. */
const shows = ({ before = '', after }: FactChange, values: readonly string[]): boolean =>
  values.some((value) => after.includes(value) && !before.includes(value));

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
