import { Command } from 'commander';
import { connectToTenant } from './apply/management-api.ts';
import { targetFromEnvironment } from './apply/target.ts';
import type { DeployTarget } from './apply/target.ts';
import { connect } from './apply/tenant-connection.ts';
import { dim, heading, runCommand } from './command.ts';
import { readEnvironment } from './environment.ts';
import { loadPersonas } from './local-tenant/didit-stand-in/personas.ts';
import { LOCAL_TENANT_FOLDER } from './local-tenant/folder.ts';
import type { SignedIn, SignInRefused } from './local-tenant/login-client/sign-in.ts';
import { describeLoginTrace, fetchLoginTrace } from './local-tenant/login-client/trace.ts';
import { useLocalTenant } from './local-tenant/running.ts';
import { Problem } from './problem.ts';
import type { Progress } from './progress.ts';
import { explainDenial } from './remote-login/explain-denial.ts';
import { openInBrowser } from './remote-login/open-in-browser.ts';
import { loopbackApplication, remoteLogin } from './remote-login/remote-login.ts';
import { sampleApplication } from './sample-application.ts';
import { indented, personaNamed, signInToSample } from './sample-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface LoginOptions {
  readonly user: string;
  readonly json: boolean;
  readonly trace: boolean;
  readonly env?: string;
  readonly browser: boolean;
}

new Command('npm run login --')
  .description(
    'Signs in through Didit and prints both tokens: a person of the stand-in at the local tenant, or you, in your browser, at the tenant that AUTH0_DOMAIN names.',
  )
  .option('--user <name>', 'who signs in', 'adult')
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
  const target = targetFromEnvironment(readEnvironment(options.env));
  if (target === undefined) await loginLocally(options, progress);
  else await loginRemotely(target, options, progress);
}

async function loginRemotely(target: DeployTarget, options: LoginOptions, progress: Progress): Promise<void> {
  const { config } = readTenantConfig();
  const application = await loopbackApplication(await connect(target, progress), config);
  progress.waitFor(undefined);
  const result = await remoteLogin(target.domain, application, {
    connection: config.connections[0]?.name ?? '',
    audience: config.resourceServers?.[0]?.identifier,
    show: (url) => {
      // On standard error, so that --json leaves one line on standard output.
      console.error(`Sign in to "${application.name}" through Didit, in your browser:\n\n  ${url}\n`);
      if (options.browser) openInBrowser(url);
      progress.waitFor('waiting for you to come back from there');
    },
  });
  progress.waitFor(undefined);
  if (options.json) {
    console.log(JSON.stringify(asJson(result)));
    return;
  }
  console.log(asText(result));
  const explanation =
    result.kind === 'denied' ? explainDenial(result.errorDescription, config, application.name) : undefined;
  if (explanation !== undefined) console.log(`  ${explanation}`);
}

async function loginLocally(options: LoginOptions, progress: Progress): Promise<void> {
  const persona = personaNamed(options.user);
  const { config } = readTenantConfig();
  progress.waitFor('starting the local tenant');
  const tenant = await useLocalTenant({ folder: LOCAL_TENANT_FOLDER });
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
        message: 'The local tenant has no Didit connection yet.',
        place: { file: tenant.url },
        remedy: 'Run `npm run deploy` first.',
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
    if (options.json) {
      console.log(JSON.stringify({ ...asJson(result), ...(trace === undefined ? {} : { trace }) }));
      return;
    }
    console.log(
      heading(`${persona.name} (${persona.description}) signs in to "${application.name}" at ${tenant.url}`),
    );
    console.log(asText(result));
    const explanation =
      result.kind === 'denied' ? explainDenial(result.errorDescription, config, application.name) : undefined;
    if (explanation !== undefined) console.log(`  ${explanation}`);
    if (trace !== undefined) console.log(`\nTrace\n${describeLoginTrace(trace)}`);
  } finally {
    await tenant.close();
  }
}

/** What a login came to, wherever it took place. */
type LoginResult =
  | Pick<SignedIn, 'kind' | 'idTokenClaims' | 'accessTokenClaims'>
  | Pick<SignInRefused, 'kind' | 'error' | 'errorDescription'>;

const asJson = (result: LoginResult): object =>
  result.kind === 'denied'
    ? { outcome: 'denied', error: result.error, errorDescription: result.errorDescription }
    : { outcome: 'signed-in', idToken: result.idTokenClaims, accessToken: result.accessTokenClaims ?? null };

const asText = (result: LoginResult): string =>
  result.kind === 'denied'
    ? `\nDenied: ${result.error}\n  ${result.errorDescription}`
    : `\nID token\n${indented(result.idTokenClaims)}\n\nAccess token\n${
        result.accessTokenClaims === undefined ? dim('  opaque') : indented(result.accessTokenClaims)
      }`;
