import { isJsonObject } from '../../base/json-values.ts';
import {
  MAX_PROMPT_ID_CHARACTERS,
  MAX_PROMPT_OPTIONS,
  MAX_PROMPT_OPTIONS_BYTES,
} from '../../auth0/runtime-limits.ts';
import { jsonBytes, jsonCopy, onlyKeys, optionsArgument, shortArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

const FIELD_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,49}$/;

/** `api.prompt`: once in an Action, and not beside a redirect. Without meaning on a tenant that has no Forms. */
export const promptApi = ({ interaction, note }: ActionContext): ApiArea => ({
  render(promptId, promptOptions) {
    if (interaction.isRedirected) {
      throw new Error('Redirect and render commands cannot be used in the same action.');
    }
    if (interaction.isPrompted) throw new Error('Only 1 render command per action is allowed.');
    shortArgument(promptId, 'promptId', MAX_PROMPT_ID_CHARACTERS);
    const options = optionsArgument(promptOptions ?? undefined, 'promptOptions');
    onlyKeys(options, 'promptOptions', ['fields', 'vars']);
    for (const [part, values] of Object.entries(options)) {
      const names = Object.keys(optionsArgument(values, part));
      if (names.length > MAX_PROMPT_OPTIONS) {
        throw new RangeError(
          `"${part}" has ${names.length} properties; at most ${MAX_PROMPT_OPTIONS} are allowed.`,
        );
      }
      const wrong = part === 'fields' ? names.find((name) => !FIELD_NAME.test(name)) : undefined;
      if (wrong !== undefined) throw new TypeError(`"${wrong}" cannot be the name of a field.`);
    }
    const copy = jsonCopy(options);
    const bytes = isJsonObject(copy) ? jsonBytes(copy) : 0;
    if (bytes > MAX_PROMPT_OPTIONS_BYTES) {
      throw new RangeError(
        `"promptOptions" has ${bytes} bytes; at most ${MAX_PROMPT_OPTIONS_BYTES} are allowed.`,
      );
    }
    interaction.isPrompted = true;
    note('The local tenant has no Forms: api.prompt.render shows nothing, and the login goes on.');
  },
});
