import { Hono } from 'hono';
import type { Context } from 'hono';
import { randomIdentifier } from '../../identifiers.ts';
import type { ConnectionDocument } from '../../store/resources.ts';
import { without } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { checkScope, hasScope, needs } from '../request/authorization.ts';
import type { ResolvedOptions } from '../options.ts';
import { removeUser } from '../users/users.ts';
import { connectionClientRoutes } from './connection-clients.ts';
import {
  changedConnectionOptions,
  newConnectionOptions,
  newConnectionSettings,
} from '../../../auth0/connection-defaults.ts';
import { optionsProblem } from '../../../auth0/database-defaults.ts';
import { managementApi } from '../../../auth0/management-api.ts';
import { listReader } from '../kinds/lists.ts';
import { ApiError, conflict, invalidBody, orNotFound } from '../request/errors.ts';
import { selectFields } from '../request/fields.ts';
import type { FieldsQuery } from '../request/fields.ts';
import { withoutNulls } from '../request/metadata.ts';
import { describedReader, queryReader } from '../request/validation.ts';

interface Body {
  readonly display_name?: string;
  readonly metadata?: Record<string, string | null>;
}
type UpdateBody = JsonObject & Body & { options?: JsonObject | null; enabled_clients?: string[] | null };
type CreateBody = JsonObject &
  Body & { name: string; strategy: string; options?: JsonObject; enabled_clients?: string[] };
const readCreate = describedReader<CreateBody>('/connections', 'post');
const readUpdate = describedReader<UpdateBody>('/connections/{id}', 'patch');

const SECRET_OPTIONS = ['client_secret', 'consumer_secret', 'app_secret', 'api_key', 'twilio_token'];

/** Recorded: what is shown of a connection whichever fields are asked for. */
const ALWAYS_SHOWN = ['id', 'is_domain_connection', 'authentication', 'connected_accounts'];

/** A connection as the Management API shows it: its secrets too, as recorded of real tenants; some hide them. */
const connectionView = (
  connection: ConnectionDocument,
  { hidesConnectionSecrets, hidesEnabledClients }: ResolvedOptions,
  { isNew = false, isRead = false, showsOptions = true } = {},
): JsonObject => ({
  id: connection.id,
  ...(showsOptions
    ? {
        options: without(connection.options, [
          ...(hidesConnectionSecrets ? SECRET_OPTIONS : []),
          // Recorded: an endpoint that is not set is told when it is written, and not read.
          ...['authorizationURL', 'tokenURL'].filter((name) => isRead && connection.options[name] === null),
        ]),
      }
    : {}),
  strategy: connection.strategy,
  name: connection.name,
  ...connection.settings,
  ...(Object.keys(connection.metadata).length === 0 ? {} : { metadata: connection.metadata }),
  ...(hidesEnabledClients && !isNew ? {} : { enabled_clients: connection.enabled_clients }),
});

function checkOptions(strategy: string, options: JsonObject | undefined, before?: JsonObject): void {
  const problem = optionsProblem(strategy, options ?? {}, before);
  if (problem !== undefined) throw new ApiError(400, problem, 'invalid_body');
}

function created({ tenant }: Api, body: CreateBody): ConnectionDocument {
  const { name, strategy, options = {}, enabled_clients = [], metadata = {}, ...settings } = body;
  return {
    id: `con_${randomIdentifier(16)}`,
    name,
    strategy,
    options: newConnectionOptions(strategy, options, tenant.domain()),
    enabled_clients,
    metadata: withoutNulls(metadata),
    settings: {
      is_domain_connection: false,
      authentication: { active: true },
      connected_accounts: { active: false },
      realms: [name],
      ...newConnectionSettings(strategy, name, tenant.url()),
      ...settings,
    },
  };
}

/**
 * A connection after a PATCH: `options` and `metadata` are replaced whole, and a display name that is not sent along falls
 * back to the connection's name. (Whether Auth0 replaces or merges `metadata` is not documented: of the two readings this
 * one loses keys, so what survives it survives both.)
 */
