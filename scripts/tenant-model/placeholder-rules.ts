import { isSecretPlaceholder } from '../secrets/secret-placeholders.ts';
import { segment } from './flatten.ts';
import { wordsOf } from './resource-fields.ts';
import type { FieldOptions } from './resource-fields.ts';

/**
 * Names by which things are joined: an application, and the connections that it is enabled for. They are what they are once they are
 * filled in, on a tenant too, where everybody who signs in can see them.
 */
const NAMES: readonly string[] = ['enabled_clients'];

/**
 * A value that holds a secret's placeholder is a secret, wherever it stands but in a name; in a list, that item alone. Code is one only
 * once the placeholder is filled in.
 *
 * @param source A resource of `tenant.yaml` as it is written.
 */
export function placeholderRules(source: unknown): FieldOptions {
  const texts = new Map(writtenTexts(source, ''));
  return {
    isSecret: (path, value) => {
      const written = texts.get(path);
      if (typeof written !== 'string' || !holdsSecret(written) || NAMES.includes(path)) return false;
      return !(path.startsWith('options.scripts.') && value === written);
    },
    secretFrom: (path) => {
      const found = placeholdersOf([texts.get(path) ?? []].flat().join(' '));
      return found.length === 0 ? undefined : found.join(' ');
    },
    shownItems: (path, items) => {
      const written = texts.get(path);
      return !NAMES.includes(path) && Array.isArray(written) && written.some(holdsSecret)
        ? itemsAsWritten(written, items)
        : items;
    },
  };
}

/** Items that come from a secret's placeholder as they are written, told apart by a number where one is several. */
function itemsAsWritten(written: readonly string[], items: readonly string[]): readonly string[] {
  const secrets = written.filter(holdsSecret);
  const shown: string[] = [];
  for (const [index, item] of items.entries()) {
    // A value with blanks in it becomes several items of a text: which are its own is then only known by what the others are not.
    const from =
      written.length === items.length
        ? [written[index] ?? ''].filter(holdsSecret)
        : written.includes(item)
          ? []
          : secrets;
    const name = from.join(' ');
    const again = items.indexOf(item);
    const count = shown.filter((other) => other === name || other.startsWith(`${name} (`)).length;
    shown.push(
      name === ''
        ? item
        : again < index
          ? (shown[again] ?? name)
          : count === 0
            ? name
            : `${name} (${count + 1})`,
    );
  }
  return shown;
}

const placeholdersOf = (text: string): readonly string[] => text.match(/##\w+##|@@\w+@@/g) ?? [];

const holdsSecret = (text: string): boolean =>
  placeholdersOf(text).some((written) => isSecretPlaceholder(nameOf(written)));

const nameOf = (written: string): string => written.replaceAll(/[#@]/g, '');

/** Every text below a value, with the path of the setting that it is; a list of texts is one setting. */
function writtenTexts(value: unknown, path: string): readonly [string, string | readonly string[]][] {
  if (typeof value === 'string') {
    return [[path, path === 'options.scope' ? wordsOf(value) : value]];
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const texts = items.filter((item) => typeof item === 'string');
    if (texts.length === items.length) return [[path, texts]];
    // Secrets go by their names.
    return items.flatMap((item, index) =>
      isNamedValue(item)
        ? writtenTexts(item.value, `${path}.${item.name}`)
        : writtenTexts(item, `${path}.${index}`),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    writtenTexts(child, path === '' ? segment(name) : `${path}.${segment(name)}`),
  );
}

const isNamedValue = (item: unknown): item is { readonly name: string; readonly value: unknown } =>
  typeof item === 'object' &&
  item !== null &&
  'name' in item &&
  typeof item.name === 'string' &&
  'value' in item;
