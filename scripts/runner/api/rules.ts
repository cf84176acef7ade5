import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.rules`: Rules have ended, so none has run. */
export const rulesApi = ({ note }: ActionContext): ApiArea => ({
  wasExecuted() {
    note('There are no Rules: api.rules.wasExecuted is always false.');
    return false;
  },
});
