import { MAX_VALIDATION_ERROR_CHARACTERS } from '../../auth0/runtime-limits.ts';
import { stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.validation`: a denial with a code of the Action's own. */
export const validationApi = ({ state }: ActionContext): ApiArea => ({
  error(errorCode, errorMessage) {
    const code = shortArgument(errorCode, 'errorCode');
    state.denial = { reason: shortArgument(errorMessage, 'errorMessage'), code };
  },
});

function shortArgument(value: unknown, name: string): string {
  const text = stringArgument(value, name);
  if (text.length > MAX_VALIDATION_ERROR_CHARACTERS) {
    throw new RangeError(
      `"${name}" has ${text.length} characters; at most ${MAX_VALIDATION_ERROR_CHARACTERS} are allowed.`,
    );
  }
  return text;
}
