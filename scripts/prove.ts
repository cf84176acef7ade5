import { safe } from './base/safe-text.ts';
import { randomBytes } from 'node:crypto';
import { confirm, confirmChange } from './command/confirm.ts';
import { commandLine } from './command/command-line.ts';
import { print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import type { Progress } from './command/progress.ts';
import { connect } from './command/tenant-connection.ts';
import { Problem } from './base/problem.ts';
import { writeOutput } from './base/write-files.ts';
import { exchangeWith } from './prove/exchange.ts';
import { namesFor, notRemoved, PREFIX, proveTenant } from './prove/promises.ts';
import { compareProofs, proofReport } from './prove/report.ts';
import type { ProofSide } from './prove/report.ts';
import { environmentFile, readEnvironment } from './tenant-access/environment.ts';
import { connectToTenant } from './tenant-access/management-api.ts';
import type { ManagementApi } from './tenant-access/management-api.ts';
import { targetFromEnvironment, variablePlace } from './tenant-access/target.ts';

interface ProveOptions {
  readonly env?: string;
  readonly yes?: string;
  readonly output: string;
}

commandLine('prove')
  .description(
    `Asks a development tenant what it answers to the requests on which this project relies, compares that with the local tenant, and writes a report. It makes things whose names begin with ${PREFIX}, and removes them.`,
  )
  .option('--env <name>', 'read .env.NAME instead of .env')
  .option('--output <file>', 'where the report goes', 'proof.md')
  .option('-y, --yes <domain>', 'do not ask; names the tenant, so that it is never another one')
  .action((options: ProveOptions) => {
    void runCommand((progress) => prove(options, progress), 'lines');
  })
  .parse();

async function prove({ env, yes, output }: ProveOptions, progress: Progress): Promise<void> {
  const target = targetFromEnvironment(readEnvironment(env), environmentFile(env));
  if (target === undefined) {
    throw new Problem({
      code: 'CREDENTIALS_MISSING',
      message: 'No tenant is named. The local tenant is what a real one is compared with.',
      place: variablePlace('AUTH0_DOMAIN', environmentFile(env)),
      remedy: 'Set AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET of a development tenant.',
    });
  }
  const { domain } = target;
  if (yes === undefined) {
    await confirm(
      safe`This makes and removes applications, an API, a connection and an Action on ${domain}, and binds that Action, which does nothing, to the login flow for a moment. Is ${domain} a development tenant?`,
      undefined,
      `--yes ${domain}`,
    );
    await confirmChange(
      safe`Nobody else should deploy to it meanwhile.`,
      { worst: [], name: domain },
      undefined,
      `--yes ${domain}`,
    );
  } else if (yes !== domain) {
    throw new Problem({
      code: 'NOT_CONFIRMED',
      message: `--yes names another tenant than AUTH0_DOMAIN, which is ${domain}. Nothing was changed.`,
    });
  }
  const tenant = await sideOf(await connect(target, progress), progress);
  const local = await localSide(progress);
  progress.waitFor(undefined);
  const differences = compareProofs(tenant, local);
  writeOutput(output, proofReport(tenant, differences));
  const { asked, remaining } = tenant.proof;
  const found = differences.length === 0 ? 'no difference' : `${differences.length} differences`;
  print(safe`${asked.length} requests, ${found}. Report: ${output}`);
  if (remaining.length > 0) throw notRemoved(tenant, remaining);
}

async function sideOf(api: ManagementApi, progress: Progress): Promise<ProofSide> {
  const { domain } = api;
  progress.waitFor(`asking ${domain}`);
  const names = namesFor(randomBytes(6).toString('hex'));
  return { names, domain, proof: await proveTenant({ domain, exchange: exchangeWith(api) }, names) };
}

/** A new local tenant, in memory. */
async function localSide(progress: Progress): Promise<ProofSide> {
  const { startLocalTenant, trustAuthority } = await import('./local-tenant/index.ts');
  const local = await startLocalTenant({ port: 0 });
  try {
    trustAuthority(local.authority);
    const { domain, management } = local;
    const credentials = { kind: 'client', ...management } as const;
    return await sideOf(await connectToTenant({ domain, credentials }), progress);
  } finally {
    await local.close();
  }
}
