import { namedAs } from '../bundle/built-code.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { Problem } from '../base/problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { findChanges } from '../tenant-model/changes.ts';
import type { ChangeOptions, DeployChanges } from '../tenant-model/changes.ts';
import { renamesIn, withNewNames } from '../tenant-model/renames.ts';
import { completeConfig, prepareConfig } from '../tenant-access/complete-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import type { ConfigSource } from '../tenant-access/complete-config.ts';
import type { CanaryRun } from './canary.ts';
import type { DeployCli, DeployCliOptions } from './deploy-cli.ts';
import { isListed, thingsToRead } from '../records/listed-things.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { findNoLongerListed } from '../records/no-longer-listed.ts';
import type { NoLongerListed } from '../records/no-longer-listed.ts';
import { flowOnTenant, otherActionFindings, withNamedHosts } from '../records/known-flow.ts';
import type { KnownAction, OtherActionCode } from '../records/known-flow.ts';
import type { PutBackHelp } from '../undo/operation.ts';
import { changedSecrets, markSecretsAhead, withNewActionNames } from '../records/sent-secrets.ts';
import type { SentSecret } from '../records/sent-secrets.ts';
import type { Origin } from '../records/origins.ts';
import { checkOrganizationConnections } from './organization-connections.ts';
import { duplicateClients } from './read-back.ts';
import type { ReadBack } from './read-back.ts';
import type { NotLookedAt } from '../tenant-access/granted-scopes.ts';
import { withOtherOrganizations } from '../tenant-access/read-organizations.ts';
import { checkKinds, readTenantState } from '../tenant-access/read-tenant-state.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

export interface Deploy extends ConfigSource {
  readonly bundles: readonly Bundle[];
  readonly options?: Omit<ChangeOptions, 'changedSecrets' | 'renamed'>;
  /** Secrets as deploys from here have set them. Default: nobody knows. */
  readonly sentSecrets?: readonly SentSecret[];
  readonly authorityFile?: string | undefined;
  /** Runs the draft of each Action once in the tenant's own runtime before it goes live. Default false. */
  readonly canary?: boolean;
  /** Runs auth0-deploy-cli with its full schema. Default false. */
  readonly untouchedCli?: boolean;
  /** Milliseconds that the tenant may take for one answer to the CLI. Default 30,000. */
  readonly answerTimeoutMilliseconds?: number;
  /** Milliseconds between two looks at a tenant that is not yet as it should be. Default 500. */
  readonly settleMilliseconds?: number;
  /** Starts the CLI. Default: `startDeployCli`. */
  readonly startCli?: (options: DeployCliOptions) => DeployCli;
}

/** A deploy that knows what it is going to change. */
export interface PreparedDeploy {
  readonly deploy: Deploy;
  /** What the tenant knows of secrets is filled in. */
  readonly config: TenantConfig;
  /** `tenant.yaml` as it is written. */
  readonly written: TenantConfig;
  readonly state: TenantState;
  readonly changes: DeployChanges;
  /** What is not touched, and came from here. */
  readonly noLongerListed: readonly NoLongerListed[];
  /** What others have made of the login flow that nobody here knows of. */
  readonly otherActions: readonly OtherActionCode[];
  /** What was not compared, since this client may not read it. */
  readonly notLookedAt: readonly NotLookedAt[];
}

/**
 * Reads the tenant and finds out what is to be sent. Changes nothing.
 *
 * @param origins Of this tenant, as `DeployRecords` gives them. Default none: then nobody knows what else came from here.
 * @param knownFlow The login flow as the last deploy from here left it. Default: nobody knows.
 * @throws {Problem} `NAME_AMBIGUOUS`, `NAME_IN_USE`, and what `ManagementApi.list` throws.
 * @throws {Problems} as `prepareConfig` and `checkOrganizationConnections`.
 */
