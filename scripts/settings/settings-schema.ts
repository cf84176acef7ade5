import { pattern } from './describe.ts';
import { MAX_SETTINGS_CHARACTERS } from '../../actions/didit/settings/grammar.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import { SETTINGS, SETTINGS_PREFIX } from './table.ts';
import type { SettingsKey } from './table.ts';

/**
 * The JSON Schema of one metadata object at a level, as far as our keys go: what editors complete and check them with. It accepts
 * whatever `checkSettings` accepts, and knows nothing of other teams' keys.
 *
 * @see https://json-schema.org/draft-07
 */
export const metadataSchema = (level: Level): object => {
  const keys = SETTINGS.filter(({ levels }) => levels.includes(level));
  const names = keys.map(({ key }) => key.slice(SETTINGS_PREFIX.length)).join('|');
  return {
    type: 'object',
    propertyNames: { not: { pattern: `^${SETTINGS_PREFIX}(?!(${names})$)` } },
    properties: Object.fromEntries(keys.map((key) => [key.key, textSchema(key)])),
  };
};

function textSchema({ does, settings }: SettingsKey): object {
  const setting = settings.map(({ name, setting: { type } }) => `${name}=${pattern(type)}`).join('|');
  return {
    type: 'string',
    maxLength: MAX_SETTINGS_CHARACTERS,
    description: [does, ...settings.map(({ name, does: effect }) => `${name}: ${effect}`)].join('\n\n'),
    examples: settings.map(({ name, example }) => `${name}=${example}`),
    pattern: `^\\s*((${setting})(\\s+|$))*$`,
  };
}
