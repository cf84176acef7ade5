import { randomBytes } from 'node:crypto';
import { randomIdentifier } from '../../identifiers.ts';
import { asObject, isJsonObject, stringIn, textOf, only, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { newResourceServer } from '../../../auth0/resource-server-defaults.ts';
import { CLIENT_GRANTS } from '../clients/client-grants.ts';
import { newCredential, withTime } from '../clients/credentials.ts';
import { ApiError, notSupported } from '../request/errors.ts';
import { withoutNulls } from '../request/metadata.ts';
import type { Kind, Place } from './kind.ts';
import { FEATURES, prefixed } from './features.ts';
import { MODULES } from './modules.ts';
import { SETTINGS } from './settings.ts';
import { ONLY_THING } from '../../store/collections.ts';
import { linkedTo, unlinkAll } from '../../store/links.ts';
import { checkSettings, NEW_TENANT, settingsAsShown, settingsToKeep } from './tenant-settings.ts';

const hexId = (): string => randomBytes(12).toString('hex');

/** The key that encrypts tokens is never read back. */
function resourceServerAsShown({ api }: Place, server: JsonObject, reading: string): JsonObject {
  const linked = api.collections.clients
    .all()
    .find(({ settings }) => settings['resource_server_identifier'] === server['identifier']);
  const encryption = server['token_encryption'];
  return {
    ...(reading === 'changed' ? server : without(server, ['signing_secret'])),
    ...(linked === undefined ? {} : { client_id: linked.client_id }),
    ...(isJsonObject(encryption)
      ? {
          token_encryption: {
            ...encryption,
            encryption_key: without(asObject(encryption['encryption_key']), ['pem']),
          },
        }
      : {}),
  };
}

const isSystem = (thing: JsonObject | undefined): boolean => thing?.['is_system'] === true;

/** What an organization says of one of its connections. */
function organizationConnection({ api }: Place, thing: JsonObject): JsonObject | undefined {
  const connection = api.collections.connections.get(stringIn(thing, 'connection_id') ?? '');
  if (connection === undefined) return undefined;
  const { name, strategy } = connection;
  const ofDatabase = strategy === 'auth0' ? { is_signup_enabled: false } : {};
  return { ...ofDatabase, ...thing, connection: { name, strategy } };
}

/** With the words for a new organization, which has no id yet, or for one that is there. */
function checkOrganizationConnection({ api, ids }: Place, after: JsonObject): void {
  const id = stringIn(after, 'connection_id') ?? '';
  const connection = api.collections.connections.get(id);
  if (connection === undefined && ids['id'] === undefined)
    throw new ApiError(400, `Connections: ${id} not found.`);
  if (connection === undefined) throw new ApiError(404, 'No connection found by that id');
  const isDatabase = connection.strategy === 'auth0' && after['assign_membership_on_login'] === true;
  if (after['is_signup_enabled'] === true && !isDatabase)
    throw new ApiError(
      400,
      'Only database connections with assign_membership_on_login = true support is_signup_enabled = true.',
      'invalid_body',
    );
}

const NEW_MEMBERSHIP: JsonObject = { assign_membership_on_login: false, show_as_button: true };
const INVITATION_SECONDS = 604_800;

/** An organization with its connections, right after it was made with some, and with what it says of the application that a list asks for. */
function organizationAsShown({ api, query }: Place, thing: JsonObject, reading: string): JsonObject {
  const given = thing['enabled_connections'];
  const asked = query?.['include_client_association_for'];
  const association = linkedTo(api.tenant.store, 'organization-clients', textOf(thing['id'])).find(
    ({ other }) => other === asked,
  );
  const rest = {
    ...without(thing, ['enabled_connections']),
    ...(association === undefined
      ? {}
      : { client: only(asObject(association.item), ['use_for_member_access']) }),
  };
  if (reading !== 'changed' || !Array.isArray(given)) return rest;
  const connections = given.flatMap((one): Json[] => {
    const view = organizationConnection({ api, ids: {} }, { ...NEW_MEMBERSHIP, ...asObject(one) });
    return view === undefined ? [] : [view];
  });
  return { ...rest, enabled_connections: connections };
}

const enabledConnections: Kind = {
  id: 'connection_id',
  missing: ['No connection found by that id'],
  made: (_, body) => ({ ...NEW_MEMBERSHIP, ...body }),
  check: checkOrganizationConnection,
  shown: organizationConnection,
  limitIsLength: true,
};

/**
 * The kinds of things that the local tenant keeps without acting on them: what is particular about each, by the path of its list
 * (or of itself, where there is one only). What has no row has nothing particular: it is kept as its description says.
 *
 * @see https://auth0.com/docs/api/management/v2
 */
export const KINDS: Readonly<Record<string, Kind>> = {
  '/roles': {
    newId: prefixed('rol'),
    missing: ['The role does not exist.'],
    sortedBy: 'name',
    unique: ['name', 'The role name is already taken', 'role_conflict'],
    shown: (_, role, reading) => {
      if (role['owner_id'] === undefined) return { description: null, ...role, type: 'tenant' };
      return reading === 'changed' ? role : { description: '', ...role };
    },
    deleted: ({ api }, { id }) => {
      for (const relation of ['role-users', 'member-roles'])
        unlinkAll(api.tenant.store, relation, textOf(id), relation === 'member-roles');
    },
  },
  '/resource-servers': {
    newId: hexId,
    otherName: 'identifier',
    missing: ['The resource server does not exist', 'inexistent_resource_server'],
    unique: [
      'identifier',
      'A resource server with the same identifier already exists',
      'resource_server_exists',
    ],
    made: (_, body) => ({
      ...(body['signing_alg'] === 'HS256' ? { signing_secret: randomIdentifier(32) } : {}),
      ...newResourceServer(body),
    }),
    shown: resourceServerAsShown,
    check: (_, __, before) => {
      if (isSystem(before)) throw notSupported('System resource servers cannot be changed');
    },
    checkDelete: (_, server) => {
      if (stringIn(server, 'identifier')?.endsWith('/api/v2/') === true && isSystem(server))
        throw notSupported('System resource servers cannot be changed');
    },
    deletesSilently: true,
    deleted: ({ api: { collections } }, { identifier }) => {
      for (const grant of collections.clientGrants.all())
        if (grant.audience === identifier) collections.clientGrants.delete(grant.id);
    },
  },
  '/tenants/settings': {
    initial: NEW_TENANT,
    merged: ['flags', 'universal_login'],
    kept: settingsToKeep,
    check: checkSettings,
    shown: settingsAsShown,
  },
  '/organizations': {
    newId: prefixed('org'),
    missing: ['No organization found by that id or name'],
    sortedBy: 'name',
    kept: (_, body) =>
      body['metadata'] === undefined ? body : { ...body, metadata: withoutNulls(asObject(body['metadata'])) },
    unique: ['name', 'An organization with this name already exists', 'organization_conflict'],
    made: ({ api }, body) => {
      const given = Array.isArray(body['enabled_connections']) ? body['enabled_connections'] : [];
      for (const one of given.map(asObject)) {
        checkOrganizationConnection({ api, ids: {} }, one);
        const connections = api.collections.things(
          `/organizations/${textOf(body['id'])}/enabled_connections`,
        );
        connections.put(textOf(one['connection_id']), { ...NEW_MEMBERSHIP, ...one });
      }
      return {
        display_name: body['name'] ?? '',
        third_party_client_access: 'block',
        is_app_entitlement_active: false,
        ...body,
      };
    },
    shown: organizationAsShown,
    deleted: ({ api }, { id }) => {
      for (const relation of ['organization-members', 'organization-grants', 'organization-clients'])
        unlinkAll(api.tenant.store, relation, textOf(id));
    },
  },
  '/organizations/{id}/enabled_connections': enabledConnections,
  '/organizations/{id}/connections': {
    ...enabledConnections,
    keptAt: '/organizations/{id}/enabled_connections',
    limitIsLength: false,
  },
  '/organizations/{id}/discovery-domains': {
    newId: prefixed('ord', 22),
    otherName: 'domain',
    deletesSilently: true,
    missing: ['No organization domain found by that id'],
    unique: ['domain', 'The organization has this domain already'],
    made: ({ ids }, body) => ({
      status: 'pending',
      use_for_organization_discovery: true,
      ...body,
      verification_host: `_ss-verification.${ids['id'] ?? ''}.${textOf(body['domain'])}`,
      verification_txt: randomBytes(16).toString('hex'),
    }),
  },
  '/organizations/{id}/invitations': {
    newId: prefixed('uinv'),
    missing: ['The invitation does not exist.', 'inexistent_invitation'],
    limitIsLength: true,
    namesOthers: true,
    made: ({ api, ids }, body) => {
      const client = textOf(body['client_id']);
      const { settings = {} } = api.collections.clients.get(client) ?? {};
      if (!['allow', 'require'].includes(textOf(settings['organization_usage'])))
        throw new ApiError(400, `The specified client_id (${client}) does not allow organizations.`);
      const tenant = api.collections.things('/tenants/settings').get(ONLY_THING);
      const route = textOf(settings['initiate_login_uri']) || textOf(tenant?.['default_redirection_uri']);
      if (route === '')
        throw new ApiError(400, 'A default login route is required to generate the invitation url.');
      const id = ids['id'] ?? '';
      const { name } = api.collections.things('/organizations').get(id) ?? {};
      const ticket = randomIdentifier(32);
      const link = `invitation=${ticket}&organization=${id}&organization_name=${textOf(name)}`;
      const now = api.tenant.now();
      const seconds = typeof body['ttl_sec'] === 'number' ? body['ttl_sec'] : INVITATION_SECONDS;
      return {
        ...body,
        organization_id: id,
        ticket_id: ticket,
        created_at: new Date(now).toISOString(),
        expires_at: new Date(now + seconds * 1000).toISOString(),
        invitation_url: `${route}${route.includes('?') ? '&' : '?'}${link}`,
      };
    },
  },
  '/client-grants': CLIENT_GRANTS,
  '/clients/{client_id}/credentials': {
    newId: prefixed('cred', 22),
    missing: ['The credential does not exist.', 'inexistent_credential'],
    kept: (_, body) => withTime(body),
    made: ({ api }, body) => newCredential(api, body),
    // Recorded: the newest come first.
    sortedBy: 'created_at:-1',
  },
  ...MODULES,
  ...SETTINGS,
  ...FEATURES,
};
