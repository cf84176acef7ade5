import { choiceArgument, onlyKeys, optionsArgument, stringArgument } from './arguments.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';
import { tokenApi } from './token-metadata.ts';

/** `api.session`: unlike a refresh token, a session has to be there for its metadata to be set. */
export const sessionApi = ({ state, event, note }: ActionContext): ApiArea => ({
  ...tokenApi(state.session, event, 'session'),
  revoke(reason, options) {
    const given = optionsArgument(options, 'options');
    onlyKeys(given, 'options', ['preserveRefreshTokens']);
    if (!['boolean', 'undefined'].includes(typeof given['preserveRefreshTokens'])) {
      throw new TypeError('"preserveRefreshTokens" has to be a boolean.');
    }
    const denial = { reason: stringArgument(reason ?? '', 'reason') };
    state.session.revoked = true;
    state.denial = denial;
  },
  setCookieMode(mode) {
    const chosen = choiceArgument(mode, 'mode', ['persistent', 'non-persistent']);
    state.cookieMode = chosen;
    const session = partOf(event, 'session');
    if (Object.keys(session).length > 0) session['cookie'] = { ...partOf(session, 'cookie'), mode: chosen };
    note('The cookie mode of the session is not changed on the local tenant.');
  },
});
