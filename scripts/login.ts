import { Option } from 'commander';
import { choiceUnknown } from './base/choice-unknown.ts';
import { textOf } from './base/json-values.ts';
import { json, safe } from './base/safe-text.ts';
import { connectToTenant } from './tenant-access/management-api.ts';
import type { ManagementApi } from './tenant-access/management-api.ts';
import { localOnly, targetFromEnvironment } from './tenant-access/target.ts';
import type { DeployTarget } from './tenant-access/target.ts';
import { connect } from './command/tenant-connection.ts';
import { commandLine } from './command/command-line.ts';
import { consoleLink } from './console/console-link.ts';
import { dim, heading, print, printAside, terminalColumns } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { environmentFile, readEnvironment } from './tenant-access/environment.ts';
import { loadPersonas } from './local-tenant/runtime.ts';
import { describeLoginTrace } from './login/local/trace.ts';
import { withLocalTenant } from './local-tenant/index.ts';
import { gridAsJson, gridAsText, loginGrid } from './login/login-grid.ts';
import { loginAsJson, loginAsText, throwUnlessDenied } from './login/login-report.ts';
import { Problem } from './base/problem.ts';
import type { Progress } from './command/progress.ts';
import { loopbackApplication } from './login/loopback-application.ts';
import { openInBrowser } from './login/open-in-browser.ts';
import { remoteLogin } from './login/remote-login.ts';
import { ruleBehind, tracedLogin } from './login/rule-behind.ts';
import { sampleApplication, sampleApplications } from './login/sample-application.ts';
import type { LoginChoice } from './login/sample-application.ts';
import { passwordAccount } from './login/password-account.ts';
import { personaNamed, signInToSample } from './login/sample-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';
import type { TenantConfig } from './tenant-config/tenant-config.ts';
import { connectionNamed } from './tenant-access/connection-named.ts';

interface LoginOptions extends LoginChoice {
  /** Default: `DEFAULT_PERSONA`. */
  readonly user?: string;
  readonly all: boolean;
  readonly via?: string;
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
  .addOption(
    new Option(
      '--via <way>',
      'sign in with a password first; Actions may then ask for Didit (local tenant)',
    ).choices(['password']),
  )
  .option('--all', 'everybody signs in to every application, as a table (local tenant)', false)
  .option('--application <name>', 'to sign in to; default: the first one of the connection')
  .option('--connection <name>', 'to sign in through; default: the first one of tenant.yaml')
  .option('--organization <name>', 'to sign in to')
  .option('--json', 'print one line of JSON for scripts', false)
  .option('--trace', 'print what each Action did (local tenant)', false)
  .option('--env <name>', 'read .env.NAME instead of .env')
  .option('--no-browser', 'print the address only, do not open it')
  .addHelpText('after', () => {
    const people = loadPersonas();
    const width = Math.max(...people.map(({ name }) => name.length)) + 2;
    const lines = people.map(({ name, description }) => `  ${name.padEnd(width)}${description}`);
    return `\nPeople:\n${lines.join('\n')}`;
  })
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
  const connection = connectionOf(options, config);
  const api = await connect(target, progress);
  const application = await loopbackApplication(api, config, options);
  progress.waitFor(undefined);
  const result = await remoteLogin(target.domain, application, {
    connection,
    variablesFile: target.variablesFile,
    audience: config.resourceServers?.[0]?.identifier,
    organization: options.organization,
    show: (url) => {
      // On standard error, so that --json leaves one line on standard output.
      printAside(safe`Sign in to "${application.name}" through Didit, in your browser:\n\n  ${url}\n`);
      if (options.browser) openInBrowser(url);
      progress.waitFor('waiting for you to come back from there');
    },
  });
  const rule = await ruleBehind(result, api, connection, application.name, options.organization);
  progress.waitFor(undefined);
  print(options.json ? json(loginAsJson(result, { rule })) : loginAsText(result, { rule }));
  throwUnlessDenied({ domain: target.domain, isLocal: false }, result, { rule });
}

/** @throws {Problem} `CHOICE_UNKNOWN`. */
function connectionOf({ connection }: LoginOptions, { connections }: TenantConfig): string {
  const names = connections.map(({ name }) => name);
  if (connection !== undefined && !names.includes(connection))
    throw choiceUnknown({ command: 'login', what: 'connection', wanted: connection, known: names });
  return connection ?? names[0] ?? '';
}

