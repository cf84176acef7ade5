import { safe } from './base/safe-text.ts';
import { builtValues } from './bundle/built-code.ts';
import { prepareDeploy } from './deploy/prepare-deploy.ts';
import type { Deploy } from './deploy/prepare-deploy.ts';
import { interruptedDeploy, interruptedNotice } from './undo/interrupted-deploy.ts';
import { withTenant } from './command/tenant-connection.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { commandLine } from './command/command-line.ts';
import { print, printAside, showsColours, terminalColumns } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { planDeploy } from './plan/plan-deploy.ts';
import { planRevision } from './plan/plan-revision.ts';
import { hasFindingsOfOthers, isEmptyPlan } from './plan/plan.ts';
import type { Plan } from './plan/plan.ts';
import { renderPlan } from './plan/render/render-plan.ts';
import { checkPlanOptions } from './command/plan-options.ts';
import type { PlanOptions } from './command/plan-options.ts';
import { parsePort } from './command/number-options.ts';
import type { Progress } from './command/progress.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

/** Nothing to deploy is 0, an error 1. */
const EXIT_CODE_CHANGES = 2;

/** `npm run drift` looks the other way: how the tenant differs from what `tenant.yaml` asks for. */
const IS_DRIFT = process.env['npm_lifecycle_event'] === 'drift';

commandLine(IS_DRIFT ? 'drift' : 'plan')
  .description(
    'Shows what `npm run deploy` would change, and which logins change with it. Ends with 0 when nothing would change, 2 when something would, 1 on an error.',
  )
  .option('--from <revision>', 'compare with a git revision instead of a tenant, offline')
  .option('--to <revision>', 'with --from: look at another revision instead of the working tree')
  .option('--markdown', 'as a pull-request comment', false)
  .option('--json', 'for programs: docs/plan.schema.json', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option('--update-secrets', 'as for the deploy', false)
  .option('--replace-options', 'as for the deploy', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: PlanOptions) => {
    void runCommand(async (progress) => {
      const plan = await makePlan(options, progress);
      progress.waitFor(undefined);
      const format = options.json ? 'json' : options.markdown ? 'markdown' : 'terminal';
      print(renderPlan(plan, format, showsColours(), terminalColumns()));
      if (!isEmptyPlan(plan) || hasFindingsOfOthers(plan)) process.exitCode = EXIT_CODE_CHANGES;
    });
  })
  .parse();

async function makePlan(options: PlanOptions, progress: Progress): Promise<Plan> {
  checkPlanOptions(options);
  if (options.from !== undefined) {
    progress.waitFor('building both sides, and running logins on them');
    return await planRevision(options.from, options.to);
  }
  const { tenantFile, config } = readTenantConfig();
  const bundles = await buildBundles({ tenantFile, config });
  return await withTenant(options, progress, async ({ api, target, records, valuesFor, moved }) => {
    const interrupted = interruptedDeploy(records.all());
    // On standard error, where it is in nobody's way: the plan is of the tenant as it is now.
    if (interrupted !== undefined) printAside(safe`${interruptedNotice(interrupted)}`);
    progress.waitFor(`reading ${api.domain}, and running logins as they are and as they would be`);
    const deploy: Deploy = {
      tenantFile,
      bundles,
      values: new Map([...valuesFor(tenantFile).values, ...builtValues(bundles)]),
      variablesFile: target.variablesFile,
      options: {
        updateSecrets: options.updateSecrets || (moved && 'moved'),
        replaceOptions: options.replaceOptions,
      },
    };
    const known = { ...deploy, sentSecrets: records.sentSecrets() };
    const prepared = await prepareDeploy(api, known, records.origins(), records.flow());
    return await planDeploy(api, prepared, IS_DRIFT ? 'drift' : 'tenant');
  });
}
