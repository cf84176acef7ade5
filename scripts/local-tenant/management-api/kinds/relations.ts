import { apiOfAudience } from '../../store/collections.ts';
import type { Collections } from '../../store/collections.ts';
import { asObject, stringIn, textOf, only, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { grantView } from '../clients/client-grants.ts';
import { ApiError, orNotFound } from '../request/errors.ts';
import type { Place, Relation } from './kind.ts';
import { actionsUsing } from './modules.ts';
import { checkThere } from './owners.ts';
import { linkedTo } from '../../store/links.ts';
import type { Linked } from '../../store/links.ts';

const ownerAndMember = (ids: Place['ids']): string => `${ids['id'] ?? ''} ${ids['user_id'] ?? ''}`;

function userSummary({ api }: Place, id: string): JsonObject | undefined {
  const user = api.collections.users.get(id);
  return user === undefined ? undefined : { user_id: id, ...only(user.root, ['name', 'email', 'picture']) };
}

function checkUser({ api }: Place, id: string): void {
  if (api.collections.users.get(id) === undefined)
    throw new ApiError(400, `User ${id} does not exist`, 'inexistent_user');
}

function roleAsShown({ api }: Place, id: string): JsonObject | undefined {
  const role = api.collections.things('/roles').get(id);
  return role === undefined ? undefined : { description: null, ...role };
}

const grantAsShown = ({ api }: Place, id: string): JsonObject | undefined => {
  const grant = api.collections.clientGrants.get(id);
  return grant === undefined ? undefined : grantView({ ...grant });
};

/** An API's permission: what tells it from others, and the API that defines it. */
const permissionKey = (item: Json): string => {
  const { resource_server_identifier: api, permission_name: name } = asObject(item);
  return JSON.stringify([api ?? '', name ?? '']);
};

const apiOf = (collections: Collections, item: Json): JsonObject | undefined =>
  apiOfAudience(collections, textOf(asObject(item)['resource_server_identifier']));

function scopeOf(collections: Collections, item: Json): JsonObject | undefined {
  const scopes = apiOf(collections, item)?.['scopes'];
  const name = asObject(item)['permission_name'];
  return Array.isArray(scopes) ? scopes.map(asObject).find(({ value }) => value === name) : undefined;
}

function checkPermission({ api }: Place, _: string, item: Json): void {
  const identifier = textOf(asObject(item)['resource_server_identifier']);
  const missing = `The resource server does not exist: '${identifier}'`;
  const server = orNotFound(apiOf(api.collections, item), missing, 'inexistent_resource_server');
  // Which permissions the service's own APIs have is not known here.
  if (server['is_system'] !== true && scopeOf(api.collections, item) === undefined)
    throw new ApiError(
      400,
      `The permission ${textOf(asObject(item)['permission_name'])} does not exist`,
      'invalid_body',
    );
}

function permissionAsShown({ api }: Place, _: string, item: Json): JsonObject {
  const permission = asObject(item);
  const server = apiOf(api.collections, item);
  return {
    description: scopeOf(api.collections, item)?.['description'] ?? '',
    resource_server_name: server?.['name'] ?? permission['resource_server_identifier'] ?? '',
    ...permission,
  };
}

/** What a user may do, by own permissions and by those of roles; `sources` says why. */
function permissionsOfUser(place: Place, userId: string): readonly Linked[] {
  const { store } = place.api.tenant;
  const found = new Map<string, Linked & { readonly sources: Json[] }>();
  const add = (permission: Linked, source: JsonObject): void => {
    const earlier = found.get(permission.other);
    found.set(permission.other, { ...permission, sources: [...(earlier?.sources ?? []), source] });
  };
  for (const permission of linkedTo(store, 'user-permissions', userId))
    add(permission, { source_id: '', source_name: '', source_type: 'DIRECT' });
  for (const { other: id } of linkedTo(store, 'role-users', userId, true)) {
    const name = stringIn(roleAsShown(place, id) ?? {}, 'name') ?? '';
    for (const permission of linkedTo(store, 'role-permissions', id))
      add(permission, { source_id: id, source_name: name, source_type: 'ROLE' });
  }
  return [...found.values()].map(({ sources, item, ...rest }) => ({
    ...rest,
    item: { ...asObject(item), sources },
  }));
}

/** The applications' own list of the connections that are enabled for them. */
function connectionsOfClient({ api, ids }: Place): readonly Linked[] {
  return api.collections.connections
    .ranked()
    .filter(({ document }) => document.enabled_clients.includes(ids['id'] ?? ''))
    .map(({ rank, document }) => ({ rank, other: document.id, item: document.id }));
}

function connectionSummary({ api }: Place, id: string): JsonObject | undefined {
  const connection = api.collections.connections.get(id);
  if (connection === undefined) return undefined;
  const { name, strategy, options } = connection;
  return { id, name, strategy, options };
}

/** One that a list has. */
const listed =
  (list: string): NonNullable<Relation['check']> =>
  ({ api }, id) => {
    checkThere(api, list, id);
  };

const checkRole: NonNullable<Relation['check']> = (place, id) => {
  // Names in the place of ids (auth0/node-auth0#729).
  if (!id.startsWith('rol_')) throw new ApiError(400, 'Invalid request payload input');
  checkThere(place.api, '/roles', id);
};

const ROLES = { field: 'roles', check: checkRole, shown: roleAsShown, sortedBy: 'name' };
const PERMISSIONS = {
  field: 'permissions',
  key: permissionKey,
  check: checkPermission,
  shown: permissionAsShown,
  sortedBy: 'permission_name',
};

/** Which things belong to which others, by the path of the list: what can be written at one end shows at the other too. */
export const RELATIONS: Readonly<Record<string, Relation>> = {
  '/roles/{id}/users': { relation: 'role-users', field: 'users', check: checkUser, shown: userSummary },
  '/users/{id}/roles': { relation: 'role-users', reversed: true, ...ROLES },
  '/roles/{id}/permissions': { relation: 'role-permissions', ...PERMISSIONS },
  '/users/{id}/permissions': {
    relation: 'user-permissions',
    ...PERMISSIONS,
    linked: (place) => permissionsOfUser(place, place.ids['id'] ?? ''),
  },
  '/organizations/{id}/members': {
    relation: 'organization-members',
    field: 'members',
    check: checkUser,
    shown: (place, id) => {
      const user = userSummary(place, id);
      const owner = ownerAndMember({ ...place.ids, user_id: id });
      const roles = linkedTo(place.api.tenant.store, 'member-roles', owner).flatMap(({ other }) => {
        const role = roleAsShown(place, other);
        return role === undefined ? [] : [only(role, ['id', 'name'])];
      });
      return user === undefined ? undefined : { ...user, roles };
    },
    onlyIfAsked: ['roles'],
    // Recorded: the newest come first.
    sortedBy: 'created_at:-1',
    endsEmpty: true,
  },
  '/users/{id}/organizations': {
    relation: 'organization-members',
    reversed: true,
    shown: ({ api }, id) => api.collections.things('/organizations').get(id),
    // Recorded since 2026.
    countsNothing: true,
  },
  '/organizations/{id}/members/{user_id}/roles': {
    relation: 'member-roles',
    owner: ownerAndMember,
    ...ROLES,
    linked: ({ api: { tenant }, ids }) => {
      const members = linkedTo(tenant.store, 'organization-members', ids['id'] ?? '');
      const isMember = members.some(({ other }) => other === ids['user_id']);
      orNotFound(isMember || undefined, 'User is not a member of this organization');
      return linkedTo(tenant.store, 'member-roles', ownerAndMember(ids));
    },
  },
  '/organizations/{id}/client-grants': {
    relation: 'organization-grants',
    field: 'grant_id',
    check: listed('/client-grants'),
    shown: (place, id, _, reading) => {
      const grant = grantAsShown(place, id);
      // Recorded: the new link names the grant another way.
      return reading === 'changed' && grant !== undefined ? without(grant, ['id', 'subject_type']) : grant;
    },
  },
  // Applications that an organization lets its members use.
  '/organizations/{id}/clients': {
    relation: 'organization-clients',
    field: 'clients',
    key: (item) => stringIn(asObject(item), 'client_id') ?? textOf(item),
    check: listed('/clients'),
    shown: ({ api }, id, item) => {
      const client = api.collections.clients.get(id);
      if (client === undefined) return undefined;
      const { name, settings } = client;
      return { ...asObject(item), client: { name, ...only(settings, ['is_first_party', 'grant_types']) } };
    },
  },
  '/organizations/{id}/roles/{role_id}/members': {
    relation: 'member-roles',
    linked: ({ api, ids: { id = '', role_id: role = '' } }) =>
      linkedTo(api.tenant.store, 'member-roles', role, true)
        .filter(({ other }) => other.startsWith(`${id} `))
        .map((one) => ({ ...one, other: one.other.slice(id.length + 1) })),
    shown: userSummary,
  },
  '/client-grants/{id}/organizations': {
    relation: 'organization-grants',
    reversed: true,
    shown: ({ api }, id) => api.collections.things('/organizations').get(id),
  },
  '/actions/modules/{id}/actions': {
    relation: 'module-actions',
    linked: ({ api, ids: { id = '' } }) =>
      actionsUsing(api, id).map((item, rank) => ({ rank, other: textOf(item['action_id']), item })),
    shown: (_, __, item) => asObject(item),
    withoutZeros: true,
  },
  '/clients/{id}/connections': {
    relation: 'client-connections',
    linked: connectionsOfClient,
    shown: connectionSummary,
  },
};
