import { CLAIMS_BY_SCOPE } from '../../auth0/claim-names.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import type { UserDocument } from '../store/resources.ts';

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
