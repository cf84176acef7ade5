import type { Document, ParsedNode } from 'yaml';
import { Problem } from '../problem.ts';
import { placeholdersIn } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { isSecretPlaceholder } from '../tenant-config/secret-placeholders.ts';
import { isRecord, recordOf, textOf } from './json-values.ts';
import { sameMeaning } from './same-meaning.ts';
import { isSecretOption, isSecretSetting } from './secret-options.ts';

export type Path = readonly (string | number)[];

export interface ExportWriter {
  /** Sets what the tenant has; nothing takes the setting out. A secret is never written. */
  value(path: Path, to: unknown): void;
  /** Applications of a connection. A file cannot say that there are none; without the key, a deploy leaves them alone. */
  enabled(connection: Path, wanted: readonly string[] | undefined, now: readonly string[] | undefined): void;
  /** Those of the fields that the tenant has otherwise. */
  changed(path: Path, fields: object, now: Readonly<Record<string, unknown>>): void;
  /** The same, and those that only the tenant has. */
  all(path: Path, fields: object, now: Readonly<Record<string, unknown>>): void;
  /** Whether a text of the tenant can stand in a file. If not, it is told about. */
  canStand(path: Path, text: string): boolean;
  /** `PLACEHOLDER_ON_TENANT`, one for each setting that was not written. */
  readonly problems: readonly Problem[];
}

const PLACEHOLDER = /##\w+##|@@\w+@@/;

/**
 * Writes a tenant's values into a copy of the file. A placeholder of the file comes back where a whole value is what it stands for,
 * and where the file has it already; no other variable of the shell ever does.
 *
 * @param values What the placeholders were filled in with.
 */
export function exportWriter(
  document: Document<ParsedNode>,
  tenantFile: TenantFile,
  values: PlaceholderValues,
): ExportWriter {
  const file: unknown = tenantFile.document.toJS();
  const written = new Map(
    placeholdersIn(tenantFile).map((use): [string, string | undefined] => [
      use.written,
      values.get(use.name),
    ]),
  );
  const known = [...written].flatMap(([placeholder, value]): [string, string][] =>
    value === undefined || value === '' || isSecretPlaceholder(nameOf(placeholder))
      ? []
      : [[placeholder, value]],
  );
  const problems: Problem[] = [];

  const filledIn = (text: string): string =>
    known.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  const textWithPlaceholders = (text: string, before: unknown): string => {
    const whole = known.find(([, value]) => value === text);
    if (whole !== undefined) return whole[0];
    if (typeof before !== 'string') return text;
    const edited = known
      .filter(([placeholder]) => before.includes(placeholder))
      .reduce((result, [placeholder, value]) => result.replaceAll(value, placeholder), text);
    // One value may be part of another, or of a placeholder's name.
    return filledIn(edited) === text ? edited : text;
  };
  /** @param before What the file has in the same place. */
  const withPlaceholders = (to: unknown, before: unknown): unknown => {
    if (typeof to === 'string') return textWithPlaceholders(to, before);
    if (Array.isArray(to)) {
      const items: readonly unknown[] = Array.isArray(before) ? before : [];
      return to.map((item: unknown) =>
        withPlaceholders(
          item,
          items.find((other) => typeof other === 'string' && filledIn(other) === item),
        ),
      );
    }
    if (!isRecord(to)) return to;
    return Object.fromEntries(
      Object.entries(to).map(([name, child]) => [name, withPlaceholders(child, recordOf(before)[name])]),
    );
  };

  const refuse = (path: Path, marker: string): void => {
    problems.push(
      new Problem({
        code: 'PLACEHOLDER_ON_TENANT',
        message: `The tenant has the text ${marker} there. In a file it would be a placeholder, so the setting is not exported.`,
        place: { file: tenantFile.file, key: pathInWords(path, file) },
        remedy: 'Put on the tenant what the text was to stand for, then export again.',
      }),
    );
  };
  const canStand = (path: Path, to: unknown): boolean => {
    const marker = textsIn([path, to])
      .map((text) => PLACEHOLDER.exec(text)?.[0])
      .find((found) => found !== undefined);
    if (marker !== undefined) refuse(path, marker);
    return marker === undefined;
  };

  const value = (path: Path, to: unknown): void => {
    const before = at(file, path);
    if (textsIn(before).some(hasSecretPlaceholder) || isSecret(path, to)) return;
    if (to === undefined || to === null) document.deleteIn(path);
    else if (canStand(path, to)) document.setIn(path, document.createNode(withPlaceholders(to, before)));
  };
  return {
    problems,
    value,
    canStand,
    enabled: (connection, wanted, now) => {
      if (!sameMeaning(wanted, now))
        value([...connection, 'enabled_clients'], now?.length === 0 ? undefined : now);
    },
    changed: (path, fields, now) => {
      for (const [name, wanted] of Object.entries(fields)) {
        if (!sameMeaning(wanted, now[name]) && name !== 'deployed') value([...path, name], now[name]);
      }
    },
    all: (path, fields, now) => {
      const wanted = new Map<string, unknown>(Object.entries(fields));
      for (const name of new Set([...wanted.keys(), ...Object.keys(now)])) {
        if (!sameMeaning(wanted.get(name), now[name])) value([...path, name], now[name]);
      }
    },
  };
}

const nameOf = (placeholder: string): string => placeholder.replaceAll(/[#@]/g, '');

const hasSecretPlaceholder = (text: string): boolean =>
  (text.match(new RegExp(PLACEHOLDER, 'g')) ?? []).some((found) => isSecretPlaceholder(nameOf(found)));

function isSecret(path: Path, to: unknown): boolean {
  const name = textOf(path.at(-1));
  return path.includes('options') ? isSecretOption(name, to) : isSecretSetting(name, to);
}

/** Every text in a value, names included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.entries(value).flatMap(textsIn) : [];
}

/** What plain data has at a path. */
const at = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => {
    if (typeof step === 'string') return recordOf(value)[step];
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items[step];
  }, data);

/** Things in lists by their names. */
const pathInWords = (path: Path, data: unknown): string =>
  path
    .map((step, index) => {
      if (typeof step === 'string') return step;
      const item = recordOf(at(data, path.slice(0, index + 1)));
      return textOf(item['name'] ?? item['identifier'] ?? item['client_id']) || String(step);
    })
    .join('.');
