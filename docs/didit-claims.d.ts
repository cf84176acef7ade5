// Generated from actions/didit/claims-contract.ts by `npm run generate`. Change that, not this file.

/** The claims under the namespace of `didit_claims`. What is not known is absent, never `false`. */
export interface DiditNamespacedClaims {
  /** Didit's id of the person: the same in every application that signs in with this Didit client. */
  readonly subject?: string;
  /** Whether Didit has verified the identity of the person. */
  readonly verified?: boolean;
  /** When a login first showed the person as verified, without a break since. Not the time of the verification itself, which Didit does not tell. */
  readonly verified_at?: string;
  /** Whether the person is 18 or over. */
  readonly age_over_18?: boolean;
  /** Whether the person is 21 or over. */
  readonly age_over_21?: boolean;
  /** Whether Didit has verified the e-mail address. */
  readonly email_verified?: boolean;
  /** Whether Didit has verified the phone number. */
  readonly phone_verified?: boolean;
  /** Whether Didit has verified the names. */
  readonly names_verified?: boolean;
  /** When Didit was asked for all this. */
  readonly synced_at?: string;
  /** `fresh`: Didit was asked in this login. `stale`: the answer of an earlier login. */
  readonly source?: 'fresh' | 'stale';
}

/** The claims that go by their standard names. */
export interface DiditStandardClaims {
  /** Full name. */
  readonly name?: string;
  /** Given name. */
  readonly given_name?: string;
  /** Family name. */
  readonly family_name?: string;
  /** Date of birth, `YYYY-MM-DD`. */
  readonly birthdate?: string;
  /** Gender, in the words of Didit. Needs `map`. */
  readonly gender?: string;
  /** Phone number, E.164. */
  readonly phone_number?: string;
  /** Address, as one text under `formatted`. Needs `map`; Didit may not have verified it. */
  readonly address?: { readonly formatted: string };
  /** Values that Didit verified, after OpenID Connect for Identity Assurance. Only for a verified person; each personal value in it needs its own scope. */
  readonly verified_claims?: DiditVerifiedClaims;
}

/** After OpenID Connect for Identity Assurance. */
export interface DiditVerifiedClaims {
  readonly verification: { readonly trust_framework: string };
  readonly claims: {
    readonly age_over_18?: boolean;
    readonly age_over_21?: boolean;
    readonly name?: string;
    readonly given_name?: string;
    readonly family_name?: string;
    readonly birthdate?: string;
    readonly gender?: string;
    readonly phone_number?: string;
  };
}

/**
 * All our claims in a token, by the names that they have in it.
 *
 * @example type Token = JWTPayload & DiditClaims<'https://example.com/didit/'>;
 */
export type DiditClaims<Namespace extends string> = DiditStandardClaims & {
  readonly [Name in keyof DiditNamespacedClaims as `${Namespace}${Name}`]: DiditNamespacedClaims[Name];
};
