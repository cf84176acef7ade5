import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../base/project.ts';
import { settingValues } from '../settings/setting-values.ts';
import type { Places } from '../base/problem-places.ts';
import { placeOf } from '../tenant-config/place-of.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
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
  /** Where `tenant.yaml` names it. */
  readonly place?: Places['line'];
  /** Texts that take the place of free variables of these names. */
  readonly constants?: Readonly<Record<string, string>>;
}

/** What the profile script reads of `didit_sync`. */
const SCRIPT_SETTINGS = ['fields', 'map', 'profile_timeout'];

/** A text that cannot be read in full stays as it is: what it means is not the sum of its words. */
function settingsFor(text: string): string {
  const values = settingValues('didit_sync', text);
  return values === undefined
    ? text
    : SCRIPT_SETTINGS.flatMap((name) => {
        const value = values.get(name);
        return value === undefined ? [] : [`${name}=${value}`];
      }).join(' ');
}

/**
 * The script behind `@@DIDIT_FETCH_USER_PROFILE@@`. Auth0 gives such a script no settings to read, so the connection's
 * `didit_sync` is written into it: as much of it as the script reads, in the one way to write it, so that a change of anything
 * else is none of the script's.
 */
const profileScript = ({ connections }: TenantConfig): BundleTarget => ({
  name: 'fetch-user-profile',
  kind: 'connection-script',
  entry: 'actions/connection/fetch-user-profile.ts',
  output: 'dist/connection/fetch-user-profile.js',
  dependencies: [],
  constants: { DIDIT_SYNC_SETTINGS: settingsFor(connections[0]?.metadata?.['didit_sync'] ?? '') },
});

/**
 * All that is built for a configuration: the profile script, and each Action of `tenant.yaml`. `dist/actions/NAME.js` is
 * built from `actions/NAME.ts`; any other path is a JavaScript file of somebody's own, which goes through the same gates.
 *
 * @param tenantFile What the configuration was read from, so that errors can name a line.
 */
export const bundleTargets = (config: TenantConfig, tenantFile?: TenantFile): readonly BundleTarget[] => [
  profileScript(config),
  ...config.actions.map(({ name, code, dependencies = [] }, index): BundleTarget => ({
    name,
    kind: 'action',
    entry: code.replace(/^(?:\.\/)?dist\/(actions\/[^/]+)\.js$/, '$1.ts'),
    output: code,
    dependencies: dependencies.map((dependency) => dependency.name),
    ...(tenantFile === undefined ? {} : { place: placeOf(tenantFile, ['actions', index, 'code']) }),
  })),
];

/**
 * Sources of Actions that nothing deploys, since no Action of the configuration is built from them.
 *
 * @param root Absolute path of the folder that they are relative to. Default: the project's root.
 */
function unlistedSources(config: TenantConfig, root: string = PROJECT_ROOT): readonly string[] {
  const listed = new Set(bundleTargets(config).map(({ entry }) => entry.replace(/^\.\//, '')));
  return readdirSync(join(root, 'actions'))
    .filter((name) => /(?<!\.d|\.test)\.[jt]s$/.test(name))
    .map((name) => `actions/${name}`)
    .filter((file) => !listed.has(file))
    .sort();
}

/** One line about each, for whoever builds. */
export const unlistedNotices = (config: TenantConfig, root?: string): readonly string[] =>
  unlistedSources(config, root).map(
    (file) => `warning: ${file} is not deployed: no Action in tenant.yaml has it as its "code".`,
  );
