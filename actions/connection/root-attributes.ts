import type { DiditProfile } from '../didit/profile.ts';

/** The root attributes that Auth0 knows. `email_verified` and `phone_verified` are true only where Didit says so. */
export interface RootAttributes {
  readonly user_id: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly nickname?: string;
  readonly picture?: string;
  readonly phone_number?: string;
  readonly phone_verified?: boolean;
}

/**
 * A Didit profile as Auth0's root attributes. Never `user_metadata` or `app_metadata`: Auth0 would replace the whole object at
 * each login.
 *
 * @see https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
 */
export function rootAttributes({ subject, picture, fields }: DiditProfile): RootAttributes {
  const { email, name, given_name, family_name, phone_number } = fields;
  return {
    user_id: subject,
    ...(email === undefined ? {} : { email, email_verified: fields.email_verified === true }),
    ...(name === undefined ? {} : { name }),
    ...(given_name === undefined ? {} : { given_name, nickname: given_name }),
    ...(family_name === undefined ? {} : { family_name }),
    ...(picture === undefined ? {} : { picture }),
    ...(phone_number === undefined ? {} : { phone_number, phone_verified: fields.phone_verified === true }),
  };
}
