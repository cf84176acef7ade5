import { Command } from 'commander';
import { confirm } from './apply/confirm.ts';
import { deployCliVersion } from './apply/deploy-cli.ts';
import { changeTenant } from './apply/change-tenant.ts';
import { isEmptyDeploy, makesSomething } from './apply/changes.ts';
import { prepareConfig } from './apply/complete-config.ts';
import { openRecords } from './apply/deploy-records.ts';
import type { DeployRecords } from './apply/deploy-records.ts';
import type { Deploy, DeployResult, PreparedDeploy } from './apply/deploy-to-tenant.ts';
import type { FoundDeploy } from './apply/interrupted-deploy.ts';
import { connectToTenant } from './apply/management-api.ts';
import type { ManagementApi } from './apply/management-api.ts';
import { checkScopes, missingPutBackScopes } from './apply/required-scopes.ts';
import { localTargetOf, localValues } from './apply/tenant-connection.ts';
import { targetFromEnvironment } from './apply/target.ts';
import type { DeployTarget } from './apply/target.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import type { Bundle } from './bundle/bundle.ts';
import { dim, heading, runCommand, seconds } from './command.ts';
import { environmentFile, readEnvironment } from './environment.ts';
import { lastDomain, localTenantName } from './apply/local-records.ts';
import { LOCAL_TENANT_FOLDER } from './local-tenant/folder.ts';
import { useLocalTenant } from './local-tenant/running.ts';
import type { LocalTenant } from './local-tenant/tenant.ts';
import { checkAllowed } from './apply/check-allowed.ts';
import { previewDeploy } from './apply/preview.ts';
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
  readonly updateSecrets: boolean;
  readonly replaceOptions: boolean;
  readonly env?: string;
  readonly allow?: readonly string[];
}

new Command('npm run deploy --')
  .description(
    'Builds the Actions and puts them, with the connection and the rest of tenant.yaml, on a tenant: the one that AUTH0_DOMAIN names, or the local one.',
  )
  .option('-y, --yes', 'do not ask before changing a tenant', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option(
    '--allow <codes...>',
    'with --yes: changes that a security reviewer must see, by the codes that npm run plan shows',
  )
  .option('--update-secrets', 'send all secret values again: they cannot be compared', false)
  .option(
    '--replace-options',
    'take away options of an existing connection that tenant.yaml does not mention',
    false,
  )
  .option('--env <name>', 'read .env.NAME instead of .env')
  .option('--untouched-cli', 'run auth0-deploy-cli with its full schema: slower, for comparison', false)
  .action((options: DeployOptions) => {
    void runCommand(() => deploy(options));
  })
  .parse();

async function deploy(options: DeployOptions): Promise<void> {
  const variables = readEnvironment(process.env, environmentFile(options.env));
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
    const records = openRecords(localTenantName(tenant));
    const { api, config } = await push(
      {
        ...built,
        values: new Map([...localValues(tenant), ...builtValues(built.bundles)]),
        authorityFile: tenant.authorityFile,
        untouchedCli: options.untouchedCli,
        options: {
          replaceOptions: options.replaceOptions,
          // A tenant that moved to another port has another name, and that name is a secret of an Action.
          updateSecrets: options.updateSecrets || lastDomain(records) !== tenant.domain,
        },
      },
      localTargetOf(tenant),
      records,
      // It is nobody's but this machine's; `npm run plan` shows more.
      'none',
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
      options: { replaceOptions: options.replaceOptions, updateSecrets: options.updateSecrets },
    },
    target,
    openRecords(target.domain),
    options.yes ? { allow: options.allow ?? [] } : 'ask',
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
  records: DeployRecords,
  review: Review | 'none',
): Promise<{ readonly api: ManagementApi; readonly config: TenantConfig }> {
  const config = prepareConfig(deploy);
  const api = await connectToTenant(target);
  checkScopes(api.accessToken, target.domain);
  let asked = performance.now();
  const result = await changeTenant(api, deploy, records, {
    onInterrupted: printInterrupted,
    onPrepared: async (prepared) => {
      console.log('');
      if (isEmptyDeploy(prepared.changes)) {
        console.log(`Nothing has changed: nothing is sent to ${target.domain}.`);
        console.log(dim('Values of secrets cannot be compared; --update-secrets sends them again.'));
        return;
      }
      if (review === 'none') printPreview(prepared);
      else {
        noteMissingScopes(api.accessToken, prepared);
        await showAndAsk(api, prepared, review);
      }
      asked = performance.now();
      console.log(`\nPushing with auth0-deploy-cli ${deployCliVersion()} …`);
    },
    onStep: (step) => {
      console.log(dim(`  ${step}`));
    },
  });
  if (result.changed) console.log(`Pushed and read back in ${seconds(performance.now() - asked)}.`);
  printReadBack(result);
  return { api, config };
}

function printInterrupted({ startedAt, outcome, done, left }: FoundDeploy): void {
  const what = {
    complete: 'Everything of it had arrived: it is finished.',
    'put-back': `It is undone: ${done.length === 0 ? 'nothing had been changed' : done.join('; ')}.`,
    'secret-in-doubt': 'Whether its secrets arrived is not known: they are sent again.',
  }[outcome];
  console.log(`\nA deploy of ${startedAt} was interrupted. ${what}`);
  for (const difference of left) console.log(`  left    ${difference}`);
}

/** Who agrees to a change: a person who is asked, or a command that names what a reviewer has seen. */
type Review = 'ask' | { readonly allow: readonly string[] };

async function showAndAsk(api: ManagementApi, prepared: PreparedDeploy, review: Review): Promise<void> {
  // Loaded when there is something to show: a deploy of what is there already needs none of it.
  const [{ planDeploy }, { securityCodes }, { renderPlan }] = await Promise.all([
    import('./plan/plan-deploy.ts'),
    import('./plan/plan.ts'),
    import('./plan/render/render-plan.ts'),
  ]);
  const plan = await planDeploy(api, prepared);
  process.stdout.write(renderPlan(plan, 'terminal', process.stdout.isTTY && process.stdout.hasColors()));
  if (review === 'ask') await confirm(`Change ${api.domain} as listed?`);
  else checkAllowed(securityCodes(plan), review.allow);
}

/** Only what is made anew has to be removed when it is put back. */
function noteMissingScopes(accessToken: string, { changes }: PreparedDeploy): void {
  const missing = missingPutBackScopes(accessToken);
  if (!makesSomething(changes) || missing.length === 0) return;
  console.log(
    dim(
      `If this deploy fails, what it made stays, unused: the deploy client has no ${missing.join(', ')}.\n`,
    ),
  );
}

function printPreview({ changes, config, state }: PreparedDeploy): void {
  for (const { verb, what } of previewDeploy(changes, config, state))
    console.log(`  ${verb.padEnd(7)} ${what}`);
}

function printReadBack({ codeHashes, note }: DeployResult): void {
  if (note !== undefined) console.log(note);
  for (const [name, hash] of codeHashes) console.log(`  runs    Action ${name} ${dim(`sha256 ${hash}…`)}`);
}
