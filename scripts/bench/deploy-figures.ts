import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.ts';
import { startLocalTenant } from '../local-tenant/index.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { SECURITY_CODES } from '../plan/ratings/security-codes.ts';
import type { Progress } from '../command/progress.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { measureProcess } from './process-figures.ts';
import type { ProcessFigures } from './process-figures.ts';

export interface DeployFigures {
  /** `a0deploy import` of the same `tenant.yaml` to an empty local tenant that runs already. */
  readonly bareImport: ProcessFigures;
  /** `npm run deploy` to such a tenant: build, gates, plan with its logins, push and read-back. */
  readonly deploy: ProcessFigures;
  /** The same after a change of one Action. */
  readonly oneAction: ProcessFigures;
  /** The same again: nothing is sent; what remains is the build and the comparison. */
  readonly nothingChanged: ProcessFigures;
  /** `npm run plan` where nothing would change. */
  readonly emptyPlan: ProcessFigures;
  /** `npm run plan` after a change of one Action: it runs all simulated logins. */
  readonly plan: ProcessFigures;
  /** The same change by `npm run plan -- --from HEAD`. */
  readonly planFrom: ProcessFigures;
  /** `npm run deploy` on a fresh clone: the same, the local tenant itself and a login. */
  readonly freshClone: ProcessFigures;
}

/**
 * All in one run, one after the other, on the same machine.
 *
 * @param root A fresh copy of the project; it is deployed to its own local tenant afterwards.
 */
export async function measureDeploy(
  bundles: readonly Bundle[],
  root: string,
  progress: Progress,
): Promise<DeployFigures> {
  const run = (
    verb: string,
    environment: Readonly<Record<string, string>>,
    parameters: readonly string[] = [],
    exitCode = 0,
  ): Promise<ProcessFigures> =>
    measureProcess([...parametersOf(verb), ...parameters], { cwd: root, environment, exitCode });
  progress.waitFor('measuring a bare a0deploy import');
  const bareImport = await onTenant((tenant, folder) => measureBareImport(bundles, tenant, folder));
  const ours = await onTenant(async (tenant) => {
    const environment = {
      AUTH0_DOMAIN: tenant.domain,
      AUTH0_CLIENT_ID: tenant.management.clientId,
      AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
      DIDIT_CLIENT_ID: tenant.didit.clientId,
      DIDIT_CLIENT_SECRET: tenant.didit.clientSecret,
      NODE_EXTRA_CA_CERTS: tenant.authorityFile ?? '',
    };
    const toTenant = (): Promise<ProcessFigures> =>
      run('deploy', environment, ['--yes', '--allow', ...Object.keys(SECURITY_CODES)]);
    progress.waitFor('measuring deploys to a tenant, and plans');
    const first = await toTenant();
    const nothingChanged = await toTenant();
    const emptyPlan = await run('plan', environment);
    commitAll(root);
    // esbuild leaves out what nobody uses: this runs.
    appendFileSync(join(root, 'actions/didit-claims.ts'), "\nconsole.log('changed');\n");
    const plan = await run('plan', environment, [], EXIT_CODE_CHANGES);
    const planFrom = await run('plan', {}, ['--from', 'HEAD'], EXIT_CODE_CHANGES);
    return { deploy: first, nothingChanged, emptyPlan, plan, planFrom, oneAction: await toTenant() };
  });
  progress.waitFor('measuring the first deploy of a fresh clone');
  return { bareImport, ...ours, freshClone: await run('deploy', {}) };
}

/** Of a plan. */
const EXIT_CODE_CHANGES = 2;

/** The project as a revision, whatever git is configured to do here. */
function commitAll(root: string): void {
  const person = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  for (const step of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...person, 'commit', '--quiet', '--no-verify', '--no-gpg-sign', '--message=Before'],
  ])
    execFileSync('git', step, { cwd: root, stdio: 'ignore' });
}

/** An empty tenant in this process, whose own time and memory are not part of what is measured. */
async function onTenant<Result>(
  measure: (tenant: LocalTenant, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tenant-'));
  const tenant = await startLocalTenant({ folder });
  try {
    return await measure(tenant, folder);
  } finally {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureBareImport(
  bundles: readonly Bundle[],
  tenant: LocalTenant,
  folder: string,
): Promise<ProcessFigures> {
  const configuration = join(folder, 'config.json');
  writeFileSync(
    configuration,
    JSON.stringify({
      AUTH0_DOMAIN: tenant.domain,
      AUTH0_CLIENT_ID: tenant.management.clientId,
      AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
      AUTH0_INCLUDED_ONLY: [
        'clients',
        'clientGrants',
        'connections',
        'actions',
        'triggers',
        'resourceServers',
      ],
      AUTH0_KEYWORD_REPLACE_MAPPINGS: {
        AUTH0_DOMAIN: tenant.domain,
        DIDIT_CLIENT_ID: tenant.didit.clientId,
        DIDIT_CLIENT_SECRET: tenant.didit.clientSecret,
        AUTH0_MANAGEMENT_CLIENT_ID: 'not-needed-for-measuring',
        AUTH0_MANAGEMENT_CLIENT_SECRET: 'not-needed-for-measuring',
        DIDIT_FETCH_USER_PROFILE:
          bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '',
      },
    }),
    { mode: 0o600 },
  );
  const cli = createRequire(import.meta.url).resolve('auth0-deploy-cli');
  return await measureProcess(
    [
      cli,
      'import',
      '--input_file',
      join(PROJECT_ROOT, 'tenant.yaml'),
      '--config_file',
      configuration,
      '--env=false',
    ],
    { cwd: PROJECT_ROOT, environment: { NODE_EXTRA_CA_CERTS: tenant.authorityFile ?? '' } },
  );
}

/** What `npm run VERB` gives to Node. */
function parametersOf(verb: string): readonly string[] {
  const { scripts } = createRequire(import.meta.url)('../../package.json') as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return (scripts[verb] ?? '').split(' ').slice(1);
}
