import { Option } from 'commander';
import { safe } from './base/safe-text.ts';
import { prepareConfig } from './tenant-access/complete-config.ts';
import { notLookedAtLine } from './tenant-access/granted-scopes.ts';
import { confirmChange } from './command/confirm.ts';
import type { DeployRecord } from './records/deploy-record.ts';
import { destroyTenant } from './undo/destroy/destroy-tenant.ts';
import { worstFor } from './undo/destroy/losses-of-people.ts';
import type { LossesOfPeople } from './undo/destroy/losses-of-people.ts';
import type { Removable } from './undo/destroy/removable-thing.ts';
import type { DestroyPlan } from './undo/destroy/plan-destroy.ts';
import type { FoundDeploy } from './undo/interrupted-deploy.ts';
import { withTenant } from './command/tenant-connection.ts';
import type { TenantChoice, TenantConnection } from './command/tenant-connection.ts';
import { commandLine } from './command/command-line.ts';
import { heading, print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import type { Progress } from './command/progress.ts';
import type { ResourceKind } from './tenant-model/tenant-model.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface DestroyOptions extends TenantChoice {
  readonly yes: boolean;
  readonly withoutRecord: boolean;
}

const run = (options: DestroyOptions, only?: Removable): void => {
  void runCommand(
    (progress) => withTenant(options, progress, (tenant) => destroy(tenant, { ...options, only }, progress)),
    'lines',
  );
};

/** `npm run remove` is the same for one thing. */
const IS_REMOVE = process.env['npm_lifecycle_event'] === 'remove';

const command = commandLine(IS_REMOVE ? 'remove' : 'destroy')
  .option('-y, --yes', 'do not ask', false)
  .option('--env <name>', 'read .env.NAME instead of .env');

if (IS_REMOVE) {
  command
    .description(
      'Removes from the tenant one thing that a deploy of this project made and tenant.yaml no longer lists.',
    )
    .argument('<name>', 'as npm run plan calls it')
    .addOption(
      new Option('--kind <kind>', 'where things of several kinds have this name').choices([
        'Action',
        'application',
        'connection',
        'grant',
        'API',
        'organization',
      ] satisfies ResourceKind[]),
    )
    .action(
      (
        name: string,
        { kind, ...options }: Omit<DestroyOptions, 'withoutRecord'> & Pick<Removable, 'kind'>,
      ) => {
        run({ ...options, withoutRecord: false }, { name, kind });
      },
    )
    .parse();
} else {
  command
    .description('Removes from the tenant what deploys of this project made there, and nothing else.')
    .option('--without-record', 'also remove what tenant.yaml lists and this machine has no record of', false)
    .action((options: DestroyOptions) => {
      run(options);
    })
    .parse();
}

async function destroy(
  { api, records, target, valuesFor }: TenantConnection,
  { yes, withoutRecord, only }: DestroyOptions & { readonly only: Removable | undefined },
  progress: Progress,
): Promise<void> {
  print(
    heading(
      safe`Removing ${only === undefined ? 'what was deployed to' : `${only.name} from`} ${target.domain}`,
    ),
  );
  const { tenantFile } = readTenantConfig();
  const config = prepareConfig({
    tenantFile,
    values: withStandIns(valuesFor(tenantFile).values),
    variablesFile: target.variablesFile,
  });
  progress.waitFor(`reading ${target.domain}`);
  const { changed, kept } = await destroyTenant(
    api,
    config,
    records,
    withoutRecord,
    {
      onPlan: async (plan, interrupted, people) => {
        progress.waitFor(undefined);
        describePlan(plan, interrupted, people);
        if (!yes)
          await confirmChange(safe`Remove all of this from ${target.domain}?`, {
            worst: worstFor(people, plan.losses),
            name: target.domain,
          });
        progress.waitFor('removing');
      },
      onSettled: describeSettled,
      onDone: (what) => {
        print(safe`  done    ${what}`);
      },
    },
    only,
  );
  progress.waitFor(undefined);
  if (changed) return;
  for (const what of kept) print(safe`  keep    ${what}`);
  print(safe`There is nothing that a deploy from here made.`);
}

function describePlan(
  { removed, losses, kept }: DestroyPlan,
  interrupted: DeployRecord | undefined,
  { lines, notLookedAt }: LossesOfPeople,
): void {
  if (interrupted !== undefined) {
    print(safe`  first   the deploy of ${interrupted.startedAt}, which did not end, is finished or undone`);
  }
  for (const what of removed) print(safe`  remove  ${what}`);
  for (const what of losses) print(safe`  affects ${what}`);
  for (const what of kept) print(safe`  keep    ${what}`);
  for (const what of lines) print(safe`  loses   ${what}`);
  if (notLookedAt.length > 0) print(safe`${notLookedAtLine(notLookedAt)}`);
}

function describeSettled({ startedAt, outcome, done, left, kept }: FoundDeploy): void {
  const what = {
    complete: 'is finished: all of it had arrived',
    'secret-in-doubt': 'is finished, but it is not known whether its secrets arrived',
    'put-back': `is undone: ${done.length === 0 ? 'nothing had been changed' : done.join('; ')}`,
  }[outcome];
  print(safe`  done    the deploy of ${startedAt} ${what}`);
  for (const difference of left) print(safe`  left    ${difference}`);
  for (const change of kept) print(safe`  kept    ${change} (changed by somebody else since)`);
}

/** Nothing is sent from the file here, so what only a deploy needs may be missing. */
const withStandIns = (values: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([
    ['DIDIT_CLIENT_ID', 'not-needed'],
    ['DIDIT_CLIENT_SECRET', 'not-needed'],
    ['DIDIT_FETCH_USER_PROFILE', 'not-needed'],
    ...values,
  ]);
