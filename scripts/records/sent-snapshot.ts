import { currentName } from '../tenant-model/changes.ts';
import type { ChangedConnection, DeployChanges } from '../tenant-model/changes.ts';
import { connectionFields, optionsAfterDeploy } from '../tenant-model/connection-update.ts';
import { recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { metadataToSend } from '../tenant-model/metadata.ts';
import { readableOptions } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { ActionState, ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';

/** What a deploy sends, beside the configuration itself. */
export interface SentInputs {
  readonly changes: DeployChanges;
  readonly state: TenantState;
  readonly codeOf: (actionName: string) => string | undefined;
  readonly replaceOptions: boolean;
}

/**
 * The same things as in a snapshot, as a deploy means to leave them: whoever undoes it tells by this what is its own and what somebody
 * else has made since. Things that were not there are not in it, and no value of a secret.
 *
 * @param before As `takeSnapshot` gives it for the same changes.
 */
export function takeSentSnapshot(
  before: Snapshot,
  { changes, state, codeOf, replaceOptions }: SentInputs,
): Snapshot {
  return {
    ...before,
    resourceServers: before.resourceServers.map((server, index) => ({
      ...server,
      ...sent(server.before, (was) => ({
        ...was,
        settings: settingsSent(was.settings, changes.resourceServers[index]?.config),
      })),
    })),
    clients: before.clients.map((client, index) => ({
      ...client,
      ...sent(client.before, (was) => ({
        ...was,
        settings: settingsSent(was.settings, changes.clients[index]?.config),
      })),
    })),
    clientGrants: before.clientGrants.map((grant, index) => ({
      ...grant,
      ...sent(grant.before, (was) => {
        const { scope = was.scope, ...fields } = changes.clientGrants[index]?.config ?? {};
        return { ...was, scope, settings: settingsSent(was.settings, fields) };
      }),
    })),
    actions: before.actions.map((action, index) => ({
      ...action,
      ...sent(action.before, (was) => actionSent(was, changes.actions[index]?.config, codeOf)),
    })),
    connections: before.connections.map((connection, index) => ({
      ...connection,
      ...sent(connection.before, (was) =>
        connectionSent(was, changes.connections[index], state, replaceOptions),
      ),
    })),
  };
}

const sent = <Thing>(was: Thing | undefined, change: (was: Thing) => Thing): { readonly before?: Thing } =>
  was === undefined ? {} : { before: change(was) };

/** Only settings that the snapshot has: they are all that can be sent. */
function settingsSent(was: JsonRecord, config: object = {}): JsonRecord {
  const wanted = new Map(Object.entries(config).map(([name, value]) => [currentName(name), value]));
  return Object.fromEntries(
    Object.entries(was).map(([name, value]) => {
      if (!wanted.has(name)) return [name, value];
      const to: unknown = wanted.get(name);
      return [name, name === 'client_metadata' ? withoutNulls({ ...recordOf(value), ...recordOf(to) }) : to];
    }),
  );
}

const withoutNulls = (record: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));

/** It is sent as the draft, and then deployed. */
function actionSent(
  was: ActionState,
  config: DeployChanges['actions'][number]['config'] | undefined,
  codeOf: SentInputs['codeOf'],
): ActionState {
  if (config === undefined) return was;
  const { name, runtime, dependencies = [], secrets = [] } = config;
  return {
    ...was,
    deployed: undefined,
    draft: {
      code: codeOf(name) ?? '',
      runtime,
      dependencies,
      secrets: secrets.map((secret) => ({ name: secret.name, updated_at: '' })),
    },
  };
}

function connectionSent(
  was: ConnectionState,
  changed: ChangedConnection | undefined,
  { clients }: Pick<TenantState, 'clients'>,
  replaceOptions: boolean,
): ConnectionState {
  if (changed?.existing === undefined) return was;
  const { config, existing, secret } = changed;
  const enabled = config.enabled_clients;
  // Applications that the deploy makes have no id yet.
  const ids = clients.filter(({ name }) => enabled?.includes(name)).map(({ client_id }) => client_id);
  return {
    ...was,
    settings: settingsSent(was.settings, connectionFields(config, existing)),
    metadata: Object.fromEntries(
      Object.entries({ ...was.metadata, ...metadataToSend(config.metadata, existing.metadata) }).flatMap(
        ([name, value]): [string, string][] => (value === null ? [] : [[name, value]]),
      ),
    ),
    options:
      secret === undefined
        ? was.options
        : readableOptions(optionsAfterDeploy(config.options, existing.options, replaceOptions)),
    enabledClients: enabled === undefined ? was.enabledClients : ids,
  };
}
