import type { Api } from '../api.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { orNotFound } from '../request/errors.ts';
import type { Kind, Place } from './kind.ts';
import { KINDS } from './kinds.ts';
import { isList } from './shape.ts';

/** What modules of their own serve. */
const OWNERS: Readonly<Record<string, Pick<Kind, 'missing' | 'keptAt'>>> = {
  '/clients': { keptAt: 'clients', missing: ['The client does not exist', 'inexistent_client'] },
  '/connections': {
    keptAt: 'connections',
    missing: ['The connection does not exist', 'inexistent_connection'],
  },
  '/users': { keptAt: 'users', missing: ['The user does not exist.', 'inexistent_user'] },
};

/**
 * Checks that what a path's things belong to is there: the organization of `/organizations/{id}/invitations`.
 * @throws {ApiError} 404
 */
export function checkOwner(api: Api, path: string, ids: Place['ids']): void {
  const [, owners = '', parameter = ''] = /^(\/[^{]+)\/\{([^}]+)\}\//.exec(path) ?? [];
  if (owners !== '' && ids[parameter] !== undefined) checkThere(api, owners, ids[parameter]);
}

/** Checks that a thing of a list is there. @throws {ApiError} 404, in the words for a read of it. */
export function checkThere(api: Api, list: string, id: string): void {
  const { missing = ['Not Found'], keptAt = list } = OWNERS[list] ?? KINDS[list] ?? {};
  if (isList(list)) orNotFound(api.collections.things(keptAt).get(id), ...missing);
}

/** Where that is kept which bodies name by id. */
const NAMED_IN_BODIES: Readonly<Record<string, string>> = {
  client_id: '/clients',
  connection_id: '/connections',
  organization_id: '/organizations',
  user_id: '/users',
};

/** Checks that what a body names is there. @throws {ApiError} 404 */
export function checkNamed(api: Api, body: JsonObject): void {
  for (const [name, list] of Object.entries(NAMED_IN_BODIES)) {
    const id = body[name];
    if (typeof id === 'string') checkThere(api, list, id);
  }
}
