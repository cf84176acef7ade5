import { recordOf, textOf } from '../base/json-values.ts';
import { sameSettings } from '../settings/setting-values.ts';

/** What is merged key by key. */
export const METADATA_FIELDS: readonly string[] = ['metadata', 'client_metadata'];

/** Names of metadata that are ours: the settings of the Actions. */
const OWN_METADATA = 'didit_';

export const isOwnMetadata = (name: string): boolean => name.startsWith(OWN_METADATA);

/**
 * The metadata to send for a connection or an application: what `tenant.yaml` holds, `null` for settings of ours that it no
 * longer holds (a rule that was taken out of the file must not live on), and other teams' keys as they are. It is not
 * documented whether Auth0 merges a connection's metadata or replaces it whole; this survives both. Settings that are only
 * written differently stay as the tenant has them.
 */
export function metadataToSend(
  wanted: Readonly<Record<string, string>> | undefined,
  existing: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const gone = Object.keys(existing).filter((name) => isOwnMetadata(name) && !(name in (wanted ?? {})));
  const written = Object.entries(wanted ?? {}).filter(
    ([name, text]) => !sameSettings(name, text, existing[name] ?? ''),
  );
  return {
    ...existing,
    ...Object.fromEntries(written),
    ...Object.fromEntries(gone.map((name) => [name, null])),
  };
}

/** Metadata as it comes from a tenant. */
export const textsIn = (metadata: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(recordOf(metadata)).map(([name, value]) => [name, textOf(value)]));
