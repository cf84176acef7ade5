import { recordOf } from './json-values.ts';
import type { JsonRecord } from './json-values.ts';
import { sameValue } from './operation.ts';
import { readableOptions } from './snapshot.ts';
import type { ClientBefore, Snapshot } from './snapshot.ts';
import type { ClientGrantState, ConnectionState, ResourceServerState, TenantState } from './tenant-state.ts';

/**
 * What to go back to so that only what the deploy changed goes back: where it left something as it was, that stays as it is
 * now, whoever changed it since. Actions go back whole: one that a deploy touches runs another version after it.
 *
 * @param after What the deploy left. Same things as in `before`.
 */
export function onlyDeployed(before: Snapshot, after: Snapshot, now: TenantState): Snapshot {
  return {
    ...before,
    resourceServers: before.resourceServers.map(({ identifier, before: was }, index) => {
      const left = after.resourceServers[index]?.before;
      const is = now.resourceServers.find((server) => server.identifier === identifier);
      return { identifier, ...wanted(was, left, is, serverBack) };
    }),
    clients: before.clients.map(({ name, before: was }, index) => {
      const left = after.clients[index]?.before;
      const is = now.clients.find(({ client_id }) => client_id === left?.client_id);
      return { name, ...wanted(was, left, is, clientBack) };
    }),
    clientGrants: before.clientGrants.map(({ client, audience, before: was }, index) => {
      const left = after.clientGrants[index]?.before;
      const is = now.clientGrants.find(({ id }) => id === left?.id);
      return { client, audience, ...wanted(was, left, is, grantBack) };
    }),
    connections: before.connections.map(({ name, before: was }, index) => {
      const left = after.connections[index]?.before;
      const is = now.connections.find(({ id }) => id === left?.id);
      return { name, ...wanted(was, left, is, connectionBack) };
    }),
  };
}

/** What was not there is to go; what nobody knows more about goes back whole. */
const wanted = <Then, Now>(
  was: Then | undefined,
  left: Then | undefined,
  is: Now | undefined,
  merge: (was: Then, left: Then, is: Now) => Then,
): { readonly before?: Then } => {
  if (was === undefined) return {};
  return { before: left === undefined || is === undefined ? was : merge(was, left, is) };
};

const serverBack = (
  was: ResourceServerState,
  left: ResourceServerState,
  is: Pick<ResourceServerState, 'settings'>,
): ResourceServerState => ({ ...was, settings: settingsBack(was.settings, left.settings, is.settings) });

const clientBack = (
  was: ClientBefore,
  left: ClientBefore,
  is: Pick<ClientBefore, 'settings'>,
): ClientBefore => ({ ...was, settings: settingsBack(was.settings, left.settings, is.settings) });

const grantBack = (
  was: ClientGrantState,
  left: ClientGrantState,
  is: ClientGrantState,
): ClientGrantState => ({
  ...was,
  settings: settingsBack(was.settings, left.settings, is.settings),
  scope: membersBack(was.scope, left.scope, is.scope),
});

const connectionBack = (
  was: ConnectionState,
  left: ConnectionState,
  is: ConnectionState,
): ConnectionState => ({
  ...was,
  settings: settingsBack(was.settings, left.settings, is.settings),
  metadata: Object.fromEntries(
    Object.entries(fieldsBack(was.metadata, left.metadata, is.metadata)).filter(isText),
  ),
  options: fieldsBack(was.options, left.options, readableOptions(is.options)),
  enabledClients: membersBack(was.enabledClients, left.enabledClients, is.enabledClients),
});

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';

/** Settings of others than the deploy's are not in a snapshot. */
const settingsBack = (was: JsonRecord, left: JsonRecord, is: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(fieldsBack(was, left, is)).filter(([name]) => name in was));

/** Fields that hold others, which are told apart: different people write them. */
const NESTED: readonly string[] = ['client_metadata', 'scripts'];

function fieldsBack(was: JsonRecord, left: JsonRecord, is: JsonRecord): JsonRecord {
  const names = new Set([...Object.keys(was), ...Object.keys(left), ...Object.keys(is)]);
  return Object.fromEntries(
    [...names]
      .map((name): [string, unknown] => {
        if (sameValue(was[name], left[name])) return [name, is[name]];
        if (!NESTED.includes(name)) return [name, was[name]];
        return [name, fieldsBack(recordOf(was[name]), recordOf(left[name]), recordOf(is[name]))];
      })
      .filter(([, value]) => value !== undefined),
  );
}

function membersBack(
  was: readonly string[],
  left: readonly string[],
  is: readonly string[],
): readonly string[] {
  const members = new Set([...was, ...is]);
  return [...members].filter((member) =>
    (was.includes(member) === left.includes(member) ? is : was).includes(member),
  );
}
