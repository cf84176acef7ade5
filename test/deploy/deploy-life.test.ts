import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { DeployRecords } from '../../scripts/records/deploy-records.ts';
import { currentSecretOf, prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDestroy } from '../../scripts/undo/destroy/plan-destroy.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { putBack } from '../../scripts/undo/put-back.ts';
import { runOperations } from '../../scripts/undo/run-operations.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { directApi } from '../faults/fault-run.ts';
import { inTests } from '../faults/warm-cli.ts';
import { addForeignThings, interleave, SCENARIOS } from '../faults/scenarios.ts';
import { codeOfDeploy, deployOf, tenantFileWith } from './deploy-inputs.ts';
import { tenantContents } from './tenant-contents.ts';
import { tenantFolders } from './tenant-folders.ts';
import type { TenantFolders } from './tenant-folders.ts';

const LONG = { tags: ['long'] };

const [FIRST, CHANGE] = SCENARIOS;
const SECRETS = {
  DIDIT_CLIENT_ID: 'didit-client-id',
  DIDIT_CLIENT_SECRET: 'marked-secret-of-didit',
};

let folders: TenantFolders;
let count = 0;
beforeAll(() => {
  folders = tenantFolders();
});
afterAll(() => {
  folders.remove();
});

/** A tenant on which other teams have things, and what deploys to it. */
interface Bench {
  readonly tenant: LocalTenant;
  readonly folder: string;
  readonly api: ManagementApi;
  readonly records: DeployRecords;
  readonly deploy: (deploy: Deploy) => ReturnType<typeof changeTenant>;
  readonly bindings: () => Promise<readonly string[]>;
}

async function bench(): Promise<Bench> {
  count += 1;
  const folder = folders.newTenant(`tenant-${count}`);
  const tenant = await startLocalTenant({ folder, buildMilliseconds: 0 });
  const api = await directApi(tenant);
  await addForeignThings(api);
  const records = openRecords('tenant', join(folders.root, `records-${count}`));
  return {
    tenant,
    folder,
    api,
    records,
    deploy: (deploy) => changeTenant(api, inTests(deploy, folders.authorityFile), records),
    bindings: async () =>
      (await readTenantState(api, { connections: [] })).bindings.map(({ action_name }) => action_name),
  };
}

const version = (name: 'first' | 'changed', { tenant }: Bench): Deploy => {
  const scenario = name === 'first' ? FIRST : CHANGE;
  if (scenario === undefined) throw new Error('no such scenario');
  return scenario.tested(tenant.domain);
};

const newDeploy = (
  { tenant }: Bench,
  changes: Parameters<typeof tenantFileWith>[0],
  more: Partial<Deploy> = {},
): Deploy => ({
  ...deployOf(tenantFileWith(changes), () => 'one', { AUTH0_DOMAIN: tenant.domain, ...SECRETS }),
  ...more,
});

describe('foreign Actions before, between and after ours', () => {
  const FOREIGN = ['foreign-before', 'foreign-between', 'foreign-after'];
  const foreignOf = (names: readonly string[]): readonly string[] =>
    names.filter((name) => name.startsWith('foreign'));

  test('keep their places through deploy, change, rollback and destroy, and everything else of others is as it was', async () => {
    const on = await bench();
    await on.deploy(version('first', on));
    expect(foreignOf(await on.bindings())).toEqual(FOREIGN);
    await interleave(on.api);
    const interleaved = await on.bindings();

    await on.deploy(version('changed', on));
    expect(await on.bindings()).toEqual([
      'foreign-before',
      'didit-access-policy',
      'didit-profile-sync',
      'foreign-between',
      'didit-step-up',
      'didit-claims',
      'foreign-after',
    ]);

    const [record] = on.records.all();
    if (record === undefined) throw new Error('the deploy left no record');
    const report = await putBack(
      on.api,
      { snapshot: record.snapshot },
      currentSecretOf({ config: prepareConfig(version('first', on)) }),
    );
    expect(report.left).toEqual([]);
    expect(await on.bindings()).toEqual(interleaved);
    on.records.write({ ...record, status: 'rolled-back' });
    const { changes } = await prepareDeploy(on.api, version('first', on));
    expect(isEmptyDeploy(changes)).toBe(true);

    const config = prepareConfig(version('first', on));
    const { operations, kept } = planDestroy(
      config,
      await readTenantState(on.api, config),
      on.records.origins(),
      false,
    );
    expect(kept).toEqual([]);
    await runOperations(on.api, operations, () => undefined);
    expect(await on.bindings()).toEqual(FOREIGN);
    await on.tenant.close();
    const left = tenantContents(on.folder);
    expect(JSON.stringify(left)).not.toMatch(/didit/i);

    const untouched = await bench();
    await untouched.tenant.close();
    const withoutPort = (contents: object): unknown =>
      JSON.parse(JSON.stringify(contents).replaceAll(/localhost:\d+/g, 'tenant.example.com'));
    expect(withoutPort(left)).toEqual(withoutPort(tenantContents(untouched.folder)));
  });
});

