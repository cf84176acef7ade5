/** A file that the tenant runs: an Action, or the script of a connection. Paths are relative to the project's root. */
export interface BundleTarget {
  readonly name: string;
  readonly kind: 'action' | 'connection-script';
  readonly entry: string;
  readonly output: string;
}

const action = (name: string): BundleTarget => ({
  name,
  kind: 'action',
  entry: `actions/${name}.ts`,
  output: `dist/actions/${name}.js`,
});

/** All that is built, in the order in which a login runs it. */
export const BUNDLE_TARGETS: readonly BundleTarget[] = [
  {
    name: 'fetch-user-profile',
    kind: 'connection-script',
    entry: 'actions/connection/fetch-user-profile.ts',
    output: 'dist/connection/fetch-user-profile.js',
  },
  action('didit-profile-sync'),
  action('didit-access-policy'),
  action('didit-claims'),
];
