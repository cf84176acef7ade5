import { connectToTenant } from './tenant-access/management-api.ts';
import { textOf } from './base/json-values.ts';
import { asShellWord, json, safe } from './base/safe-text.ts';
import type { SafeText } from './base/safe-text.ts';
import { commandLine } from './command/command-line.ts';
import { heading, print } from './command/print.ts';
import { onStopSignal, runCommand } from './command/run-command.ts';
import { createConsole } from './console/app.ts';
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
  .option(
    '--json',
    'print one line of JSON for scripts: url, caFile, console, management, application',
    false,
  )
  .option('--port <number>', 'the port to listen on; 0 takes a free one', parsePort)
  .action((options: TenantOptions) => {
    void runCommand(() => keepRunning(options));
  })
  .parse();

async function keepRunning(options: TenantOptions): Promise<void> {
  const tenant = await useLocalTenant({
    console: createConsole,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
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
    const [didit] = await api.list('/connections?strategy=oauth2', 'connections');
    const connection = textOf(didit?.['name']) || 'didit';
    print(options.json ? asJson(tenant, application) : asText(tenant, application, connection));
    await stopped;
  } finally {
    withdraw();
    await tenant.close();
  }
}

const asJson = (tenant: LocalTenant, { clientId, clientSecret, callback }: SampleApplication): SafeText =>
  json({
    url: tenant.url,
    caFile: tenant.authorityFile,
    // Opens the console in one browser, once.
    console: tenant.consoleLink?.(),
    management: tenant.management,
    application: { clientId, clientSecret, callback },
  });

function asText(tenant: LocalTenant, application: SampleApplication, connection: string): SafeText {
  const { url, management } = tenant;
  const caFile = tenant.authorityFile ?? '';
  const secret = application.clientSecret;
  return safe`${heading(safe`Local tenant ${url}`)}

  console                 ${tenant.consoleLink?.() ?? ''}
  certificate authority   ${caFile}
  Management API          ${url}/api/v2/
    client id             ${management.clientId}
    client secret         ${management.clientSecret}
  application             ${application.name}
    client id             ${application.clientId}
    client secret         ${secret ?? 'none: it is a public client'}
    callback              ${application.callback}

${heading(safe`A token for the Management API, with curl`)}
  curl --cacert ${asShellWord(caFile)} ${url}/oauth/token -d grant_type=client_credentials \\
    -d client_id=${management.clientId} -d client_secret=${management.clientSecret} \\
    -d audience=${url}/api/v2/

${heading(safe`Your application, here with express-openid-connect`)}
  export NODE_EXTRA_CA_CERTS=${asShellWord(caFile)}

  app.use(auth({
    issuerBaseURL: '${url}',
    baseURL: 'http://localhost:3000',
    clientID: '${application.clientId}',${
      secret === undefined
        ? ''
        : safe`
    clientSecret: '${secret}',\n    clientAuthMethod: 'client_secret_post',`
    }
    secret: 'a long text that signs your session cookie',
    idTokenSigningAlg: '${application.idTokenAlgorithm}',
    authorizationParams: { response_type: 'code', connection: '${connection}' },
  }));

  Add http://localhost:3000/callback to the callbacks of "${application.name}" in tenant.yaml, and deploy.

These credentials are worth something on this machine only. Ctrl-C stops the tenant; what it holds is kept.`;
}
