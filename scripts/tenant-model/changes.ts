import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../bundle/bundle.ts';
import type {
  ActionConfig,
  ClientConfig,
  ClientGrantConfig,
  ConnectionConfig,
  ResourceServerConfig,
  TenantConfig,
} from '../tenant-config/tenant-config.ts';
import { afterDeploy } from './after-deploy.ts';
import { diffModels } from './diff/diff-models.ts';
import type { FieldChange, ModelPair } from './diff/change.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { metadataToSend, textsIn } from './metadata.ts';
import { organizationToSend } from './organization-update.ts';
import type { OrganizationToSend } from './organization-update.ts';
import type { Binding } from './merge-bindings.ts';
import { grantNameOf, modelFromConfig } from './model-from-config.ts';
import { modelFromState, withOtherSecrets } from './model-from-state.ts';
import { withNames } from './renames.ts';
import type { Renamed } from './renames.ts';
import { sharesKey, withDifferentKeys } from './shared-key.ts';
import { sameMeaning } from './same-meaning.ts';
import { itemsAt, resourceIn, subjectTypeOf } from './tenant-model.ts';
import type { ResourceKind, TenantModel } from './tenant-model.ts';
import type {
  ActionState,
  ClientGrantState,
  ClientState,
  ConnectionState,
  Dependency,
  TenantState,
} from './tenant-state.ts';

export interface ChangeOptions {
  /**
   * Sends secret values that may be there already. Other than `true`, why nobody had to ask for it: the tenant has another domain
   * than at the last deploy, and the domain is among them, or it is not known whether they arrived. Default false.
   */
  readonly updateSecrets?: boolean | 'moved' | 'in doubt' | undefined;
  /** Takes away options of an existing connection that `tenant.yaml` does not mention. Default false. */
  readonly replaceOptions?: boolean | undefined;
  /** By Action, the secrets of which the tenant has another value than `tenant.yaml` asks for. Default: nobody knows of any. */
  readonly changedSecrets?: ReadonlyMap<string, readonly string[]>;
  /** What gets another name first; the tenant is given as if it had it. Default none. */
  readonly renamed?: readonly Renamed[];
}

/** Why values that cannot be compared are sent. */
export type SecretReason =
  | 'new'
  | 'names changed'
  | 'asked for'
  | 'moved'
  | 'in doubt'
  | 'options changed'
  | 'changed'
  | 'values changed'
  | 'unpublished in the draft'
  | 'connection is new'
  | 'shared key is new'
  | 'shared key differs';

interface Changed<Config> {
  readonly config: Config;
  readonly isNew: boolean;
  /** Paths of the settings that change; none for a new one. */
  readonly fields: readonly string[];
}

