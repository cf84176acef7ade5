import type { ClaimName } from '../../actions/didit/claims-contract.ts';

/** What each claim of the contract says, for people. It stands apart from the contract so that no Action carries it. */
export const CLAIMS_PROSE: Readonly<Record<ClaimName, string>> = {
  subject: "Didit's id of the person: the same in every application that signs in with this Didit client.",
  verified: 'Whether Didit has verified the identity of the person.',
  verified_at:
    'When a login first showed the person as verified, without a break since. Not the time of the verification itself, which Didit does not tell.',
  age_over_18: 'Whether the person is 18 or over.',
  age_over_21: 'Whether the person is 21 or over.',
  email_verified: 'Whether Didit has verified the e-mail address.',
  phone_verified: 'Whether Didit has verified the phone number.',
  names_verified: 'Whether Didit has verified the names.',
  synced_at: 'When Didit was asked for all this.',
  source: '`fresh`: Didit was asked in this login. `stale`: the answer of an earlier login.',
  name: 'Full name.',
  given_name: 'Given name.',
  family_name: 'Family name.',
  birthdate: 'Date of birth, `YYYY-MM-DD`.',
  gender: 'Gender, in the words of Didit. Needs `map`.',
  phone_number: 'Phone number, E.164.',
  address: 'Address, as one text under `formatted`. Needs `map`; Didit may not have verified it.',
  verified_claims:
    'Values that Didit verified, after OpenID Connect for Identity Assurance. Only for a verified person; each personal value in it needs its own scope.',
};
