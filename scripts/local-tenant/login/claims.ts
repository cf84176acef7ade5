import type { UserDocument } from '../store/resources.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';

/**
 * The standard claims that each scope stands for. Root attributes beyond these never reach a token by themselves.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims
 */
const CLAIMS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
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

/** The standard claims about a user that the granted scopes allow. */
export function standardClaims(user: UserDocument, scopes: readonly string[]): JsonObject {
  const claims: Record<string, Json> = {};
  for (const scope of scopes) {
    for (const name of CLAIMS_BY_SCOPE[scope] ?? []) {
      const value = user.root[name];
      if (value !== undefined && value !== null) claims[name] = value;
    }
  }
  if (scopes.includes('profile')) claims['updated_at'] = user.updated_at;
  // The two flags say something only about an address or number that is there.
  if (claims['email'] !== undefined) claims['email_verified'] = user.root['email_verified'] === true;
  if (claims['phone_number'] !== undefined)
    claims['phone_number_verified'] = user.root['phone_verified'] === true;
  return claims;
}
