import { defined } from '../didit/json.ts';
import type { JsonObject } from '../didit/json.ts';
import type { DiditProfile } from '../didit/profile.ts';

/**
 * A Didit profile as Auth0's root attributes; `email_verified` and `phone_verified` are true only where Didit says so. Never
 * `user_metadata` or `app_metadata`: Auth0 would replace the whole object at
 * each login.
 *
 * @see https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
 */
export const rootAttributes = ({ subject, picture, fields }: DiditProfile): JsonObject =>
  defined({
    user_id: subject,
    email: fields.email,
    email_verified: fields.email && fields.email_verified === true,
    name: fields.name,
    given_name: fields.given_name,
    family_name: fields.family_name,
    nickname: fields.given_name,
    picture,
    phone_number: fields.phone_number,
    phone_verified: fields.phone_number && fields.phone_verified === true,
  });
