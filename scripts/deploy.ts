import { safe } from './base/safe-text.ts';
import { builtValues } from './bundle/built-code.ts';
import { changeTenant } from './deploy/change-tenant.ts';
import { isEmptyDeploy } from './tenant-model/changes.ts';
import { checkAllowed, checkKnownCodes, optionsToGoOn } from './plan/check-allowed.ts';
import { prepareConfig } from './tenant-access/complete-config.ts';
import { applyQuestion, confirm, confirmChange } from './command/confirm.ts';
import { deployCliVersion } from './deploy/deploy-cli.ts';
import type { Deploy, PreparedDeploy } from './deploy/prepare-deploy.ts';
import type { ManagementApi } from './tenant-access/management-api.ts';
import { madeUpNotices } from './tenant-access/local-values.ts';
import { checkScopes } from './tenant-access/required-scopes.ts';
import { connect, withChosenTenant } from './command/tenant-connection.ts';
import type { ChosenTenant, TenantChoice } from './command/tenant-connection.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { commandLine } from './command/command-line.ts';
import { dim, heading, print, showsColours, terminalColumns } from './command/print.ts';
import { runCommand, seconds } from './command/run-command.ts';
import {
  noteMissingScopes,
  printCanary,
  printInterrupted,
  printNothingChanged,
  printPreview,
  printReadBack,
} from './plan/render/deploy-report.ts';
import type { LocalTenant } from './local-tenant/index.ts';
import { parseDigest, parsePort } from './command/number-options.ts';
import type { Progress } from './command/progress.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface DeployOptions extends TenantChoice {
  readonly yes: boolean;
  readonly untouchedCli: boolean;
  readonly updateSecrets: boolean;
  readonly replaceOptions: boolean;
  readonly canary: boolean;
  readonly allow?: readonly string[];
  readonly expect?: string;
}

