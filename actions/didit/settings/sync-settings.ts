import { FIELD_NAMES, FLAG_NAMES, PERSONAL_NAMES } from '../fields.ts';
import type { FieldName, PersonalName } from '../fields.ts';
import { settingsReader, settingsSource, unreadableLevel } from './resolve.ts';
import type { SettingsTable } from './resolve.ts';
import { choice, duration, listOf, orNone, pairs } from './value-types.ts';

const HOUR = 3_600_000;
const interval = duration(9_999 * 24 * HOUR);
const timeout = duration(10_000);
const THIRTY_DAYS = 30 * 24 * HOUR;

/**
 * The settings under `didit_sync`. They stand at the connection only.
 *
 * `user_metadata` takes no flags: people can write their own, so a flag there would be anybody's word.
 *
 * `map`, `user_metadata` and `stand_in` take `none`, which can only take away: no value is looked for, nothing is copied or
 * stands in. `fields` does not: a record that says nothing would still be written at each login, and every requirement would
 * deny; `mode=off` is there for that.
 */
export const syncSettings: SettingsTable<{
  mode: 'on' | 'off';
  refresh_after: number;
  fields: readonly FieldName[];
  map: readonly (readonly [PersonalName, string])[];
  stand_in: number;
  user_metadata: readonly (readonly [PersonalName, string])[];
  management_timeout: number;
  profile_timeout: number;
}> = {
  mode: { type: choice('on', 'off'), absent: 'on', unreadable: 'on' },
  refresh_after: { type: interval, absent: 24 * HOUR, unreadable: 24 * HOUR },
  fields: { type: listOf(FIELD_NAMES), absent: FLAG_NAMES, unreadable: FLAG_NAMES },
  map: {
    type: orNone(pairs(PERSONAL_NAMES, '\\w{1,40}([.]\\w{1,40}){0,3}'), []),
    absent: [],
    unreadable: [],
  },
  stand_in: { type: orNone(duration(THIRTY_DAYS), 0), absent: THIRTY_DAYS, unreadable: 0 },
  user_metadata: {
    type: orNone(pairs(PERSONAL_NAMES, '[\\w-]{1,40}'), []),
    absent: [],
    unreadable: [],
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
  /** How old the newest answer may be when it stands in for one that a login could not get. Default, and at most, 30 days. */
  readonly standIn: number;
  readonly userMetadata: readonly (readonly [PersonalName, string])[];
  /** For both Management API calls together. Default 3 seconds, at most 10. */
  readonly managementTimeout: number;
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
    standIn: setting('stand_in').value,
    userMetadata: setting('user_metadata').value,
    managementTimeout: setting('management_timeout').value,
    readable: unreadableLevel(source, syncSettings) === undefined,
  };
}
