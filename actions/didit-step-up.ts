import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { runAction } from './auth0/run-action.ts';
import { deny, finishStepUp, startStepUp } from './auth0/step-up.ts';

/**
 * Between the first Action and the rules: asks people whom the rules would deny to prove themselves with Didit, in the same
 * login. Whoever cannot be sent there is left to the rules.
 */
export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  await runAction('didit-step-up', event, () => startStepUp(event, api));
};

/** The person is back from Didit. What is thrown there is a tenant that cannot be reached. */
export const onContinuePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  await runAction(
    'didit-step-up',
    event,
    () => finishStepUp(event, api),
    () => deny(api, 'failed', 'unreachable'),
  );
};
