import type { TenantContext } from './context.ts';
import type { UserDocument } from './store/resources.ts';
import { noteEvent } from './tenant-logs.ts';

/** Of a whole profile as JSON. */
const MAX_PROFILE_BYTES = 10_000;

/** Until then a larger profile is deprecated, and the log says so. Milliseconds since the epoch. */
const REFUSED_SINCE = Date.UTC(2027, 2, 4);

/**
 * Why a profile cannot be kept, if it cannot.
 * @see https://auth0.com/docs/manage-users/user-accounts/metadata/metadata-fields-data
 */
export function whyTooLarge(context: TenantContext, user: UserDocument): string | undefined {
  const { root, identities, app_metadata, user_metadata } = user;
  const bytes = Buffer.byteLength(JSON.stringify({ ...root, identities, app_metadata, user_metadata }));
  if (bytes <= MAX_PROFILE_BYTES) return undefined;
  const words = `The profile of the user has ${bytes} bytes; at most ${MAX_PROFILE_BYTES} are allowed.`;
  if (context.now() >= REFUSED_SINCE) return words;
  noteEvent(context, 'depnote', {
    description: `${words} It is refused from 4 March 2027 on.`,
    user_id: user.user_id,
  });
  return undefined;
}
