import { isUrl } from '../base/is-url.ts';
/**
 * Names that belong to the tokens themselves. Auth0 drops them without a word when an Action sets them.
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
const RESTRICTED_CLAIM_NAMES = new Set(
  (
    'acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest ' +
    'entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce ' +
    'object_id org_id org_name orig origid permissions roles rph s_hash sid sub sub_jwk toe txn typ uuid vot vtm x5t#S256'
  ).split(' '),
);

const RESERVED_DOMAINS = ['auth0.com', 'webtask.io', 'webtask.run'];

/** Why Auth0 drops a claim of this name, or `undefined` when it keeps it. */
export function whyClaimIsDropped(name: string): string | undefined {
  if (RESTRICTED_CLAIM_NAMES.has(name) || name.startsWith('sip_')) {
    return `the claim name "${name}" is restricted`;
  }
  if (name.startsWith('urn:auth0')) return `the namespace of "${name}" is Auth0's own`;
  if (/^https?:\/\//i.test(name)) {
    const host = hostOf(name);
    if (RESERVED_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))) {
      return `the namespace of "${name}" is Auth0's own`;
    }
  }
  return undefined;
}

const hostOf = (name: string): string => (isUrl(name) ? new URL(name).hostname : '');

/**
 * The standard claims that each scope stands for. Root attributes beyond these never reach a token by
 * themselves.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
 */
export const CLAIMS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
  ],
  email: ['email'],
  address: ['address'],
  phone: ['phone_number'],
};
