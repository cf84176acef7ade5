import { whyClaimIsDropped } from '../auth0/claim-names.ts';

/**
 * Standard claims that an Action may set under their own names.
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
const STANDARD_CLAIMS: ReadonlySet<string> = new Set(
  (
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname ' +
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo verified_claims'
  ).split(' '),
);

/**
 * Why a claim of this name must not be in a bundle: Auth0 would drop it without a word, or it has no namespace and so
 * may collide with a claim that a standard or Auth0 defines later. `undefined` when it may be there.
 */
export function claimNameFault(name: string): string | undefined {
  const dropped = whyClaimIsDropped(name);
  if (dropped !== undefined) return `Auth0 drops it without a word: ${dropped}.`;
  if (STANDARD_CLAIMS.has(name) || /^https?:\/\//i.test(name)) return undefined;
  return 'it has no namespace, and may collide with a claim that Auth0 or a standard defines.';
}
