import type { ActionContext, ApiArea } from './run-state.ts';

/**
 * `api.access`: a denial stops the Actions after this one, not the rest of this one, and keeps what it wrote.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-api-object
 */
export const accessApi = ({ state }: ActionContext): ApiArea => ({
  deny(reason) {
    state.denial = { reason: typeof reason === 'string' ? reason : '' };
  },
});
