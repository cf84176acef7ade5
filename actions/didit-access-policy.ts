import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { applyPolicy, denyFailed, evaluateLogin } from './auth0/access-policy.ts';
import { runAction } from './auth0/run-action.ts';

/** Bound behind the first two: denies a login that does not meet the rules of its connection, application and organization. */
export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  await runAction(
    'didit-access-policy',
    event,
    () => applyPolicy(evaluateLogin(event), api),
    () => denyFailed(api),
  );
};
