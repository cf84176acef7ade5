import { Hono } from 'hono';
import { randomIdentifier } from '../identifiers.ts';
import type { RoleDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { Api, ApiEnv } from './api.ts';
import { needs } from './request/authorization.ts';
import { ApiError, conflict, orNotFound } from './request/errors.ts';
import { asObject } from '../../base/json-values.ts';
import { inListOrder, offsetAnswer } from './request/pagination.ts';
import type { PageQuery } from './request/pagination.ts';
import { list, object, oneOf, PAGE_QUERY, text } from '../../auth0/schema-words.ts';
import { bodyReader, queryReader } from './request/validation.ts';

interface RoleBody {
  readonly name?: string;
  readonly description?: string;
}
type Permission = RoleDocument['permissions'][number];
interface PermissionsBody {
  readonly permissions: readonly Permission[];
}

const either = { name: text({ minLength: 1 }), description: text() };
const readCreate = bodyReader<RoleBody & { readonly name: string }>(object(either, ['name']));
const readUpdate = bodyReader<RoleBody>(object(either));
const readPermissions = bodyReader<PermissionsBody>(
  object(
    {
      permissions: list(
        object({ resource_server_identifier: text(), permission_name: text() }, [
          'resource_server_identifier',
          'permission_name',
        ]),
        { minItems: 1 },
      ),
    },
    ['permissions'],
  ),
);
// `type` is what auth0-deploy-cli sends; the local tenant has tenant roles only.
const readList = queryReader<PageQuery & { readonly name_filter?: string; readonly type?: string }>({
  ...PAGE_QUERY,
  name_filter: text(),
  type: oneOf('tenant', 'organization'),
});
const readPage = queryReader<PageQuery>(PAGE_QUERY);

const roleView = (role: RoleDocument): JsonObject => ({
  id: role.id,
  name: role.name,
  description: role.description,
  type: 'tenant',
});

const same = (a: Permission, b: Permission): boolean =>
  a.resource_server_identifier === b.resource_server_identifier && a.permission_name === b.permission_name;

/** @see https://auth0.com/docs/api/management/v2/roles */
export function roleRoutes(api: Api): Hono<ApiEnv> {
  const { resourceServers, roles } = api.collections;
  const existing = (id: string): RoleDocument =>
    orNotFound(roles.get(id), 'The role does not exist', 'inexistent_role');
  const checkName = (name: string, ownId?: string): void => {
    if (roles.all().some((role) => role.name === name && role.id !== ownId))
      throw conflict('The role name is already taken', 'role_conflict');
  };
  const permissionView = (permission: Permission): JsonObject => {
    const server = resourceServers
      .all()
      .find(({ identifier }) => identifier === permission.resource_server_identifier);
    return {
      ...permission,
      resource_server_name: server?.name ?? permission.resource_server_identifier,
      description: scopesOf(server?.settings ?? {}).get(permission.permission_name) ?? '',
    };
  };

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:roles'), (c) => {
    const query = readList(c);
    const filter = query.name_filter?.toLowerCase() ?? '';
    const found = roles
      .all()
      .filter((role) => query.type !== 'organization' && role.name.toLowerCase().includes(filter))
      .sort((a, b) => inListOrder(a.name, b.name));
    return c.json(offsetAnswer('roles', found.map(roleView), query));
  });
  routes.post('/', needs('create:roles'), async (c) => {
    const { name, description = name } = await readCreate(c);
    checkName(name);
    const role = { id: `rol_${randomIdentifier(16)}`, name, description, permissions: [] };
    roles.put(role.id, role);
    return c.json(roleView(role));
  });
  routes.get('/:id', needs('read:roles'), (c) => c.json(roleView(existing(c.req.param('id')))));
  routes.patch('/:id', needs('update:roles'), async (c) => {
    const body = await readUpdate(c);
    const role = existing(c.req.param('id'));
    if (body.name !== undefined) checkName(body.name, role.id);
    const changed = { ...role, ...body };
    roles.put(role.id, changed);
    return c.json(roleView(changed));
  });
  routes.delete('/:id', needs('delete:roles'), (c) => {
    roles.delete(existing(c.req.param('id')).id);
    return c.json({});
  });
  routes.get('/:id/permissions', needs('read:roles'), (c) => {
    const query = readPage(c);
    const { permissions } = existing(c.req.param('id'));
    return c.json(offsetAnswer('permissions', permissions.map(permissionView), query));
  });
  routes.post('/:id/permissions', needs('update:roles'), async (c) => {
    const body = await readPermissions(c);
    const role = existing(c.req.param('id'));
    for (const permission of body.permissions) {
      const server = resourceServers
        .all()
        .find(({ identifier }) => identifier === permission.resource_server_identifier);
      if (server === undefined || !scopesOf(server.settings).has(permission.permission_name))
        throw new ApiError(
          400,
          `The permission ${permission.permission_name} does not exist`,
          'invalid_body',
        );
    }
    const added = body.permissions.filter(
      (permission) => !role.permissions.some((had) => same(had, permission)),
    );
    roles.put(role.id, { ...role, permissions: [...role.permissions, ...added] });
    return c.json({}, 201);
  });
  routes.delete('/:id/permissions', needs('update:roles'), async (c) => {
    const body = await readPermissions(c);
    const role = existing(c.req.param('id'));
    const permissions = role.permissions.filter((had) => !body.permissions.some((gone) => same(had, gone)));
    roles.put(role.id, { ...role, permissions });
    return c.body(null, 204);
  });
  return routes;
}

/** The permissions that an API defines, each with its description. */
function scopesOf(settings: JsonObject): Map<string, string> {
  const scopes = settings['scopes'];
  const found = new Map<string, string>();
  for (const scope of Array.isArray(scopes) ? scopes : []) {
    const { value, description } = asObject(scope);
    if (typeof value === 'string') found.set(value, typeof description === 'string' ? description : '');
  }
  return found;
}
