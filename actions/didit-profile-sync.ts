import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { runAction } from './auth0/run-action.ts';
import { syncProfile } from './auth0/sync-profile.ts';

/**
 * The first Action: gets the Didit profile of this login, keeps the user's record of it, and hands it on to the later Actions.
 */
export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  await runAction('didit-profile-sync', event, () => syncProfile(event, api));
};
