import { join } from 'node:path';
import { SETTINGS_KEYS } from '../../../actions/didit/settings/misspelt-key.ts';
import { LEVELS } from '../../../actions/didit/settings/resolve.ts';
import type { Level } from '../../../actions/didit/settings/resolve.ts';
import { asObject, recordOf, recordsOf, stringIn, textOf } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { LEVEL_PLACES } from '../../settings/levels.ts';
import { problemsIn } from '../../base/problem.ts';
import { PROJECT_ROOT } from '../../base/project.ts';
import { placeOf } from '../../tenant-config/place-of.ts';
import { TENANT_FILE } from '../../tenant-config/read-tenant-config.ts';
import { readTenantFile } from '../../tenant-config/read-tenant-file.ts';
import type { TenantFile } from '../../tenant-config/read-tenant-file.ts';

export type SettingsKey = (typeof SETTINGS_KEYS)[number];

/** A settings text as a login had it. */
export interface SettingInForce {
  readonly key: SettingsKey;
  readonly level: Level;
  /** The connection, application or organization. */
  readonly of: string;
  readonly value: string;
  /** `null` where tenant.yaml does not have it. */
  readonly line: number | null;
  /** What tenant.yaml says now; `null` where it does not say it. */
  readonly now: string | null;
}

/** The settings that the event of a login shows, level by level, each with its line of the working tree's file. */
export function settingsInForce(event: JsonObject, file: TenantFile | undefined): readonly SettingInForce[] {
  return LEVELS.flatMap((level) => {
    const part = asObject(event[level]);
    const of = stringIn(part, 'name') ?? '';
    const metadata = asObject(part['metadata']);
    return SETTINGS_KEYS.flatMap((key) => {
      const value = stringIn(metadata, key);
      if (value === undefined) return [];
      const written = file === undefined ? undefined : writtenSetting(file, level, of, key);
      return [{ key, level, of, value, line: written?.line ?? null, now: written?.value ?? null }];
    });
  });
}

/** A settings text of a file, with its line. */
export function writtenSetting(
  file: TenantFile,
  level: Level,
  of: string,
  key: string,
): { readonly line: number; readonly value: string } | undefined {
  const { section, metadata } = LEVEL_PLACES[level];
  const things = recordsOf(recordOf(file.data)[section]);
  const index = things.findIndex(({ name }) => name === of);
  const value = textOf(recordOf(things[index]?.[metadata])[key]);
  return index < 0 || value === ''
    ? undefined
    : { line: placeOf(file, [section, index, metadata, key]).line, value };
}

/** The working tree's file as far as it can be read: what is shown beside a login must not fail with it. */
export function readableTenantFile(): TenantFile | undefined {
  try {
    return readTenantFile(join(PROJECT_ROOT, TENANT_FILE), TENANT_FILE);
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
    return undefined;
  }
}