export async function prepareDeploy(
  api: ManagementApi,
  given: Deploy,
  origins: readonly Origin[] = [],
  knownFlow?: readonly KnownAction[],
): Promise<PreparedDeploy> {
  const listed = prepareConfig(given);
  const made = origins.filter(({ origin }) => origin === 'made');
  const unread: NotLookedAt[] = [];
  const read = await withOtherOrganizations(
    api,
    await readTenantState(api, thingsToRead(listed, made)),
    unread,
  );
  const renamed = renamesIn(listed, read);
  const whole = withNewNames(read, renamed);
  // The deploy is of what is listed, and looks at nothing else.
  const connections = whole.connections.filter(({ name }) => isListed(listed, { kind: 'connection', name }));
  const state = { ...whole, connections };
  const { config, notLookedAt } = completeConfig(given, state);
  const deploy = { ...given, bundles: namedAs(config.actions, given.bundles) };
  const written = validateTenantConfig(deploy.tenantFile, deploy.tenantFile.data);
  const [ambiguous] = duplicateClients(config, state);
  if (ambiguous !== undefined) {
    throw new Problem({
      code: 'NAME_AMBIGUOUS',
      message: `The tenant has several applications with the name "${ambiguous}". Nothing was changed.`,
      place: { tenant: api.domain, resource: ambiguous },
    });
  }
  checkKinds(
    api.domain,
    connections,
    state.actions.filter(({ name }) => isListed(config, { kind: 'Action', name })),
  );
  await checkOrganizationConnections(api, deploy.tenantFile, config, state);
  const noLongerListed = findNoLongerListed(config, whole, made);
  const own = new Set([
    ...config.actions.map(({ name }) => name),
    ...noLongerListed.flatMap(({ resource: { kind, name } }) => (kind === 'Action' ? [name] : [])),
    ...renamed.map(({ from }) => from),
  ]);
  const sentSecrets = withNewActionNames(deploy.sentSecrets ?? [], renamed);
  await markSecretsAhead(config.actions, sentSecrets);
  return {
    deploy,
    config,
    written,
    state,
    changes: findChanges({ config, written, bundles: deploy.bundles, domain: api.domain }, state, {
      ...deploy.options,
      renamed,
      changedSecrets: new Map(
        config.actions.map((action) => [action.name, changedSecrets(action, sentSecrets, state)]),
      ),
    }),
    noLongerListed,
    otherActions: withNamedHosts(
      otherActionFindings(flowOnTenant(state), own, knownFlow, config.otherActions),
      state,
    ),
    notLookedAt: [...unread, ...notLookedAt],
  };
}

export interface DeployHooks {
  /** Told what is being done now: the names of the steps, and what follows them. */
  readonly onProgress?: (what: string) => void;
  /** Told how the drafts of the Actions ran. */
  readonly onCanary?: (runs: readonly CanaryRun[]) => void;
  /** Stops the deploy: what was done so far is put back. */
  readonly signal?: AbortSignal;
}

/** A tenant that is as it should be. */
export interface RightTenant {
  readonly readBack: ReadBack;
  readonly state: TenantState;
  /** The configuration as it was sent, apart from keys that only the deploy knows. */
  readonly sent: TenantConfig;
}

/** What the deploy did about a failure that did no harm. */
export type DeployResult = ReadBack & { readonly note?: string };

/** The secret that a connection had when the deploy began: what the tenant told, or as `currentSecretOf`. */
export const formerSecretOf =
  (prepared: Pick<PreparedDeploy, 'config' | 'state'>): PutBackHelp['connectionSecret'] =>
  (name, clientId) =>
    prepared.state.connections.find((connection) => connection.name === name)?.client_secret ??
    currentSecretOf(prepared)(name, clientId);

/**
 * The secret that a connection has now, as long as its client id is the one that `tenant.yaml` is filled in with: then the
 * value at hand belongs to it.
 */
export const currentSecretOf =
  ({ config }: Pick<PreparedDeploy, 'config'>): PutBackHelp['connectionSecret'] =>
  (name, clientId) => {
    const options = config.connections.find((connection) => connection.name === name)?.options;
    const secret = options?.['client_secret'];
    return options?.['client_id'] === clientId && typeof secret === 'string' ? secret : undefined;
  };
