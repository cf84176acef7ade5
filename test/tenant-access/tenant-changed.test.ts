import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { bindingsBody } from '../../scripts/undo/put-back-bindings.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { directApi } from '../faults/fault-run.ts';
import { inTests } from '../faults/warm-cli.ts';
import { addForeignThings } from '../faults/scenarios.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { codeSaying, deployOf, tenantFileWith } from '../deploy/deploy-inputs.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import type { TenantFolders } from '../deploy/tenant-folders.ts';

let folders: TenantFolders;
let tenant: LocalTenant;
let api: ManagementApi;
let count = 0;

const bind = async (names: readonly string[]): Promise<void> => {
  await api.send(
    'PATCH',
    '/actions/triggers/post-login/bindings',
    bindingsBody(names.map((action_name) => ({ action_name }))),
  );
};

beforeAll(() => {
  folders = tenantFolders();
});
beforeEach(async () => {
  count += 1;
  tenant = await startLocalTenant({ folder: folders.newTenant(`tenant-${count}`), buildMilliseconds: 0 });
  api = await directApi(tenant);
  await addForeignThings(api);
  await bind(['foreign-before']);
});
afterEach(async () => {
  await tenant.close();
});
afterAll(() => {
  folders.remove();
});

/** What others do between the plan and the answer to it. */
const deployWhile = async (
  others: () => Promise<void> = async () => Promise.resolve(),
  through = api,
  changes: Parameters<typeof tenantFileWith>[0] = [],
) => {
  const deploy = deployOf(tenantFileWith(changes), () => 'one', {
    AUTH0_DOMAIN: tenant.domain,
    DIDIT_CLIENT_ID: 'didit-client-id',
    DIDIT_CLIENT_SECRET: 'marked-secret-of-didit',
  });
  return await changeTenant(
    through,
    inTests(deploy, folders.authorityFile),
    openRecords('tenant', join(folders.root, `records-${count}`)),
    { onPrepared: others },
  );
};

/** The lifetime of tokens for the sample API, in seconds. */
const lifetime = async (): Promise<unknown> =>
  (await readTenantState(api, { connections: [] })).resourceServers.find(
    ({ identifier }) => identifier === 'https://api.example.com/',
  );
const setLifetime = async (seconds: number): Promise<void> => {
  const [server] = (await readTenantState(api, { connections: [] })).resourceServers.filter(
    ({ identifier }) => identifier === 'https://api.example.com/',
  );
  await api.send('PATCH', `/resource-servers/${server?.id ?? ''}`, { token_lifetime: seconds });
};

const bound = async (): Promise<readonly string[]> =>
  (await readTenantState(api, { connections: [] })).bindings.map(({ action_name }) => action_name);

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('a deploy whose plan somebody reads', () => {
  test('is not sent when another team binds an Action meanwhile', async () => {
    const found = await problemsOfAsync(() => deployWhile(() => bind(['foreign-before', 'foreign-after'])));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    expect(found[0]?.message).toContain('(the Actions of the login)');
    expect(await bound()).toEqual(['foreign-before', 'foreign-after']);
    expect(await api.list('/connections?name=didit', 'connections')).toEqual([]);
  });

  test('is put back when another team binds an Action once it is being sent, before the Actions are', async () => {
    let looks = 0;
    // For the plan, after the answer to it, and when the applications are there.
    const late: ManagementApi = {
      ...api,
      list: async (path, property) => {
        if (path.includes('/bindings') && (looks += 1) === 3) await bind(['foreign-before', 'foreign-after']);
        return await api.list(path, property);
      },
    };
    const found = await problemsOfAsync(() => deployWhile(undefined, late));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED', 'DEPLOY_PUT_BACK']);
    expect(await bound()).toEqual(['foreign-before', 'foreign-after']);
    const { clients } = await readTenantState(api, { connections: [] });
    expect(clients.map(({ name }) => name)).not.toContain('Didit Sample Application');
  });

  test.each([
    ['an option', { icon_url: 'https://theirs.example/icon.png' }, {}],
    ['a metadata key', {}, { metadata: { other_team: 'theirs' } }],
    ['the display name', {}, { display_name: 'Theirs' }],
  ])(
    'is put back when somebody changes %s of the connection once it is being sent, before that is',
    LONG,
    async (_, option, settings) => {
      await deployWhile();
      const [connection] = (await readTenantState(api, { connections: [{ name: 'didit' }] })).connections;
      const theirs = {
        ...settings,
        options: { ...connection?.options, client_secret: connection?.client_secret, ...option },
      };
      let looks = 0;
      // For the plan, after the answer to it, and before its options are sent.
      const late: ManagementApi = {
        ...api,
        list: async (path, property) => {
          if (path.startsWith('/connections?name=') && (looks += 1) === 3)
            await api.send('PATCH', `/connections/${connection?.id ?? ''}`, theirs);
          return await api.list(path, property);
        },
      };
      const changes = [
        [['connections', 0, 'options', 'set_user_root_attributes'], 'on_first_login'],
      ] as const;
      const found = await problemsOfAsync(() => deployWhile(undefined, late, changes));
      expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED', 'DEPLOY_PUT_BACK']);
      expect(found[0]?.message).toMatch(/ \(connection didit\)\.$/);
      const now = await api.list('/connections?name=didit', 'connections');
      expect(now).toMatchObject([
        { options: { set_user_root_attributes: 'on_each_login', ...option }, ...settings },
      ]);
    },
  );

  test('is sent when others change what it has nothing to do with', LONG, async () => {
    const result = await deployWhile(async () => {
      await api.send('POST', '/clients', { name: 'Of another team', app_type: 'spa' });
    });
    expect(result).toMatchObject({ changed: true });
    expect((await bound()).slice(0, 2)).toEqual(['foreign-before', 'didit-profile-sync']);
  });

  test('is not sent when the value that it changes is another one by now', async () => {
    await deployWhile();
    await setLifetime(600);
    const found = await problemsOfAsync(() => deployWhile(() => setLifetime(60)));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    expect(found[0]?.message).toContain('(API https://api.example.com/: token_lifetime)');
    expect(await lifetime()).toMatchObject({ settings: { token_lifetime: 60 } });
  });

  test('is not sent when somebody has deployed other code of an Action that it changes', LONG, async () => {
    await deployWhile();
    const [action] = await api.list('/actions/actions?actionName=didit-claims', 'actions');
    const path = `/actions/actions/${String(action?.['id'])}`;
    const fix = async (code: string): Promise<void> => {
      await api.send('PATCH', path, { code });
      await api.send('POST', `${path}/deploy`);
    };
    await fix(codeSaying('something else'));
    const found = await problemsOfAsync(() => deployWhile(() => fix(codeSaying('a hot fix'))));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    expect(found[0]?.message).toContain('(Action didit-claims: code)');
    const { actions } = await readTenantState(api, { connections: [] });
    expect(actions.find(({ name }) => name === 'didit-claims')?.deployed?.code).toContain('a hot fix');
  });
});
