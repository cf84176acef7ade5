import { parse } from 'yaml';
import { isJsonObject } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';

/** What a person writes of a persona, by scope. `undefined`: as the persona is. A text: why it cannot be read. */
export function factsIn(text: string): JsonObject | string | undefined {
  if (text === '') return undefined;
  try {
    const facts: unknown = parse(text);
    return isJsonObject(facts) ? facts : 'The facts map scopes to values, such as is_over_18: false.';
  } catch {
    return 'The facts are not valid YAML.';
  }
}
