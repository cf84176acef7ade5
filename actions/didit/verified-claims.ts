import type { PersonalClaimName, VerifiableName } from './claims-contract.ts';
import type { Fields } from './fields.ts';
import type { ClaimsSettings } from './settings/claims-settings.ts';

/** The claim `verified_claims`, in its smallest form: a trust framework and what was verified under it. */
export interface VerifiedClaims {
  readonly verification: { readonly trust_framework: string };
  /** Never empty. */
  readonly claims: Readonly<Record<string, boolean | string>>;
  readonly [name: string]: unknown;
}

/**
 * Only for a person whom Didit calls verified, and only values that Didit itself verified. There is no `time` in it: Didit's
 * sign-in does not tell when the verification took place, and the time of a login is not that.
 *
 * @param mayShow Whether a personal value may enter this token at all.
 * @see https://openid.net/specs/openid-connect-4-identity-assurance-1_0.html
 */
export function decideVerifiedClaims(
  fields: Fields,
  settings: Pick<ClaimsSettings, 'verifiedClaims' | 'trustFramework'>,
  mayShow: (name: PersonalClaimName) => boolean,
): VerifiedClaims | undefined {
  if (fields.verified !== true) return undefined;
  const claims = settings.verifiedClaims.flatMap((name): [string, boolean | string][] => {
    const value = fields[name];
    return value !== undefined && isVerified(name, fields) && (isAge(name) || mayShow(name))
      ? [[name, value]]
      : [];
  });
  return claims.length === 0
    ? undefined
    : { verification: { trust_framework: settings.trustFramework }, claims: Object.fromEntries(claims) };
}

const isAge = (name: VerifiableName): name is 'age_over_18' | 'age_over_21' =>
  name === 'age_over_18' || name === 'age_over_21';

function isVerified(name: VerifiableName, fields: Fields): boolean {
  switch (name) {
    case 'name':
    case 'given_name':
    case 'family_name':
      return fields.names_verified === true;
    case 'phone_number':
      return fields.phone_verified === true;
    default:
      return true;
  }
}
