import { Command } from 'commander';
import { prepareDeploy } from './apply/deploy-to-tenant.ts';
import { connectToTenant } from './apply/management-api.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { runCommand } from './command.ts';
import { environmentFile, readEnvironment } from './environment.ts';
import { openTarget } from './plan/open-target.ts';
import { planDeploy } from './plan/plan-deploy.ts';
import { planRevision } from './plan/plan-revision.ts';
import { isEmptyPlan } from './plan/plan.ts';
import type { Plan } from './plan/plan.ts';
import { renderPlan } from './plan/render/render-plan.ts';
import { parsePort } from './port-option.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface PlanOptions {
  readonly from?: string;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly port?: number;
  readonly updateSecrets: boolean;
  readonly replaceOptions: boolean;
  readonly env?: string;
}

/** Nothing to deploy is 0, an error 1. */
const EXIT_CODE_CHANGES = 2;

new Command('npm run plan --')
  .description(
    'Shows what `npm run deploy` would change, and which logins change with it. Ends with 0 when nothing would change, 2 when something would, 1 on an error.',
  )
  .option('--from <revision>', 'compare with a git revision instead of a tenant, offline')
  .option('--markdown', 'as a pull-request comment', false)
  .option('--json', 'for programs: docs/plan.schema.json', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option('--update-secrets', 'as for the deploy', false)
  .option('--replace-options', 'as for the deploy', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: PlanOptions) => {
    void runCommand(async () => {
      const plan = await makePlan(options);
      const format = options.json ? 'json' : options.markdown ? 'markdown' : 'terminal';
      const colours = process.stdout.isTTY && process.stdout.hasColors();
      process.stdout.write(renderPlan(plan, format, colours));
      if (!isEmptyPlan(plan)) process.exitCode = EXIT_CODE_CHANGES;
    });
  })
  .parse();

async function makePlan({ from, port, env, updateSecrets, replaceOptions }: PlanOptions): Promise<Plan> {
  const { tenantFile, config } = readTenantConfig();
  const bundles = await buildBundles(config);
  if (from !== undefined) return await planRevision(from, config, bundles);
  const opened = await openTarget(readEnvironment(process.env, environmentFile(env)), bundles, port);
  try {
    const api = await connectToTenant(opened.target);
    return await planDeploy(
      api,
      await prepareDeploy(api, {
        tenantFile,
        bundles,
        values: opened.values,
        options: { updateSecrets, replaceOptions },
      }),
    );
  } finally {
    await opened.close();
  }
}
