import { CLAIMS } from '../../actions/didit/claims-contract.ts';
import { FLAG_NAMES, PERSONAL_NAMES } from '../../actions/didit/fields.ts';
import { isObject } from '../../actions/didit/json.ts';
import { expectation } from './describe.ts';
import { MAX_SETTINGS_CHARACTERS, parseSettings } from '../../actions/didit/settings/grammar.ts';
import type { GrammarFault } from '../../actions/didit/settings/grammar.ts';
import { isSlip, nearest } from '../base/nearest.ts';
import { SETTINGS_KEYS, misspeltKey } from '../../actions/didit/settings/misspelt-key.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import { SETTINGS, SETTINGS_PREFIX } from './table.ts';
import type { SettingEntry, SettingsKey } from './table.ts';
import { NONE } from '../../actions/didit/settings/value-types.ts';
import type { ValueType } from '../../actions/didit/settings/value-types.ts';

/** Something about our metadata keys that a person should fix before it is deployed. */
export interface SettingsProblem {
  /** The metadata key. */
  readonly key: string;
  /** The setting inside the key's value, if the problem is with one. */
  readonly setting?: string;
  /** What is wrong: one sentence without a full stop. */
  readonly wrong: string;
  /** The nearest valid name or value. */
  readonly nearest?: string;
  /** Of a value that cannot be read: one that can. */
  readonly example?: string;
  /** Of settings that contradict each other: what to write instead, as the rest of a sentence after "Write". */
  readonly write?: string;
}

/**
 * Checks the metadata of one connection, application (client) or organization. Other teams' keys are no concern of ours.
 *
 * @param metadata Of any content; keys that neither start with `didit_` nor look like one of ours are passed over.
 */
export function checkSettings(level: Level, metadata: unknown): readonly SettingsProblem[] {
  if (!isObject(metadata)) return [];
  return Object.entries(metadata)
    .filter(([key]) => key.startsWith(SETTINGS_PREFIX) || misspeltKey(key) !== undefined)
    .flatMap(([key, value]) => {
      const known = SETTINGS.find((settingsKey) => settingsKey.key === key);
      if (known === undefined) {
        const meant = misspeltKey(key);
        return meant === undefined || meant === SETTINGS_PREFIX
          ? [{ key, wrong: 'no such key', ...suggestion(key, SETTINGS_KEYS) }]
          : [{ key, wrong: `it only looks like ${meant}, and has no effect`, nearest: meant }];
      }
      if (!known.levels.includes(level)) {
        return [{ key, wrong: `it has no effect at this level, only at: ${known.levels.join(', ')}` }];
      }
      return checkText(known, value);
    });
}

function checkText({ key, settings }: SettingsKey, text: unknown): readonly SettingsProblem[] {
  const { values, faults } = parseSettings(text);
  const repeated = new Set(faults.filter(({ kind }) => kind === 'repeated').map(({ word }) => word));
  return [
    ...faults.map((fault) => grammarProblem(key, fault, settings)),
    ...[...values].flatMap(([name, value]) => {
      if (repeated.has(name)) return [];
      const entry = settings.find((candidate) => candidate.name === name);
      return entry === undefined
        ? [
            {
              key,
              setting: name,
              wrong: 'no such setting',
              ...suggestion(
                name,
                settings.map((known) => known.name),
              ),
            },
          ]
        : checkValue(key, entry, value);
    }),
  ];
}

function grammarProblem(
  key: string,
  { kind, word }: GrammarFault,
  settings: readonly SettingEntry[],
): SettingsProblem {
  switch (kind) {
    case 'not_text':
      return { key, wrong: 'a metadata value must be a text' };
    case 'too_long':
      return { key, wrong: `Auth0 accepts at most ${MAX_SETTINGS_CHARACTERS} characters` };
    case 'repeated':
      return { key, setting: word, wrong: 'it is there twice' };
    case 'not_a_setting': {
      const [name = ''] = word.split('=');
      return {
        key,
        wrong: `"${word}" is not a name=value pair`,
        ...suggestion(
          name,
          settings.map((known) => known.name),
        ),
      };
    }
  }
}

function checkValue(
  key: string,
  { name, setting, example }: SettingEntry,
  value: string,
): readonly SettingsProblem[] {
  if (setting.type.read(value) !== undefined) return [];
  const flag = name === 'user_metadata' ? flagIn(value) : undefined;
  return [
    flag === undefined
      ? {
          key,
          setting: name,
          wrong: `"${value}" cannot be read; expected ${expectation(setting.type)}`,
          example: `${name}=${example}`,
          ...valueSuggestion(value, setting.type),
        }
      : {
          key,
          setting: name,
          wrong: `${flag} is not copied any more, since people can write their own user_metadata. Take it out, and read the claim ${flag} (id_token or access_token of didit_claims) or app_metadata.didit.${flag} instead`,
        },
  ];
}

/** The first flag that a mapping copies, as earlier versions allowed. */
const flagIn = (mapping: string): string | undefined =>
  FLAG_NAMES.find((flag) => mapping.split(',').some((pair) => pair.startsWith(`${flag}:`)));

/** Words that somebody who takes a suggestion unread might be sorry for: they show personal data, or lift a rule. */
const WORDS_WITH_CONSEQUENCES: readonly string[] = [
  NONE,
  ...PERSONAL_NAMES,
  ...CLAIMS.filter(({ sensitivity }) => sensitivity !== 'answer').map(({ name }) => name),
];

function valueSuggestion(value: string, { words, none }: ValueType<unknown>): { readonly nearest?: string } {
  const items = value.split(',').map((item) => item.split(':')[0] ?? '');
  const misspelt = items.find((item) => !words.includes(item));
  // Who says `none` means nothing: no other word is near to that.
  if (misspelt === undefined || misspelt === NONE) return {};
  const harmless = words.filter((word) => !WORDS_WITH_CONSEQUENCES.includes(word));
  const others = words.filter((word) => !harmless.includes(word));
  // Of two words that are as near, the first counts: the one that does least.
  return suggestion(misspelt, [
    ...harmless,
    ...[...(none && items.length === 1 ? [NONE] : []), ...others].filter((word) => isSlip(misspelt, word)),
  ]);
}

function suggestion(word: string, known: readonly string[]): { readonly nearest?: string } {
  const found = nearest(word, known);
  return found === undefined ? {} : { nearest: found };
}
