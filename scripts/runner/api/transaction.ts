import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import {
  MAX_TRANSACTION_BYTES,
  MAX_TRANSACTION_KEY_CHARACTERS,
  MAX_TRANSACTION_VALUE_BYTES,
} from '../../auth0/runtime-limits.ts';
import { stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

type Value = string | number | boolean;

/**
 * `api.transaction`: visible at once in `event.transaction.metadata`, to this Action and to later ones.
 * @see https://auth0.com/docs/customize/actions/transaction-metadata
 */
export const transactionApi = ({ state, event }: ActionContext): ApiArea => ({
  setMetadata(keyArgument, value) {
    const key = stringArgument(keyArgument, 'key');
    if (key === '' || key.length > MAX_TRANSACTION_KEY_CHARACTERS) {
      throw new RangeError(
        `"key" has ${key.length} characters; 1 to ${MAX_TRANSACTION_KEY_CHARACTERS} are allowed.`,
      );
    }
    const seen = shownMetadata(event);
    if (value === null) {
      state.transactionMetadata.delete(key);
      Reflect.deleteProperty(seen, key);
      return;
    }
    const checked = valueArgument(value);
    const bytes = bytesWith(state.transactionMetadata, key, checked);
    if (bytes > MAX_TRANSACTION_BYTES) {
      throw new RangeError(
        `The transaction metadata would have ${bytes} bytes; at most ${MAX_TRANSACTION_BYTES} are allowed.`,
      );
    }
    state.transactionMetadata.set(key, checked);
    seen[key] = checked;
  },
});

/** What the event shows; a run without a transaction gets one. */
function shownMetadata(event: JsonObject): JsonObject {
  const transaction = isJsonObject(event['transaction']) ? event['transaction'] : {};
  const metadata = isJsonObject(transaction['metadata']) ? transaction['metadata'] : {};
  transaction['metadata'] = metadata;
  event['transaction'] = transaction;
  return metadata;
}

function valueArgument(value: unknown): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw new RangeError('"value" is no safe number; pass it as a string.');
    }
    return value;
  }
  if (typeof value === 'string') {
    const bytes = Buffer.byteLength(value);
    if (bytes > MAX_TRANSACTION_VALUE_BYTES) {
      throw new RangeError(`"value" has ${bytes} bytes; at most ${MAX_TRANSACTION_VALUE_BYTES} are allowed.`);
    }
    return value;
  }
  throw new TypeError('"value" has to be a string, a number, a boolean, or null.');
}

const bytesWith = (stored: ReadonlyMap<string, Value>, key: string, value: Value): number =>
  [...new Map([...stored, [key, value]])].reduce(
    (sum, [name, each]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(each)),
    0,
  );
