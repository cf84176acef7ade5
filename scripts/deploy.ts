import { Command } from 'commander';
import { confirm } from './apply/confirm.ts';
import { deployCliVersion } from './apply/deploy-cli.ts';
import { deployToTenant, prepareConfig } from './apply/deploy-to-tenant.ts';
import type { Deploy } from './apply/deploy-to-tenant.ts';
import { connectToTenant } from './apply/management-api.ts';
import type { ManagementApi } from './apply/management-api.ts';
import { previewDeploy } from './apply/preview.ts';
import type { ReadBack } from './apply/read-back.ts';
import { checkScopes } from './apply/required-scopes.ts';
import { targetFromEnvironment } from './apply/target.ts';
import type { DeployTarget } from './apply/target.ts';
import { readTenantState } from './apply/tenant-state.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import type { Bundle } from './bundle/bundle.ts';
import { dim, heading, runCommand, seconds } from './command.ts';
import { readEnvironment } from './environment.ts';
import { LOCAL_TENANT_FOLDER } from './local-tenant/folder.ts';
import { useLocalTenant } from './local-tenant/running.ts';
import type { LocalTenant } from './local-tenant/tenant.ts';
import { parsePort } from './port-option.ts';
import { sampleApplication } from './sample-application.ts';
import { customClaims, indented, personaNamed, signInToSample } from './sample-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';
import type { TenantFile } from './tenant-config/read-tenant-file.ts';
import type { TenantConfig } from './tenant-config/tenant-config.ts';

interface DeployOptions {
  readonly yes: boolean;
  readonly port?: number;
  readonly untouchedCli: boolean;
}

new Command('npm run deploy --')
  .description(
    'Builds the Actions and puts them, with the connection and the rest of tenant.yaml, on a tenant: the one that AUTH0_DOMAIN names, or the local one.',
  )
  .option('-y, --yes', 'do not ask before changing a tenant', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option('--untouched-cli', 'run auth0-deploy-cli with its full schema: slower, for comparison', false)
  .action((options: DeployOptions) => {
    void runCommand(() => deploy(options));
  })
  .parse();

async function deploy(options: DeployOptions): Promise<void> {
  const variables = readEnvironment();
  const target = targetFromEnvironment(variables);
  const { tenantFile, config } = readTenantConfig();
  const bundles = await buildBundles(config);
  if (target === undefined) await deployLocally({ tenantFile, bundles }, options);
  else await deployRemotely({ tenantFile, bundles }, variables, target, options);
}

interface Built {
  readonly tenantFile: TenantFile;
  readonly bundles: readonly Bundle[];
}

/** Placeholders of `@@…@@` that the build fills in. */
const builtValues = (bundles: readonly Bundle[]): readonly [string, string][] =>
  bundles
    .filter(({ target }) => target.kind === 'connection-script')
    .map(({ code }) => ['DIDIT_FETCH_USER_PROFILE', code]);

async function deployLocally(built: Built, options: DeployOptions): Promise<void> {
  const tenant = await useLocalTenant({
    folder: LOCAL_TENANT_FOLDER,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  try {
    console.log(heading(`Deploying to the local tenant ${tenant.url}`));
    console.log(dim('AUTH0_DOMAIN is not set. No account is needed; Didit is answered by a stand-in.'));
    const target: DeployTarget = {
      domain: tenant.domain,
      credentials: { kind: 'client', ...tenant.management },
      authorityFile: tenant.authorityFile,
    };
    const { api, config } = await push(
      {
        ...built,
        values: new Map([
          ['AUTH0_DOMAIN', tenant.domain],
          ['DIDIT_CLIENT_ID', tenant.didit.clientId],
          ['DIDIT_CLIENT_SECRET', tenant.didit.clientSecret],
          ...builtValues(built.bundles),
        ]),
        authorityFile: tenant.authorityFile,
        untouchedCli: options.untouchedCli,
      },
      target,
      true,
    );
    await proveLogin(tenant, api, config);
    console.log(`
${heading('What next')}
  npm run login -- --user minor     another person; --help lists them
  npm run tenant                    keeps this tenant running, for your own application or SDK
  edit tenant.yaml or actions/, then npm run deploy again
  set AUTH0_DOMAIN (see .env.example) to deploy to your own tenant`);
  } finally {
    await tenant.close();
  }
}

/** Signs the verified adult in through everything that was just deployed. */
async function proveLogin(tenant: LocalTenant, api: ManagementApi, config: TenantConfig): Promise<void> {
  const persona = personaNamed('adult');
  const application = await sampleApplication(api);
  const result = await signInToSample(tenant, config, application, persona);
  console.log(`
${heading('A login, as a browser does it')}
  ${persona.name} (${persona.description}) signs in to "${application.name}" through Didit`);
  if (result.kind === 'denied') {
    // Not a failure of the deploy: with rules that this person does not meet, it is the rules' answer.
    console.log(`\n  denied: ${result.error}: ${result.errorDescription}`);
    return;
  }
  console.log(`\nCustom claims of the ID token\n${indented(customClaims(result.idTokenClaims))}`);
  console.log(
    `\nCustom claims of the access token\n${indented(customClaims(result.accessTokenClaims ?? {}))}`,
  );
}

async function deployRemotely(
  built: Built,
  variables: ReadonlyMap<string, string>,
  target: DeployTarget,
  options: DeployOptions,
): Promise<void> {
  console.log(heading(`Deploying to ${target.domain}`));
  await push(
    {
      ...built,
      values: new Map([...variables, ['AUTH0_DOMAIN', target.domain], ...builtValues(built.bundles)]),
      untouchedCli: options.untouchedCli,
    },
    target,
    options.yes,
  );
  console.log(`
${heading('What next')}
  register https://${target.domain}/login/callback as the callback in the Didit console, if it is not there yet
  try the connection: Auth0 dashboard, Authentication > Social > didit > Try Connection
  watch the first logins: Auth0 dashboard, Monitoring > Action Logs`);
}

/** Preview, confirmation, push, read-back: the same for every tenant. */
async function push(
  deploy: Deploy,
  target: DeployTarget,
  confirmed: boolean,
): Promise<{
  readonly api: Awaited<ReturnType<typeof connectToTenant>>;
  readonly config: ReturnType<typeof prepareConfig>;
}> {
  const config = prepareConfig(deploy);
  const api = await connectToTenant(target);
  checkScopes(api.accessToken, target.domain);
  const state = await readTenantState(api, config);
  console.log('');
  for (const { verb, what } of previewDeploy(config, state)) console.log(`  ${verb.padEnd(7)} ${what}`);
  if (!confirmed) await confirm(`Change ${target.domain} as listed?`);

  const started = performance.now();
  console.log(`\nPushing with auth0-deploy-cli ${deployCliVersion()} …`);
  const readBack = await deployToTenant(api, deploy, state);
  console.log(`Pushed and read back in ${seconds(performance.now() - started)}.`);
  printReadBack(readBack);
  return { api, config };
}

function printReadBack({ codeHashes }: ReadBack): void {
  for (const [name, hash] of codeHashes) console.log(`  runs    Action ${name} ${dim(`sha256 ${hash}…`)}`);
}
