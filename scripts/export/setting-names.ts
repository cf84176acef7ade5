import type { Path } from '../tenant-config/finding.ts';
import { isRecord, recordOf, textOf } from '../base/json-values.ts';

/** A path with the things of the file's lists by their names: it is the same in two files that list them differently. */
export type SettingName = readonly string[];

/** @param data What the path leads into, placeholders filled in. */
export const settingName = (path: Path, data: unknown): SettingName =>
  path.map((step, index) =>
    index === 1 ? identityOf(valueAt(data, path.slice(0, 2))) || String(step) : String(step),
  );

/** An API may be renamed, and an application may have several grants. */
function identityOf(item: unknown): string {
  const { identifier, name, client_id, audience } = recordOf(item);
  const [own] = [identifier, name].map(textOf).filter((text) => text !== '');
  return own ?? `${textOf(client_id)} ${textOf(audience)}`.trim();
}

/** What plain data has at a path; a thing in one of the file's lists may be told by its name. */
export const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => {
    if (isRecord(value)) return Object.hasOwn(value, step) ? value[step] : undefined;
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items[Number(step)] ?? items.find((item) => identityOf(item) === step);
  }, data);

/** Whether a setting is a part of another one, or that itself. */
export const isWithin = (name: SettingName, whole: SettingName): boolean =>
  whole.every((step, index) => step === name[index]);

export const sameSetting = (one: SettingName, other: SettingName): boolean =>
  one.length === other.length && isWithin(one, other);
