import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.ts';
import { startLocalTenant } from '../local-tenant/tenant.ts';
import { PROJECT_ROOT } from '../project.ts';
import { measureProcess } from './process-figures.ts';
import type { ProcessFigures } from './process-figures.ts';

export interface DeployFigures {
  /** `npm run deploy` on a fresh clone: build, gates, local tenant, push, read-back and a login. */
  readonly deploy: ProcessFigures;
  /** The same again: nothing is sent; what remains is the build, the plan and a login. */
  readonly nothingChanged: ProcessFigures;
  /** The same after a change of one Action. */
  readonly oneAction: ProcessFigures;
  /** `a0deploy import` of the same `tenant.yaml` to an empty local tenant that runs already. */
  readonly bareImport: ProcessFigures;
}

/**
 * Both in one run, one after the other, on the same machine.
 *
 * @param root A fresh copy of the project; it is deployed afterwards.
 */
export async function measureDeploy(bundles: readonly Bundle[], root: string): Promise<DeployFigures> {
  const deploy = (): Promise<ProcessFigures> =>
    measureProcess(['--import', './scripts/node-version.mjs', 'scripts/deploy.ts'], {
      cwd: root,
      environment: {},
    });
  const bareImport = await measureBareImport(bundles);
  const first = await deploy();
  const nothingChanged = await deploy();
  appendFileSync(join(root, 'actions/didit-claims.ts'), '\nexport const changed = true;\n');
  return { bareImport, deploy: first, nothingChanged, oneAction: await deploy() };
}

async function measureBareImport(bundles: readonly Bundle[]): Promise<ProcessFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-import-'));
  const tenant = await startLocalTenant({ folder });
  try {
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
  } finally {
    await tenant.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
