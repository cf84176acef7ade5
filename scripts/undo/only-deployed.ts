import type { CompletedKind } from '../auth0/service-defaults.ts';
import { only, recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { sameValue } from './operation.ts';
import { readableOptions } from '../records/snapshot.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { ClientGrantState, ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';

/** Where a setting of a resource stands. */
export interface SettingPlace {
  readonly kind: CompletedKind;
  /** An API's is its identifier. */
  readonly name: string;
  /** Such as `options.scope`. */
  readonly path: string;
  /** All settings of the resource as they are now. */
  readonly settings: JsonRecord;
}

/** Whether a value is somebody else's, and not the one that the deploy left. */
export type IsOfOthers = (place: SettingPlace, left: unknown, is: unknown) => boolean;

/**
 * What to go back to so that only what the deploy changed goes back: where it left something as it was, that stays as it is
 * now, whoever changed it since. Actions go back whole: one that a deploy touches runs another version after it.
 *
 * @param after What the deploy left. Same things as in `before`.
 * @param isOfOthers Values that stay although the deploy had changed the same. Default none.
 */
export function onlyDeployed(
  before: Snapshot,
  after: Snapshot,
  now: TenantState,
  isOfOthers: IsOfOthers = () => false,
): Snapshot {
  const settingsOf =
    (kind: CompletedKind, name: string): SettingsBack =>
    (was, left, is) =>
      // Settings of others than the deploy's are not in a snapshot.
      only(
        fieldsBack(was, left, is, (path, leftOne, isOne) =>
          isOfOthers({ kind, name, path, settings: is }, leftOne, isOne),
        ),
        Object.keys(was),
      );
  return {
    ...before,
    resourceServers: before.resourceServers.map(({ identifier, before: was }, index) => {
      const left = after.resourceServers[index]?.before;
      const is = now.resourceServers.find((server) => server.identifier === identifier);
      return { identifier, ...wanted(was, left, is, withSettings(settingsOf('API', identifier))) };
    }),
    clients: before.clients.map(({ name, before: was }, index) => {
      const left = after.clients[index]?.before;
      const is = now.clients.find(({ client_id }) => client_id === left?.client_id);
      return { name, ...wanted(was, left, is, withSettings(settingsOf('application', name))) };
    }),
    clientGrants: before.clientGrants.map(({ before: was, ...grant }, index) => {
      const left = after.clientGrants[index]?.before;
      const is = now.clientGrants.find(({ id }) => id === left?.id);
      const settings = withSettings<ClientGrantState>(settingsOf('grant', grant.client));
      return {
        ...grant,
        ...wanted(was, left, is, (then, leftOne, isOne) => ({
          ...settings(then, leftOne, isOne),
          scope: membersBack(then.scope, leftOne.scope, isOne.scope),
        })),
      };
    }),
    connections: before.connections.map(({ name, before: was }, index) => {
      const left = after.connections[index]?.before;
      const is = now.connections.find(({ id }) => id === left?.id);
      const settings = withSettings<ConnectionState>(settingsOf('connection', name));
      return {
        name,
        ...wanted(was, left, is, (then, leftOne, isOne) => ({
          ...settings(then, leftOne, isOne),
          ...connectionBack(then, leftOne, isOne, isOfOthers),
        })),
      };
    }),
  };
}

type SettingsBack = (was: JsonRecord, left: JsonRecord, is: JsonRecord) => JsonRecord;

interface WithSettings {
  readonly settings: JsonRecord;
}

const withSettings =
  <Then extends WithSettings>(back: SettingsBack) =>
  (was: Then, left: Then, is: WithSettings): Then => ({
    ...was,
    settings: back(was.settings, left.settings, is.settings),
  });

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

function connectionBack(
  was: ConnectionState,
  left: ConnectionState,
  is: ConnectionState,
  isOfOthers: IsOfOthers,
): Pick<ConnectionState, 'metadata' | 'options' | 'enabledClients'> {
  const below =
    (part: 'metadata' | 'options'): KeepsOthers =>
    (path, leftOne, isOne) =>
      isOfOthers(
        { kind: 'connection', name: was.name, path: `${part}.${path}`, settings: is.settings },
        leftOne,
        isOne,
      );
  return {
    metadata: Object.fromEntries(
      Object.entries(fieldsBack(was.metadata, left.metadata, is.metadata, below('metadata'))).filter(isText),
    ),
    options: fieldsBack(was.options, left.options, readableOptions(is.options), below('options')),
    enabledClients: membersBack(was.enabledClients, left.enabledClients, is.enabledClients),
  };
}

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';

/** Fields that hold others, which are told apart: different people write them. */
const NESTED: readonly string[] = ['client_metadata', 'scripts'];

type KeepsOthers = (path: string, left: unknown, is: unknown) => boolean;

function fieldsBack(
  was: JsonRecord,
  left: JsonRecord,
  is: JsonRecord,
  keepsOthers: KeepsOthers,
  above = '',
): JsonRecord {
  const names = new Set([...Object.keys(was), ...Object.keys(left), ...Object.keys(is)]);
  return Object.fromEntries(
    [...names]
      .map((name): [string, unknown] => {
        const path = `${above}${name}`;
        if (sameValue(was[name], left[name])) return [name, is[name]];
        if (NESTED.includes(name)) {
          const [then, leftOnes, now] = [recordOf(was[name]), recordOf(left[name]), recordOf(is[name])];
          return [name, fieldsBack(then, leftOnes, now, keepsOthers, `${path}.`)];
        }
        const stays = !sameValue(was[name], is[name]) && keepsOthers(path, left[name], is[name]);
        return [name, stays ? is[name] : was[name]];
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
