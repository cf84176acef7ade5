import type { Problem } from '../base/problem.ts';

/** Steps into the data of a file: keys, and positions in lists (as numbers, or as text where a JSON pointer says so). */
export type Path = readonly (string | number)[];

/** A problem, for code that has to find its setting again. */
export interface Finding {
  readonly problem: Problem<
    | 'TENANT_FILE_KEY'
    | 'TENANT_FILE_VALUE'
    | 'TENANT_FILE_REFERENCE'
    | 'SETTING_INVALID'
    | 'SETTINGS_CONTRADICT'
    | 'HANDOVER_KEY_MISSING'
    | 'PLACEHOLDER_MALFORMED'
    | 'PLACEHOLDER_MISPLACED'
    | 'PLACEHOLDER_UNDECLARED'
  >;
  /** The settings that it lies with, the likeliest first; of a missing value, where it would stand. */
  readonly paths: readonly [Path, ...Path[]];
}
