import { MAX_VALIDATION_ERROR_CHARACTERS } from '../../auth0/runtime-limits.ts';
import { shortArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.validation`: a denial with a code of the Action's own. */
export const validationApi = ({ state }: ActionContext): ApiArea => ({
  error(errorCode, errorMessage) {
    const code = shortArgument(errorCode, 'errorCode', MAX_VALIDATION_ERROR_CHARACTERS);
    const reason = shortArgument(errorMessage, 'errorMessage', MAX_VALIDATION_ERROR_CHARACTERS);
    state.denial = { reason, code };
  },
});
