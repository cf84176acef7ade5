import { asObject, isJsonObject, stringIn, textOf } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import type { TenantContext } from '../context.ts';
import { collectionsOf } from '../store/collections.ts';
import { linkedTo } from '../store/links.ts';

/** The roles of a user: their own, and those as a member of the organization of the login. */
function rolesOf({ store }: TenantContext, userId: string, organizationId: string | null): JsonObject[] {
  const ids = [
    ...linkedTo(store, 'role-users', userId, true),
    ...(organizationId === null ? [] : linkedTo(store, 'member-roles', `${organizationId} ${userId}`)),
  ].map(({ other }) => other);
  const roles = collectionsOf(store).things('/roles');
  return [...new Set(ids)].flatMap((id) => {
    const role = roles.get(id);
    return role === undefined ? [] : [{ ...role, id }];
  });
}

/** Their names: `event.authorization.roles`. */
export const roleNamesOf = (
  context: TenantContext,
  userId: string,
  organizationId: string | null,
): readonly string[] =>
  rolesOf(context, userId, organizationId).flatMap((role) => stringIn(role, 'name') ?? []);

/** The permissions of an API that a user has, by themselves or by a role. */
function permissionsOf(
  context: TenantContext,
  userId: string,
  organizationId: string | null,
  audience: string,
): readonly string[] {
  const { store } = context;
  const linked = [
    ...linkedTo(store, 'user-permissions', userId),
    ...rolesOf(context, userId, organizationId).flatMap(({ id }) =>
      linkedTo(store, 'role-permissions', textOf(id)),
    ),
  ];
  const names = linked
    .map(({ item }) => asObject(item))
    .filter((permission) => permission['resource_server_identifier'] === audience)
    .flatMap((permission) => stringIn(permission, 'permission_name') ?? []);
  return [...new Set(names)];
}

export interface Subject {
  readonly userId: string;
  readonly organizationId: string | null;
}

/**
 * What role-based access control makes of a user at an API: `undefined` where the API does not enforce it.
 *
 * @see https://auth0.com/docs/get-started/apis/enable-role-based-access-control-for-apis
 */
export function permittedScopes(
  context: TenantContext,
  subject: Subject,
  resourceServer: JsonObject | undefined,
): readonly string[] | undefined {
  const audience = stringIn(resourceServer ?? {}, 'identifier');
  if (resourceServer?.['enforce_policies'] !== true || audience === undefined) return undefined;
  return permissionsOf(context, subject.userId, subject.organizationId, audience);
}

/** Whether access tokens for an API carry `permissions`. */
export const showsPermissions = (resourceServer: JsonObject | undefined): boolean =>
  resourceServer?.['enforce_policies'] === true &&
  (stringIn(resourceServer, 'token_dialect') ?? '').endsWith('_authz');

/**
 * `org_id`, and `org_name` where the tenant allows names.
 *
 * @see https://auth0.com/docs/manage-users/organizations/configure-organizations/use-org-name-authentication-api
 */
export function organizationClaims(context: TenantContext, organizationId: string | null): JsonObject {
  if (organizationId === null) return {};
  const { things } = collectionsOf(context.store);
  const name = things('/organizations').get(organizationId)?.['name'];
  return {
    org_id: organizationId,
    ...(allowsOrganizationNames(context) && typeof name === 'string' ? { org_name: name } : {}),
  };
}

export function allowsOrganizationNames({ store }: TenantContext): boolean {
  const settings = collectionsOf(store).things('/tenants/settings').get('only');
  return isJsonObject(settings) && settings['allow_organization_name_in_authentication_api'] === true;
}
