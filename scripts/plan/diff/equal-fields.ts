import { parseSettings } from '../../../actions/didit/settings/grammar.ts';
import { SETTINGS } from '../../../actions/didit/settings/table.ts';
import { formatValue } from '../../../actions/didit/settings/describe.ts';
import type { Field } from '../model/tenant-model.ts';

/** Whether two settings mean the same to the service: absent, `null` and an empty list do; so do lists in another order. */
export function equalFields(before: Field | undefined, after: Field | undefined): boolean {
  if (isNothing(before) || isNothing(after)) return isNothing(before) && isNothing(after);
  switch (before.kind) {
    case 'value':
      return after.kind === 'value' && before.value === after.value;
    case 'set':
      return after.kind === 'set' && sorted(before.items) === sorted(after.items);
    case 'code':
      return after.kind === 'code' && before.text === after.text;
    case 'settings':
      return after.kind === 'settings' && equalSettings(before, after);
    case 'secret':
      // One that cannot be read cannot be compared: that it is set on both sides is all there is to know.
      return (
        after.kind === 'secret' &&
        (before.mark === undefined || after.mark === undefined || before.mark === after.mark)
      );
  }
}

const isNothing = (field: Field | undefined): field is undefined =>
  field === undefined ||
  (field.kind === 'value' && (field.value === null || field.value === '')) ||
  (field.kind === 'set' && field.items.length === 0) ||
  (field.kind === 'settings' && field.text.trim() === '');

const sorted = (items: readonly string[]): string => JSON.stringify([...new Set(items)].sort());

type SettingsField = Extract<Field, { kind: 'settings' }>;

function equalSettings(before: SettingsField, after: SettingsField): boolean {
  if (before.text === after.text) return true;
  const [one, other] = [settingValues(before), settingValues(after)];
  return one !== undefined && other !== undefined && sortedPairs(one) === sortedPairs(other);
}

const sortedPairs = (values: ReadonlyMap<string, string>): string =>
  JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The settings in a text by name, each as the one way to write its value; `undefined` when any of it cannot be read, since what it
 * means then is not the sum of its words.
 */
export function settingValues({ key, text }: SettingsField): ReadonlyMap<string, string> | undefined {
  const entries = SETTINGS.find((settings) => settings.key === key)?.settings;
  const { values, faults } = parseSettings(text);
  if (entries === undefined || faults.length > 0) return undefined;
  const formatted = new Map<string, string>();
  for (const [name, written] of values) {
    const read = entries.find((entry) => entry.name === name)?.setting.type.read(written);
    if (read === undefined) return undefined;
    formatted.set(name, Array.isArray(read) ? formatList(read) : formatValue(read));
  }
  return formatted;
}

/** Words come in the order of their table already. Pairs are written with a colon, and their order means nothing. */
function formatList(items: readonly unknown[]): string {
  const texts = items.map((item) => (Array.isArray(item) ? item.join(':') : String(item)));
  return (items.some(Array.isArray) ? texts.sort() : texts).join(',');
}
