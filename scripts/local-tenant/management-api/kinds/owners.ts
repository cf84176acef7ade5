import type { Api } from '../api.ts';
import { orNotFound } from '../request/errors.ts';
import type { Kind, Place } from './kind.ts';
import { KINDS } from './kinds.ts';

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
  if (owners === '' || ids[parameter] === undefined) return;
  const { missing, keptAt = owners } = OWNERS[owners] ?? KINDS[owners] ?? {};
  if (missing !== undefined) orNotFound(api.collections.things(keptAt).get(ids[parameter]), ...missing);
}