function updated({ tenant }: Api, connection: ConnectionDocument, body: UpdateBody): ConnectionDocument {
  const { options, enabled_clients, metadata, ...settings } = body;
  const hadDisplayName = connection.settings['display_name'] !== undefined;
  return {
    ...connection,
    options:
      options == null
        ? connection.options
        : changedConnectionOptions(connection.strategy, options, tenant.domain()),
    enabled_clients: enabled_clients ?? connection.enabled_clients,
    metadata: metadata === undefined ? connection.metadata : withoutNulls(metadata),
    settings: {
      ...connection.settings,
      ...(hadDisplayName ? { display_name: connection.name } : {}),
      ...settings,
    },
  };
}

/** @see https://auth0.com/docs/troubleshoot/product-lifecycle/deprecations-and-migrations/migrate-connection-options-scope */
const OPTIONS_SCOPES = { read: 'read:connections_options', update: 'update:connections_options' } as const;

/** @see https://auth0.com/docs/api/management/v2/connections */
export function connectionRoutes(api: Api): Hono<ApiEnv> {
  const { connections, users } = api.collections;
  const shown = (c: Context<ApiEnv>, connection: ConnectionDocument): JsonObject => {
    const showsOptions = hasScope(c, OPTIONS_SCOPES.read);
    return connectionView(connection, api.options, { showsOptions, isRead: c.req.method === 'GET' });
  };
  const existing = (id: string): ConnectionDocument =>
    orNotFound(connections.get(id), 'The connection does not exist', 'inexistent_connection');

  const readList = listReader('/connections', managementApi().paths['/connections']?.get, {
    alwaysShown: ALWAYS_SHOWN,
    chosen: true,
    sortedBy: 'name',
  });

  const readFields = queryReader<FieldsQuery>({ ...managementApi().paths['/connections/{id}']?.get?.query });
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:connections'), (c) => {
    const { name, strategy = [] } = c.req.queries();
    const found = connections
      .ranked()
      .filter(({ document }) => name === undefined || name.includes(document.name))
      .filter(({ document }) => strategy.length === 0 || strategy.includes(document.strategy))
      .map(({ rank, document }) => ({ rank, view: { name: document.name, ...shown(c, document) } }));
    return c.json(readList(c, found));
  });
  routes.post('/', needs('create:connections'), async (c) => {
    const body = await readCreate(c);
    if (connections.all().some((connection) => connection.name === body.name))
      throw conflict('A connection with the same name already exists', 'connection_conflict');
    checkOptions(body.strategy, body.options);
    const connection = created(api, body);
    connections.put(connection.id, connection);
    return c.json(connectionView(connection, api.options, { isNew: true }), 201);
  });
  routes.get('/:id', needs('read:connections'), (c) => {
    const query = readFields(c);
    return c.json(selectFields(shown(c, existing(c.req.param('id'))), query, ALWAYS_SHOWN));
  });
  routes.patch('/:id', needs('update:connections'), async (c) => {
    const body = await readUpdate(c);
    if (api.options.hidesEnabledClients && body.enabled_clients !== undefined)
      throw invalidBody('Additional properties not allowed: enabled_clients');
    if (body.options !== undefined) checkScope(c, OPTIONS_SCOPES.update);
    const before = existing(c.req.param('id'));
    checkOptions(before.strategy, body.options ?? undefined, before.options);
    const connection = updated(api, before, body);
    connections.put(connection.id, connection);
    return c.json(shown(c, connection));
  });
  routes.delete('/:id', needs('delete:connections'), (c) => {
    const connection = connections.get(c.req.param('id'));
    if (connection === undefined) return c.body(null, 204);
    // Its users go with it.
    api.tenant.store.transaction(() => {
      connections.delete(connection.id);
      for (const user of users.all()) {
        if (user.identities[0]?.connection === connection.name) removeUser(api, user.user_id);
      }
    });
    return c.json({ deleted_at: timestamp(api) }, 202);
  });
  routes.route('/:id/clients', connectionClientRoutes(api, existing));
  return routes;
}
