import { markersIn } from '../tenant-config/markers.ts';
import { segment } from './flatten.ts';
import type { FieldOptions } from './resource-fields.ts';

/**
 * Where the secrets of a resource come from. That they are secrets follows from where they stand: a secret's placeholder stands nowhere
 * else (`secrets/secret-sinks.ts`).
 *
 * @param source A resource of `tenant.yaml` as it is written.
 */
export function placeholderRules(source: unknown): Pick<FieldOptions, 'secretFrom'> {
  const texts = new Map(writtenTexts(source, ''));
  return {
    secretFrom: (path) => {
      const found = markersIn([texts.get(path) ?? []].flat().join(' '));
      return found.length === 0 ? undefined : found.map(({ written }) => written).join(' ');
    },
  };
}

/** Every text below a value, with the path of the setting that it is; a list of texts is one setting. */
function writtenTexts(value: unknown, path: string): readonly [string, string | readonly string[]][] {
  if (typeof value === 'string') {
    return [[path, value]];
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
