import { isDeepStrictEqual } from 'node:util';
import type { Binding } from '../tenant-model/merge-bindings.ts';
import { doing, isMadeHere, madeKey, NOTHING } from './operation.ts';
import type { PutBack, PutBackHelp } from './operation.ts';
import { putBackAction } from './put-back-action.ts';
import { bindingsBefore, bindingsBody } from './put-back-bindings.ts';
import { enabledBack, putBackConnection } from './put-back-connection.ts';
import {
  putBackClient,
  putBackGrant,
  putBackOrganization,
  putBackResourceServer,
} from './put-back-resources.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * What has to be done so that everything a snapshot holds is as it was: in the reverse order of a deploy, so that logins
 * stop using a thing before it goes, and nobody gets in without the rules meanwhile.
 */
export function putBackOperations(snapshot: Snapshot, state: TenantState, help: PutBackHelp): PutBack {
  const parts: readonly PutBack[] = [
    ...snapshot.connections.map((connection) => putBackConnection(connection, state, help)),
    ...(snapshot.organizations ?? []).map((organization) => putBackOrganization(organization, state, help)),
    putBackBindings(snapshot, state, help),
    ...snapshot.actions.map((action) => putBackAction(action, state, help)),
    ...snapshot.clientGrants.map((grant) => putBackGrant(grant, state, help)),
    ...snapshot.clients.map((client) => putBackClient(client, state, help)),
    ...snapshot.resourceServers.map((server) => putBackResourceServer(server, state, help)),
    doing(...snapshot.connections.flatMap((connection) => enabledBack(connection, state))),
  ];
  return {
    operations: parts.flatMap(({ operations }) => operations),
    impossible: [...parts.flatMap(({ impossible }) => impossible), ...differentKeys(snapshot, state)],
    lacking: parts.flatMap(({ lacking = [] }) => lacking),
  };
}

/** Said where our Actions will not have the same shared key: a version that runs again brings the key that it had. */
function differentKeys({ ownActions, actions }: Snapshot, state: TenantState): readonly string[] {
  const ids = ownActions.flatMap((name): readonly string[] => {
    const touched = actions.find((action) => action.name === name);
    if (touched !== undefined && touched.before === undefined) return [];
    const now = state.actions.find((action) => action.name === name);
    const { keyId } = touched?.before?.deployed ?? now?.deployed ?? {};
    return keyId === undefined ? [] : [keyId];
  });
  return new Set(ids).size > 1
    ? [
        'the key that our Actions share: they do not have the same one, and deny every login that has rules, until `npm run deploy` gives them a new one',
      ]
    : [];
}

function putBackBindings(snapshot: Snapshot, state: TenantState, help: Pick<PutBackHelp, 'made'>): PutBack {
  if (snapshot.bindings === undefined) return NOTHING;
  // One that somebody else has made under the name of ours is theirs, and so is its place.
  const isOfOthers = (name: string): boolean =>
    snapshot.actions.some((action) => action.name === name && action.before === undefined) &&
    state.actions.some(
      (action) => action.name === name && !isMadeHere(help, madeKey('Action', name), action.id, true),
    );
  const ownActions = snapshot.ownActions.filter((name) => !isOfOthers(name));
  const { bindings, missing } = bindingsBefore(snapshot.bindings, ownActions, state);
  const impossible = missing.map((name) => `binding of ${name}: the Action is not there any more`);
  if (isDeepStrictEqual(bindings, state.bindings)) return { operations: [], impossible };
  return {
    operations: [
      {
        what: 'post-login bindings as they were',
        method: 'PATCH',
        path: '/actions/triggers/post-login/bindings',
        body: bindingsBody(bindings),
        details: [`order: ${namesOf(state.bindings)} → ${namesOf(bindings)}`],
        ...(lacksOneOf(bindings, state.bindings) ? { opens: true as const } : {}),
        ...(lacksOneOf(state.bindings, bindings) ? { closes: true as const } : {}),
      },
    ],
    impossible,
  };
}

const namesOf = (bindings: readonly Binding[]): string =>
  bindings.length === 0 ? 'none' : bindings.map(({ action_name }) => action_name).join(', ');

const lacksOneOf = (bindings: readonly Binding[], others: readonly Binding[]): boolean =>
  others.some((other) => !bindings.some(({ action_name }) => action_name === other.action_name));
