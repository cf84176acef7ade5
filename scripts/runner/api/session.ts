import { stringArgument } from './arguments.ts';
import { metadataOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';
import { tokenApi } from './token-metadata.ts';

/** `api.session` */
export const sessionApi = ({ state, event, note }: ActionContext): ApiArea => ({
  ...tokenApi(state.session, metadataOf(event, 'session')),
  revoke(reason) {
    state.session.revoked = true;
    state.denial = { reason: stringArgument(reason, 'reason') };
  },
  setCookieMode(mode) {
    if (mode !== 'persistent' && mode !== 'non-persistent') {
      throw new TypeError('"mode" has to be "persistent" or "non-persistent".');
    }
    note('The cookie mode of the session is not changed on the local tenant.');
  },
});
