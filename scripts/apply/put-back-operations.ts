import { isDeepStrictEqual } from 'node:util';
import { NOTHING } from './operation.ts';
import type { PutBack, PutBackHelp } from './operation.ts';
import { putBackAction } from './put-back-action.ts';
import { bindingsBefore, bindingsBody } from './put-back-bindings.ts';
import { putBackConnection } from './put-back-connection.ts';
import { putBackClient, putBackGrant, putBackResourceServer } from './put-back-resources.ts';
import type { Snapshot } from './snapshot.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * What has to be done so that everything a snapshot holds is as it was: in the reverse order of a deploy, so that logins
 * stop using a thing before it goes.
 */
export function putBackOperations(snapshot: Snapshot, state: TenantState, help: PutBackHelp): PutBack {
  const parts: readonly PutBack[] = [
    ...snapshot.connections.map((connection) => putBackConnection(connection, state, help)),
    putBackBindings(snapshot, state),
    ...snapshot.actions.map((action) => putBackAction(action, state, help)),
    ...snapshot.clientGrants.map((grant) => putBackGrant(grant, state)),
    ...snapshot.clients.map((client) => putBackClient(client, state)),
    ...snapshot.resourceServers.map((server) => putBackResourceServer(server, state)),
  ];
  return {
    operations: parts.flatMap(({ operations }) => operations),
    impossible: parts.flatMap(({ impossible }) => impossible),
  };
}

function putBackBindings(snapshot: Snapshot, state: TenantState): PutBack {
  if (snapshot.bindings === undefined) return NOTHING;
  const { bindings, missing } = bindingsBefore(snapshot.bindings, snapshot.ownActions, state);
  const impossible = missing.map((name) => `binding of ${name}: the Action is not there any more`);
  if (isDeepStrictEqual(bindings, state.bindings)) return { operations: [], impossible };
  return {
    operations: [
      {
        what: 'post-login bindings as they were',
        method: 'PATCH',
        path: '/actions/triggers/post-login/bindings',
        body: bindingsBody(bindings),
      },
    ],
    impossible,
  };
}