commandLine('deploy')
  .description(
    'Builds the Actions and puts them, with the connection and the rest of tenant.yaml, on a tenant: the one that AUTH0_DOMAIN names, or the local one.',
  )
  .option('-y, --yes', 'do not ask before changing a tenant', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option(
    '--allow <codes...>',
    'with --yes: security findings to accept, by the codes that npm run plan shows',
  )
  .option(
    '--expect <digest>',
    'deploy only the plan that was approved, by the digest that npm run plan prints',
    parseDigest,
  )
  .option('--update-secrets', 'send all secret values again: they cannot be compared', false)
  .option(
    '--replace-options',
    'remove options of an existing connection that tenant.yaml does not mention',
    false,
  )
  .option(
    '--canary',
    "run the draft of each Action once in the tenant's own runtime before it goes live",
    false,
  )
  .option('--env <name>', 'read .env.NAME instead of .env')
  .option('--untouched-cli', 'run auth0-deploy-cli with its full schema: slower, for comparison', false)
  .action((options: DeployOptions) => {
    void runCommand((progress) => deploy(options, progress), 'lines');
  })
  .parse();

async function deploy(options: DeployOptions, progress: Progress): Promise<void> {
  checkKnownCodes(options.allow ?? []);
  const { tenantFile, config } = readTenantConfig();
  const bundles = await buildBundles({ tenantFile, config });
  await withChosenTenant(options, progress, async (tenant) => {
    const own = tenant.valuesFor(tenantFile);
    const whole: Deploy = {
      tenantFile,
      bundles,
      values: new Map([...own.values, ...builtValues(bundles)]),
      variablesFile: tenant.target.variablesFile,
      authorityFile: tenant.target.authorityFile,
      canary: options.canary,
      untouchedCli: options.untouchedCli,
      options: {
        replaceOptions: options.replaceOptions,
        updateSecrets: options.updateSecrets || (tenant.moved && 'moved'),
      },
    };
    if (tenant.local === undefined) await deployRemotely(tenant, whole, options, progress);
    else {
      const notices = madeUpNotices(own, '.env');
      await deployLocally(tenant, tenant.local, whole, { notices, expected: options.expect }, progress);
    }
  });
}

async function deployLocally(
  tenant: ChosenTenant,
  local: LocalTenant,
  whole: Deploy,
  { notices, expected }: { readonly notices: readonly string[]; readonly expected: string | undefined },
  progress: Progress,
): Promise<void> {
  print(heading(safe`Deploying to the local tenant ${local.url}`));
  print(dim(safe`AUTH0_DOMAIN is not set. No account is needed; Didit is answered by a stand-in.`));
  for (const notice of notices) print(dim(safe`${notice}`));
  // It is nobody's but this machine's; `npm run plan` shows more.
  const api = await push(tenant, whole, 'none', expected, progress);
  progress.waitFor('signing in');
  const { proveLogin } = await import('./login/prove-login.ts');
  await proveLogin(local, api, prepareConfig(whole));
  print(safe`
${heading(safe`What next`)}
  npm run login -- --user minor     another person; --help lists them
  npm run tenant                    keeps this tenant running, for your own application or SDK
  edit tenant.yaml or actions/, then npm run deploy again
  set AUTH0_DOMAIN (see .env.example) to deploy to your own tenant`);
}

async function deployRemotely(
  tenant: ChosenTenant,
  whole: Deploy,
  options: DeployOptions,
  progress: Progress,
): Promise<void> {
  const { domain } = tenant.target;
  print(heading(safe`Deploying to ${domain}`));
  const review = options.yes ? { allow: options.allow ?? [] } : 'ask';
  await push(tenant, whole, review, options.expect, progress);
  print(safe`
${heading(safe`What next`)}
  register https://${domain}/login/callback as the callback in the Didit console, if it is not there yet
  npm run login    signs you in through the connection, in your browser, and shows the claims
  watch the first logins: Auth0 dashboard, Monitoring > Action Logs`);
}

/** Who agrees to a change: a person who is asked, or a command that names what a reviewer has seen. */
type Review = 'ask' | { readonly allow: readonly string[] };

/** Preview, confirmation, push, read-back: the same for every tenant. */
async function push(
  { target, records }: ChosenTenant,
  whole: Deploy,
  review: Review | 'none',
  expected: string | undefined,
  progress: Progress,
): Promise<ManagementApi> {
  // What is missing here is found before anybody is talked to.
  prepareConfig(whole);
  const api = await connect(target, progress);
  checkScopes(api.accessToken, target.domain, whole);
  let agreed = performance.now();
  progress.waitFor(`reading ${target.domain}`);
  const result = await changeTenant(api, whole, records, {
    expected,
    onFound: async ({ startedAt }) => {
      if (review !== 'ask') return;
      progress.waitFor(undefined);
      await confirm(
        safe`A deploy of ${startedAt} to ${target.domain} was interrupted. Finish or undo it first?`,
      );
      progress.waitFor(`reading ${target.domain}`);
    },
    onInterrupted: printInterrupted,
    onPrepared: async (prepared) => {
      if (isEmptyDeploy(prepared.changes)) {
        print(safe``);
        printNothingChanged(target.domain, prepared);
        return;
      }
      if (review === 'none') {
        print(safe``);
        printPreview(prepared);
      } else await showAndAsk(api, prepared, review, progress);
      agreed = performance.now();
      print(safe`\nPushing with auth0-deploy-cli ${deployCliVersion()}`);
    },
    onProgress: (what) => {
      progress.waitFor(what);
    },
    onCanary: (runs) => {
      progress.waitFor(undefined);
      printCanary(runs);
    },
  });
  progress.waitFor(undefined);
  if (result.changed) print(safe`Pushed and read back in ${seconds(performance.now() - agreed)}.`);
  printReadBack(result);
  return api;
}

async function showAndAsk(
  api: ManagementApi,
  prepared: PreparedDeploy,
  review: Review,
  progress: Progress,
): Promise<void> {
  progress.waitFor('running logins as they are and as they would be');
  // Loaded when there is something to show: a deploy of what is there already needs none of it.
  const [{ planDeploy }, { securityCodes }, { effectsOf }, { renderPlan }] = await Promise.all([
    import('./plan/plan-deploy.ts'),
    import('./plan/plan.ts'),
    import('./plan/verdict.ts'),
    import('./plan/render/render-plan.ts'),
  ]);
  const plan = await planDeploy(api, prepared);
  progress.waitFor(undefined);
  print(safe``);
  noteMissingScopes(api.accessToken, prepared);
  print(renderPlan(plan, 'terminal', showsColours(), terminalColumns()));
  const codes = securityCodes(plan);
  if (review !== 'ask') checkAllowed(codes, review.allow);
  else {
    const name = codes.length === 0 ? undefined : api.domain;
    await confirmChange(
      applyQuestion(plan.changes.length, api.domain),
      { worst: effectsOf(plan), name },
      undefined,
      optionsToGoOn(codes),
    );
  }
}
