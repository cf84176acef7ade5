import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { randomIdentifier } from '../identifiers.ts';
import type { ResourceServerDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { Api, ApiEnv } from './api.ts';
import { needs } from './request/authorization.ts';
import { conflict, orNotFound, notSupported } from './request/errors.ts';
import { without, withoutNulls } from './request/metadata.ts';
import { offsetAnswer } from './request/pagination.ts';
import type { PageQuery } from './request/pagination.ts';
import {
  anyObject,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  PAGE_QUERY,
  text,
} from '../../auth0/schema-words.ts';
import type { Schema } from '../../auth0/schema-words.ts';
import { bodyReader, queryReader } from './request/validation.ts';

type UpdateBody = JsonObject & { name?: string };
type CreateBody = UpdateBody & { identifier: string };
interface ListQuery extends PageQuery {
  readonly identifiers?: readonly string[];
  readonly include_fields?: boolean;
}

const either: Readonly<Record<string, Schema>> = {
  name: text({ maxLength: 200, pattern: '^[^<>]+$' }),
  scopes: list(
    object({ value: text({ minLength: 1, maxLength: 280 }), description: text({ maxLength: 500 }) }, [
      'value',
    ]),
  ),
  signing_alg: oneOf('HS256', 'RS256', 'RS512', 'PS256'),
  signing_secret: text({ minLength: 16 }),
  allow_offline_access: flag,
  allow_online_access: flag,
  token_lifetime: integer(0, 2_592_000),
  token_lifetime_for_web: integer(0, 2_592_000),
  token_dialect: oneOf('access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz'),
  skip_consent_for_verifiable_first_party_clients: flag,
  enforce_policies: flag,
  token_encryption: nullable(
    object({ format: oneOf('compact-nested-jwe'), encryption_key: anyObject }, ['format', 'encryption_key']),
  ),
  consent_policy: nullable(oneOf('transactional-authorization-with-mfa')),
  authorization_details: nullable(list({})),
  authorization_policy: nullable(
    object({ policy_id: text({ minLength: 1, maxLength: 1_024 }) }, ['policy_id']),
  ),
  proof_of_possession: nullable(
    object(
      {
        mechanism: oneOf('mtls', 'dpop'),
        required: flag,
        required_for: oneOf('public_clients', 'all_clients'),
      },
      ['mechanism', 'required'],
    ),
  ),
  subject_type_authorization: object({ client: anyObject, user: anyObject }),
};
const readCreate = bodyReader<CreateBody>(
  object({ ...either, identifier: text({ minLength: 1, maxLength: 600 }) }, ['identifier']),
);
const readUpdate = bodyReader<UpdateBody>(object(either));
const readList = queryReader<ListQuery>({ ...PAGE_QUERY, identifiers: list(text()), include_fields: flag });
const readOne = queryReader<object>({ include_fields: flag });

const WEB_LIFETIME_SECONDS = 7_200;
const LIFETIME_SECONDS = 86_400;

// A shared signing secret is told once, at creation.
const serverView = (server: ResourceServerDocument): JsonObject => ({
  id: server.id,
  name: server.name,
  identifier: server.identifier,
  is_system: false,
  ...without(server.settings, ['signing_secret']),
});

/** @see https://auth0.com/docs/api/management/v2/resource-servers */
export function resourceServerRoutes(api: Api): Hono<ApiEnv> {
  const { clientGrants, resourceServers } = api.collections;
  // By id, or by the identifier, URL-encoded.
  const existing = (id: string): ResourceServerDocument =>
    orNotFound(
      resourceServers.get(id) ?? resourceServers.all().find(({ identifier }) => identifier === id),
      'The resource server does not exist',
      'inexistent_resource_server',
    );
  const own = (id: string): ResourceServerDocument => {
    const server = existing(id);
    if (server.settings['is_system'] === true)
      throw notSupported('System resource servers cannot be changed');
    return server;
  };

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:resource_servers'), (c) => {
    const query = readList(c);
    const found = resourceServers
      .all()
      .filter(({ identifier }) => query.identifiers === undefined || query.identifiers.includes(identifier));
    return c.json(offsetAnswer('resource_servers', found.map(serverView), query));
  });
  routes.post('/', needs('create:resource_servers'), async (c) => {
    const { identifier, name = identifier, ...settings } = await readCreate(c);
    if (resourceServers.all().some((server) => server.identifier === identifier))
      throw conflict('A resource server with the same identifier already exists', 'resource_server_exists');
    const server: ResourceServerDocument = {
      id: randomBytes(12).toString('hex'),
      identifier,
      name,
      settings: {
        allow_offline_access: false,
        skip_consent_for_verifiable_first_party_clients: false,
        subject_type_authorization: {
          client: { policy: 'require_client_grant' },
          user: { policy: 'allow_all' },
        },
        token_lifetime: LIFETIME_SECONDS,
        token_lifetime_for_web: WEB_LIFETIME_SECONDS,
        signing_alg: 'RS256',
        ...(settings['signing_alg'] === 'HS256' ? { signing_secret: randomIdentifier(32) } : {}),
        ...withoutNulls(settings),
      },
    };
    resourceServers.put(server.id, server);
    const secret = server.settings['signing_secret'];
    // Told once, to whoever made the API.
    return c.json(
      { ...serverView(server), ...(secret === undefined ? {} : { signing_secret: secret }) },
      201,
    );
  });
  routes.get('/:id', needs('read:resource_servers'), (c) => {
    readOne(c);
    return c.json(serverView(existing(c.req.param('id'))));
  });
  routes.patch('/:id', needs('update:resource_servers'), async (c) => {
    const { name, ...settings } = await readUpdate(c);
    const server = own(c.req.param('id'));
    const changed = {
      ...server,
      name: name ?? server.name,
      settings: withoutNulls({ ...server.settings, ...settings }),
    };
    resourceServers.put(server.id, changed);
    return c.json(serverView(changed));
  });
  routes.delete('/:id', needs('delete:resource_servers'), (c) => {
    const server = own(c.req.param('id'));
    api.tenant.store.transaction(() => {
      resourceServers.delete(server.id);
      for (const grant of clientGrants.all()) {
        if (grant.audience === server.identifier) clientGrants.delete(grant.id);
      }
    });
    return c.body(null, 204);
  });
  return routes;
}