/** Something that is sent. */
export interface ChangedThing extends Omit<Changed<unknown>, 'config'> {
  readonly kind: ResourceKind;
  readonly name: string;
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
export interface DeployChanges extends ModelPair {
  /** What `tenant.yaml` asks for. */
  readonly asked: TenantModel;
  /** Every setting that changes: `before` and `after`, compared. The lists below hold the things that they belong to. */
  readonly settings: readonly FieldChange[];
  /** Sent before everything else. */
  readonly renamed: readonly Renamed[];
  readonly resourceServers: readonly Changed<ResourceServerConfig>[];
  readonly clients: readonly Changed<ClientToSend>[];
  readonly clientGrants: readonly Changed<ClientGrantConfig>[];
  readonly actions: readonly ChangedAction[];
  /** All bindings of the trigger, other teams' among them; `undefined` where they are as they should be. */
  readonly bindings: readonly Binding[] | undefined;
  readonly connections: readonly ChangedConnection[];
  readonly organizations: readonly Changed<OrganizationToSend>[];
}

/** What a tenant is compared with. */
export interface Wanted {
  /** With its placeholders filled in. Values of secrets are not looked at. */
  readonly config: TenantConfig;
  /** The same as it is written, as for `modelFromConfig`. */
  readonly written?: TenantConfig;
  readonly bundles: readonly Bundle[];
  readonly domain?: string; // Of the tenant, as for `modelFromConfig`.
}

/**
 * Compares what `tenant.yaml` and the built code ask for with what the tenant has. This is the only comparison: the plan shows
 * its `settings`, the deploy sends the things that they belong to, and what it did not bring about is found again afterwards.
 */
export function findChanges(wanted: Wanted, state: TenantState, options: ChangeOptions = {}): DeployChanges {
  const { config, bundles, written, domain } = wanted;
  const { renamed = [], changedSecrets = new Map<string, readonly string[]>() } = options;
  const asked = withNames(modelFromConfig(config, bundles, written, domain), renamed, 'to');
  const found = withOtherSecrets(modelFromState(state, asked), changedSecrets);
  const before = withNames(found, renamed, 'from');
  const sendsAll = (options.updateSecrets ?? false) !== false;
  const optionsSent = new Set(sendsAll ? config.connections.map(({ name }) => name) : []);
  const after = afterDeploy(before, asked, options.replaceOptions, optionsSent);
  const settings = diffModels({ before, after });
  const changed = <Config>(kind: ResourceKind, name: string, toSend: Config): readonly Changed<Config>[] => {
    const found = settings.filter((change) => change.kind === kind && change.name === name);
    return found.length === 0
      ? []
      : [
          {
            config: toSend,
            isNew: found.some(({ path }) => path === undefined),
            fields: found.flatMap(({ path = [] }) => path),
          },
        ];
  };
  const newConnections = settings
    .filter(({ kind, path }) => kind === 'connection' && path === undefined)
    .map(({ name }) => name);
  return {
    before,
    after,
    asked,
    settings,
    renamed,
    resourceServers: (config.resourceServers ?? []).flatMap((server) =>
      changed('API', server.identifier, server),
    ),
    clients: config.clients.flatMap((client) =>
      changed('application', client.name, withMetadata(client, clientNamed(state, client.name)?.settings)),
    ),
    clientGrants: config.clientGrants.flatMap((grant) =>
      changed('grant', grantNameOf(grant), grantToSend(grant, state)),
    ),
    actions: withSharedKey(
      config.actions.flatMap((action) => {
        const [found = { config: action, isNew: false, fields: [] }] = changed('Action', action.name, action);
        const existing = state.actions.find(({ name }) => name === action.name);
        const secrets = secretsOfAction(found, existing, newConnections, options);
        return found.isNew || found.fields.length > 0 || secrets !== undefined ? [{ ...found, secrets }] : [];
      }),
      config,
      state,
    ),
    bindings: isDeepStrictEqual(before.flow, after.flow)
      ? undefined
      : after.flow.map(({ action, displayName }) => ({ action_name: action, display_name: displayName })),
    connections: config.connections.flatMap((connection) => {
      const [found = { config: connection, isNew: false, fields: [] }] = changed(
        'connection',
        connection.name,
        connection,
      );
      return changedConnection(found, { before, after }, state, options);
    }),
    organizations: (config.organizations ?? []).flatMap((organization) =>
      changed('organization', organization.name, organizationToSend(organization, state)),
    ),
  };
}

/** Whether there is nothing to send. */
export const isEmptyDeploy = (changes: DeployChanges): boolean =>
  changes.bindings === undefined && changedThings(changes).length === 0;

/** Whether something is made that is not there yet. */
export const makesSomething = (changes: DeployChanges): boolean =>
  changedThings(changes).some(({ isNew }) => isNew);

/** The things that a deploy sends, whichever kind they are, in the order in which it sends them. */
export const changedThings = (changes: DeployChanges): readonly ChangedThing[] => [
  ...changes.resourceServers.map((sent) => changedThing('API', sent.config.identifier, sent)),
  ...changes.clients.map((sent) => changedThing('application', sent.config.name, sent)),
  ...changes.clientGrants.map((sent) => changedThing('grant', grantNameOf(sent.config), sent)),
  ...changes.actions.map((sent) => changedThing('Action', sent.config.name, sent)),
  ...changes.connections.map((sent) => changedThing('connection', sent.config.name, sent)),
  ...changes.organizations.map((sent) => changedThing('organization', sent.config.name, sent)),
];

const changedThing = (
  kind: ResourceKind,
  name: string,
  { isNew, fields }: Changed<unknown>,
): ChangedThing => ({ kind, name, isNew, fields });

export const clientNamed = (state: Pick<TenantState, 'clients'>, name: string): ClientState | undefined =>
  state.clients.find((client) => client.name === name);

/** All grants of the same application and API. */
const grantsOf = (
  state: Pick<TenantState, 'clients' | 'clientGrants'>,
  wanted: ClientGrantConfig,
): readonly ClientGrantState[] => {
  const id = clientNamed(state, wanted.client_id)?.client_id;
  return state.clientGrants.filter(
    ({ client_id, audience }) => client_id === id && audience === wanted.audience,
  );
};

/** The grant that a file means. */
export const grantIn = (
  state: Pick<TenantState, 'clients' | 'clientGrants'>,
  wanted: ClientGrantConfig,
): ClientGrantState | undefined =>
  grantsOf(state, wanted).find(({ settings }) => subjectTypeOf(settings) === subjectTypeOf({ ...wanted }));

/**
 * auth0-deploy-cli takes a grant that does not say for whom it is for any of the same application and API. So one that could be
 * mistaken says it, in the tenant's own words. One that has all scopes on the tenant says that it has no others than its own.
 */
function grantToSend(
  grant: ClientGrantConfig,
  state: Pick<TenantState, 'clients' | 'clientGrants'>,
): ClientGrantConfig {
  const existing = grantIn(state, grant);
  const { subject_type: type, allow_all_scopes: hasAll } = existing?.settings ?? {};
  const says = existing === undefined ? grantsOf(state, grant).length > 0 : type !== undefined;
  const named = says ? { ...grant, subject_type: grant.subject_type ?? 'client' } : grant;
  return hasAll === true ? { ...named, allow_all_scopes: false } : named;
}

/** An application with the metadata that has to be sent for it. */
function withMetadata(config: ClientConfig, existing: JsonRecord | undefined): ClientToSend {
  const metadata = metadataToSend(config.client_metadata, textsIn(existing?.['client_metadata']));
  return Object.keys(metadata).length === 0 ? config : { ...config, client_metadata: metadata };
}

/** auth0-deploy-cli sends the old name under the new one. */
export const currentName = (name: string): string =>
  name === 'oidc_backchannel_logout' ? 'oidc_logout' : name;

const sentAgain = (updateSecrets: ChangeOptions['updateSecrets']): SecretReason | undefined =>
  updateSecrets === true ? 'asked for' : updateSecrets === false ? undefined : updateSecrets;

/** Why the secrets of an Action are sent; `undefined`: they are not. */
function secretsOfAction(
  { config: { name, secrets = [] }, isNew, fields }: Changed<ActionConfig>,
  existing: ActionState | undefined,
  newConnections: readonly string[],
  { updateSecrets = false, changedSecrets = new Map() }: ChangeOptions,
): SecretReason | undefined {
  if (isNew || existing?.deployed === undefined) return 'new';
  const otherValues = changedSecrets.get(name)?.map((secret) => `secrets.${secret}`) ?? [];
  if (fields.some((path) => path.startsWith('secrets.') && !otherValues.includes(path)))
    return 'names changed';
  if (updateSecrets !== false && secrets.length > 0) return sentAgain(updateSecrets);
  if (otherValues.length > 0) return 'values changed';
  // The value that the tenant has cannot name a connection that was not there. An Action that keeps it would let everybody in who
  // comes through this one.
  if (secrets.some(({ value }) => newConnections.includes(value))) return 'connection is new';
  // Deploying publishes the draft: values that somebody left in it must not slip in with a change of the code.
  const { draft, deployed } = existing;
  return fields.length === 0 || sameMeaning(draft.secrets, deployed.secrets)
    ? undefined
    : 'unpublished in the draft';
}

/**
 * A key is made anew whenever it is sent, and an Action with another key than the rest believes nothing that they say: so all
 * Actions that share one are sent their secrets, or none is. All, too, where the tenant shows that their keys differ now.
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

function changedConnection(
  { config, isNew, fields }: Changed<ConnectionConfig>,
  { before, after }: ModelPair,
  state: TenantState,
  { updateSecrets = false }: ChangeOptions,
): readonly ChangedConnection[] {
  const existing = state.connections.find(({ name }) => name === config.name);
  const enabledIn = (model: TenantModel): readonly string[] =>
    itemsAt(resourceIn(model, 'connection', config.name), 'enabled_clients');
  const [now, then] = [new Set(enabledIn(before)), new Set(enabledIn(after))];
  const applications = {
    enable: [...then].filter((name) => !now.has(name)),
    disable: [...now].filter((name) => !then.has(name)),
  };
  const others = fields.filter((path) => path !== 'enabled_clients');
  const secret = isNew
    ? 'new'
    : others.includes('options.client_secret')
      ? 'changed'
      : others.some((path) => path.startsWith('options.'))
        ? 'options changed'
        : sentAgain(updateSecrets);
  return isNew || fields.length > 0 || secret !== undefined
    ? [{ config, existing, isNew, fields: others, secret, applications }]
    : [];
}

/** The part of a resource's settings that a deploy of `config` can change; `null` for what is not there. */
export const settingsInReach = (settings: JsonRecord, config: object): JsonRecord =>
  Object.fromEntries(
    Object.keys(config)
      .map(currentName)
      .map((name) => [name, settings[name] ?? null]),
  );
