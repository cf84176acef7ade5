import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.prompt`: without meaning on a tenant that has no Forms. */
export const promptApi = ({ note }: ActionContext): ApiArea => ({
  render() {
    note('The local tenant has no Forms: api.prompt.render shows nothing, and the login goes on.');
  },
});
