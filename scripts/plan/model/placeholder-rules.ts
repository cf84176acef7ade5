import { segment } from './flatten.ts';
import type { FieldOptions } from './resource-fields.ts';
import { isSecretPlaceholder } from './secret-paths.ts';

/**
 * A value that holds a secret's placeholder is a secret, wherever it stands.
 * @param source A resource of `tenant.yaml` as it is written.
 */
export function placeholderRules(source: unknown): FieldOptions {
  const uses = new Map<string, readonly string[]>();
  for (const [path, found] of placeholderUses(source, ''))
    uses.set(path, [...(uses.get(path) ?? []), ...found]);
  return {
    isSecret: (path) => (uses.get(path) ?? []).some((written) => isSecretPlaceholder(nameOf(written))),
    secretFrom: (path) => {
      const found = uses.get(path) ?? [];
      return found.length === 0 ? undefined : found.join(' ');
    },
  };
}

const nameOf = (written: string): string => written.replaceAll(/[#@]/g, '');

/** The placeholders in every text below a value, with the path of the setting that the text is part of. */
function placeholderUses(value: unknown, path: string): readonly [string, readonly string[]][] {
  if (typeof value === 'string') return [[path, value.match(/##\w+##|@@\w+@@/g) ?? []]];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => {
      // Secrets go by their names, and texts in a list are one setting.
      if (isNamedValue(item)) return placeholderUses(item.value, `${path}.${item.name}`);
      return placeholderUses(item, typeof item === 'string' ? path : `${path}.${index}`);
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    placeholderUses(child, path === '' ? segment(name) : `${path}.${segment(name)}`),
  );
}

const isNamedValue = (item: unknown): item is { readonly name: string; readonly value: unknown } =>
  typeof item === 'object' &&
  item !== null &&
  'name' in item &&
  typeof item.name === 'string' &&
  'value' in item;
