import type { RecordedPair } from './recording.ts';

/** A place where the local tenant is known to answer otherwise than the recorded one, and why that is right. */
export interface Deviation {
  readonly method: string | RegExp;
  /** Matches the path without its query. */
  readonly path: RegExp;
  /** Matches the difference, e.g. `missing clients[].owners`. */
  readonly difference: RegExp;
  readonly reason: string;
  /** Whether the service would not answer so today: an older answer, or one that an SDK or somebody else has changed. */
  readonly history?: boolean;
}

const OLDER = (since: string): string => `An older answer: ${since}.`;

const older = (path: RegExp, difference: RegExp, since: string): Deviation => ({
  method: /./,
  path,
  difference,
  reason: OLDER(since),
  history: true,
});

/**
 * Of `auth0-deploy-cli`: none. Of `go-auth0`: what has changed since, what the SDK does to answers, and what only the service can
 * know.
 */
export const KNOWN_DEVIATIONS: readonly Deviation[] = [
  older(
    /\/connections/,
    /^extra (connections\[\]\.)?(authentication|connected_accounts)$/,
    'since the end of 2025 connections have these fields',
  ),
  older(
    /\/connections/,
    /^value (connections\[\]\.)?connected_accounts\.active$/,
    'in autumn 2025 new databases had connected accounts',
  ),
  older(
    /\/connections/,
    /^extra (connections\[\]\.)?options\.authentication_methods\.password\.(api|signup)_behavior$/,
    'since 2026 databases have these options',
  ),
  older(
    /\/connections/,
    /^(missing (connections\[\]\.)?options\.passwordPolicy|extra (connections\[\]\.)?options\.password_options)$/,
    'since August 2026 databases start with password options instead of a policy',
  ),
  older(
    /\/connections/,
    /^(value|extra) (connections\[\]\.)?(options\.(authorization_endpoint|schema_version|connection_settings|type|attribute_map)|display_name)$/,
    'since summer 2025 Okta connections have a schema version',
  ),
  {
    method: 'POST',
    path: /\/actions\/actions\/[^/]+\/test$/,
    difference: /./,
    reason: 'A draft is not run by itself yet.',
  },
  {
    method: 'GET',
    path: /\/resource-servers$/,
    difference: /^missing resource_servers\[\]\.signing_secret$/,
    reason: 'One API of that tenant shows its signing secret, those that the run made do not.',
  },
  older(/\/roles/, /^extra (roles\[\]\.)?type$/, 'since 2026 roles have a type'),
  older(
    /\/organizations/,
    /^extra (organizations\[\]\.)?(third_party_client_access|is_app_entitlement_active)$/,
    'since summer 2026 organizations say which applications their members may use',
  ),
  older(/\/users\/[^/]+\/organizations$/, /^value total$/, 'since 2026 it counts none'),
  older(/\/client-grants/, /^extra (client_grants\[\]\.)?subject_type$/, 'since 2025 grants have it'),
  older(
    /\/organizations\/[^/]+\/client-grants$/,
    /^extra (allow_any_organization|organization_usage)$/,
    'since 2026 it shows all of the grant',
  ),
  older(
    /\/discovery-domains/,
    /^extra use_for_organization_discovery$/,
    'since the end of 2025 domains have it',
  ),
  older(/\/tenants\/settings$/, /^value sandbox_versions_available\[\]$/, 'Node 16 was offered until 2024'),
  older(/\/actions\/triggers$/, /triggers\[\]/, 'the triggers of 2023, with the Node versions of that time'),
  {
    method: /./,
    path: /\/clients/,
    difference: /^missing (client_secret|signing_keys)$/,
    reason: 'The SDK puts a redacted secret and key into every answer about clients, errors and lists too.',
    history: true,
  },
  {
    method: 'DELETE',
    path: /\/connections\/[^/]+$/,
    difference: /^(status: 202 recorded, 204 here|type : object recorded, string here)$/,
    reason: 'The service is still deleting: a second DELETE answers as the first for a while.',
  },
  {
    method: /./,
    path: /\/connections/,
    difference: /thumbprints/,
    reason: 'The service asks Microsoft for its keys, which the local tenant does not.',
  },
  older(
    /\/connections/,
    /^extra (connections\[\]\.)?options\.oidc_metadata/,
    'since then Okta has learned more',
  ),
  {
    method: /./,
    path: /\/clients/,
    difference: /^missing async_approval_notification_channels$/,
    reason: 'A tenant of November 2025 with early access to asynchronous approval.',
  },
  {
    method: 'GET',
    path: /\/(clients|client-grants|connections)$/,
    difference: /^(value total|length (connections|client_grants)\[\].*)$/,
    reason: 'What was there before the run and what was made beside it is not in the recording.',
  },
  {
    method: /./,
    path: /\/tenants\/settings$/,
    difference:
      /^(value (idle_)?ephemeral_session_lifetime|extra (resource_parameter_profile|client_id_metadata_document_supported))$/,
    reason: 'Somebody else changed the tenant during the run, or its features, or it is older than they are.',
    history: true,
  },
  {
    method: 'GET',
    path: /\/members$/,
    difference: /^value members\[\]\.(user_id|email|name)$/,
    reason: 'In which order those come who were added at once is not documented.',
  },
];

const matches = (expected: string | RegExp, method: string): boolean =>
  typeof expected === 'string' ? expected === method : expected.test(method);

export const deviationFor = (
  pair: Pick<RecordedPair, 'method' | 'path'>,
  difference: string,
  known: readonly Deviation[] = KNOWN_DEVIATIONS,
): Deviation | undefined =>
  known.find(
    (deviation) =>
      matches(deviation.method, pair.method) &&
      deviation.path.test(pair.path.split('?')[0] ?? '') &&
      deviation.difference.test(difference),
  );
