import type { FlagName } from './fields.ts';

/** Why a login is denied: stable, for applications to act on. The sentence is for the person who signs in. */
export const DENIALS = {
  didit_not_verified: 'Please verify your identity with Didit, then sign in again.',
  didit_age_unknown: 'Please share your age with Didit, then sign in again.',
  didit_age_under_18: 'This service is for people aged 18 or over.',
  didit_age_under_21: 'This service is for people aged 21 or over.',
  didit_email_not_verified: 'Please verify your email address with Didit, then sign in again.',
  didit_phone_not_verified: 'Please verify your phone number with Didit, then sign in again.',
  didit_names_not_verified: 'Please verify your name with Didit, then sign in again.',
  didit_profile_stale: 'Your Didit details are out of date. Please sign in with Didit again.',
  didit_profile_unavailable:
    'Your Didit details could not be read. Please sign in with Didit again, or try later.',
  didit_two_identities:
    'Another Didit account is linked to your account. Please sign in with that one, or ask the service to unlink it.',
  didit_connection_required: 'Please sign in with Didit.',
  didit_policy_unreadable: 'Signing in is not possible at the moment. Please contact the service.',
  didit_policy_failed: 'Signing in is not possible at the moment. Please try again later.',
} as const;

export type DenialCode = keyof typeof DENIALS;

/** The code for a requirement that is not met: by a known `false`, or since nothing is known. */
export const requirementDenials: Readonly<
  Record<FlagName, { readonly no: DenialCode; readonly unknown: DenialCode }>
> = {
  verified: { no: 'didit_not_verified', unknown: 'didit_not_verified' },
  age_over_18: { no: 'didit_age_under_18', unknown: 'didit_age_unknown' },
  age_over_21: { no: 'didit_age_under_21', unknown: 'didit_age_unknown' },
  email_verified: { no: 'didit_email_not_verified', unknown: 'didit_email_not_verified' },
  phone_verified: { no: 'didit_phone_not_verified', unknown: 'didit_phone_not_verified' },
  names_verified: { no: 'didit_names_not_verified', unknown: 'didit_names_not_verified' },
};
