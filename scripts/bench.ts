import { block, joined, json, safe } from './base/safe-text.ts';
import type { SafeText } from './base/safe-text.ts';
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { eventAfter, measureBundle } from './bench/bundle-figures.ts';
import type { BundleFigures } from './bench/bundle-figures.ts';
import { measureDeploy } from './bench/deploy-figures.ts';
import { freshCopy } from './bench/fresh-copy.ts';
import { measureLogins } from './bench/login-figures.ts';
import type { LoginFigures } from './bench/login-figures.ts';
import { measureSimulatorLogins, SIMULATOR, simulatorIsThere } from './bench/simulator-figures.ts';
import type { DeployFigures } from './bench/deploy-figures.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import type { Bundle } from './bundle/bundle.ts';
import { commandLine } from './command/command-line.ts';
import { heading, print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { loadPersonas } from './local-tenant/runtime.ts';
import { personaUsers } from './simulation/persona-user.ts';
import { simulatedEvent, simulatedUser } from './simulation/simulated-event.ts';
import type { SimulatedOutcome } from './simulation/outcome.ts';
import type { SimulatedLogin } from './simulation/simulated-login.ts';
import { parseCount } from './command/number-options.ts';
import type { Progress } from './command/progress.ts';
import { simulateLogin } from './simulation/simulate-login.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';
import type { TenantConfig } from './tenant-config/tenant-config.ts';

interface Figures {
  readonly machine: { readonly node: string; readonly processors: number };
  readonly bundles: readonly BundleFigures[];
  /** Of all Actions together. */
  readonly managementCalls: { readonly firstLogin: number; readonly ssoRun: number };
  readonly deploy?: DeployFigures;
  readonly logins?: LoginFigures & {
    /** Of @simulacrum/auth0-simulator in the same run, which runs no Action; only where it is installed. */
    readonly simulatorPerSecond?: number;
  };
}

interface BenchOptions {
  readonly json: boolean;
  readonly deploy: boolean;
  readonly logins: number;
}

commandLine('bench')
  .description(
    'Measures bundles, deploys and logins, each beside what it is compared with. For comparison in one run, not across machines.',
  )
  .option('--json', 'print one line of JSON', false)
  .option('--no-deploy', 'measure the bundles only')
  .option('--logins <number>', 'how many logins, one after the other', parseCount, 200)
  .addHelpText(
    'after',
    `\nFor logins per second beside ${SIMULATOR}: npm install --no-save ${SIMULATOR}@0.11.4`,
  )
  .action((options: BenchOptions) => {
    void runCommand(async (progress) => {
      const figures = await measure(options, progress);
      progress.waitFor(undefined);
      print(options.json ? json(figures) : asText(figures));
    });
  })
  .parse();

async function measure(options: BenchOptions, progress: Progress): Promise<Figures> {
  progress.waitFor('measuring the bundles');
  const { tenantFile, config } = readTenantConfig();
  const bundles = await buildBundles({ tenantFile, config });
  const login = await loginOfTheAdult(config, bundles);
  const step = Date.now();
  const first = await simulateLogin({ ...login, authenticatedAt: step });
  // The session that the first login began.
  const sso: SimulatedLogin = {
    ...login,
    flow: 'sso',
    authenticatedAt: step,
    user: { ...login.user, app_metadata: first.user.app_metadata },
  };
  const again = await simulateLogin(sso);
  const secrets = { DIDIT_CONNECTION: 'didit', DIDIT_HANDOVER_KEY: randomBytes(32).toString('base64url') };
  const [sync] = bundles.filter(({ target }) => target.kind === 'action');
  const event = simulatedEvent(sso, simulatedUser(sso.user), Date.now());
  const handedOver = sync === undefined ? event : await eventAfter(sync, event, secrets);
  const measured: BundleFigures[] = [];
  for (const built of bundles) measured.push(await measureBundle(built, handedOver, secrets));
  return {
    machine: { node: process.version, processors: cpus().length },
    bundles: measured,
    managementCalls: {
      firstLogin: readsOf(first),
      ssoRun: readsOf(again),
    },
    ...(options.deploy ? await measureTenant(bundles, options.logins, progress) : {}),
  };
}

/** Reads of the user by all Actions together. The token, which is cached, comes on top. */
const readsOf = ({ requests }: SimulatedOutcome): number =>
  requests.filter(({ url }) => url.includes('/api/v2/')).length;

async function measureTenant(
  bundles: readonly Bundle[],
  logins: number,
  progress: Progress,
): Promise<Required<Pick<Figures, 'deploy' | 'logins'>>> {
  const copy = freshCopy();
  try {
    const deploy = await measureDeploy(bundles, copy.root, progress);
    progress.waitFor(`measuring ${logins} logins`);
    const figures = await measureLogins(copy.root, logins);
    if (simulatorIsThere()) progress.waitFor(`measuring logins of ${SIMULATOR}`);
    return {
      deploy,
      logins: {
        ...figures,
        ...(simulatorIsThere() ? { simulatorPerSecond: await measureSimulatorLogins(logins) } : {}),
      },
    };
  } finally {
    copy.remove();
  }
}

/** The verified adult, at the sample application, with the settings of `tenant.yaml`. */
async function loginOfTheAdult(config: TenantConfig, bundles: readonly Bundle[]): Promise<SimulatedLogin> {
  const [connection] = config.connections;
  const script = bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '';
  const scopes = String(connection?.options['scope']).split(' ');
  const users = await personaUsers(
    loadPersonas().filter(({ name }) => name === 'adult'),
    script,
    scopes,
    connection?.name ?? '',
  );
  const application = config.clients.find(({ name }) => name === connection?.enabled_clients?.[0]);
  const user = users.get('adult');
  return {
    ...(user === undefined ? {} : { user }),
    connection: { name: connection?.name ?? '', metadata: connection?.metadata ?? {} },
    application: { metadata: application?.client_metadata ?? {} },
  };
}

function asText({ machine, bundles, managementCalls, deploy, logins }: Figures): SafeText {
  const row = (...cells: readonly string[]): SafeText =>
    block([(cells[0] ?? '').padEnd(24), ...cells.slice(1).map((cell) => cell.padStart(15))].join(''), '');
  const fixed = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '';
  const memory = (megabytes: number | undefined): string =>
    megabytes === undefined ? 'not measured' : megabytes.toFixed(0);
  return joined([
    safe`Node ${machine.node}, ${machine.processors} processors`,
    safe``,
    heading(row('bundle', 'bytes', 'minified', 'load ms', 'first ms', 'warm p50 µs', 'warm p99 µs')),
    ...bundles.map((figures) =>
      row(
        figures.name,
        String(figures.bytes),
        String(figures.minifiedBytes),
        fixed(figures.loadMilliseconds, 2),
        fixed(figures.firstLoginMilliseconds, 2),
        fixed(figures.warmLoginMicroseconds?.p50, 1),
        fixed(figures.warmLoginMicroseconds?.p99, 1),
      ),
    ),
    safe``,
    safe`Management API reads of one login: ${managementCalls.firstLogin} interactive, ${managementCalls.ssoRun} SSO`,
    ...(deploy === undefined
      ? []
      : [
          safe``,
          heading(row('', 'seconds', 'peak MB', 'of the import')),
          ...[
            { name: 'a0deploy import', figures: deploy.bareImport },
            { name: 'first deploy', figures: deploy.deploy },
            { name: 'one Action changed', figures: deploy.oneAction },
            { name: 'nothing changed', figures: deploy.nothingChanged },
            { name: 'fresh clone, all of it', figures: deploy.freshClone },
            { name: 'plan, nothing to do', figures: deploy.emptyPlan },
            { name: 'plan of one Action', figures: deploy.plan },
            { name: 'the same --from HEAD', figures: deploy.planFrom },
          ].map(({ name, figures }) =>
            row(
              name,
              fixed(figures.seconds, 1),
              memory(figures.peakMegabytes),
              fixed(figures.seconds / deploy.bareImport.seconds, 2),
            ),
          ),
        ]),
    ...(logins === undefined
      ? []
      : [
          safe``,
          safe`${logins.logins} logins with all Actions: ${fixed(logins.perSecond, 1)} a second one after the other, ${fixed(logins.perSecondAtOnce, 1)} a second 50 at once`,
          safe`with a page of the console open: ${fixed(100 * logins.watchedRatio, 0)} % of that rate; its list of all: ${fixed(logins.listMilliseconds, 0)} ms`,
          safe`memory of the tenant: ${memory(logins.residentMegabytes.early)} MB after a tenth of them, ${memory(logins.residentMegabytes.late)} MB after all`,
          safe`without Actions: ${fixed(logins.withoutActionsPerSecond, 1)} a second one after the other`,
          logins.simulatorPerSecond === undefined
            ? safe`${SIMULATOR} is not installed and was not measured`
            : safe`${SIMULATOR}, which runs no Action: ${fixed(logins.simulatorPerSecond, 1)} a second`,
        ]),
  ]);
}
