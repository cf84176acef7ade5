// @module-tag long
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { directApi } from '../faults/fault-run.ts';
import { inTests, ownCli } from '../faults/warm-cli.ts';
import { addForeignThings } from '../faults/scenarios.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { bareCli } from './bare-cli.ts';
import type { CliResult } from './bare-cli.ts';
import { deployOf, tenantFileWith } from './deploy-inputs.ts';
import { tenantContents } from './tenant-contents.ts';
import { tenantFolders } from './tenant-folders.ts';
import type { TenantFolders } from './tenant-folders.ts';

/**
 * What auth0-deploy-cli does to a tenant, and that this project's deploy does not. Numbers as in the list of facts; what it does
 * on the machine of whoever runs it (8, 10, 11) is in `hazards-on-disk.test.ts`.
 */
let folders: TenantFolders;
let tenant: LocalTenant;
let proxy: FaultProxy;
let api: ManagementApi;
let file: string;
let firstImport: CliResult;
let afterFirst: TenantState;

const CONNECTION = { connections: [{ name: 'didit' }] };
const CODE = 'exports.onExecutePostLogin = async () => { console.log("##HOME_OF_SOMEBODY##"); };\n';

const fileOf = (tokenUrl: string, applications: readonly string[]): string => `
actions:
  - name: didit-claims
    code: ./claims.js
    runtime: node22
    deployed: true
    supported_triggers: [{ id: post-login, version: v3 }]
    secrets: [{ name: KEY, value: '##UNSET_SECRET##' }]
triggers:
  post-login: [{ action_name: didit-claims, display_name: didit-claims }]
connections:
  - name: didit
    strategy: oauth2
    enabled_clients: [${applications.join(', ')}]
    options:
      client_id: didit-client-id
      client_secret: '##UNSET_CLIENT_SECRET##'
      authorizationURL: https://auth.didit.me
      tokenURL: ${tokenUrl}
`;

const cli = async (domain: string, mode: 'import' | 'dry-run' = 'import'): Promise<CliResult> =>
  await bareCli(folders, api, {
    mode,
    domain,
    input: file,
    environment: { HOME_OF_SOMEBODY: '/home/somebody' },
  });

const state = async (): Promise<TenantState> => await readTenantState(api, CONNECTION);
const bound = ({ bindings }: TenantState): readonly string[] =>
  bindings.map(({ action_name }) => action_name);

const METADATA = { of_ours: 'first', of_another_team: 'kept' };
const applicationsCalled = async (of: ManagementApi, name: string): Promise<readonly JsonRecord[]> =>
  (await of.list('/clients', 'clients')).filter((client) => client['name'] === name);
const metadataOf = async (of: ManagementApi, name: string): Promise<unknown> =>
  (await applicationsCalled(of, name))[0]?.['client_metadata'];

const ours = (on: LocalTenant, values: Readonly<Record<string, string>> = {}): Deploy =>
  inTests(
    {
      ...deployOf(tenantFileWith([]), () => '##HOME_OF_SOMEBODY##', {
        AUTH0_DOMAIN: on.domain,
        DIDIT_CLIENT_ID: 'didit-client-id',
        DIDIT_CLIENT_SECRET: 'marked-secret-of-didit',
        ...values,
      }),
      // Started with the environment that the test has set.
      startCli: ownCli,
    },
    folders.authorityFile,
  );

beforeAll(async () => {
  folders = tenantFolders();
  tenant = await startLocalTenant({ folder: folders.newTenant('tenant'), buildMilliseconds: 0 });
  proxy = await startFaultProxy(folders.certificate, () => tenant);
  api = await directApi(tenant);
  await addForeignThings(api);
  await api.send('POST', '/connections', {
    name: 'didit',
    strategy: 'oauth2',
    options: {
      client_id: 'didit-client-id',
      client_secret: 'the-real-secret',
      icon_url: 'https://icons.example.com/',
    },
  });
  file = join(folders.root, 'tenant.yaml');
  writeFileSync(join(folders.root, 'claims.js'), CODE);
  writeFileSync(file, fileOf('https://apx.didit.me/auth/v2/token', ['Default App']));
  firstImport = await cli(tenant.domain);
  afterFirst = await state();
});
afterAll(async () => {
  await proxy.close();
  await tenant.close();
  folders.remove();
});

