import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { readProfileScriptSettings } from '../../../actions/didit/settings/profile-script-settings.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { SyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import { NONE } from '../../../actions/didit/settings/value-types.ts';
import { formatValue } from '../../settings/describe.ts';
import { rated } from './security-codes.ts';
import type { SecurityCode, SecurityRating } from './security-codes.ts';

/** What `didit_sync` asks for, what the profile script takes of it included. */
export interface KeptSettings extends SyncSettings {
  /** `name:path.in.the.answer`. */
  readonly map: readonly string[];
  /** Milliseconds. */
  readonly profileTimeout: number;
}

/** @param text The connection's metadata value `didit_sync`, of any content. */
export function readKeptSettings(text: string | undefined): KeptSettings {
  const { paths, timeout } = readProfileScriptSettings(text);
  const map = [...paths].map(([name, path]) => `${name}:${path.join('.')}`).sort();
  return { ...readSyncSettings(text), map, profileTimeout: timeout };
}

/** As it would be written in one text; what is seldom set only where it is not the default. */
export function describeKept(settings: KeptSettings): string {
  const usual = readKeptSettings(undefined);
  const { managementTimeout, profileTimeout, map } = settings;
  return [
    ...(settings.mode === 'off'
      ? ['mode=off']
      : [
          'mode=on',
          `fields=${formatValue(settings.fields)}`,
          `user_metadata=${formatValue(settings.userMetadata)}`,
          `stand_in=${standIn(settings)}`,
        ]),
    ...(map.length === 0 ? [] : [`map=${map.join(',')}`]),
    ...(managementTimeout === usual.managementTimeout
      ? []
      : [`management_timeout=${formatValue(managementTimeout)}`]),
    ...(profileTimeout === usual.profileTimeout ? [] : [`profile_timeout=${formatValue(profileTimeout)}`]),
  ].join(' ');
}

/** A value that cannot be read counts as none. */
const standIn = ({ standIn: age }: SyncSettings): string => (age === 0 ? NONE : formatValue(age));

/**
 * What a security reviewer has to know, setting by setting: the compiler asks for a sentence, or none, for each that there is.
 *
 * @param old `undefined` for a new connection, which had nothing that could become less.
 */
export function rateKept(old: KeptSettings | undefined, now: KeptSettings): readonly SecurityRating[] {
  const less = (what: string, from: string, to: string): SecurityRating =>
    rated('evidence_reduced', `${what}=${from} → ${what}=${to}`);
  const shorter = (what: string, from: number | undefined, to: number): readonly SecurityRating[] =>
    from !== undefined && to < from ? [less(what, formatValue(from), formatValue(to))] : [];
  const bySetting: Readonly<Record<keyof KeptSettings, readonly SecurityRating[]>> = {
    mode: old?.mode === 'on' && now.mode === 'off' ? [less('mode', 'on', 'off')] : [],
    fields: [...some('personal_data_kept', added(personalKept(old), personalKept(now))), ...lost(old, now)],
    // With the fields.
    userMetadata: [],
    standIn:
      old !== undefined && now.mode === 'on' && now.standIn > old.standIn
        ? [rated('rules_loosened', `stand_in=${standIn(old)} → stand_in=${standIn(now)}`)]
        : [],
    map: added(old?.map ?? [], now.map).map((pair) => rated('connection_request', `map=${pair}`)),
    // A record that looks older than it is lets in fewer.
    refreshAfter: [],
    managementTimeout: shorter('management_timeout', old?.managementTimeout, now.managementTimeout),
    profileTimeout: shorter('profile_timeout', old?.profileTimeout, now.profileTimeout),
    readable:
      now.readable || old?.readable === false
        ? []
        : [rated('setting_not_judged', 'didit_sync cannot be read in full')],
  };
  return Object.values(bySetting).flat();
}

const added = (before: readonly string[], after: readonly string[]): readonly string[] =>
  after.filter((item) => !before.includes(item));

const some = (code: SecurityCode, what: readonly string[]): readonly SecurityRating[] =>
  what.length === 0 ? [] : [rated(code, what.join(', '))];

const isPersonal = (name: string): boolean => PERSONAL_NAMES.some((personal) => personal === name);

/** Personal values that stay in the record, and those that are copied to where people and other applications read them. */
const personalKept = (sync: KeptSettings | undefined): readonly string[] =>
  sync?.mode === 'on'
    ? [
        ...sync.fields.filter(isPersonal).map((name) => `${name} in the record`),
        ...sync.userMetadata.map(([name, key]) => `${name} in user_metadata.${key}`),
      ]
    : [];

/** Answers that rules rest on. */
function lost(old: KeptSettings | undefined, now: KeptSettings): readonly SecurityRating[] {
  if (old?.mode !== 'on' || now.mode === 'off') return [];
  const names = old.fields.filter((name) => !isPersonal(name) && !now.fields.includes(name));
  return some('evidence_reduced', names.length === 0 ? [] : [`no longer kept: ${names.join(', ')}`]);
}
