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
  const deploy = (
    environment: Readonly<Record<string, string>>,
    ...parameters: readonly string[]
  ): Promise<ProcessFigures> =>
    measureProcess([...parametersOf('deploy'), ...parameters], { cwd: root, environment });
  progress.waitFor('measuring a bare a0deploy import');
  const bareImport = await onTenant((tenant, folder) => measureBareImport(bundles, tenant, folder));
  const ours = await onTenant(async (tenant) => {
    const toTenant = (): Promise<ProcessFigures> =>
      deploy(
        {
          AUTH0_DOMAIN: tenant.domain,
          AUTH0_CLIENT_ID: tenant.management.clientId,
          AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
          DIDIT_CLIENT_ID: tenant.didit.clientId,
          DIDIT_CLIENT_SECRET: tenant.didit.clientSecret,
          NODE_EXTRA_CA_CERTS: tenant.authorityFile ?? '',
        },
        '--yes',
        '--allow',
        ...Object.keys(SECURITY_CODES),
      );
    progress.waitFor('measuring deploys to a tenant');
    const first = await toTenant();
    const nothingChanged = await toTenant();
    appendFileSync(join(root, 'actions/didit-claims.ts'), '\nexport const changed = true;\n');
    return { deploy: first, nothingChanged, oneAction: await toTenant() };
  });
  progress.waitFor('measuring the first deploy of a fresh clone');
  return { bareImport, ...ours, freshClone: await deploy({}) };
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
