import type { Level } from '../../actions/didit/settings/resolve.ts';

/**
 * Where the settings of each level are: the section of `tenant.yaml` and the property that holds them there, which is the
 * service's own name for it, and what a model calls such a thing. Whoever looks for settings goes through these.
 */
export const LEVEL_PLACES = {
  connection: { section: 'connections', metadata: 'metadata', kind: 'connection' },
  client: { section: 'clients', metadata: 'client_metadata', kind: 'application' },
  organization: { section: 'organizations', metadata: 'metadata', kind: 'organization' },
} as const satisfies Readonly<
  Record<Level, { readonly section: string; readonly metadata: string; readonly kind: string }>
>;

export type LevelPlace = (typeof LEVEL_PLACES)[Level];
