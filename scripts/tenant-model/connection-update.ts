import type { ConnectionConfig } from '../tenant-config/tenant-config.ts';
import { metadataToSend } from './metadata.ts';
import { recordOf, without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { ConnectionState } from './tenant-state.ts';

/** Properties that `connectionFields` treats on their own. */
const OWN_FORM: readonly string[] = ['enabled_clients', 'options', 'metadata'];

/**
 * The options of an existing connection after a deploy. Auth0 replaces `options` whole, so those that `tenant.yaml` does not
 * mention are sent along and survive; with `replace`, they go.
 */
export function optionsAfterDeploy(wanted: JsonRecord, existing: JsonRecord, replace: boolean): JsonRecord {
  if (replace) return wanted;
  const scripts = { ...recordOf(existing['scripts']), ...recordOf(wanted['scripts']) };
  return {
    ...existing,
    ...wanted,
    ...(Object.keys(scripts).length === 0 ? {} : { scripts }),
  };
}

/** Names of the options that only the tenant has. */
export const unmentionedOptions = (wanted: JsonRecord, existing: JsonRecord): readonly string[] =>
  Object.keys(existing).filter((name) => !(name in wanted));

/**
 * The fields of an existing connection in auth0-deploy-cli's form, without options and applications. The display name is
 * always among them: Auth0 forgets one that is not sent.
 */
export function connectionFields(wanted: ConnectionConfig, existing: ConnectionState): JsonRecord {
  const displayName = existing.settings['display_name'];
  const metadata = metadataToSend(wanted.metadata, existing.metadata);
  return {
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...without({ ...wanted }, OWN_FORM),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

/** What `PATCH` needs to have in its body when it is there for the applications only: values that the connection has already. */
export const unchangedFields = (existing: ConnectionState): JsonRecord => ({
  is_domain_connection: existing.settings['is_domain_connection'] ?? false,
  ...(existing.settings['display_name'] === undefined
    ? {}
    : { display_name: existing.settings['display_name'] }),
});
