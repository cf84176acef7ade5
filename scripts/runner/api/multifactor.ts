import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.multifactor`: without meaning on a tenant that has no second factors. */
export const multifactorApi = ({ note }: ActionContext): ApiArea => ({
  enable() {
    note('The local tenant has no second factors: api.multifactor.enable asks for nothing.');
  },
});
