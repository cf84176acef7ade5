import { Command } from 'commander';
import { confirm } from './apply/confirm.ts';
import { lockTenant } from './apply/deploy-lock.ts';
import { planDestroy } from './apply/destroy.ts';
import { settleInterrupted } from './apply/interrupted-deploy.ts';
import { runOperations } from './apply/run-operations.ts';
import { withTenant } from './apply/tenant-connection.ts';
import type { TenantChoice } from './apply/tenant-connection.ts';
import { readTenantState } from './apply/tenant-state.ts';
import { prepareConfig } from './apply/complete-config.ts';
import { heading, runCommand } from './command.ts';
import type { Progress } from './progress.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface DestroyOptions extends TenantChoice {
  readonly yes: boolean;
  readonly withoutRecord: boolean;
}

new Command('npm run destroy --')
  .description('Removes from the tenant what deploys of this project made there, and nothing else.')
  .option('-y, --yes', 'do not ask', false)
  .option('--without-record', 'also what tenant.yaml lists and no record on this machine tells about', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: DestroyOptions) => {
    void runCommand((progress) => destroy(options, progress), 'lines');
  })
  .parse();

async function destroy(options: DestroyOptions, progress: Progress): Promise<void> {
  const { tenantFile } = readTenantConfig();
  await withTenant(options, progress, async ({ api, records, target, values }) => {
    console.log(heading(`Removing what was deployed to ${target.domain}`));
    const unlock = lockTenant(records.folder);
    try {
      progress.waitFor(`reading ${target.domain}`);
      await settleInterrupted(api, records, () => undefined);
      const config = prepareConfig({ tenantFile, values: withStandIns(values) });
      const { operations, kept } = planDestroy(
        config,
        await readTenantState(api, config),
        records.all(),
        options.withoutRecord,
      );
      progress.waitFor(undefined);
      for (const { what } of operations) console.log(`  remove  ${what.replace(/ removed$/, '')}`);
      for (const what of kept) console.log(`  keep    ${what}`);
      if (operations.length === 0) {
        console.log('Nothing is there that a deploy from here made.');
        return;
      }
      if (!options.yes) await confirm(`Remove this from ${target.domain}?`);
      progress.waitFor('removing');
      await runOperations(api, operations, (what) => {
        console.log(`  done    ${what}`);
      });
      for (const record of records.all()) {
        if (record.status === 'done') records.write({ ...record, status: 'rolled-back' });
      }
    } finally {
      unlock();
    }
  });
}

/** Nothing is sent from the file here, so what only a deploy needs may be missing. */
const withStandIns = (values: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([
    ['DIDIT_CLIENT_ID', 'not-needed'],
    ['DIDIT_CLIENT_SECRET', 'not-needed'],
    ['DIDIT_FETCH_USER_PROFILE', 'not-needed'],
    ...values,
  ]);
