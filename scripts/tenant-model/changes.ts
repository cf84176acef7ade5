import type {
  ActionConfig,
  ClientConfig,
  ClientGrantConfig,
  ConnectionConfig,
  ResourceServerConfig,
  TenantConfig,
} from '../tenant-config/tenant-config.ts';
import type { CompletedKind } from '../auth0/service-defaults.ts';
import { changedFields, changedOptions } from './connection-update.ts';
import { recordOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { metadataToSend } from './metadata.ts';
import { mergeBindings } from './merge-bindings.ts';
import type { Binding } from './merge-bindings.ts';
import { sharesKey, withDifferentKeys } from './shared-key.ts';
import { sameApiScopes, sameMeaning, sameToTheService } from './same-meaning.ts';
import type { ActionState, ClientState, ConnectionState, Dependency, TenantState } from './tenant-state.ts';

export interface ChangeOptions {
  /**
   * Sends secret values that may be there already. Other than `true`, why nobody had to ask for it: the tenant has another domain
   * than at the last deploy, and the domain is among them, or it is not known whether they arrived. Default false.
   */
  readonly updateSecrets?: boolean | 'moved' | 'in doubt' | undefined;
  /** Takes away options of an existing connection that `tenant.yaml` does not mention. Default false. */
  readonly replaceOptions?: boolean | undefined;
}

/** Why values that cannot be compared are sent. */
export type SecretReason =
  | 'new'
  | 'names changed'
  | 'asked for'
  | 'moved'
  | 'in doubt'
  | 'options changed'
  | 'unpublished in the draft'
  | 'connection is new'
  | 'shared key is new'
  | 'shared key differs';

interface Changed<Config> {
  readonly config: Config;
  readonly isNew: boolean;
  /** Names of the fields that change; none for a new one. */
  readonly fields: readonly string[];
}

export type ChangedAction = Changed<ActionConfig> & { readonly secrets: SecretReason | undefined };

export interface ChangedConnection extends Changed<ConnectionConfig> {
  readonly existing: ConnectionState | undefined;
  /** `undefined`: the options are not sent, and neither is the client secret among them. */
  readonly secret: SecretReason | undefined;
  readonly applications: { readonly enable: readonly string[]; readonly disable: readonly string[] };
}

/** An application, with `null` for metadata that goes. */
export type ClientToSend = Omit<ClientConfig, 'client_metadata'> & {
  readonly client_metadata?: Readonly<Record<string, string | null>>;
};

/** What a deploy has to send; nothing else is. */
export interface DeployChanges {
  readonly resourceServers: readonly Changed<ResourceServerConfig>[];
  readonly clients: readonly Changed<ClientToSend>[];
  readonly clientGrants: readonly Changed<ClientGrantConfig>[];
  readonly actions: readonly ChangedAction[];
  /** All bindings of the trigger, other teams' among them; `undefined` where they are as they should be. */
  readonly bindings: readonly Binding[] | undefined;
  readonly connections: readonly ChangedConnection[];
}

/**
 * Compares what `tenant.yaml` and the built code ask for with what the tenant has.
 *
 * @param config With its placeholders filled in. Values of secrets are not looked at.
 */
export function findChanges(
  config: TenantConfig,
  state: TenantState,
  codeOf: (actionName: string) => string | undefined,
  options: ChangeOptions = {},
): DeployChanges {
  const newConnections = config.connections
    .map(({ name }) => name)
    .filter((name) => !state.connections.some((existing) => existing.name === name));
  return {
    resourceServers: changedOnes('API', config.resourceServers ?? [], ({ identifier }) => {
      const server = state.resourceServers.find((existing) => existing.identifier === identifier);
      return server?.settings;
    }),
    clients: changedOnes(
      'application',
      config.clients.map((client) => withMetadata(client, clientNamed(state, client.name)?.settings)),
      ({ name }) => clientNamed(state, name)?.settings,
    ),
    clientGrants: changedOnes('grant', config.clientGrants, ({ client_id, audience }) => {
      const id = clientIdOf(state, client_id);
      const grant = state.clientGrants.find(
        (existing) => existing.client_id === id && existing.audience === audience,
      );
      return grant === undefined ? undefined : { ...grant.settings, scope: grant.scope };
    }),
    actions: withSharedKey(
      config.actions.flatMap((action) =>
        changedAction(
          action,
          codeOf(action.name),
          state.actions.find(({ name }) => name === action.name),
          newConnections,
          options,
        ),
      ),
      config,
      state,
    ),
    bindings: changedBindings(config, state),
    connections: config.connections.flatMap((connection) => changedConnection(connection, state, options)),
  };
}

/** Whether there is nothing to send. */
export const isEmptyDeploy = (changes: DeployChanges): boolean =>
  changes.bindings === undefined && allChanged(changes).length === 0;

/** Whether something is made that is not there yet. */
export const makesSomething = (changes: DeployChanges): boolean =>
  allChanged(changes).some(({ isNew }) => isNew);

const allChanged = (changes: DeployChanges): readonly { readonly isNew: boolean }[] => [
  ...changes.resourceServers,
  ...changes.clients,
  ...changes.clientGrants,
  ...changes.actions,
  ...changes.connections,
];

export const clientNamed = (state: Pick<TenantState, 'clients'>, name: string): ClientState | undefined =>
  state.clients.find((client) => client.name === name);

export const clientIdOf = (state: Pick<TenantState, 'clients'>, name: string): string | undefined =>
  clientNamed(state, name)?.client_id;

/** Fields by which a resource is found, and which so never change; an API is found by its identifier, and has a name beside it. */
const IDENTITY: readonly string[] = ['name', 'identifier', 'client_id', 'audience'];

function changedOnes<Config extends object>(
  kind: CompletedKind,
  configs: readonly Config[],
  existingOf: (config: Config) => JsonRecord | undefined,
): readonly Changed<Config>[] {
  return configs.flatMap((config): Changed<Config>[] => {
    const existing = existingOf(config);
    if (existing === undefined) return [{ config, isNew: true, fields: [] }];
    const resource = {
      kind,
      name: 'identifier' in config ? textOf(config.identifier) : '',
      rotates: recordOf(existing['refresh_token'])['rotation_type'] === 'rotating',
    };
    const fields = Object.entries(config)
      .filter(([name]) => !(IDENTITY.includes(name) && !(name === 'name' && 'identifier' in config)))
      .filter(([name, value]) => {
        const current = existing[currentName(name)];
        return kind === 'API' && name === 'scopes'
          ? !sameApiScopes(value, current)
          : !sameToTheService(resource, currentName(name), value, current);
      })
      .map(([name]) => name);
    return fields.length === 0 ? [] : [{ config, isNew: false, fields }];
  });
}

/** An application with the metadata that has to be sent for it. */
function withMetadata(config: ClientConfig, existing: JsonRecord | undefined): ClientToSend {
  const current = Object.entries(recordOf(existing?.['client_metadata']));
  const metadata = metadataToSend(
    config.client_metadata,
    Object.fromEntries(current.map(([name, value]) => [name, textOf(value)])),
  );
  return Object.keys(metadata).length === 0 ? config : { ...config, client_metadata: metadata };
}

/** auth0-deploy-cli sends the old name under the new one. */
export const currentName = (name: string): string =>
  name === 'oidc_backchannel_logout' ? 'oidc_logout' : name;

const sentAgain = (updateSecrets: ChangeOptions['updateSecrets']): SecretReason | undefined =>
  updateSecrets === true ? 'asked for' : updateSecrets === false ? undefined : updateSecrets;

function changedAction(
  config: ActionConfig,
  code: string | undefined,
  existing: ActionState | undefined,
  newConnections: readonly string[],
  { updateSecrets = false }: ChangeOptions,
): readonly ChangedAction[] {
  if (existing === undefined) return [{ config, isNew: true, fields: [], secrets: 'new' }];
  const { deployed, draft } = existing;
  const names = (secrets: readonly { readonly name: string }[]): readonly string[] =>
    secrets.map(({ name }) => name);
  const wantedNames = names(config.secrets ?? []);
  const differ: readonly (readonly [string, boolean])[] = [
    ['code', deployed?.code !== code],
    ['runtime', deployed?.runtime !== config.runtime],
    ['dependencies', !sameDependencies(config.dependencies ?? [], deployed?.dependencies ?? [])],
    ['secrets', !sameMeaning(wantedNames, names(deployed?.secrets ?? []))],
    ['supported_triggers', !sameMeaning(config.supported_triggers, existing.supportedTriggers)],
  ];
  const fields = differ.filter(([, differs]) => differs).map(([name]) => name);
  const asked = updateSecrets && wantedNames.length > 0;
  // The value that the tenant has cannot name a connection that was not there. An Action that keeps it would let everybody in who comes
  // through this one.
  const namesNewConnection = (config.secrets ?? []).some(({ value }) => newConnections.includes(value));
  if (fields.length === 0 && !asked && !namesNewConnection) return [];
  const secrets = ((): SecretReason | undefined => {
    if (deployed === undefined) return 'new';
    if (fields.includes('secrets')) return 'names changed';
    if (asked) return sentAgain(updateSecrets);
    if (namesNewConnection) return 'connection is new';
    // Deploying publishes the draft: values that somebody left in it must not slip in with a change of the code.
    return sameMeaning(draft.secrets, deployed.secrets) ? undefined : 'unpublished in the draft';
  })();
  return [{ config, isNew: false, fields, secrets }];
}

/**
 * A key is made anew whenever it is sent, and an Action with another key than the rest believes nothing that they say: so all Actions that
 * share one are sent their secrets, or none is. All, too, where the tenant shows that they do not have the same key now.
 */
function withSharedKey(
  changed: readonly ChangedAction[],
  { actions }: TenantConfig,
  state: TenantState,
): readonly ChangedAction[] {
  const isNew = changed.some(({ config, secrets }) => secrets !== undefined && sharesKey(config));
  if (!isNew && withDifferentKeys(actions, state.actions).length === 0) return changed;
  const because: SecretReason = isNew ? 'shared key is new' : 'shared key differs';
  return actions.flatMap((config): readonly ChangedAction[] => {
    const found = changed.filter((one) => one.config.name === config.name);
    if (!sharesKey(config)) return found;
    const [{ secrets, ...rest } = { config, isNew: false, fields: [], secrets: undefined }] = found;
    return [{ ...rest, secrets: secrets ?? because }];
  });
}

/** Whether an Action is made of the same packages, in any order. */
export function sameDependencies(wanted: readonly Dependency[], existing: readonly Dependency[]): boolean {
  const texts = (dependencies: readonly Dependency[]): readonly string[] =>
    dependencies.map(({ name, version, registry_url = '' }) =>
      // Where none is named, Auth0 asks npm's own.
      JSON.stringify([name, version, registry_url]),
    );
  return sameMeaning(texts(wanted), texts(existing));
}

function changedBindings(config: TenantConfig, state: TenantState): readonly Binding[] | undefined {
  const ownNames = new Set(config.actions.map(({ name }) => name));
  const merged = mergeBindings(state.bindings, config.triggers['post-login'], ownNames);
  return sameMeaning(merged.map(textOfBinding).map(numbered), state.bindings.map(textOfBinding).map(numbered))
    ? undefined
    : merged;
}

/** What a binding says: Auth0 shows one without a name of its own by its Action's. */
export const textOfBinding = ({ action_name, display_name = '' }: Binding): string =>
  JSON.stringify([action_name, display_name === '' ? action_name : display_name]);

/** Order means something here, which it does not in other lists of texts. */
const numbered = (text: string, index: number): string => `${index} ${text}`;

function changedConnection(
  config: ConnectionConfig,
  state: TenantState,
  { updateSecrets = false, replaceOptions = false }: ChangeOptions,
): readonly ChangedConnection[] {
  const existing = state.connections.find(({ name }) => name === config.name);
  const enabled = config.enabled_clients ?? [];
  if (existing === undefined) {
    return [
      {
        config,
        existing,
        isNew: true,
        fields: [],
        secret: 'new',
        applications: { enable: enabled, disable: [] },
      },
    ];
  }
  const nameOf = (id: string): string => state.clients.find((client) => client.client_id === id)?.name ?? id;
  const enabledNow = existing.enabledClients.map(nameOf);
  const applications = {
    enable: enabled.filter((name) => !enabledNow.includes(name)),
    // Without the key, which applications use the connection is none of our business.
    disable: config.enabled_clients === undefined ? [] : enabledNow.filter((name) => !enabled.includes(name)),
  };
  const options = changedOptions(config.options, existing.options, replaceOptions);
  const fields = [...changedFields(config, existing), ...options.map((name) => `options.${name}`)];
  const secret = options.length > 0 ? 'options changed' : sentAgain(updateSecrets);
  if (
    fields.length === 0 &&
    secret === undefined &&
    applications.enable.length === 0 &&
    applications.disable.length === 0
  ) {
    return [];
  }
  return [{ config, existing, isNew: false, fields, secret, applications }];
}

/** The part of a resource's settings that a deploy of `config` can change; `null` for what is not there. */
export const settingsInReach = (settings: JsonRecord, config: object): JsonRecord =>
  Object.fromEntries(
    Object.keys(config)
      .map(currentName)
      .map((name) => [name, settings[name] ?? null]),
  );
