import type { Bundle } from '../bundle/bundle.ts';
import { Problem, Problems } from '../problem.ts';
import { PROJECT_ROOT } from '../project.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { placeholdersIn, resolvePlaceholders } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { startDeployCli } from './deploy-cli.ts';
import type { DeployCli } from './deploy-cli.ts';
import type { ManagementApi } from './management-api.ts';
import { mergeBindings } from './merge-bindings.ts';
import { compareReadBack } from './read-back.ts';
import type { ReadBack } from './read-back.ts';
import { readTenantState } from './tenant-state.ts';
import type { TenantState } from './tenant-state.ts';

const CLIENT_ID_PLACEHOLDER = 'AUTH0_MANAGEMENT_CLIENT_ID';
const CLIENT_SECRET_PLACEHOLDER = 'AUTH0_MANAGEMENT_CLIENT_SECRET';

/** Placeholders that the deploy itself can fill in once the client of the Actions exists. */
const OWN_PLACEHOLDERS: ReadonlySet<string> = new Set([CLIENT_ID_PLACEHOLDER, CLIENT_SECRET_PLACEHOLDER]);

export interface Deploy {
  readonly tenantFile: TenantFile;
  readonly bundles: readonly Bundle[];
  /** From the environment, the target and the build. Those of the Actions' own client may be missing. */
  readonly values: PlaceholderValues;
  readonly authorityFile?: string | undefined;
  /** Runs auth0-deploy-cli with its full schema. Default false. */
  readonly untouchedCli?: boolean;
}

/**
 * What can be known without a tenant: every placeholder that the deploy cannot fill in by itself has a value, and the
 * file is right with them filled in.
 *
 * @throws {Problems} as `resolvePlaceholders` and `validateTenantConfig`.
 */
export function prepareConfig(deploy: Pick<Deploy, 'tenantFile' | 'values'>): TenantConfig {
  const standIns = [...OWN_PLACEHOLDERS]
    .filter((name) => !deploy.values.has(name))
    .map((name): [string, string] => [name, 'known-later']);
  return configWith(deploy, new Map([...deploy.values, ...standIns]));
}

const configWith = ({ tenantFile }: Pick<Deploy, 'tenantFile'>, values: PlaceholderValues): TenantConfig =>
  validateTenantConfig(tenantFile, resolvePlaceholders(tenantFile, values));

/**
 * Pushes the configuration through auth0-deploy-cli, reads it back and compares.
 *
 * In two imports when the machine-to-machine client of the Actions is new: applications and grants first, then, with that
 * client's id and secret (read once, kept in memory only), what refers to them.
 *
 * @param state The tenant's state before, as `readTenantState` gives it.
 * @throws {Problem} `DEPLOY_CLI_FAILED`, `MANAGEMENT_CLIENT_SECRET` and what `connectToTenant` throws.
 * @throws {Problems} what `compareReadBack` found.
 */
export async function deployToTenant(
  api: ManagementApi,
  deploy: Deploy,
  state: TenantState,
): Promise<ReadBack> {
  const config = prepareConfig(deploy);
  const secrets = [...secretsOf(deploy.values), api.accessToken];
  const cli = startDeployCli({
    authorityFile: deploy.authorityFile,
    redact: (text) => redact(text, secrets),
  });
  try {
    const complete = await pushThrough(cli, api, deploy, config, state, (secret) => secrets.push(secret));
    const readBack = compareReadBack(
      complete,
      await readTenantState(api, complete),
      (name) => deploy.bundles.find(({ target }) => target.name === name)?.code,
      api.domain,
    );
    if (readBack.problems.length > 0) throw new Problems(readBack.problems);
    return readBack;
  } finally {
    cli.close();
  }
}

/** Sends everything; returns the configuration as it was sent. */
async function pushThrough(
  cli: DeployCli,
  api: ManagementApi,
  deploy: Deploy,
  config: TenantConfig,
  state: TenantState,
  learnSecret: (secret: string) => void,
): Promise<TenantConfig> {
  const importAssets = async (assets: Readonly<Record<string, unknown>>): Promise<void> => {
    const { domain, accessToken } = api;
    await cli.import({
      assets,
      basePath: PROJECT_ROOT,
      domain,
      accessToken,
      untouched: deploy.untouchedCli ?? false,
    });
  };
  const { clients, clientGrants, resourceServers = [] } = config;
  const applications = { clients, clientGrants, resourceServers };

  let values = withManagementClient(deploy, config, state);
  const isFirstDeploy = values === undefined;
  if (isFirstDeploy) {
    await importAssets(applications);
    values = withManagementClient(deploy, config, await readTenantState(api, config));
  }
  if (values === undefined) {
    throw new Problem({
      code: 'MANAGEMENT_CLIENT_SECRET',
      message: 'The secret of the client that the Actions use cannot be read from the tenant.',
      place: { file: deploy.tenantFile.file, key: CLIENT_SECRET_PLACEHOLDER },
      remedy: `Grant the deploy client the scope read:client_keys, or set ${CLIENT_ID_PLACEHOLDER} and ${CLIENT_SECRET_PLACEHOLDER}.`,
    });
  }
  learnSecret(values.get(CLIENT_SECRET_PLACEHOLDER) ?? '');
  const complete = configWith(deploy, values);
  const ownNames = new Set(complete.actions.map(({ name }) => name));
  await importAssets({
    ...(isFirstDeploy ? {} : applications),
    connections: complete.connections,
    actions: complete.actions,
    triggers: { 'post-login': mergeBindings(state.bindings, complete.triggers['post-login'], ownNames) },
  });
  return complete;
}

/** All values, with those of the Actions' client from the tenant where the file asks for them and nobody gave them. */
function withManagementClient(
  deploy: Deploy,
  config: TenantConfig,
  state: TenantState,
): PlaceholderValues | undefined {
  const missing = placeholdersIn(deploy.tenantFile).some(
    ({ name }) => OWN_PLACEHOLDERS.has(name) && !deploy.values.has(name),
  );
  if (!missing) return deploy.values;
  const audience = `https://${deploy.values.get('AUTH0_DOMAIN') ?? ''}/api/v2/`;
  const clientName = config.clientGrants.find((grant) => grant.audience === audience)?.client_id;
  const client = state.clients.find(({ name }) => name === clientName);
  if (client?.client_secret === undefined) return undefined;
  return new Map([
    [CLIENT_ID_PLACEHOLDER, client.client_id],
    [CLIENT_SECRET_PLACEHOLDER, client.client_secret],
    ...deploy.values,
  ]);
}

/** Values that are no secrets: taking them out would only make an error harder to read. */
const PUBLIC_VALUES = /^(AUTH0_DOMAIN|DIDIT_FETCH_USER_PROFILE|\w+_CLIENT_ID)$/;

const secretsOf = (values: PlaceholderValues): readonly string[] =>
  [...values].filter(([name]) => !PUBLIC_VALUES.test(name)).map(([, value]) => value);

/** Takes known secrets out of a text that somebody else wrote. */
const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret !== '')
    .reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
