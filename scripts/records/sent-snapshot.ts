import { currentName } from '../tenant-model/changes.ts';
import type { ChangedConnection, DeployChanges } from '../tenant-model/changes.ts';
import { connectionFields, optionsAfterDeploy } from '../tenant-model/connection-update.ts';
import { recordOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { METADATA_FIELDS, metadataToSend } from '../tenant-model/metadata.ts';
import { publicMetadata, withoutSecretParts } from '../tenant-model/secret-paths.ts';
import { readableOptions } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { recordedMarkOf } from '../secrets/secret-marks.ts';
import { connectionsByName, withFields } from './touched-things.ts';
import type { ActionState, TenantState } from '../tenant-model/tenant-state.ts';

/** What a deploy sends, beside the configuration itself. */
export interface SentInputs {
  readonly changes: DeployChanges;
  readonly state: TenantState;
  readonly codeOf: (actionName: string) => string | undefined;
  readonly replaceOptions: boolean;
}

/**
 * The same things as in a snapshot, as a deploy means to leave them: whoever undoes it tells by this what is its own and what
 * somebody else has made since. Things that were not there are not in it, and no value of a secret.
 *
 * @param before As `takeSnapshot` gives it for the same changes.
 */
export function takeSentSnapshot(before: Snapshot, inputs: SentInputs): Snapshot {
  const { changes, codeOf } = inputs;
  // In the order of `touchedThings`.
  const sent = [
    ...changes.resourceServers,
    ...changes.clients,
    ...changes.clientGrants,
    ...changes.actions,
    ...changes.connections,
    ...changes.organizations,
  ];
  return {
    ...withFields(before, ({ fields, kind }, index) => {
      const changed = sent[index];
      if (changed === undefined) return fields;
      if ('applications' in changed) return connectionSent(fields, changed, inputs);
      const settings = withoutSecretParts(kind, settingsSent(fields, changed.config));
      return 'client_grants' in changed.config
        ? { ...settings, connections: connectionsByName(changed.config.connections) }
        : settings;
    }),
    actions: before.actions.map(({ before: was, ...action }, index) => ({
      ...action,
      ...(was === undefined ? {} : { before: actionSent(was, changes.actions[index]?.config, codeOf) }),
    })),
  };
}

/** Only settings that the snapshot has: they are all that can be sent. */
function settingsSent(was: JsonRecord, config: object = {}): JsonRecord {
  const wanted = new Map(Object.entries(config).map(([name, value]) => [currentName(name), value]));
  return Object.fromEntries(
    Object.entries(was).map(([name, value]) => {
      if (!wanted.has(name)) return [name, value];
      const to: unknown = wanted.get(name);
      return [
        name,
        METADATA_FIELDS.includes(name) ? withoutNulls({ ...recordOf(value), ...recordOf(to) }) : to,
      ];
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
  was: JsonRecord,
  { config, existing, secret }: ChangedConnection,
  { state: { clients }, replaceOptions }: SentInputs,
): JsonRecord {
  if (existing === undefined) return was;
  const enabled = config.enabled_clients;
  const metadata = { ...existing.metadata, ...metadataToSend(config.metadata, existing.metadata) };
  return {
    ...settingsSent(was, connectionFields(config, existing)),
    metadata: publicMetadata('connection', 'metadata', withoutNulls(metadata)),
    options:
      secret === undefined
        ? was['options']
        : {
            ...readableOptions(optionsAfterDeploy(config.options, existing.options, replaceOptions)),
            ...(existing.client_secret === undefined
              ? {}
              : { client_secret: recordedMarkOf(textOf(config.options['client_secret']), existing.id) }),
          },
    // Applications that the deploy makes have no id yet.
    enabled_clients:
      enabled === undefined
        ? was['enabled_clients']
        : clients.filter(({ name }) => enabled.includes(name)).map(({ client_id }) => client_id),
  };
}
