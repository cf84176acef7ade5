import { Command } from 'commander';
import { connectToTenant } from './apply/management-api.ts';
import { dim, heading, runCommand } from './command.ts';
import { loadPersonas } from './local-tenant/didit-stand-in/personas.ts';
import { LOCAL_TENANT_FOLDER } from './local-tenant/folder.ts';
import type { SignedIn, SignInRefused } from './local-tenant/login-client/sign-in.ts';
import { describeLoginTrace, fetchLoginTrace } from './local-tenant/login-client/trace.ts';
import { useLocalTenant } from './local-tenant/running.ts';
import { Problem } from './problem.ts';
import { sampleApplication } from './sample-application.ts';
import { indented, personaNamed, signInToSample } from './sample-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface LoginOptions {
  readonly user: string;
  readonly json: boolean;
  readonly trace: boolean;
}

new Command('npm run login --')
  .description(
    'Signs a person in to the sample application of the local tenant, through Didit, and prints both tokens.',
  )
  .option('--user <name>', 'who signs in', 'adult')
  .option('--json', 'print one line of JSON for scripts', false)
  .option('--trace', 'print what each Action did', false)
  .addHelpText(
    'after',
    () =>
      `\nPeople:\n${loadPersonas()
        .map(({ name, description }) => `  ${name.padEnd(16)} ${description}`)
        .join('\n')}`,
  )
  .action((options: LoginOptions) => {
    void runCommand(() => login(options));
  })
  .parse();

async function login(options: LoginOptions): Promise<void> {
  const persona = personaNamed(options.user);
  const { config } = readTenantConfig();
  const tenant = await useLocalTenant({ folder: LOCAL_TENANT_FOLDER });
  try {
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
    if (trace !== undefined) console.log(`\nTrace\n${describeLoginTrace(trace)}`);
  } finally {
    await tenant.close();
  }
}

const asJson = (result: SignedIn | SignInRefused): object =>
  result.kind === 'denied'
    ? { outcome: 'denied', error: result.error, errorDescription: result.errorDescription }
    : { outcome: 'signed-in', idToken: result.idTokenClaims, accessToken: result.accessTokenClaims ?? null };

const asText = (result: SignedIn | SignInRefused): string =>
  result.kind === 'denied'
    ? `\nDenied: ${result.error}\n  ${result.errorDescription}`
    : `\nID token\n${indented(result.idTokenClaims)}\n\nAccess token\n${
        result.accessTokenClaims === undefined ? dim('  opaque') : indented(result.accessTokenClaims)
      }`;
