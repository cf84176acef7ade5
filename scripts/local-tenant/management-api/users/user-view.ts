import type { IdentityDocument, UserDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';

export const identityView = (identity: IdentityDocument): JsonObject => ({
  connection: identity.connection,
  user_id: identity.user_id,
  provider: identity.provider,
  isSocial: identity.isSocial,
  ...(identity.profileData === undefined ? {} : { profileData: identity.profileData }),
});

/**
 * A user as the Management API shows it: root attributes at the top, whatever the provider sent among them. What was never
 * set is not there. Upstream tokens are never kept, so `identities` have none, whatever the token's scopes.
 */
export const userView = (user: UserDocument): JsonObject => ({
  ...user.root,
  created_at: user.created_at,
  identities: user.identities.map(identityView),
  updated_at: user.updated_at,
  user_id: user.user_id,
  ...(Object.keys(user.user_metadata).length === 0 ? {} : { user_metadata: user.user_metadata }),
  ...(Object.keys(user.app_metadata).length === 0 ? {} : { app_metadata: user.app_metadata }),
  ...(user.last_ip === null ? {} : { last_ip: user.last_ip }),
  ...(user.last_login === null ? {} : { last_login: user.last_login }),
  ...(user.logins_count === 0 ? {} : { logins_count: user.logins_count }),
});
