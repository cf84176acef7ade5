/** Characters of one metadata value at Auth0. */
export const MAX_SETTINGS_CHARACTERS = 255;

/** One `name=value` that cannot be taken as it stands. */
export interface GrammarFault {
  readonly kind: 'not_text' | 'too_long' | 'not_a_setting' | 'repeated';
  /** The word at fault, or the name of a repeated setting. Written by an administrator: not for the log of a login. */
  readonly word: string;
}

/** A settings text taken apart: `name=value name=value`, separated by white space. */
export interface SettingsText {
  readonly values: ReadonlyMap<string, string>;
  readonly faults: readonly GrammarFault[];
}

/**
 * Takes a metadata value of any content apart. Absent (`undefined`, `null` or an empty text) is no settings and no fault. A
 * name that stands twice has no value at all: neither is more right than the other.
 *
 * @see https://auth0.com/docs/get-started/applications/configure-application-metadata
 */
export function parseSettings(text: unknown): SettingsText {
  const values = new Map<string, string>();
  const faults: GrammarFault[] = [];
  if (text == null) return { values, faults };
  if (typeof text !== 'string') return { values, faults: [{ kind: 'not_text', word: '' }] };
  if (text.length > MAX_SETTINGS_CHARACTERS) return { values, faults: [{ kind: 'too_long', word: '' }] };
  for (const word of text.match(/\S+/g) ?? []) {
    const [, name, value] = /^([a-z]\w*)=(\S+)$/.exec(word) ?? [];
    if (name === undefined || value === undefined) faults.push({ kind: 'not_a_setting', word });
    else if (values.has(name)) faults.push({ kind: 'repeated', word: name });
    else values.set(name, value);
  }
  for (const { kind, word } of faults) if (kind === 'repeated') values.set(word, '');
  return { values, faults };
}
