import { keepDeployCli } from './authoring/kept-cli.ts';
import type { KeptCli } from './authoring/kept-cli.ts';
import { watchSources } from './authoring/watch-sources.ts';
import { keepBundler } from './base/esbuild-process.ts';
import { problemsIn } from './base/problem.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { joined, safe } from './base/safe-text.ts';
import type { SafeText } from './base/safe-text.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { builtValues } from './bundle/built-code.ts';
import { unlistedNotices } from './bundle/targets.ts';
import { commandLine } from './command/command-line.ts';
import { parsePort } from './command/number-options.ts';
import type { Progress } from './command/progress.ts';
import { dim, heading, print } from './command/print.ts';
import { onStopSignal, printProblem, runCommand, seconds } from './command/run-command.ts';
import { chosenLocally, connect } from './command/tenant-connection.ts';
import { createConsole } from './console/app.ts';
import { changeTenant } from './deploy/change-tenant.ts';
import { announceTenant, useLocalTenant } from './local-tenant/index.ts';
import type { LocalTenant } from './local-tenant/index.ts';
import { describeLoginTrace } from './login/local/trace.ts';
import { loginAsText } from './login/login-report.ts';
import { ruleBehind, tracedLogin } from './login/rule-behind.ts';
import { sampleApplication } from './login/sample-application.ts';
import { customClaims, indented, personaNamed, signInToSample } from './login/sample-login.ts';
import { printInterrupted, printPreview } from './plan/render/deploy-report.ts';
import type { Persona } from './local-tenant/runtime.ts';
import type { ManagementApi } from './tenant-access/management-api.ts';
import { madeUpNotices } from './tenant-access/local-values.ts';
import { readEnvironment } from './tenant-access/environment.ts';
import { isEmptyDeploy } from './tenant-model/changes.ts';
import { isOurCode } from './tenant-config/action-secrets.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';
import type { TenantConfig } from './tenant-config/tenant-config.ts';

interface DevOptions {
  readonly user: string;
  readonly application?: string;
  readonly trace: boolean;
  readonly port?: number;
}

commandLine('dev')
  .description(
    'Builds, deploys to the local tenant and signs in, and does it again whenever you save. Ctrl-C ends it.',
  )
  .option('--user <name>', 'who signs in', 'adult')
  .option('--application <name>', 'to sign in to; default: the first one of the connection')
  .option('--trace', 'print what each Action did', false)
  .option('--port <number>', 'port of the local tenant; 0 takes a free one', parsePort)
  .action((options: DevOptions) => {
    void runCommand((progress) => dev(options, progress));
  })
  .parse();

async function dev(options: DevOptions, progress: Progress): Promise<void> {
  const persona = personaNamed(options.user);
  progress.waitFor('starting the local tenant');
  const local = await useLocalTenant({
    console: createConsole,
    // auth0-deploy-cli waits two seconds for an Action that is not built at once.
    buildMilliseconds: 0,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  progress.waitFor(undefined);
  print(heading(safe`Watching tenant.yaml and actions/, on the local tenant ${local.url}`));
  if (local.consoleLink !== undefined) print(dim(safe`Console: ${local.consoleLink()}`));
  print(dim(safe`npm run login, in another terminal, signs others in. Ctrl-C ends it.`));
  const withdraw = local.alreadyRunning ? () => undefined : announceTenant(local);
  const cli = keepDeployCli(local.authorityFile);
  const letGo = keepBundler();
  try {
    await untilStopped(() => once(local, cli, persona, options, progress));
  } finally {
    withdraw();
    await Promise.all([cli.close(), letGo()]);
    await local.close();
  }
}

/** Works now, and again after each save; of the saves that come while it works, once. */
async function untilStopped(work: () => Promise<void>): Promise<void> {
  let saved = Promise.withResolvers<readonly string[]>();
  const stop = watchSources(PROJECT_ROOT, (files) => {
    saved.resolve(files);
  });
  const stopped = new Promise<undefined>((resolve) => {
    onStopSignal(() => {
      resolve(undefined);
    });
  });
  try {
    for (;;) {
      await work().catch(printProblems);
      const files = await Promise.race([stopped, saved.promise]);
      if (files === undefined) return;
      saved = Promise.withResolvers();
      print(safe``, heading(safe`${files.join(', ')}`));
    }
  } finally {
    stop();
  }
}

/** What somebody writes wrong is corrected at the next save; a defect of this project ends the command. */
function printProblems(error: unknown): void {
  const problems = problemsIn(error);
  if (problems.length === 0) throw error;
  problems.forEach(printProblem);
}

/** One round, from the sources to the tokens. */
async function once(
  local: LocalTenant,
  cli: KeptCli,
  persona: Persona,
  options: DevOptions,
  progress: Progress,
): Promise<void> {
  const started = performance.now();
  progress.waitFor('building');
  const read = readTenantConfig();
  const bundles = await buildBundles(read);
  const tenant = chosenLocally(local, readEnvironment(undefined));
  const own = tenant.valuesFor(read.tenantFile);
  for (const notice of [...unlistedNotices(read.config), ...madeUpNotices(own, '.env')])
    print(dim(safe`${notice}`));
  const api = await connect(tenant.target, progress);
  await changeTenant(
    api,
    {
      tenantFile: read.tenantFile,
      bundles,
      values: new Map([...own.values, ...builtValues(bundles)]),
      authorityFile: local.authorityFile,
      options: { updateSecrets: tenant.moved && 'moved' },
      startCli: cli.start,
    },
    tenant.records,
    {
      onInterrupted: printInterrupted,
      onPrepared: (prepared) => {
        progress.waitFor(undefined);
        if (isEmptyDeploy(prepared.changes)) print(safe`  nothing to deploy`);
        else printPreview(prepared);
        return Promise.resolve();
      },
      onProgress: (what) => {
        progress.waitFor(what);
      },
    },
  );
  progress.waitFor('signing in');
  const said = await signInOnce(api, local, read.config, persona, options);
  progress.waitFor(undefined);
  print(said);
  print(dim(safe`${seconds(performance.now() - started)}`));
}

/** What came of a login: the claims that the Actions added, or why there are none, and what they logged. */
async function signInOnce(
  api: ManagementApi,
  local: LocalTenant,
  config: TenantConfig,
  persona: Persona,
  { application: wanted, trace: isTraced }: DevOptions,
): Promise<SafeText> {
  const application = await sampleApplication(api, wanted === undefined ? {} : { application: wanted });
  const result = await signInToSample(local, config, application, persona);
  const connection = config.connections[0]?.name ?? '';
  const rule = await ruleBehind(result, api, connection, application.name);
  const { stop, trace } = await tracedLogin(local, result, rule);
  const logs = (trace?.actions ?? []).flatMap(({ action, logs: lines }) =>
    config.actions.some(({ name, code }) => name === action && !isOurCode(code))
      ? lines.map((line) => safe`  ${action} logs: ${line}`)
      : [],
  );
  return joined([
    safe`${persona.name} signs in to "${application.name}"`,
    result.kind === 'signed-in'
      ? safe`ID token\n${indented(customClaims(result.idTokenClaims))}\nAccess token\n${indented(customClaims(result.accessTokenClaims ?? {}))}`
      : loginAsText(result, stop),
    ...(isTraced && trace !== undefined ? [describeLoginTrace(trace)] : logs),
  ]);
}
