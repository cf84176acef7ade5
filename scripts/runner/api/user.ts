import type { Json } from '../../base/json-values.ts';
import { isJsonObject } from '../../base/json-values.ts';
import { MAX_USER_METADATA_BYTES_PER_LOGIN } from '../../auth0/runtime-limits.ts';
import { jsonBytes, jsonCopy, stringArgument } from './arguments.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/**
 * `api.user`: collected during the run and written once after it, so `event.user` shows nothing of it.
 * @see https://auth0.com/docs/manage-users/user-accounts/metadata/manage-user-metadata
 */
export const userApi = (context: ActionContext): ApiArea => ({
  setAppMetadata(name, value) {
    set(
      context,
      { kind: 'app_metadata', stored: context.state.appMetadata, earlier: new Map() },
      name,
      value,
    );
  },
  setUserMetadata(name, value) {
    const stored = context.userMetadataOfThisAction;
    set(context, { kind: 'user_metadata', stored, earlier: context.state.userMetadata }, name, value);
  },
});

interface Target {
  readonly kind: 'app_metadata' | 'user_metadata';
  readonly stored: Map<string, Json>;
  /** Set by earlier Actions, where it is not in `stored`. */
  readonly earlier: ReadonlyMap<string, Json>;
}

function set({ event, note }: ActionContext, target: Target, nameArgument: unknown, value: unknown): void {
  const name = stringArgument(nameArgument, 'name');
  if (name === '' || /[.$]/.test(name)) {
    throw new TypeError(`The name of a ${target.kind} property can be neither empty nor contain "." or "$".`);
  }
  const present = partOf(event, 'user')[target.kind];
  if (!isJsonObject(present)) {
    throw new TypeError(`Unexpected ${target.kind} format. Must be a valid JSON object.`);
  }
  const copy = jsonCopy(value);
  if (copy === undefined) {
    note(`The ${target.kind} property "${name}" has no value that JSON can hold, and stays as it is.`);
    return;
  }
  target.stored.set(name, copy);
  const bytes = jsonBytes(Object.fromEntries([...target.earlier, ...target.stored]));
  if (bytes > MAX_USER_METADATA_BYTES_PER_LOGIN) {
    throw new RangeError(
      `One login would write ${bytes} bytes of ${target.kind}; at most ${MAX_USER_METADATA_BYTES_PER_LOGIN} are allowed.`,
    );
  }
}
