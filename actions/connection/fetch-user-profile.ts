import { readProfile } from '../didit/profile.ts';
import { readProfileScriptSettings } from '../didit/settings/profile-script-settings.ts';
import { SNAPSHOT_ATTRIBUTE, writeSnapshot } from '../didit/snapshot.ts';
import { rootAttributes } from './root-attributes.ts';
import { fetchUserinfo, userinfoError } from './userinfo.ts';

/**
 * The connection's setting `didit_sync`, written into the script when it is built: Auth0 gives a profile script no metadata to
 * read.
 */
declare const DIDIT_SYNC_SETTINGS: string;

type Callback = (error: unknown, profile?: Readonly<Record<string, unknown>>) => void;

/**
 * The Didit connection's profile script: turns Didit's userinfo into Auth0's root attributes and the snapshot that the Actions
 * read.
 *
 * Errors reach the callback with a stable code before their message: `didit_token_refused`, `didit_permission_missing`,
 * `didit_unavailable`, `didit_timeout` (5 seconds unless the settings say otherwise), `didit_answer_unusable`.
 *
 * @see https://auth0.com/docs/authenticate/identity-providers/social-identity-providers/oauth2#fetch-user-profile-script
 */
export default function fetchUserProfile(accessToken: string, _context: unknown, callback: Callback): void {
  profileOf(accessToken).then((profile) => {
    callback(null, profile);
  }, callback);
}

async function profileOf(accessToken: string): Promise<Readonly<Record<string, unknown>>> {
  const settings = readProfileScriptSettings(DIDIT_SYNC_SETTINGS);
  const userinfo = await fetchUserinfo(accessToken, settings.timeout);
  const now = Date.now();
  const profile = readProfile(userinfo, now, settings.paths);
  if (profile === undefined) throw userinfoError('didit_answer_unusable');
  return { ...rootAttributes(profile), [SNAPSHOT_ATTRIBUTE]: writeSnapshot(profile, settings.fields, now) };
}
