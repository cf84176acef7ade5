import { connectToTenant } from './tenant-access/management-api.ts';
import { localOnly, targetFromEnvironment } from './tenant-access/target.ts';
import type { DeployTarget } from './tenant-access/target.ts';
import { connect } from './command/tenant-connection.ts';
import { commandLine } from './command/command-line.ts';
import { heading, runCommand } from './command/run-command.ts';
import { environmentFile, readEnvironment } from './tenant-access/environment.ts';
import { loadPersonas } from './local-tenant/runtime.ts';
import { describeLoginTrace, fetchLoginTrace } from './login/local/trace.ts';
import { useLocalTenant } from './local-tenant/index.ts';
import { loginAsJson, loginAsText, throwUnlessRule } from './login/login-report.ts';
import { Problem } from './base/problem.ts';
import type { Progress } from './command/progress.ts';
import { loopbackApplication } from './login/loopback-application.ts';
import { openInBrowser } from './login/open-in-browser.ts';
import { remoteLogin } from './login/remote-login.ts';
import { ruleBehind } from './login/rule-behind.ts';
import { sampleApplication } from './login/sample-application.ts';
import { personaNamed, signInToSample } from './login/sample-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface LoginOptions {
  /** Default: `DEFAULT_PERSONA`. */
  readonly user?: string;
  readonly json: boolean;
  readonly trace: boolean;
  readonly env?: string;
  readonly browser: boolean;
}

const DEFAULT_PERSONA = 'adult';

commandLine('login')
  .description(
    'Signs in through Didit and prints both tokens: a person of the stand-in at the local tenant, or you, in your browser, at the tenant that AUTH0_DOMAIN names.',
  )
  .option('--user <name>', `who signs in (local tenant; default: ${DEFAULT_PERSONA})`)
  .option('--json', 'print one line of JSON for scripts', false)
  .option('--trace', 'print what each Action did (local tenant)', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .option('--no-browser', 'print the address only, do not open it')
  .addHelpText(
    'after',
    () =>
      `\nPeople:\n${loadPersonas()
        .map(({ name, description }) => `  ${name.padEnd(16)} ${description}`)
        .join('\n')}`,
  )
  .action((options: LoginOptions) => {
    void runCommand((progress) => login(options, progress));
  })
  .parse();

async function login(options: LoginOptions, progress: Progress): Promise<void> {
  const target = targetFromEnvironment(readEnvironment(options.env), environmentFile(options.env));
  if (target === undefined) await loginLocally(options, progress);
  else await loginRemotely(target, options, progress);
}

async function loginRemotely(target: DeployTarget, options: LoginOptions, progress: Progress): Promise<void> {
  checkLocalOptions(target, options);
  const { config } = readTenantConfig();
  const api = await connect(target, progress);
  const application = await loopbackApplication(api, config);
  progress.waitFor(undefined);
  const connection = config.connections[0]?.name ?? '';
  const result = await remoteLogin(target.domain, application, {
    connection,
    variablesFile: target.variablesFile,
    audience: config.resourceServers?.[0]?.identifier,
    show: (url) => {
      // On standard error, so that --json leaves one line on standard output.
      console.error(`Sign in to "${application.name}" through Didit, in your browser:\n\n  ${url}\n`);
      if (options.browser) openInBrowser(url);
      progress.waitFor('waiting for you to come back from there');
    },
  });
  const rule = await ruleBehind(result, api, connection, application.name);
  progress.waitFor(undefined);
  console.log(options.json ? JSON.stringify(loginAsJson(result, rule)) : loginAsText(result, rule));
  throwUnlessRule(target.domain, result, rule);
}

/** Options that mean nothing where a person signs in, in a browser: who gives them expects something else. */
function checkLocalOptions(target: DeployTarget, { user, trace }: LoginOptions): void {
  const [option] = [...(user === undefined ? [] : ['--user']), ...(trace ? ['--trace'] : [])];
  if (option === undefined) return;
  throw localOnly(target, option, `at ${target.domain} you sign in yourself, in your browser`);
}

async function loginLocally(options: LoginOptions, progress: Progress): Promise<void> {
  const persona = personaNamed(options.user ?? DEFAULT_PERSONA);
  const { config } = readTenantConfig();
  progress.waitFor('starting the local tenant');
  const tenant = await useLocalTenant();
  try {
    progress.waitFor('signing in');
    const api = await connectToTenant({
      domain: tenant.domain,
      credentials: { kind: 'client', ...tenant.management },
    });
    const [connection] = await api.list(
      `/connections?name=${config.connections[0]?.name ?? ''}`,
      'connections',
    );
    if (connection === undefined) {
      throw new Problem({
        code: 'NOTHING_DEPLOYED',
        message: 'The local tenant does not have a Didit connection yet.',
        place: { tenant: tenant.url },
      });
    }
    const application = await sampleApplication(api);
    const result = await signInToSample(tenant, config, application, persona);
    const trace =
      options.trace && result.loginId !== undefined
        ? await fetchLoginTrace({
            tenantUrl: tenant.url,
            management: tenant.management,
            loginId: result.loginId,
          })
        : undefined;
    const rule = await ruleBehind(result, api, config.connections[0]?.name ?? '', application.name);
    progress.waitFor(undefined);
    if (options.json) {
      console.log(
        JSON.stringify({ ...loginAsJson(result, rule), ...(trace === undefined ? {} : { trace }) }),
      );
    } else {
      console.log(
        heading(
          `${persona.name} (${persona.description}) signs in to "${application.name}" at ${tenant.url}`,
        ),
      );
      console.log(loginAsText(result, rule));
      if (trace !== undefined) console.log(`\nTrace\n${describeLoginTrace(trace)}`);
    }
    throwUnlessRule(tenant.domain, result, rule);
  } finally {
    await tenant.close();
  }
}
