import { json, safe } from './base/safe-text.ts';
import { commandLine } from './command/command-line.ts';
import { parsePort } from './command/number-options.ts';
import { dim, heading, print } from './command/print.ts';
import type { Progress } from './command/progress.ts';
import { onStopSignal, runCommand } from './command/run-command.ts';
import { createConsole } from './console/app.ts';
import { consoleLink } from './console/console-link.ts';
import { announceTenant, collectionsOf, useLocalTenant } from './local-tenant/index.ts';
import type { ConsoleHost, LocalTenant } from './local-tenant/index.ts';
import { openInBrowser } from './login/open-in-browser.ts';
import { Problem } from './base/problem.ts';
import { connectToTenant } from './tenant-access/management-api.ts';

interface ConsoleOptions {
  readonly port?: number;
  readonly browser: boolean;
  readonly json: boolean;
}

commandLine('console')
  .description(
    'Opens the console: logins of the local tenant, Action by Action, in a browser. Starts the tenant, or finds the one that runs.',
  )
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .option('--json', 'print one line of JSON for scripts: url, caFile, console', false)
  .option('--no-browser', 'print the address only, do not open it')
  .action((options: ConsoleOptions) => {
    void runCommand((progress) => openConsole(options, progress));
  })
  .parse();

async function openConsole(options: ConsoleOptions, progress: Progress): Promise<void> {
  progress.waitFor('starting the local tenant');
  const hosts: ConsoleHost[] = [];
  const tenant = await useLocalTenant({
    console: (host) => {
      hosts.push(host);
      return createConsole(host);
    },
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  // Others find the tenant before it is deployed to: they wait for nothing that they could not see.
  const withdraw = tenant.alreadyRunning ? () => undefined : announceTenant(tenant);
  const stopped = new Promise<void>((resolve) => {
    onStopSignal(resolve);
  });
  try {
    const isDeployed = await deployedFirst(tenant, hosts, progress);
    const link = await consoleLink(tenant);
    progress.waitFor(undefined);
    if (link === undefined) throw withoutConsole(tenant.url);
    if (options.json) {
      print(json({ url: tenant.url, caFile: tenant.authorityFile, console: link }));
    } else {
      if (isDeployed) print(dim(safe`Nothing was deployed yet: the working tree is now.`));
      print(
        heading(safe`Console of the local tenant ${tenant.url}`),
        safe`\n  ${link}\n`,
        dim(safe`The link opens one browser, once. Later, ${tenant.url}/ leads there.`),
      );
      if (options.browser) openInBrowser(link);
    }
    if (tenant.alreadyRunning) return;
    if (!options.json) print(dim(safe`Ctrl-C stops the tenant; what it holds is kept.`));
    await stopped;
  } finally {
    withdraw();
    await tenant.close();
  }
}

/** What deploys takes as long to load as everything else, and most of the time nothing is to be deployed. */
async function deployedFirst(
  tenant: LocalTenant,
  hosts: readonly ConsoleHost[],
  progress: Progress,
): Promise<boolean> {
  // A tenant of this process is looked into: to ask it over its API takes longer than its start.
  const isDeployed = hosts.some(({ context }) =>
    collectionsOf(context.store)
      .connections.all()
      .some(({ strategy }) => strategy === 'oauth2'),
  );
  if (isDeployed) return false;
  const api = await connectToTenant({
    domain: tenant.domain,
    credentials: { kind: 'client', ...tenant.management },
    authorityFile: tenant.authorityFile,
  });
  if ((await api.list('/connections?strategy=oauth2', 'connections')).length > 0) return false;
  const { deployFirst } = await import('./console/deploy-first.ts');
  await deployFirst(tenant, api, progress);
  return true;
}

const withoutConsole = (url: string): Problem =>
  new Problem({
    code: 'CONSOLE_MISSING',
    message: `The local tenant that runs at ${url} was started without a console.`,
    place: { tenant: url },
  });
