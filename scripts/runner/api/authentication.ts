import { isUrl } from '../../base/is-url.ts';
import { MAX_PRIMARY_USER_ID_CHARACTERS } from '../../auth0/runtime-limits.ts';
import { stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.authentication` */
export function authenticationApi({ state, handler, note }: ActionContext): ApiArea {
  const noFactors = (): void => {
    note('The local tenant has no second factors: the challenge or enrollment counts as passed at once.');
  };
  return {
    challengeWith: noFactors,
    challengeWithAny: noFactors,
    enrollWith: noFactors,
    enrollWithAny: noFactors,
    recordMethod(providerUrl) {
      if (handler !== 'onContinuePostLogin') {
        throw new Error('api.authentication.recordMethod is available in onContinuePostLogin only.');
      }
      const url = stringArgument(providerUrl, 'provider_url');
      if (!/^https?:\/\//i.test(url) || !isUrl(url)) {
        throw new TypeError('"provider_url" has to be an http or https URL.');
      }
      state.recordedMethods.push(url);
    },
    /** @see https://auth0.com/docs/customize/actions/limitations */
    setPrimaryUser(primaryUserId) {
      const id = stringArgument(primaryUserId, 'primary_user_id');
      if (id === '') throw new TypeError('"primary_user_id" has to be a non-empty string.');
      if (id.length > MAX_PRIMARY_USER_ID_CHARACTERS) {
        throw new RangeError(
          `"primary_user_id" has ${id.length} characters; at most ${MAX_PRIMARY_USER_ID_CHARACTERS} are allowed.`,
        );
      }
      if (state.primaryUserId !== undefined) {
        throw new Error('The primary user can be set only once in a transaction.');
      }
      state.primaryUserId = id;
    },
  };
}
