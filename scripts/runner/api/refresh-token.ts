import { stringArgument } from './arguments.ts';
import { metadataOf, partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';
import { tokenApi } from './token-metadata.ts';

/** `api.refreshToken` */
export const refreshTokenApi = ({ state, event }: ActionContext): ApiArea => ({
  ...tokenApi(state.refreshToken, metadataOf(event, 'refresh_token')),
  revoke(reason) {
    if (partOf(event, 'transaction')['protocol'] !== 'oauth2-refresh-token') {
      throw new Error('api.refreshToken.revoke is available during a refresh token exchange only.');
    }
    state.refreshToken.revoked = true;
    state.denial = { reason: stringArgument(reason, 'reason') };
  },
});