describe('the bare auth0-deploy-cli', () => {
  test('reports success', () => {
    expect(firstImport).toMatchObject({ exitCode: 0 });
    expect(firstImport.printed).toContain('Import Successful');
  });

  test('(4) writes variables of the environment into the code of an Action', () => {
    const action = afterFirst.actions.find(({ name }) => name === 'didit-claims');
    expect(action?.deployed?.code).toContain('/home/somebody');
  });

  test('(6) unbinds the Actions of other teams', () => {
    expect(bound(afterFirst)).toEqual(['didit-claims']);
  });

  test('(5) makes a new version of an Action that did not change, and (3) calls applications that were refused a success', async () => {
    writeFileSync(file, fileOf('https://apx.didit.me/auth/v2/token', ['Foreign Application']));
    proxy.arm({ kind: '400', at: 1, matching: /^PATCH .*\/connections\/\w+\/clients$/ });
    expect(await cli(proxy.domain)).toMatchObject({ exitCode: 0 });
    const now = await state();
    const versionIn = ({ actions }: TenantState) =>
      actions.find(({ name }) => name === 'didit-claims')?.deployed?.versionId;
    expect(versionIn(now)).not.toBe(versionIn(afterFirst));
    expect(now.connections[0]?.enabledClients).toEqual(afterFirst.connections[0]?.enabledClients);
  });

  test('(7) shows a token URL of an attacker as one line that names the connection', async () => {
    const [connection] = (await state()).connections;
    await api.send('PATCH', `/connections/${connection?.id ?? ''}`, {
      options: { ...connection?.options, icon_url: 'https://icons.example.com/' },
    });
    writeFileSync(file, fileOf('https://attacker.example.com/token', ['Default App']));
    const { exitCode, printed } = await cli(tenant.domain, 'dry-run');
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/UPDATE.*didit/);
    expect(printed).not.toContain('attacker');
    // Of an option that only the tenant has, and that the import would take away, there is no word.
    expect(printed).not.toContain('icon');
  });

  test('(7) says of an Action with a secret that it would be updated, for ever', async () => {
    writeFileSync(file, fileOf('https://apx.didit.me/auth/v2/token', ['Default App']));
    expect((await cli(tenant.domain, 'dry-run')).printed).toMatch(/UPDATE.*didit-claims/);
    expect(await cli(tenant.domain)).toMatchObject({ exitCode: 0 });
    expect((await cli(tenant.domain, 'dry-run')).printed).toMatch(/UPDATE.*didit-claims/);
  });

  test('(9) leaves the tenant half-changed when it fails', async () => {
    writeFileSync(file, fileOf('https://attacker.example.com/token', ['Default App']));
    proxy.arm({ kind: '400', at: 1, matching: /^PATCH .*\/bindings$/ });
    expect(await cli(proxy.domain)).toMatchObject({ exitCode: 1 });
    const { connections } = await state();
    expect(connections[0]?.options).toMatchObject({ tokenURL: 'https://attacker.example.com/token' });
  });

  test('(6) deletes what the file does not list, where AUTH0_ALLOW_DELETE says so', async () => {
    const foreign = async (): Promise<readonly string[]> => [
      ...(await state()).actions.map(({ name }) => name).filter((name) => name.startsWith('foreign')),
      ...(await api.list('/connections?name=foreign-connection', 'connections')).map(({ name }) =>
        String(name),
      ),
    ];
    expect(await foreign()).toContain('foreign-connection');
    writeFileSync(file, fileOf('https://apx.didit.me/auth/v2/token', ['Default App']));
    await bareCli(folders, api, {
      mode: 'import',
      domain: tenant.domain,
      input: file,
      environment: { HOME_OF_SOMEBODY: '/home/somebody', AUTH0_ALLOW_DELETE: 'true' },
      kinds: ['actions', 'connections'],
    });
    expect(await foreign()).toEqual([]);
  });

  test('(6) takes away what the file does not list of an application, where AUTH0_ALLOW_DELETE=false forbids it', async () => {
    await api.send('POST', '/clients', { name: 'Shop', client_metadata: METADATA });
    const input = join(folders.root, 'shop.yaml');
    writeFileSync(input, "clients: [{ name: Shop, client_metadata: { of_ours: 'changed' } }]\n");
    const metadataAfter = async (environment: Readonly<Record<string, string>>): Promise<unknown> => {
      const result = await bareCli(folders, api, {
        ...{ mode: 'import', domain: tenant.domain, input, environment, kinds: ['clients'] },
      });
      expect(result.exitCode).toBe(0);
      return await metadataOf(api, 'Shop');
    };
    expect(await metadataAfter({})).toEqual({ of_ours: 'changed', of_another_team: 'kept' });
    expect(await metadataAfter({ AUTH0_ALLOW_DELETE: 'false' })).not.toHaveProperty('of_another_team');
  });

  test('(1) uploads a marker for a secret, and (2) drops the secret of a connection', async () => {
    await tenant.close();
    const contents = JSON.stringify(tenantContents(join(folders.root, 'tenant')));
    tenant = await startLocalTenant({ folder: join(folders.root, 'tenant'), buildMilliseconds: 0 });
    expect(contents).toContain('##UNSET_SECRET##');
    expect(contents).not.toContain('the-real-secret');
  });
});

