import { Hono } from 'hono';
import type { Context } from 'hono';
import { randomIdentifier } from '../../identifiers.ts';
import type { ClientDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { tenantName } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { hasScope, needs } from '../request/authorization.ts';
import { changedSettings, completeSettings, newClientSettings } from '../../../auth0/client-defaults.ts';
import { CLIENT_METADATA_MAX_KEYS } from '../../../auth0/client-schema.ts';
import { linkedTo } from '../../store/links.ts';
import { ApiError, orNotFound } from '../request/errors.ts';
import { selectFields } from '../request/fields.ts';
import type { FieldsQuery } from '../request/fields.ts';
import { asObject, textOf, without } from '../../../base/json-values.ts';
import { checkMetadataKeys, mergeMetadata, withoutNulls } from '../request/metadata.ts';
import { listReader } from '../kinds/lists.ts';
import { managementApi } from '../../../auth0/management-api.ts';
import { keepCredentials, withCredentials } from './credentials.ts';
import { signingCertificate } from './signing-certificate.ts';
import type { SigningCertificate } from './signing-certificate.ts';
import { describedReader, queryReader } from '../request/validation.ts';

type UpdateBody = JsonObject & {
  name?: string;
  client_secret?: string;
  client_metadata?: Record<string, string | null>;
};
type CreateBody = UpdateBody & { name: string };

const readCreate = describedReader<CreateBody>('/clients', 'post');
const readUpdate = describedReader<UpdateBody>('/clients/{id}', 'patch');

interface Keys {
  readonly shown: boolean;
  readonly certificate: SigningCertificate;
  readonly created?: boolean;
}

/** An application as the Management API shows it. Its secret and keys are for `read:client_keys` only. */
function clientView(api: Api, client: ClientDocument, keys: Keys): JsonObject {
  // Who authenticates by key or certificate has no secret.
  const hasSecret = client.settings['client_authentication_methods'] === undefined;
  const { cert, key, pkcs7, subject } = keys.certificate;
  return {
    tenant: tenantName(api),
    global: false,
    name: client.name,
    ...client.settings,
    client_id: client.client_id,
    ...(keys.shown
      ? { signing_keys: [{ cert, ...(keys.created === true ? { key } : {}), pkcs7, subject }] }
      : {}),
    ...(keys.shown && hasSecret ? { client_secret: client.client_secret } : {}),
    ...(keys.created === true ? { encrypted: true } : {}),
  };
}

/** Whether an application is what a list is asked for; `app_type` names several, separated by commas. */
const matches = (
  { settings }: ClientDocument,
  { is_global: global, is_first_party: firstParty, app_type: types }: Readonly<Record<string, string>>,
): boolean =>
  (global === undefined || global === String(settings['global'] === true)) &&
  (firstParty === undefined || firstParty === String(settings['is_first_party'] === true)) &&
  (types === undefined || types.split(',').includes(textOf(settings['app_type'])));

/** The applications that an organization has grants of: what a list can be searched for. */
function grantsOfOrganization({ tenant, collections }: Api, q: string): readonly string[] {
  const organization = /^client_grant\.organization_id:"?(org_\w+)"?$/.exec(q)?.[1];
  if (organization === undefined)
    throw new ApiError(400, 'The query string is not supported', 'invalid_query_string');
  return linkedTo(tenant.store, 'organization-grants', organization).flatMap(
    ({ other }) => collections.clientGrants.get(other)?.client_id ?? [],
  );
}

function updated(client: ClientDocument, body: UpdateBody): ClientDocument {
  const { name, client_secret, client_metadata, ...rest } = body;
  // Recorded: what is set to nothing is gone, with what it is called besides.
  const isLogoutGone = Object.keys(asObject(rest['oidc_logout'])).length === 0 && 'oidc_logout' in rest;
  const gone = isLogoutGone ? ['oidc_logout', 'oidc_backchannel_logout'] : [];
  const settings = withoutNulls(without(changedSettings(client.settings, rest), gone));
  if (client_metadata !== undefined) {
    const metadata = mergeMetadata(asObject(client.settings['client_metadata']), client_metadata);
    checkMetadataKeys(metadata, CLIENT_METADATA_MAX_KEYS, 'client_metadata');
    settings['client_metadata'] = metadata;
  }
  return {
    ...client,
    name: name ?? client.name,
    client_secret: client_secret ?? client.client_secret,
    settings: completeSettings(settings),
  };
}

/** @throws {ApiError} 404 where invitations lead to an application that is not there. */
function checkLanding({ collections }: Api, body: JsonObject): void {
  const { invitation_landing_client_id: id } = asObject(body['my_organization_configuration']);
  if (id !== undefined && collections.clients.get(textOf(id)) === undefined)
    throw new ApiError(404, 'The Client ID for Invitations could not be found.');
}

/** @see https://auth0.com/docs/api/management/v2/clients */
export function clientRoutes(api: Api): Hono<ApiEnv> {
  const { clients, clientGrants, connections } = api.collections;
  const { store } = api.tenant;
  const existing = (id: string): ClientDocument =>
    orNotFound(clients.get(id), 'The client does not exist', 'inexistent_client');
  const keysFor = async (c: Context<ApiEnv>): Promise<Keys> => ({
    shown: hasScope(c, 'read:client_keys'),
    certificate: await signingCertificate(api.tenant),
  });

  const readList = listReader('/clients', managementApi().paths['/clients']?.get, {
    alwaysShown: ['tenant'],
    chosen: true,
  });
  const readFields = queryReader<FieldsQuery>({ ...managementApi().paths['/clients/{id}']?.get?.query });
  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:clients', 'read:client_keys'), async (c) => {
    const keys = await keysFor(c);
    const { q, ...query } = c.req.query();
    const grants = q === undefined ? undefined : grantsOfOrganization(api, q);
    const found = clients
      .ranked()
      .filter(({ document }) => matches(document, query) && grants?.includes(document.client_id) !== false)
      .map(({ rank, document }) => ({ rank, view: clientView(api, document, keys) }))
      // The tenant's own global client comes last.
      .sort(({ view: a }, { view: b }) => Number(a['global'] === true) - Number(b['global'] === true));
    return c.json(readList(c, found));
  });
  routes.post('/', needs('create:clients'), async (c) => {
    const { name, ...body } = await readCreate(c);
    checkLanding(api, body);
    const metadata = body.client_metadata;
    const isStrict = body['third_party_security_mode'] === 'strict';
    const client_id = isStrict ? `tpc_${randomIdentifier(22)}` : randomIdentifier(32);
    const settings = newClientSettings({
      ...withoutNulls(body),
      ...(metadata === undefined ? {} : { client_metadata: withoutNulls(metadata) }),
    });
    const client: ClientDocument = {
      client_id,
      client_secret: randomIdentifier(64),
      name,
      settings: keepCredentials(api, client_id, settings),
    };
    const certificate = await signingCertificate(api.tenant);
    clients.put(client.client_id, client);
    const shown = { ...client, settings: withCredentials(api, client_id, client.settings) };
    return c.json(clientView(api, shown, { shown: true, certificate, created: true }), 201);
  });
  routes.get('/:id', needs('read:clients', 'read:client_keys'), async (c) => {
    const query = readFields(c);
    const keys = await keysFor(c);
    return c.json(selectFields(clientView(api, existing(c.req.param('id')), keys), query, ['tenant']));
  });
  routes.patch('/:id', needs('update:clients', 'update:client_keys'), async (c) => {
    const body = await readUpdate(c);
    checkLanding(api, body);
    const keys = await keysFor(c);
    const changed = updated(existing(c.req.param('id')), body);
    const client = { ...changed, settings: keepCredentials(api, changed.client_id, changed.settings) };
    clients.put(client.client_id, client);
    return c.json(clientView(api, client, keys));
  });
  routes.delete('/:id', needs('delete:clients'), (c) => {
    const id = c.req.param('id');
    store.transaction(() => {
      clients.delete(id);
      for (const grant of clientGrants.all()) {
        if (grant.client_id === id) clientGrants.delete(grant.id);
      }
      for (const connection of connections.all()) {
        if (connection.enabled_clients.includes(id)) {
          const enabled = connection.enabled_clients.filter((other) => other !== id);
          connections.put(connection.id, { ...connection, enabled_clients: enabled });
        }
      }
    });
    return c.body(null, 204);
  });
  routes.post('/:id/rotate-secret', needs('update:client_keys'), async (c) => {
    const client = { ...existing(c.req.param('id')), client_secret: randomIdentifier(64) };
    const certificate = await signingCertificate(api.tenant);
    clients.put(client.client_id, client);
    return c.json(clientView(api, client, { shown: true, certificate }));
  });
  return routes;
}
