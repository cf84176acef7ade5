import { FLAG_NAMES } from '../fields.ts';
import type { FlagName } from '../fields.ts';
import { settingsSource, strictSettingsReader, unreadableLevel } from './resolve.ts';
import type { Level, Resolved, SettingsTable } from './resolve.ts';
import { choice, duration, listOf, orNone } from './value-types.ts';

/**
 * The settings under `didit_policy`. They stand at the connection, at an application, and at an organization.
 *
 * `max_age` is `Infinity` where there is no limit, and 0 where the limit cannot be read: only a fresh profile will do then.
 */
export const policySettings: SettingsTable<{
  require: readonly FlagName[];
  max_age: number;
  apply_to: 'didit' | 'all';
  on_unavailable: 'deny' | 'allow';
  mode: 'enforce' | 'report' | 'off';
  step_up: 'off' | 'on';
}> = {
  require: { type: orNone(listOf(FLAG_NAMES), []), absent: [], unreadable: [] },
  max_age: { type: orNone(duration(9_999 * 86_400_000), Infinity), absent: Infinity, unreadable: 0 },
  apply_to: { type: choice('didit', 'all'), absent: 'didit', unreadable: 'all' },
  on_unavailable: { type: choice('deny', 'allow'), absent: 'deny', unreadable: 'deny' },
  mode: { type: choice('enforce', 'report', 'off'), absent: 'enforce', unreadable: 'enforce' },
  step_up: { type: choice('off', 'on'), absent: 'off', unreadable: 'off' },
};

/** The rules for one login, each with the level that it comes from. */
export interface PolicySettings {
  readonly require: Resolved<readonly FlagName[]>;
  /** Milliseconds; `Infinity` is no limit. */
  readonly maxAge: Resolved<number>;
  readonly applyTo: Resolved<'didit' | 'all'>;
  readonly onUnavailable: Resolved<'deny' | 'allow'>;
  readonly mode: Resolved<'enforce' | 'report' | 'off'>;
  /** Whether a person whom Didit may help is asked instead of denied. */
  readonly stepUp: Resolved<'off' | 'on'>;
  /** A level whose text cannot be read in full: a rule may be missing, so nobody gets in. */
  readonly unreadableAt: Level | undefined;
}

/** @param texts The metadata value `didit_policy` at each level, of any content. */
export function readPolicySettings(texts: Readonly<Partial<Record<Level, unknown>>>): PolicySettings {
  const source = settingsSource(texts);
  const setting = strictSettingsReader(source, policySettings);
  return {
    require: setting('require'),
    maxAge: setting('max_age'),
    applyTo: setting('apply_to'),
    onUnavailable: setting('on_unavailable'),
    mode: setting('mode'),
    stepUp: setting('step_up'),
    unreadableAt: unreadableLevel(source, policySettings),
  };
}