describe('the deploy of this project', () => {
  let other: LocalTenant;
  let otherApi: ManagementApi;
  let records = 0;
  beforeAll(async () => {
    other = await startLocalTenant({ folder: folders.newTenant('ours'), buildMilliseconds: 0 });
    otherApi = await directApi(other);
    await addForeignThings(otherApi);
    // What the bare CLI would take from whoever runs it.
    vi.stubEnv('HOME_OF_SOMEBODY', '/home/somebody');
    vi.stubEnv('AUTH0_ALLOW_DELETE', 'true');
    await deploy(ours(other));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await other.close();
  });
  const deploy = async (what: Deploy, through: ManagementApi = otherApi) =>
    await changeTenant(through, what, openRecords('ours', join(folders.root, `records-${(records += 1)}`)));

  test('(1, 2) stops before anything is sent when a secret is not set', async () => {
    const found = await problemsOfAsync(() => deploy(ours(other, { DIDIT_CLIENT_SECRET: '' })));
    expect(found.map(({ code }) => code)).toEqual(['PLACEHOLDER_UNRESOLVED']);
  });

  test('(4) sends code as it is', async () => {
    const { actions } = await readTenantState(otherApi, CONNECTION);
    expect(actions.find(({ name }) => name === 'didit-claims')?.deployed?.code).toContain(
      '##HOME_OF_SOMEBODY##',
    );
  });

  test('(6) keeps the Actions of other teams bound', async () => {
    expect(bound(await readTenantState(otherApi, CONNECTION))).toEqual([
      ...['foreign-before', 'foreign-between', 'foreign-after'],
      ...['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'],
    ]);
  });

  test('(6) deletes nothing, whatever AUTH0_ALLOW_DELETE says in the environment', async () => {
    const { actions } = await readTenantState(otherApi, CONNECTION);
    expect(actions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['foreign-before', 'foreign-between', 'foreign-after']),
    );
    expect(await otherApi.list('/connections?name=foreign-connection', 'connections')).toHaveLength(1);
  });

  test.each(['false', 'true'])(
    '(6) keeps what it does not list of an application, whatever the environment says: AUTH0_ALLOW_DELETE=%s',
    async (allowDelete) => {
      vi.stubEnv('AUTH0_ALLOW_DELETE', allowDelete);
      const [shop] = await applicationsCalled(otherApi, 'Didit Sample Application');
      await otherApi.send('PATCH', `/clients/${String(shop?.['client_id'])}`, { client_metadata: METADATA });
      const changed = {
        ...ours(other),
        tenantFile: tenantFileWith([[['clients', 1, 'client_metadata', 'of_ours'], allowDelete]]),
      };
      expect(await deploy(changed)).toMatchObject({ changed: true });
      expect(await metadataOf(otherApi, 'Didit Sample Application')).toEqual({
        didit_policy: 'require=verified',
        of_ours: allowDelete,
        of_another_team: 'kept',
      });
    },
  );

  test('(5) sends nothing that did not change', async () => {
    expect(await deploy(ours(other))).toMatchObject({ changed: false });
  });

  test('(7) names the field that changes', async () => {
    const attacked = {
      ...ours(other),
      tenantFile: tenantFileWith([
        [['connections', 0, 'options', 'tokenURL'], 'https://attacker.example.com/token'],
      ]),
    };
    const prepared = await prepareDeploy(otherApi, attacked);
    expect(prepared.changes.connections[0]?.fields).toEqual(['options.tokenURL']);
    const shown = renderPlan(await planDeploy(otherApi, prepared), 'terminal', false).text;
    expect(shown).toMatch(
      /^! endpoint_host .*\n.*options\.tokenURL: https:\/\/apx\.didit\.me\S* → https:\/\/attacker\.example\.com\/token$/m,
    );
  });

  test('(7) shows a key that only the tenant has where it would be taken away, and nothing once it is deployed', async () => {
    const { connections } = await readTenantState(otherApi, CONNECTION);
    const [connection] = connections;
    await otherApi.send('PATCH', `/connections/${connection?.id ?? ''}`, {
      options: {
        ...connection?.options,
        icon_url: 'https://icons.example.com/',
        client_secret: 'marked-secret-of-didit',
      },
      display_name: 'Didit',
    });
    const planned = async (replaceOptions: boolean): Promise<string> => {
      const prepared = await prepareDeploy(otherApi, { ...ours(other), options: { replaceOptions } });
      return renderPlan(await planDeploy(otherApi, prepared), 'terminal', false).text;
    };
    expect(await planned(true)).toMatch(/- connection didit · options\.icon_url/);
    expect(await planned(false)).toContain('Nothing would change.');
  });

  test('(3, 9) finds applications that were refused, and puts everything back', async () => {
    const before = await readTenantState(otherApi, CONNECTION);
    const otherProxy = await startFaultProxy(folders.certificate, () => other);
    const through = await connectToTenant({
      domain: otherProxy.domain,
      credentials: { kind: 'token', accessToken: otherApi.accessToken },
    });
    otherProxy.arm({ kind: '400', at: 1, matching: /^PATCH .*\/connections\/\w+\/clients$/ });
    const changed = {
      ...ours(other),
      tenantFile: tenantFileWith([
        [['clients', 1, 'description'], 'Changed'],
        [['connections', 0, 'enabled_clients', 0], 'Didit Actions'],
      ]),
    };
    const found = await problemsOfAsync(() => deploy(changed, through));
    await otherProxy.close();
    expect(found.map(({ code }) => code)).toEqual(['READ_BACK_DIFFERS', 'DEPLOY_PUT_BACK']);
    expect(await readTenantState(otherApi, CONNECTION)).toEqual(before);
  });
});
