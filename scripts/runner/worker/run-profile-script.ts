import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { jsonCopy } from '../api/arguments.ts';
import { machineLimitOf } from '../../base/disk-error.ts';
import type { EndMessage, ProfileResult } from '../messages.ts';
import { evaluateExpression } from './modules.ts';

/**
 * Evaluates a connection's profile script and calls it with an access token, a context and a callback; the first call of
 * the callback counts.
 *
 * The script gets today's Node with its `fetch`. The `request` and other globals of Auth0's older script runtime are not
 * here.
 *
 * @see https://auth0.com/docs/authenticate/identity-providers/social-identity-providers/oauth2
 */
export async function runProfileScript(
  script: { readonly code: string; readonly accessToken: string; readonly context: JsonObject },
  root: string,
): Promise<EndMessage & { readonly kind: 'profile-script-ended' }> {
  const kind = 'profile-script-ended';
  const failed = (thrown: unknown) => {
    const machine = machineLimitOf(thrown);
    return {
      kind,
      result: { error: messageOf(thrown) },
      ...(machine === undefined ? {} : { machine }),
    } as const;
  };
  try {
    const fetchUserProfile = evaluateExpression(
      { fileName: 'fetch-user-profile.js', code: script.code },
      root,
    );
    if (typeof fetchUserProfile !== 'function') {
      return { kind, result: { error: 'The profile script is not a function expression.' } };
    }
    return await new Promise((resolve, reject) => {
      const callback = (error: unknown, profile: unknown): void => {
        resolve(error === undefined || error === null ? { kind, result: profileIn(profile) } : failed(error));
      };
      const returned: unknown = Reflect.apply(fetchUserProfile, undefined, [
        script.accessToken,
        script.context,
        callback,
      ]);
      // The script of an async function that fails before it calls back would leave the login hanging until its time is up.
      if (returned instanceof Promise) returned.catch(reject);
    });
  } catch (thrown) {
    return failed(thrown);
  }
}

function profileIn(profile: unknown): ProfileResult {
  const copy = jsonCopy(profile);
  return isJsonObject(copy) ? { profile: copy } : { error: 'The profile script returned no profile.' };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