describe('a connection that was there before', () => {
  let on: Bench;
  beforeEach(async () => {
    on = await bench();
    await on.api.send('POST', '/connections', {
      name: 'didit',
      strategy: 'oauth2',
      display_name: 'Made in the Marketplace',
      metadata: { of_another_team: 'stays' },
      options: {
        client_id: 'didit-client-id',
        client_secret: 'marketplace-secret',
        authorizationURL: 'https://old.example.com',
        tokenURL: 'https://old.example.com/token',
        scope: 'openid',
        icon_url: 'https://icons.example.com/didit.png',
        scripts: { fetchUserProfile: 'function(){}', getLogoutUrl: 'function logout(){}' },
      },
    });
    return async () => {
      await on.tenant.close();
    };
  });
  const options = async (): Promise<unknown> =>
    (await readTenantState(on.api, { connections: [{ name: 'didit' }] })).connections[0]?.options;

  test('is adopted, and keeps the options and metadata that tenant.yaml does not mention', async () => {
    await on.deploy(newDeploy(on, []));
    expect(await options()).toMatchObject({
      authorizationURL: 'https://auth.didit.me',
      icon_url: 'https://icons.example.com/didit.png',
      scripts: { getLogoutUrl: 'function logout(){}' },
    });
    const [connection] = await on.api.list('/connections?name=didit', 'connections');
    expect(connection?.['metadata']).toMatchObject({ of_another_team: 'stays' });
    const { changes } = await prepareDeploy(on.api, newDeploy(on, []));
    expect(isEmptyDeploy(changes)).toBe(true);
  });

  test('loses them when told', LONG, async () => {
    await on.deploy(newDeploy(on, [], { options: { replaceOptions: true } }));
    expect(await options()).not.toHaveProperty('icon_url');
  });

  test('is not removed by destroy: nobody knows what else it is for', LONG, async () => {
    const deploy = newDeploy(on, []);
    await on.deploy(deploy);
    const config = prepareConfig(deploy);
    const { operations, kept } = planDestroy(
      config,
      await readTenantState(on.api, config),
      on.records.origins(),
      false,
    );
    expect(kept).toEqual(['connection didit (it was there before)']);
    expect(operations.map(({ what }) => what)).toContain('Action didit-claims removed');
  });
});

describe('a deploy of what is there already', () => {
  test('starts no process and makes no record', async () => {
    const on = await bench();
    await on.deploy(newDeploy(on, []));
    const records = on.records.all().length;
    let started = 0;
    const result = await changeTenant(
      on.api,
      {
        ...newDeploy(on, []),
        startCli: () => {
          started += 1;
          throw new Error('nothing to send');
        },
      },
      on.records,
    );
    expect(result).toMatchObject({ changed: false, problems: [] });
    expect([...result.codeHashes.keys()]).toHaveLength(4);
    expect(started).toBe(0);
    expect(on.records.all()).toHaveLength(records);
    await on.tenant.close();
  });

  test('hands the CLI only the Action that changed, without its secrets, and leaves the versions of the others alone', async () => {
    const on = await bench();
    await on.deploy(newDeploy(on, []));
    const versions = async () =>
      new Map(
        (await readTenantState(on.api, { connections: [] })).actions.map(({ name, deployed }) => [
          name,
          deployed?.versionId,
        ]),
      );
    const before = await versions();
    const secretsOf = async (): Promise<unknown> =>
      (await readTenantState(on.api, { connections: [] })).actions.find(({ name }) => name === 'didit-claims')
        ?.deployed?.secrets;
    const secrets = await secretsOf();
    await on.deploy(
      deployOf(tenantFileWith([]), (action) => (action === 'didit-claims' ? 'two' : 'one'), {
        AUTH0_DOMAIN: on.tenant.domain,
        ...SECRETS,
      }),
    );
    const after = await versions();
    expect([...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name)).toEqual([
      'didit-claims',
    ]);
    expect(await secretsOf()).toEqual(secrets);
    await on.tenant.close();
  });
});

describe('an export', () => {
  test('of a tenant that somebody changed by hand deploys back to nothing, keeps placeholders and holds no secret', async () => {
    const on = await bench();
    const deploy = newDeploy(on, []);
    await on.deploy(deploy);
    const config = prepareConfig(deploy);
    const [connection] = await on.api.list('/connections?name=didit', 'connections');
    const foreign = (await readTenantState(on.api, config)).clients.find(
      ({ name }) => name === 'Foreign Application',
    );
    const path = `/connections/${String(connection?.['id'])}`;
    await on.api.send('PATCH', path, {
      display_name: 'By hand',
      metadata: { didit_policy: 'mode=report', note: 'by hand' },
      options: {
        ...(typeof connection?.['options'] === 'object' ? connection['options'] : {}),
        client_secret: SECRETS.DIDIT_CLIENT_SECRET,
        scope: 'openid user_id is_verified is_over_18',
        icon_url: 'https://icons.example.com/hand.png',
      },
    });
    await on.api.send('PATCH', `${path}/clients`, [{ client_id: foreign?.client_id, status: true }]);

    const state = await readTenantState(on.api, config);
    const exported = exportTenantFile(deploy.tenantFile, config, state, deploy.values, codeOfDeploy(deploy));
    const tenantFile = parseTenantFile(exported.text, 'exported.yaml');
    const { changes } = await prepareDeploy(on.api, { ...deploy, tenantFile });
    expect(isEmptyDeploy(changes)).toBe(true);
    expect(exported.codeFiles.size).toBe(0);
    expect(exported.text).toContain('##DIDIT_CLIENT_SECRET##');
    expect(exported.text).toContain('# In this order.');
    expect(exported.text).toContain('icon_url: https://icons.example.com/hand.png');
    expect(exported.text).not.toContain(SECRETS.DIDIT_CLIENT_SECRET);
    await on.tenant.close();
  });
});