/** Options that mean nothing where a person signs in, in a browser: who gives them expects something else. */
function checkLocalOptions(target: DeployTarget, { user, trace, all, via }: LoginOptions): void {
  const [option] = [
    ...(via === undefined ? [] : ['--via']),
    ...(user === undefined ? [] : ['--user']),
    ...(trace ? ['--trace'] : []),
    ...(all ? ['--all'] : []),
  ];
  if (option === undefined) return;
  throw localOnly(target, option, `at ${target.domain} you sign in yourself, in your browser`);
}

/** @throws {Problem} `OPTION_CONFLICT`. */
function checkAll({ user, trace, via }: LoginOptions): void {
  const others = [
    ...(user === undefined ? [] : ['--user']),
    ...(trace ? ['--trace'] : []),
    ...(via === undefined ? [] : ['--via']),
  ].join(', ');
  if (others === '') return;
  throw new Problem({
    code: 'OPTION_CONFLICT',
    message: `--all signs everybody in and prints one table: ${others} would have no effect.`,
    place: { of: 'npm run login', option: others },
    remedy: `Leave --all out, or leave ${others} out.`,
  });
}

async function loginLocally(options: LoginOptions, progress: Progress): Promise<void> {
  if (options.all) checkAll(options);
  const persona = personaNamed(options.user ?? DEFAULT_PERSONA);
  const { config } = readTenantConfig();
  const connection = connectionOf(options, config);
  progress.waitFor('starting the local tenant');
  await withLocalTenant({}, async (tenant) => {
    progress.waitFor('signing in');
    const api = await connectToTenant({
      domain: tenant.domain,
      credentials: { kind: 'client', ...tenant.management },
    });
    await checkDeployed(api, tenant.url, connection);
    const choice = {
      ...options,
      connection,
      enabledClients: config.connections.find(({ name }) => name === connection)?.enabled_clients,
      ...(await organizationOf(api, options)),
    };
    if (options.all) {
      const applications = await sampleApplications(api, choice);
      const chosen =
        options.application === undefined ? applications : [await sampleApplication(api, choice)];
      const grid = await loginGrid({ tenant, config, choice, applications: chosen }, progress);
      progress.waitFor(undefined);
      print(options.json ? json(gridAsJson(grid)) : gridAsText(grid, terminalColumns()));
      return;
    }
    const application = await sampleApplication(api, choice);
    const result = await signInToSample(tenant, config, application, persona, {
      ...choice,
      ...(options.via === undefined ? {} : await passwordAccount(api, application, persona.name)),
    });
    const { loginId } = result;
    const rule = await ruleBehind(result, api, connection, application.name, choice.organization);
    const { stop, trace } = await tracedLogin(tenant, result, rule);
    progress.waitFor(undefined);
    const shownTrace = options.trace ? trace : undefined;
    if (options.json) {
      print(
        json({
          ...loginAsJson(result, stop),
          ...(shownTrace === undefined ? {} : { trace: shownTrace }),
        }),
      );
    } else {
      print(
        heading(
          safe`${persona.name} (${persona.description}) signs in to "${application.name}" at ${tenant.url}`,
        ),
      );
      print(loginAsText(result, stop));
      if (shownTrace !== undefined) print(safe`\nTrace\n${describeLoginTrace(shownTrace)}`);
    }
    if (!options.json && loginId !== undefined) {
      const link = tenant.alreadyRunning
        ? await consoleLink(tenant, `/console/logins/${loginId}`)
        : undefined;
      print(dim(safe`\nIn the console: ${link ?? `npm run console, then ${loginId}`}`));
    }
    throwUnlessDenied({ domain: tenant.domain, isLocal: true }, result, stop);
  });
}

/** @throws {Problem} `NOTHING_DEPLOYED`. */
async function checkDeployed(api: ManagementApi, url: string, connection: string): Promise<void> {
  if ((await connectionNamed(api, connection)) !== undefined) return;
  throw new Problem({
    code: 'NOTHING_DEPLOYED',
    message: 'The local tenant does not have a Didit connection yet.',
    place: { tenant: url },
  });
}

/** @throws {Problem} `CHOICE_UNKNOWN`. */
async function organizationOf(
  api: ManagementApi,
  { organization: wanted }: LoginOptions,
): Promise<Pick<LoginChoice, 'organization'>> {
  if (wanted === undefined) return {};
  const organizations = await api.list('/organizations', 'organizations');
  const found = organizations.find(({ id, name }) => id === wanted || name === wanted);
  if (found === undefined)
    throw choiceUnknown({
      command: 'login',
      what: 'organization',
      wanted,
      known: organizations.map(({ name }) => textOf(name)),
    });
  return { organization: textOf(found['id']) };
}
