import { declareVariables } from '../declare-variables.ts';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import type { Binding } from '../../scripts/tenant-model/merge-bindings.ts';
import { bindingsBody } from '../../scripts/undo/put-back-bindings.ts';
import { textOf } from '../../scripts/base/json-values.ts';
import { REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { apiWithScopes } from '../deploy/tenant-bench.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import { directApi } from '../faults/fault-run.ts';
import { addForeignThings } from '../faults/scenarios.ts';
import { freePort } from '../free-port.ts';
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
  bind(bindings: readonly Binding[]): Promise<void>;
  /** Writes `.env.few-scopes`: a token with all scopes of a deploy but one. Returns what removes its client. */
  addFewScopes(missing: string): Promise<() => Promise<void>>;
  /** Display names of what is bound to the login, in order. */
  bound(): Promise<readonly (string | undefined)[]>;
  close(): Promise<void>;
}

/** Other teams call their bindings what they like. */
export const OTHER_TEAMS = {
  RISK: { action_name: 'foreign-before', display_name: 'Risk' },
  CONSENT: { action_name: 'foreign-between', display_name: 'Consent' },
  AUDIT: { action_name: 'foreign-after', display_name: 'Audit' },
};
export const OURS = {
  SYNC: { action_name: 'didit-profile-sync' },
  STEP_UP: { action_name: 'didit-step-up' },
  POLICY: { action_name: 'didit-access-policy' },
  CLAIMS: { action_name: 'didit-claims' },
};
const { RISK, CONSENT, AUDIT } = OTHER_TEAMS;
const { SYNC, STEP_UP, POLICY, CLAIMS } = OURS;
export const INTERLEAVED: readonly Binding[] = [RISK, SYNC, CONSENT, STEP_UP, POLICY, CLAIMS, AUDIT];

/**
 * `tenant.yaml` with a stricter rule, a scope less, the first and the third Action in each other's place, and a secret more for
 * each Action.
 */
export const changedFile = (text: string): string =>
  declareVariables(
    text
      .replace('require=verified', 'require=verified,age_over_18')
      .replace('email phone picture', 'email picture')
      .replace(
        /( +- action_name: didit-profile-sync\n.*\n)(.*\n.*\n)( +- action_name: didit-access-policy\n.*\n)/,
        '$3$2$1',
      )
      .replaceAll(
        /( +)- name: DIDIT_CONNECTION\n.*\n/g,
        "$&$1- name: CUSTOM_KEY\n$1  value: '##CUSTOM_KEY##'\n",
      ),
  );

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
    declareVariables(
      project
        .read('tenant.yaml')
        .replace('http://localhost:8400/callback', callback)
        .replace(/( +)pkce_enabled: true\n/, "$&$1customHeaders: { X-Gateway-Key: '##GATEWAY_KEY##' }\n"),
    ),
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
    bind: async (bindings) => {
      await api.send('PATCH', '/actions/triggers/post-login/bindings', bindingsBody(bindings));
    },
    addFewScopes: async (missing) => {
      const scopes = REQUIRED_SCOPES.flatMap((required) => required.scopes);
      const client = await apiWithScopes(
        { api, tenant },
        scopes.filter((scope) => scope !== missing),
      );
      const [made] = (await api.list('/clients', 'clients')).filter(({ name }) =>
        textOf(name).startsWith('Client with few scopes'),
      );
      project.mark('token of few scopes', client.accessToken);
      project.mark('secret of few scopes', textOf(made?.['client_secret']));
      project.write(
        '.env.few-scopes',
        project.read('.env.staging') + `\nAUTH0_ACCESS_TOKEN='${client.accessToken}'`,
      );
      return async () => {
        await api.send('DELETE', `/clients/${textOf(made?.['client_id'])}`);
      };
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

/** The programs that `npm run` starts, as `package.json` names them. */
export function commandsOf(project: Pick<WatchedProject, 'read'>): readonly string[] {
  const { scripts } = JSON.parse(project.read('package.json')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return Object.values(scripts).flatMap((command) => /scripts\/[\w-]+\.ts$/.exec(command) ?? []);
}

/** Some of what a reviewer must see of a first deploy. */
export const FIRST = [
  ...['connection_added', 'application_enabled', 'action_code', 'action_added_to_flow'],
  ...['action_secret_added', 'grant_scopes'],
];
