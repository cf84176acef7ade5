import { safe } from './base/safe-text.ts';
import { prepareConfig } from './tenant-access/complete-config.ts';
import { applyQuestion, confirmChange } from './command/confirm.ts';
import { currentSecretOf } from './deploy/prepare-deploy.ts';
import type { PutBackHelp } from './undo/operation.ts';
import { lossesOfPeople, worstFor } from './undo/destroy/losses-of-people.ts';
import { leavesNothing, removedByRollback } from './undo/rollback/leaves-nothing.ts';
import { checkOverwrite, describeRollback } from './undo/rollback/plan-rollback.ts';
import { rollbackTenant } from './undo/rollback/rollback-tenant.ts';
import { withTenant } from './command/tenant-connection.ts';
import type { TenantChoice, TenantConnection } from './command/tenant-connection.ts';
import { commandLine } from './command/command-line.ts';
import { heading, print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { problemsIn } from './base/problem.ts';
import type { Progress } from './command/progress.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface RollbackOptions extends TenantChoice {
  readonly yes: boolean;
  readonly overwrite: boolean;
}

commandLine('rollback')
  .description('Puts the tenant back to what it was before the last deploy from this machine.')
  .option('-y, --yes', 'do not ask', false)
  .option('--overwrite', 'with --yes: also undo what others have changed since in the same things', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: RollbackOptions) => {
    void runCommand(
      (progress) => withTenant(options, progress, (tenant) => rollback(tenant, options, progress)),
      'lines',
    );
  })
  .parse();

async function rollback(
  tenant: TenantConnection,
  options: RollbackOptions,
  progress: Progress,
): Promise<void> {
  const { api, records, target } = tenant;
  print(heading(safe`Rolling back ${target.domain}`));
  progress.waitFor(`reading ${target.domain}`);
  const conclusion = await rollbackTenant(api, records, secretAtHand(tenant), {
    onPlan: async (plan) => {
      progress.waitFor(undefined);
      print(...describeRollback(plan).map((line) => safe`${line}`));
      if (plan.operations.length > 0) {
        if (!options.yes) {
          const people = await lossesOfPeople(api, removedByRollback(plan.record.snapshot));
          const worst = worstFor(people, plan.since?.overwritten ?? []);
          const name = leavesNothing(plan.record.snapshot) ? target.domain : undefined;
          await confirmChange(applyQuestion(plan.operations.length, target.domain), { worst, name });
        }
        if (options.yes && !options.overwrite) checkOverwrite(plan, target.domain);
      }
      progress.waitFor('putting back');
    },
    onDone: (what) => {
      progress.waitFor(undefined);
      print(safe`  done      ${what}`);
    },
  });
  progress.waitFor(undefined);
  print(safe`${conclusion}`);
}

/** Of the connection, where the environment holds it; without it, its options cannot be put back. */
function secretAtHand({ valuesFor }: TenantConnection): PutBackHelp['connectionSecret'] {
  const { tenantFile } = readTenantConfig();
  try {
    const config = prepareConfig({
      tenantFile,
      values: new Map([['DIDIT_FETCH_USER_PROFILE', 'not-needed'], ...valuesFor(tenantFile).values]),
    });
    return currentSecretOf({ config });
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
    return () => undefined;
  }
}
