import { Hono } from 'hono';
import { randomIdentifier } from '../../identifiers.ts';
import { apiOfAudience } from '../../store/collections.ts';
import type { ClientGrantDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError, conflict, invalidBody, orNotFound } from '../request/errors.ts';
import { withoutNulls } from '../request/metadata.ts';
import { inListOrder, listAnswer } from '../request/pagination.ts';
import type { CheckpointQuery, PageQuery } from '../request/pagination.ts';
import {
  CHECKPOINT_QUERY,
  flag,
  list,
  nullable,
  object,
  oneOf,
  PAGE_QUERY,
  text,
} from '../../../auth0/schema-words.ts';
import { bodyReader, queryReader } from '../request/validation.ts';

type CreateBody = JsonObject & { client_id?: string; audience: string; scope?: string[] };
type UpdateBody = JsonObject & { scope?: string[] | null };
interface ListQuery extends PageQuery, CheckpointQuery {
  readonly audience?: string;
  readonly client_id?: string;
  readonly subject_type?: string;
  readonly allow_any_organization?: boolean;
  readonly default_for?: string;
}

const scope = list(text({ minLength: 1, maxLength: 280 }));
const usage = oneOf('deny', 'allow', 'require');
const types = list(text({ minLength: 1, maxLength: 255 }));
// Recorded: grants for people without an account, since September 2026.
const subjectType = oneOf('client', 'user', 'anonymous_user');
const readCreate = bodyReader<CreateBody>(
  object(
    {
      client_id: text({ minLength: 1 }),
      // Instead of an application: all that are of third parties.
      default_for: oneOf('third_party_clients'),
      audience: text({ minLength: 1 }),
      scope,
      organization_usage: usage,
      allow_any_organization: flag,
      allow_all_scopes: flag,
      authorization_details_types: types,
      subject_type: subjectType,
    },
    ['audience'],
  ),
);
const readUpdate = bodyReader<UpdateBody>({
  ...object({
    scope: nullable(scope),
    organization_usage: nullable(usage),
    allow_any_organization: nullable(flag),
    allow_all_scopes: nullable(flag),
    authorization_details_types: types,
  }),
  minProperties: 1,
});
const readList = queryReader<ListQuery>({
  ...PAGE_QUERY,
  ...CHECKPOINT_QUERY,
  audience: text(),
  client_id: text(),
  subject_type: subjectType,
  allow_any_organization: flag,
  default_for: oneOf('third_party_clients'),
});

/** A grant as the Management API shows it. */
export const grantView = (grant: ClientGrantDocument): JsonObject => ({
  id: grant.id,
  ...(grant.client_id === '' ? {} : { client_id: grant.client_id }),
  audience: grant.audience,
  scope: grant.scope,
  subject_type: 'client',
  ...grant.settings,
});

/** @see https://auth0.com/docs/api/management/v2/client-grants */
export function clientGrantRoutes(api: Api): Hono<ApiEnv> {
  const { clients, clientGrants } = api.collections;
  const existing = (id: string): ClientGrantDocument =>
    orNotFound(clientGrants.get(id), 'The grant does not exist.', 'inexistent_client_grant');

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:client_grants'), (c) => {
    const query = readList(c);
    const found = clientGrants
      .all()
      .filter(
        (grant) =>
          (query.audience === undefined || grant.audience === query.audience) &&
          (query.client_id === undefined || grant.client_id === query.client_id) &&
          (query.default_for === undefined || grant.settings['default_for'] === query.default_for) &&
          (query.allow_any_organization === undefined ||
            (grant.settings['allow_any_organization'] === true) === query.allow_any_organization) &&
          (query.subject_type === undefined || grantView(grant)['subject_type'] === query.subject_type),
      )
      .sort((a, b) => inListOrder(a.id, b.id));
    return c.json(listAnswer('client_grants', found, (grant) => grant.id, grantView, query));
  });
  routes.post('/', needs('create:client_grants'), async (c) => {
    const { client_id = '', audience, scope: granted = [], ...settings } = await readCreate(c);
    if (client_id === '' && settings['default_for'] === undefined)
      throw invalidBody('Missing required property: client_id');
    const client =
      client_id === ''
        ? undefined
        : orNotFound(clients.get(client_id), 'The client does not exist', 'inexistent_client');
    if (client?.settings['app_type'] === 'express_configuration' && !audience.startsWith('urn:auth0:'))
      throw new ApiError(400, 'Client of type express_configuration cannot be used', 'validation_error');
    orNotFound(
      apiOfAudience(api.collections, audience),
      `Resource server not found: ${audience}`,
      'inexistent_resource_server',
    );
    const subject = (of: JsonObject): unknown => of['subject_type'] ?? 'client';
    if (
      clientGrants
        .all()
        .some(
          (grant) =>
            grant.client_id === client_id &&
            grant.audience === audience &&
            subject(grant.settings) === subject(settings),
        )
    )
      throw conflict('A resource with the same identifier already exists', 'conflict');
    const grant: ClientGrantDocument = {
      id: `cgr_${randomIdentifier(16)}`,
      client_id,
      audience,
      scope: granted,
      settings,
    };
    clientGrants.put(grant.id, grant);
    return c.json(grantView(grant), 201);
  });
  routes.get('/:id', needs('read:client_grants'), (c) => c.json(grantView(existing(c.req.param('id')))));
  routes.patch('/:id', needs('update:client_grants'), async (c) => {
    const { scope: granted, ...settings } = await readUpdate(c);
    const grant = existing(c.req.param('id'));
    const changed = {
      ...grant,
      scope: granted ?? grant.scope,
      settings: withoutNulls({ ...grant.settings, ...settings }),
    };
    clientGrants.put(grant.id, changed);
    return c.json(grantView(changed));
  });
  routes.delete('/:id', needs('delete:client_grants'), (c) => {
    clientGrants.delete(c.req.param('id'));
    return c.body(null, 204);
  });
  return routes;
}
