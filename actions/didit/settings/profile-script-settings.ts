import type { FieldName } from '../fields.ts';
import type { FieldPaths } from '../profile.ts';
import { settingsReader, settingsSource } from './resolve.ts';
import { syncSettings } from './sync-settings.ts';

/** What the profile script takes from `didit_sync`. */
export interface ProfileScriptSettings {
  /** The allow-list of what the snapshot holds. Default: the flags, no personal values. */
  readonly fields: readonly FieldName[];
  readonly paths: FieldPaths;
  /** For the userinfo call and its retry together, milliseconds. Default 5 seconds, at most 10. */
  readonly timeout: number;
}

/** @param text The connection's metadata value `didit_sync`, of any content. */
export function readProfileScriptSettings(text: unknown): ProfileScriptSettings {
  const setting = settingsReader(settingsSource({ connection: text }), syncSettings);
  return {
    fields: setting('fields').value,
    paths: new Map(setting('map').value.map(([name, path]) => [name, path.split('.')])),
    timeout: setting('profile_timeout').value,
  };
}
