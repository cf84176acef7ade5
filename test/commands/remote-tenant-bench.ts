import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import { directApi } from '../faults/fault-run.ts';
import { addForeignThings } from '../faults/scenarios.ts';
import type { CommandResult } from '../temporary-project.ts';
import { startRepeatingProxy } from './repeating-proxy.ts';
import type { RepeatingProxy } from './repeating-proxy.ts';
import { watchedProject } from './watched-project.ts';
import type { WatchedProject } from './watched-project.ts';

/**
 * `staging`: the tenant. `proxied`: the same through the proxy. `token`: through it too, with an access token instead of client
 * credentials.
 */
export type EnvironmentName = 'staging' | 'proxied' | 'token';

/** A tenant in the cloud, as far as the commands can tell, and a project whose `.env.NAME` files lead to it. */
export interface RemoteTenant {
  readonly domain: string;
  readonly api: ManagementApi;
  readonly proxy: RepeatingProxy;
  /** All secrets of its environments are marked. It is a git repository of one commit. */
  readonly project: WatchedProject;
  /** What its commands need of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the sample application, on a port of this machine that is free. */
  readonly callback: string;
  /** `npm run VERB -- --env ENVIRONMENT …` */
  run(environment: EnvironmentName, verb: string, parameters?: readonly string[]): Promise<CommandResult>;
  /**
   * All that deploys change or could, without the times at which it was; of other teams' Actions also the versions that run, and
   * the times of their secrets.
   */
  contents(): Promise<unknown>;
  /** Display names of what is bound to the login, in order. */
  bound(): Promise<readonly (string | undefined)[]>;
  close(): Promise<void>;
}

/** Other teams have Actions, an application and a connection there already. */
export async function remoteTenant(): Promise<RemoteTenant> {
  const folders = tenantFolders();
  const tenant = await startLocalTenant({ folder: folders.newTenant('tenant'), buildMilliseconds: 0 });
  const proxy = await startRepeatingProxy(folders.certificate, tenant);
  const api = await directApi(tenant);
  await addForeignThings(api);

  const project = watchedProject();
  const callback = `http://localhost:${await freePort()}/callback`;
  project.write(
    'tenant.yaml',
    project
      .read('tenant.yaml')
      .replace('http://localhost:8400/callback', callback)
      .replace(/( +)pkce_enabled: true\n/, "$&$1customHeaders: { X-Gateway-Key: '##GATEWAY_KEY##' }\n"),
  );
  const values = {
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_CLIENT_ID: tenant.management.clientId,
    AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
    DIDIT_CLIENT_ID: tenant.didit.clientId,
    DIDIT_CLIENT_SECRET: tenant.didit.clientSecret,
    GATEWAY_KEY: 'marked-key-of-the-gateway-0001',
    CUSTOM_KEY: 'marked-"key"-of-an-action-0002',
  };
  const environments: Readonly<Record<EnvironmentName, Readonly<Record<string, string>>>> = {
    staging: values,
    proxied: { ...values, AUTH0_DOMAIN: proxy.domain },
    token: { ...values, AUTH0_DOMAIN: proxy.domain, AUTH0_ACCESS_TOKEN: api.accessToken },
  };
  for (const [name, variables] of Object.entries(environments)) {
    const entries = Object.entries(variables);
    project.write(`.env.${name}`, entries.map(([variable, value]) => `${variable}='${value}'`).join('\n'));
    for (const [variable, value] of entries)
      if (/SECRET|TOKEN|KEY/.test(variable)) project.mark(variable, value);
  }
  commitAll(project);

  const environment = { NODE_EXTRA_CA_CERTS: folders.authorityFile };
  return {
    domain: tenant.domain,
    api,
    proxy,
    project,
    environment,
    callback,
    run: async (name, verb, parameters = []) =>
      await project.run(verb, ['--env', name, ...parameters], environment),
    contents: async () => {
      const { actions, ...rest } = await readTenantState(api, {
        connections: [{ name: 'didit' }, { name: 'foreign-connection' }],
      });
      const runs = actions.map(({ name, deployed }) => [
        name,
        name.startsWith('foreign') ? deployed : deployed?.code,
      ]);
      return { ...rest, runs };
    },
    bound: async () =>
      (await readTenantState(api, { connections: [] })).bindings.map(({ display_name }) => display_name),
    close: async () => {
      project.remove();
      await proxy.close();
      await tenant.close();
      folders.remove();
    },
  };
}

/** What `npm run plan -- --from` compares with. */
function commitAll(project: WatchedProject): void {
  project.write('.gitignore', readFileSync(new URL('../../.gitignore', import.meta.url), 'utf8'));
  const git = (...parameters: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
      cwd: project.root,
      env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: project.root },
    });
  };
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=First');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
