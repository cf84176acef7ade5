import { maxBytesOf } from './fields.ts';
import type { PersonalName } from './fields.ts';

export type Token = 'id_token' | 'access_token';

/** One claim as applications can rely on it. */
export interface ClaimContract {
  readonly name: string;
  readonly type:
    'boolean' | 'string' | 'date-time' | 'date' | 'fresh-or-stale' | 'address' | 'verified-claims';
  /**
   * `answer`: yes or no about a person, or a time. `identifier`: links the person across services. `personal`: a value that
   * Didit holds about the person.
   */
  readonly sensitivity: 'answer' | 'identifier' | 'personal';
  /** `standard` claims go by their own name; all others stand under the namespace. */
  readonly naming: 'namespaced' | 'standard';
  /** The scope that the application has to ask for. */
  readonly scope?: 'profile' | 'phone' | 'address';
  /** Most bytes of the value as JSON. */
  readonly maxBytes: number;
}

const answer = <const Name extends string>(name: Name) =>
  ({
    name,
    type: 'boolean',
    sensitivity: 'answer',
    naming: 'namespaced',
    maxBytes: 5,
  }) as const;

const time = <const Name extends string>(name: Name) =>
  ({ ...answer(name), type: 'date-time', maxBytes: 22 }) as const;

const personal = <const Name extends PersonalName, const Scope extends 'profile' | 'phone'>(
  name: Name,
  scope: Scope,
) =>
  ({
    name,
    type: 'string',
    sensitivity: 'personal',
    naming: 'standard',
    scope,
    maxBytes: maxBytesOf(name),
  }) as const;

/**
 * The claims that `didit-claims` can set: the contract with consuming applications. The code, `DiditClaims`, docs/claims.md and
 * the checks all read it here.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 * @see https://openid.net/specs/openid-connect-4-identity-assurance-1_0.html
 * @see https://www.iso.org/standard/69084.html ISO/IEC 18013-5, `age_over_NN`
 */
export const CLAIMS = [
  {
    name: 'subject',
    type: 'string',
    sensitivity: 'identifier',
    naming: 'namespaced',
    maxBytes: 130,
  },
  answer('verified'),
  time('verified_at'),
  answer('age_over_18'),
  answer('age_over_21'),
  answer('email_verified'),
  answer('phone_verified'),
  answer('names_verified'),
  time('synced_at'),
  { ...time('source'), type: 'fresh-or-stale', maxBytes: 7 },
  personal('name', 'profile'),
  personal('given_name', 'profile'),
  personal('family_name', 'profile'),
  { ...personal('birthdate', 'profile'), type: 'date' },
  personal('gender', 'profile'),
  personal('phone_number', 'phone'),
  {
    name: 'address',
    type: 'address',
    sensitivity: 'personal',
    naming: 'standard',
    scope: 'address',
    maxBytes: maxBytesOf('address') + 14,
  },
  {
    name: 'verified_claims',
    type: 'verified-claims',
    sensitivity: 'personal',
    naming: 'standard',
    maxBytes: 1_000,
  },
] as const satisfies readonly ClaimContract[];

export type ClaimName = (typeof CLAIMS)[number]['name'];

/** Personal values that can be claims of their own. */
export const PERSONAL_CLAIM_NAMES = [
  'name',
  'given_name',
  'family_name',
  'birthdate',
  'gender',
  'phone_number',
  'address',
] as const satisfies readonly (ClaimName & PersonalName)[];

export type PersonalClaimName = (typeof PERSONAL_CLAIM_NAMES)[number];

/** What `verified_claims` can hold: only what Didit itself verifies, so no address. */
export const VERIFIABLE_NAMES = [
  'age_over_18',
  'age_over_21',
  'name',
  'given_name',
  'family_name',
  'birthdate',
  'gender',
  'phone_number',
] as const satisfies readonly ClaimName[];

export type VerifiableName = (typeof VERIFIABLE_NAMES)[number];

/** In both tokens, unless the settings say something else: answers rather than data. */
export const DEFAULT_CLAIMS: readonly ClaimName[] = ['verified', 'age_over_18'];

/** Bytes that all claims of ours in one token may take, names included. */
export const MAX_CLAIMS_BYTES = 4_096;
