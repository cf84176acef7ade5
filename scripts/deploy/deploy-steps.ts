import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { ChangedAction, ChangedConnection, DeployChanges } from '../tenant-model/changes.ts';
import { connectionFields, optionsAfterDeploy, unchangedFields } from '../tenant-model/connection-update.ts';
import { without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import type { StepName } from '../records/deploy-record.ts';

/** One import by auth0-deploy-cli. */
export interface DeployStep {
  readonly name: StepName;
  /** Resource kinds in the CLI's own form. */
  readonly assets: JsonRecord;
}

/** APIs, applications and grants: everything that the rest refers to. */
export function applicationsStep(changes: DeployChanges): readonly DeployStep[] {
  const assets = {
    ...listed('resourceServers', changes.resourceServers),
    ...listed('clients', changes.clients),
    ...listed('clientGrants', changes.clientGrants),
  };
  return Object.keys(assets).length === 0 ? [] : [{ name: 'applications', assets }];
}

/**
 * The rest, in the order in which it is sent. A connection's `options` come last and alone: their secret cannot be read, so
 * once they are replaced there is no way back that needs nobody's help. A new connection can simply be removed again.
 *
 * @param complete The configuration with all its secrets.
 */
export function remainingSteps(
  changes: DeployChanges,
  complete: TenantConfig,
  replaceOptions: boolean,
): readonly DeployStep[] {
  const wanted = changes.connections.flatMap((changed) => {
    const config = complete.connections.find(({ name }) => name === changed.config.name);
    return config === undefined ? [] : [{ ...changed, config }];
  });
  const existing = wanted.filter(({ isNew }) => !isNew);
  return [
    ...actionsStep(changes, complete),
    ...connectionsStep(
      'connection',
      wanted.filter(({ isNew }) => isNew).map(({ config }) => ({ ...config })),
    ),
    ...(changes.organizations.length === 0
      ? []
      : [{ name: 'organizations' as const, assets: listed('organizations', changes.organizations) }]),
    ...connectionsStep(
      'enabled applications',
      existing.filter(changesApplications).map((changed) => ({
        name: changed.config.name,
        strategy: changed.config.strategy,
        ...(changed.existing === undefined ? {} : unchangedFields(changed.existing)),
        enabled_clients: changed.config.enabled_clients,
      })),
    ),
    ...connectionsStep(
      'connection options',
      existing
        .filter(({ fields, secret }) => fields.length > 0 || secret !== undefined)
        .map(({ config, existing: current, secret }) => ({
          ...(current === undefined ? {} : connectionFields(config, current)),
          ...(secret === undefined
            ? {}
            : { options: optionsAfterDeploy(config.options, current?.options ?? {}, replaceOptions) }),
        })),
    ),
  ];
}

const changesApplications = ({ applications }: ChangedConnection): boolean =>
  applications.enable.length + applications.disable.length > 0;

function connectionsStep(name: StepName, connections: readonly JsonRecord[]): readonly DeployStep[] {
  return connections.length === 0 ? [] : [{ name, assets: { connections } }];
}

/** Bindings go with the Actions: the CLI sends them when all of these are deployed. */
function actionsStep(changes: DeployChanges, complete: TenantConfig): readonly DeployStep[] {
  const actions = changes.actions.flatMap((changed) => {
    const config = complete.actions.find(({ name }) => name === changed.config.name);
    return config === undefined ? [] : [actionAsset({ ...changed, config })];
  });
  const assets = {
    ...(actions.length === 0 ? {} : { actions }),
    ...(changes.bindings === undefined ? {} : { triggers: { 'post-login': changes.bindings } }),
  };
  return Object.keys(assets).length === 0 ? [] : [{ name: 'Actions', assets }];
}

/** Without secrets where they need not be sent: the tenant keeps the ones it has. */
const actionAsset = ({ config, secrets }: ChangedAction): JsonRecord =>
  secrets === undefined ? without({ ...config }, ['secrets']) : { secrets: [], ...config };

const listed = (
  kind: string,
  changed: readonly { readonly config: object }[],
): Readonly<Record<string, readonly object[]>> =>
  changed.length === 0 ? {} : { [kind]: changed.map(({ config }) => config) };
