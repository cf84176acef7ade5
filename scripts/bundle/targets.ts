import type { TenantConfig } from '../tenant-config/tenant-config.ts';

/** A file that the tenant runs: an Action, or the script of a connection. Paths are relative to the project's root. */
export interface BundleTarget {
  readonly name: string;
  readonly kind: 'action' | 'connection-script';
  /** The TypeScript source; the same as `output` where a finished JavaScript file is deployed as it is. */
  readonly entry: string;
  readonly output: string;
  /** npm packages that `tenant.yaml` declares for the Action. */
  readonly dependencies: readonly string[];
}

/** The script behind `@@DIDIT_FETCH_USER_PROFILE@@`. */
export const PROFILE_SCRIPT: BundleTarget = {
  name: 'fetch-user-profile',
  kind: 'connection-script',
  entry: 'actions/connection/fetch-user-profile.ts',
  output: 'dist/connection/fetch-user-profile.js',
  dependencies: [],
};

/**
 * All that is built for a configuration: the profile script, and each Action of `tenant.yaml`. `dist/actions/NAME.js` is
 * built from `actions/NAME.ts`; any other path is a JavaScript file of somebody's own, which is held to the same gates.
 */
export const bundleTargets = (config: TenantConfig): readonly BundleTarget[] => [
  PROFILE_SCRIPT,
  ...config.actions.map(({ name, code, dependencies = [] }): BundleTarget => ({
    name,
    kind: 'action',
    entry: code.replace(/^(?:\.\/)?dist\/(actions\/[^/]+)\.js$/, '$1.ts'),
    output: code,
    dependencies: dependencies.map((dependency) => dependency.name),
  })),
];
