import { MAX_REVOCATION_REASON_CHARACTERS } from '../../auth0/runtime-limits.ts';
import { shortArgument } from './arguments.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';
import { tokenApi } from './token-metadata.ts';

/** `api.refreshToken`: metadata may be set before the token is there. An online refresh token cannot be changed. */
export function refreshTokenApi({ state, event }: ActionContext): ApiArea {
  const isOnline = partOf(event, 'refresh_token')['access'] === 'online';
  return {
    ...Object.fromEntries(
      Object.entries(tokenApi(state.refreshToken, event, 'refresh_token')).map(([method, carryOut]) => [
        method,
        (...values: unknown[]) => {
          if (isOnline) throw new Error(`Cannot call ${method} on an online refresh token.`);
          return carryOut(...values);
        },
      ]),
    ),
    revoke(reason) {
      if (partOf(event, 'transaction')['protocol'] !== 'oauth2-refresh-token') {
        throw new Error('api.refreshToken.revoke is available during a refresh token exchange only.');
      }
      const denial = { reason: shortArgument(reason ?? '', 'reason', MAX_REVOCATION_REASON_CHARACTERS) };
      state.refreshToken.revoked = true;
      state.denial = denial;
    },
  };
}
