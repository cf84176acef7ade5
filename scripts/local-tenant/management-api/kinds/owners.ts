import type { Api } from '../api.ts';
import { ApiError } from '../request/errors.ts';
import type { Place } from './kind.ts';
import { KINDS } from './kinds.ts';

/**
 * Checks that what a path's things belong to is there: the organization of `/organizations/{id}/invitations`.
 * @throws {ApiError} 404
 */
export function checkOwner(api: Api, path: string, ids: Place['ids']): void {
  const [, owners = '', parameter = ''] = /^(\/[^{]+)\/\{([^}]+)\}\//.exec(path) ?? [];
  if (owners === '' || ids[parameter] === undefined) return;
  const id = ids[parameter];
  const { clients, clientGrants, connections, users, things } = api.collections;
  const refuse = (found: unknown, message: string, errorCode?: string): void => {
    if (found === undefined) throw new ApiError(404, message, errorCode);
  };
  switch (owners) {
    case '/clients':
      refuse(clients.get(id), 'The client does not exist', 'inexistent_client');
      return;
    case '/connections':
      refuse(connections.get(id), 'The connection does not exist', 'inexistent_connection');
      return;
    case '/client-grants':
      refuse(clientGrants.get(id), 'The grant does not exist.', 'inexistent_client_grant');
      return;
    case '/users':
      refuse(users.get(id), 'The user does not exist.', 'inexistent_user');
      return;
    default: {
      const [message, errorCode] = KINDS[owners]?.missing ?? [];
      if (message !== undefined) refuse(things(owners).get(id), message, errorCode);
    }
  }
}
