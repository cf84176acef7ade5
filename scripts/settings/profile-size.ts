import { FIELD_NAMES, PERSONAL_NAMES, maxBytesOf } from '../../actions/didit/fields.ts';
import type { FieldName, PersonalName } from '../../actions/didit/fields.ts';
import { readSyncSettings } from '../../actions/didit/settings/sync-settings.ts';

/**
 * Auth0's limit for a whole user profile, bytes.
 * @see https://auth0.com/docs/manage-users/user-accounts/user-profiles
 */
export const MAX_PROFILE_BYTES = 10_000;

/** Root attributes that are not fields, with the most bytes of their values: the picture's address, the nickname, two flags. */
const OTHER_ROOT_BYTES = 2_050 + 160 + 10;

/** Subject, times and version of a snapshot or a record, with their names. */
const FRAME_BYTES = 400;

const FLAG_BYTES = 5;

/**
 * The most bytes that a person's Auth0 profile can take of what comes from Didit: root attributes, the snapshot `didit_profile`,
 * the record in `app_metadata` with what it remembers of `user_metadata`, and that itself. What other teams keep there comes on
 * top.
 *
 * @param metadata Of the Didit connection, of any content.
 */
export function largestProfileBytes(metadata: Readonly<Record<string, unknown>>): number {
  const { fields, mode, userMetadata } = readSyncSettings(metadata['didit_sync']);
  const kept = FRAME_BYTES + bytesOf(fields);
  const copied = bytesOf(userMetadata.map(([name]) => name));
  return OTHER_ROOT_BYTES + bytesOf(FIELD_NAMES) + kept + (mode === 'on' ? kept + 2 * copied : 0);
}

/** Quotes, colon and comma are 4 bytes. */
const bytesOf = (names: readonly FieldName[]): number =>
  names
    .map((name) => name.length + 4 + (isPersonal(name) ? maxBytesOf(name) : FLAG_BYTES))
    .reduce((sum, bytes) => sum + bytes, 0);

const isPersonal = (name: FieldName): name is PersonalName =>
  PERSONAL_NAMES.some((personal) => personal === name);
