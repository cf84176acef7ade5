import { connectToTenant } from './tenant-access/management-api.ts';
import { commandLine } from './command/command-line.ts';
import { heading, onStopSignal, runCommand } from './command/run-command.ts';
import { announceTenant, useLocalTenant } from './local-tenant/index.ts';
import type { LocalTenant } from './local-tenant/index.ts';
import { parsePort } from './command/number-options.ts';
import { Problem } from './base/problem.ts';
import { sampleApplication } from './login/sample-application.ts';
import type { SampleApplication } from './login/sample-application.ts';

interface TenantOptions {
  readonly json: boolean;
  readonly port?: number;
}

commandLine('tenant')
  .description(
    'Keeps the local tenant running until Ctrl-C, for any Auth0 SDK, a0deploy or curl to be pointed at it.',
  )
  .option('--json', 'print one line of JSON for scripts: url, caFile, management, application', false)
  .option('--port <number>', 'the port to listen on; 0 takes a free one', parsePort)
  .action((options: TenantOptions) => {
    void runCommand(() => keepRunning(options));
  })
  .parse();

async function keepRunning(options: TenantOptions): Promise<void> {
  const tenant = await useLocalTenant(options.port === undefined ? {} : { port: options.port });
  if (tenant.alreadyRunning) {
    throw new Problem({
      code: 'TENANT_RUNS_ALREADY',
      message: `The local tenant is already running, at ${tenant.url}.`,
    });
  }
  const withdraw = announceTenant(tenant);
  const stopped = new Promise<void>((resolve) => {
    onStopSignal(resolve);
  });
  try {
    const api = await connectToTenant({
      domain: tenant.domain,
      credentials: { kind: 'client', ...tenant.management },
      authorityFile: tenant.authorityFile,
    });
    const application = await sampleApplication(api);
    console.log(options.json ? asJson(tenant, application) : asText(tenant, application));
    await stopped;
  } finally {
    withdraw();
    await tenant.close();
  }
}

const asJson = (tenant: LocalTenant, { clientId, clientSecret, callback }: SampleApplication): string =>
  JSON.stringify({
    url: tenant.url,
    caFile: tenant.authorityFile,
    management: tenant.management,
    application: { clientId, clientSecret, callback },
  });

const asText = (
  tenant: LocalTenant,
  application: SampleApplication,
): string => `${heading(`Local tenant ${tenant.url}`)}

  certificate authority   ${tenant.authorityFile ?? ''}
  Management API          ${tenant.url}/api/v2/
    client id             ${tenant.management.clientId}
    client secret         ${tenant.management.clientSecret}
  application             ${application.name}
    client id             ${application.clientId}
    callback              ${application.callback}

Node programs trust it with NODE_EXTRA_CA_CERTS set to the file above; curl with --cacert. These credentials are
worth something on this machine only. Ctrl-C stops the tenant; what it holds is kept.`;
