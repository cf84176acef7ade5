import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { applyClaims, decideLoginClaims } from './auth0/login-claims.ts';
import { runAction } from './auth0/run-action.ts';

/** The last Action: puts the claims of the contract that the settings name into the ID token and the access token. */
export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  await runAction('didit-claims', event, () => applyClaims(decideLoginClaims(event), api));
};
