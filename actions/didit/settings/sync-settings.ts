import { FIELD_NAMES, FLAG_NAMES, PERSONAL_NAMES } from '../fields.ts';
import type { FieldName, PersonalName } from '../fields.ts';
import type { FieldPaths } from '../profile.ts';
import { settingsReader, settingsSource, unreadableLevel } from './resolve.ts';
import type { SettingsTable } from './resolve.ts';
import { choice, duration, durationUpTo, listOf, pairs } from './value-types.ts';

const HOUR = 3_600_000;
const timeout = durationUpTo(10_000, 'at most 10s');

/** The settings under `didit_sync`. They stand at the connection only. */
export const syncSettings: SettingsTable<{
  mode: 'on' | 'off';
  refresh_after: number;
  fields: readonly FieldName[];
  map: ReadonlyMap<PersonalName, string>;
  user_metadata: ReadonlyMap<FieldName, string>;
  management_timeout: number;
  profile_timeout: number;
}> = {
  mode: { type: choice('on', 'off'), absent: 'on', unreadable: 'on' },
  refresh_after: { type: duration, absent: 24 * HOUR, unreadable: 24 * HOUR },
  fields: { type: listOf(FIELD_NAMES), absent: FLAG_NAMES, unreadable: FLAG_NAMES },
  map: {
    type: pairs(
      PERSONAL_NAMES,
      '[A-Za-z_][A-Za-z0-9_]{0,39}([.][A-Za-z_][A-Za-z0-9_]{0,39}){0,3}',
      'pairs of a field and its place in the userinfo answer, such as gender:gender.value',
    ),
    absent: new Map(),
    unreadable: new Map(),
  },
  user_metadata: {
    type: pairs(
      FIELD_NAMES,
      '[A-Za-z0-9_-]{1,40}',
      'pairs of a field and a key of user_metadata, such as name:display_name',
    ),
    absent: new Map(),
    unreadable: new Map(),
  },
  management_timeout: { type: timeout, absent: 3_000, unreadable: 3_000 },
  profile_timeout: { type: timeout, absent: 5_000, unreadable: 5_000 },
};

/** What profile sync does at one connection. Time spans in milliseconds. */
export interface SyncSettings {
  readonly mode: 'on' | 'off';
  /** Default 24 hours. */
  readonly refreshAfter: number;
  /** The allow-list of what is kept of a profile. Default: the flags, no personal values. */
  readonly fields: readonly FieldName[];
  readonly paths: FieldPaths;
  readonly userMetadata: ReadonlyMap<FieldName, string>;
  /** For both Management API calls together. Default 3 seconds, at most 10. */
  readonly managementTimeout: number;
  /** For the userinfo call and its retry together. Default 5 seconds, at most 10. */
  readonly profileTimeout: number;
  /** Whether every word could be read. */
  readonly readable: boolean;
}

/** @param text The connection's metadata value `didit_sync`, of any content. */
export function readSyncSettings(text: unknown): SyncSettings {
  const source = settingsSource({ connection: text });
  const setting = settingsReader(source, syncSettings);
  return {
    mode: setting('mode').value,
    refreshAfter: setting('refresh_after').value,
    fields: setting('fields').value,
    paths: new Map([...setting('map').value].map(([name, path]) => [name, path.split('.')])),
    userMetadata: setting('user_metadata').value,
    managementTimeout: setting('management_timeout').value,
    profileTimeout: setting('profile_timeout').value,
    readable: unreadableLevel(source, syncSettings) === undefined,
  };
}
