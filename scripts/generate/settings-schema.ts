import { pattern } from '../../actions/didit/settings/describe.ts';
import { MAX_SETTINGS_CHARACTERS } from '../../actions/didit/settings/grammar.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import { SETTINGS, SETTINGS_PREFIX } from '../../actions/didit/settings/table.ts';
import type { SettingsKey } from '../../actions/didit/settings/table.ts';
import { generatedNotice } from './generated-notice.ts';

/**
 * The JSON Schema by which editors complete and check our metadata keys in tenant.yaml. It knows nothing else of that file.
 * @see https://json-schema.org/draft-07
 */
export const renderSettingsSchema = (): string =>
  JSON.stringify(
    {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $comment: generatedNotice('actions/didit/settings/table.ts'),
      title: 'Settings of Sign in with Didit in tenant.yaml',
      type: 'object',
      properties: {
        connections: listWith('metadata', 'connection'),
        clients: listWith('client_metadata', 'client'),
        organizations: listWith('metadata', 'organization'),
      },
    },
    undefined,
    2,
  ) + '\n';

/** The keys that the schema takes at one level; for a single metadata object. */
export const metadataSchema = (level: Level): object => {
  const keys = SETTINGS.filter(({ levels }) => levels.includes(level));
  const names = keys.map(({ key }) => key.slice(SETTINGS_PREFIX.length)).join('|');
  return {
    type: 'object',
    propertyNames: { not: { pattern: `^${SETTINGS_PREFIX}(?!(${names})$)` } },
    properties: Object.fromEntries(keys.map((key) => [key.key, textSchema(key)])),
  };
};

const listWith = (member: string, level: Level): object => ({
  type: 'array',
  items: { type: 'object', properties: { [member]: metadataSchema(level) } },
});

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
