import { Command } from 'commander';
import { prepareConfig } from './apply/complete-config.ts';
import { confirm } from './apply/confirm.ts';
import { lockTenant } from './apply/deploy-lock.ts';
import { currentSecretOf } from './apply/deploy-to-tenant.ts';
import { settleInterrupted } from './apply/interrupted-deploy.ts';
import type { PutBackHelp } from './apply/operation.ts';
import { putBack, readSnapshotState } from './apply/put-back.ts';
import { putBackOperations } from './apply/put-back-operations.ts';
import { withTenant } from './apply/tenant-connection.ts';
import type { TenantChoice, TenantConnection } from './apply/tenant-connection.ts';
import { heading, runCommand } from './command.ts';
import { Problem, problemsIn } from './problem.ts';
import type { Progress } from './progress.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface RollbackOptions extends TenantChoice {
  readonly yes: boolean;
}

new Command('npm run rollback --')
  .description('Puts the tenant back to what it was before the last deploy from this machine.')
  .option('-y, --yes', 'do not ask', false)
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
  const unlock = lockTenant(records.folder);
  try {
    const connectionSecret = secretAtHand(tenant);
    console.log(heading(`Rolling back ${target.domain}`));
    progress.waitFor(`reading ${target.domain}`);
    const found = await settleInterrupted(api, records, connectionSecret);
    if (found?.outcome === 'put-back') {
      console.log(`The deploy of ${found.startedAt} was interrupted; it is undone now.`);
      for (const what of found.done) console.log(`  done    ${what}`);
      for (const what of found.left) console.log(`  left    ${what}`);
      return;
    }
    const record = records.all().find(({ status }) => status === 'done' || status === 'secret-in-doubt');
    if (record === undefined) {
      throw new Problem({
        code: 'NOTHING_TO_ROLL_BACK',
        message: 'No deploy to this tenant is recorded on this machine that is not rolled back yet.',
        place: { file: records.folder },
        remedy: 'Check out the earlier state of tenant.yaml and actions/ with git, and deploy that.',
      });
    }
    const { operations, impossible } = putBackOperations(
      record.snapshot,
      await readSnapshotState(api, record.snapshot),
      { connectionSecret, redeployed: new Set() },
    );
    progress.waitFor(undefined);
    console.log(`To the state before the deploy of ${record.startedAt}:`);
    for (const { what } of operations) console.log(`  put back  ${what}`);
    for (const what of impossible) console.log(`  stays     ${what}`);
    if (operations.length > 0 && !options.yes) await confirm(`Change ${target.domain} as listed?`);
    progress.waitFor('putting back');
    const report = await putBack(api, record.snapshot, connectionSecret);
    progress.waitFor(undefined);
    for (const what of report.done) console.log(`  done      ${what}`);
    if (report.left.length > 0) {
      throw new Problem({
        code: 'ROLLBACK_INCOMPLETE',
        message: `Still different: ${report.left.join('; ')}.`,
        place: { file: target.domain },
        remedy: 'Mend the reason and roll back again, or change what is named in the Auth0 dashboard.',
      });
    }
    records.write({ ...record, status: 'rolled-back' });
    console.log('The tenant is as it was.');
  } finally {
    unlock();
  }
}

/** Of the connection, where the environment holds it; without it, its options cannot be put back. */
function secretAtHand({ values }: TenantConnection): PutBackHelp['connectionSecret'] {
  const { tenantFile } = readTenantConfig();
  try {
    const config = prepareConfig({
      tenantFile,
      values: new Map([['DIDIT_FETCH_USER_PROFILE', 'not-needed'], ...values]),
    });
    return currentSecretOf({ config });
  } catch (error) {
    if (problemsIn(error).length === 0) throw error;
    return () => undefined;
  }
}
