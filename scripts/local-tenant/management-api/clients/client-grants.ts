import { apiOfAudience } from '../../store/collections.ts';
import { asObject, textOf } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { ApiError, conflict, invalidBody, orNotFound } from '../request/errors.ts';
import { withoutNulls } from '../request/metadata.ts';
import { prefixed } from '../kinds/features.ts';
import type { Kind, Place } from '../kinds/kind.ts';

/** A grant as the Management API shows it. */
export const grantView = ({ client_id: client = '', settings = {}, ...grant }: JsonObject): JsonObject => ({
  ...grant,
  ...(client === '' ? {} : { client_id: client }),
  subject_type: 'client',
  ...asObject(settings),
});

function checkNew({ api: { collections } }: Place, grant: JsonObject, before?: JsonObject): void {
  if (before !== undefined) return;
  const [client, audience] = [textOf(grant['client_id']), textOf(grant['audience'])];
  const { default_for: everybody, subject_type: subject } = grantView(grant);
  const { settings } =
    everybody !== undefined && client === ''
      ? {}
      : orNotFound(collections.clients.get(client), 'The client does not exist', 'inexistent_client');
  if (settings?.['app_type'] === 'express_configuration' && !audience.startsWith('urn:auth0:'))
    throw new ApiError(400, 'Client of type express_configuration cannot be used', 'validation_error');
  orNotFound(
    apiOfAudience(collections, audience),
    `Resource server not found: ${audience}`,
    'inexistent_resource_server',
  );
  const isSame = (other: JsonObject): boolean =>
    other['client_id'] === client &&
    other['audience'] === audience &&
    grantView(other)['subject_type'] === subject;
  if (collections.clientGrants.all().some((other) => isSame({ ...other })))
    throw conflict('A resource with the same identifier already exists', 'conflict');
}

/**
 * Which permissions of an API an application gets, or all applications of third parties (`default_for`), who then have no
 * `client_id`.
 * @see https://auth0.com/docs/api/management/v2/client-grants
 */
export const CLIENT_GRANTS: Kind = {
  keptAt: 'client-grants',
  newId: prefixed('cgr'),
  missing: ['The grant does not exist.', 'inexistent_client_grant'],
  sortedBy: 'id',
  deletesSilently: true,
  kept: ({ api: { collections } }, body, before) => {
    const { client_id: client = before['client_id'], audience = before['audience'] ?? '', ...rest } = body;
    const { scope, ...settings } = rest;
    const server = apiOfAudience(collections, textOf(audience));
    // Which scopes such an API has is Auth0's to know: a grant may name any.
    if (server?.['is_system'] === true && rest['allow_all_scopes'] !== undefined)
      throw new ApiError(400, '`allow_all_scopes` cannot be provided when `audience` is a system API');
    if (client === undefined && settings['default_for'] === undefined)
      throw invalidBody('Missing required property: client_id');
    return {
      client_id: client ?? '',
      audience,
      scope: scope ?? before['scope'] ?? [],
      settings: withoutNulls({ ...asObject(before['settings']), ...settings }),
    };
  },
  check: checkNew,
  shown: (_, grant) => grantView(grant),
};
