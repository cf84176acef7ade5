// @module-tag long
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import type { ChangeHooks } from '../../scripts/deploy/change-tenant.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { startDeployCli } from '../../scripts/deploy/deploy-cli.ts';
import type { DeployCliOrder } from '../../scripts/deploy/deploy-cli.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import { recordsOf, textOf } from '../../scripts/base/json-values.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { describeProblem } from '../../scripts/base/problem.ts';
import { directApi } from '../faults/fault-run.ts';
import { inTests } from '../faults/warm-cli.ts';
import { problemsOf } from '../problems-of.ts';
import { bareCli } from './bare-cli.ts';
import { codeOfDeploy, codeSaying, deployOf, PROFILE_SCRIPT, tenantFileWith } from './deploy-inputs.ts';
import { secretsIn, secretsInFolder } from '../secrets/secret-search.ts';
import type { Secrets } from '../secrets/secret-search.ts';
import { commonKey } from './keys-that-run.ts';
import { tenantContents } from './tenant-contents.ts';
import { tenantFolders } from './tenant-folders.ts';
import type { TenantFolders } from './tenant-folders.ts';

/**
 * What auth0-deploy-cli does on the machine of whoever runs it, and that this project's commands do not. Numbers as in the list
 * of facts; what it does to a tenant is in `hazards.test.ts`.
 */
let folders: TenantFolders;
let tenant: LocalTenant;
let api: ManagementApi;
let tenantFolder: string;
let deploys = 0;
let tenants = 0;

const CONNECTION = { connections: [{ name: 'didit' }] };
const BEFORE = {
  DIDIT_CLIENT_ID: 'didit-client-id',
  DIDIT_CLIENT_SECRET: 'marked-secret-of-didit-before',
  GATEWAY_KEY: 'marked-key-of-the-gateway-before',
  CUSTOM_KEY: 'marked-key-of-an-action-before',
  SHOP_SECRET: 'marked-secret-of-the-shop-before-0123456789',
};
const AFTER = {
  ...BEFORE,
  DIDIT_CLIENT_SECRET: 'marked-secret-of-didit-after',
  GATEWAY_KEY: 'marked-key-of-the-gateway-after',
  CUSTOM_KEY: 'marked-key-of-an-action-after',
  SHOP_SECRET: 'marked-secret-of-the-shop-after-0123456789',
};
const MARKED = new Map(
  Object.entries({ before: BEFORE, after: AFTER }).flatMap(([when, values]) =>
    Object.entries(values)
      .filter(([, value]) => value.startsWith('marked'))
      .map(([name, value]): [string, string] => [`${name} ${when}`, value]),
  ),
);

/** `tenant.yaml` with secrets in more places: a header of the connection that can be read back, and an Action's own. */
const WITH_SECRETS = tenantFileWith([
  [['connections', 0, 'options', 'customHeaders'], { 'X-Gateway-Key': '##GATEWAY_KEY##' }],
  [['actions', 2, 'secrets', 3], { name: 'CUSTOM_KEY', value: '##CUSTOM_KEY##' }],
]);

const deployWith = (values: Readonly<Record<string, string>>): Deploy =>
  inTests(
    {
      ...deployOf(WITH_SECRETS, () => 'one', { ...values, AUTH0_DOMAIN: tenant.domain }),
      options: { updateSecrets: true },
    },
    folders.authorityFile,
  );

/** The same, and shows what the CLI is told to import. */
const watched = (deploy: Deploy, see: (order: DeployCliOrder) => void): Deploy => ({
  ...deploy,
  startCli: (options) => {
    const cli = (deploy.startCli ?? startDeployCli)(options);
    return {
      ...cli,
      import: async (order, signal) => {
        see(order);
        return await cli.import(order, signal);
      },
    };
  },
});

/** Deploys, and gives the folder of its records. */
async function deployed(deploy: Deploy, hooks: ChangeHooks = {}): Promise<string> {
  const folder = join(folders.root, `records-${(deploys += 1)}`);
  await changeTenant(api, deploy, openRecords('tenant', folder), hooks);
  return folder;
}

const optionsOfConnection = async (): Promise<unknown> =>
  (await readTenantState(api, CONNECTION)).connections[0]?.options;

/** Starts the tenant in a folder. It runs until the end of a test. */
const start = async (name: string): Promise<void> => {
  tenantFolder = join(folders.root, name);
  tenant = await startLocalTenant({ folder: tenantFolder, buildMilliseconds: 0 });
  api = await directApi(tenant);
};

beforeAll(async () => {
  folders = tenantFolders();
  folders.newTenant('deployed');
  await start('deployed');
  await deployed(deployWith(BEFORE));
  await tenant.close();
});
beforeEach(async () => {
  const name = `tenant-${(tenants += 1)}`;
  cpSync(join(folders.root, 'deployed'), join(folders.root, name), { recursive: true });
  await start(name);
});
afterEach(async () => {
  await tenant.close();
});
afterAll(() => {
  folders.remove();
});

describe('(8) the log of differences', () => {
  test('of the bare auth0-deploy-cli holds secrets in plain text, the old ones and the new', async () => {
    const [shop] = (await api.list('/clients', 'clients')).filter(
      ({ name }) => name === 'Didit Sample Application',
    );
    await api.send('PATCH', `/clients/${String(shop?.['client_id'])}`, { client_secret: BEFORE.SHOP_SECRET });
    const input = join(folders.root, 'tenant.yaml');
    writeFileSync(
      input,
      WITH_SECRETS.text.replace(
        '    app_type: regular_web\n',
        "    app_type: regular_web\n    client_secret: '##SHOP_SECRET##'\n",
      ),
    );
    const { exitCode, printed } = await bareCli(folders, api, {
      mode: 'interactive dry-run',
      input,
      domain: tenant.domain,
      environment: { ...AFTER, DIDIT_FETCH_USER_PROFILE: PROFILE_SCRIPT },
      kinds: ['clients', 'connections'],
    });
    expect(exitCode).toBe(0);
    expect(printed).toContain('Exported on ./dry-run-diff-log.json');
    const log = readFileSync(join(folders.root, 'dry-run-diff-log.json'), 'utf8');
    expect(secretsIn(log, MARKED)).toEqual([
      ...['DIDIT_CLIENT_SECRET before', 'GATEWAY_KEY before', 'SHOP_SECRET before'],
      ...['DIDIT_CLIENT_SECRET after', 'GATEWAY_KEY after', 'SHOP_SECRET after'],
    ]);
  });

  test('has no counterpart here: the same change is planned and deployed, and no secret is in what is shown or on the disk', async () => {
    const said: string[] = [];
    const onDisk: string[] = [];
    // Of the deploy before and of this one.
    const keys = new Map([['shared key before', commonKey(tenantFolder)]]);
    const secrets = (): Secrets => new Map([...MARKED, ...keys]);
    const folder = await deployed(
      watched(deployWith(AFTER), ({ basePath, assets }) => {
        for (const action of recordsOf(assets['actions'])) {
          for (const { name, value } of recordsOf(action['secrets']))
            if (name === 'DIDIT_HANDOVER_KEY') keys.set('shared key after', textOf(value));
        }
        onDisk.push(...secretsInFolder(basePath, secrets()));
        said.push(`imports ${Object.keys(assets).join(', ')}`);
      }),
      {
        onPrepared: async (prepared) => {
          const plan = await planDeploy(api, prepared);
          said.push(
            ...(['terminal', 'markdown', 'json'] as const).map((format) => renderPlan(plan, format).text),
          );
        },
        onProgress: (what) => said.push(what),
      },
    );
    const shown = said.join('\n');
    expect(shown).toContain('options.customHeaders.X-Gateway-Key');
    expect(shown).toContain('imports connections');
    expect(secretsIn(shown, secrets())).toEqual([]);
    expect(onDisk).toEqual([]);
    expect(readdirSync(folder)).not.toEqual([]);
    expect(secretsInFolder(folder, secrets())).toEqual([]);
    expect(keys.get('shared key after')).toBe(commonKey(tenantFolder));
    expect(secretsIn(JSON.stringify(await readTenantState(api, CONNECTION)), keys)).toEqual([]);
    // It was sent all the same.
    expect(await optionsOfConnection()).toMatchObject({
      customHeaders: { 'X-Gateway-Key': AFTER.GATEWAY_KEY },
    });
  });

  test('would need an application with its secret in the file, which is refused without naming the value', () => {
    const tenantFile = tenantFileWith([[['clients', 1, 'client_secret'], AFTER.SHOP_SECRET]]);
    const problems = problemsOf(() => prepareConfig({ tenantFile, values: deployWith(AFTER).values }));
    expect(problems.map(({ code }) => code)).toEqual(['TENANT_FILE_KEY']);
    expect(secretsIn(problems.map(describeProblem).join('\n'), MARKED)).toEqual([]);
  });
});

describe('(10) an export', () => {
  test('of the bare auth0-deploy-cli overwrites the sources of Actions, and tenant.yaml', async () => {
    const project = join(folders.root, 'project');
    const source = join(project, 'actions/didit-claims/code.js');
    mkdirSync(join(source, '..'), { recursive: true });
    writeFileSync(source, '// Written by somebody.\n');
    writeFileSync(join(project, 'tenant.yaml'), '# Written by somebody.\n');
    const { exitCode } = await bareCli(folders, api, {
      mode: 'export',
      input: project,
      domain: tenant.domain,
      kinds: ['actions'],
    });
    expect(exitCode).toBe(0);
    expect(readFileSync(source, 'utf8')).toBe(codeSaying('didit-claims says one'));
    expect(readFileSync(join(project, 'tenant.yaml'), 'utf8')).not.toContain('somebody');
  });

  test('of this project writes code into a folder of its own, whatever an Action is called', async () => {
    const deploy = deployWith(BEFORE);
    const config = prepareConfig(deploy);
    const state = await readTenantState(api, config);
    const [action] = config.actions;
    const [existing] = state.actions.filter(({ name }) => name === action?.name);
    if (action === undefined || existing === undefined) throw new Error('nothing was deployed');
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('../actions/didit-claims', '/etc/x', 'a\0b')),
        (name) => {
          const { codeFiles } = exportTenantFile(
            deploy.tenantFile,
            { ...config, actions: [{ ...action, name }] },
            { ...state, actions: [{ ...existing, name }] },
            deploy.values,
            () => 'what is built here',
          );
          expect([...codeFiles.keys()]).toEqual([expect.stringMatching(/^exported-actions\/[\w-]+\.js$/)]);
        },
      ),
    );
    const { codeFiles } = exportTenantFile(
      deploy.tenantFile,
      config,
      state,
      deploy.values,
      codeOfDeploy(deploy),
    );
    expect(codeFiles.size).toBe(0);
  });
});

describe('(10) code outside of the folder of the YAML file', () => {
  test('is what the bare auth0-deploy-cli will refuse in its next major version', async () => {
    const inside = join(folders.root, 'configuration');
    mkdirSync(inside);
    writeFileSync(join(folders.root, 'built.js'), codeSaying('built'));
    writeFileSync(
      join(inside, 'tenant.yaml'),
      'actions:\n  - name: foreign\n    code: ../built.js\n    supported_triggers: [{ id: post-login, version: v3 }]\n',
    );
    const { printed } = await bareCli(folders, api, {
      mode: 'dry-run',
      input: join(inside, 'tenant.yaml'),
      domain: tenant.domain,
      kinds: ['actions'],
    });
    expect(printed).toContain('outside the config directory');
    expect(printed).toContain('blocked as an error in the next major release');
  });

  test('is never handed to it here', async () => {
    const paths: string[] = [];
    await deployed(
      watched(deployWith(AFTER), ({ basePath, assets }) => {
        for (const { code } of recordsOf(assets['actions'])) {
          expect(resolve(basePath, textOf(code)).startsWith(resolve(basePath) + sep)).toBe(true);
          paths.push(textOf(code));
        }
      }),
    );
    expect(paths).toHaveLength(4);
  });
});

describe('(11) a value with an apostrophe and line breaks', () => {
  const CLIENT_ID = "didit'\n      icon_url: 'https://attacker.example.com/icon.png";
  const SECRET = "marked-secret-that-isn't-harmless";
  const inject = new Map([['DIDIT_CLIENT_SECRET', SECRET]]);

  test('becomes part of the file with the bare auth0-deploy-cli: settings come with it, and its errors print it', async () => {
    const input = join(folders.root, 'tenant.yaml');
    writeFileSync(input, tenantFileWith([]).text);
    const importWith = async (changes: Readonly<Record<string, string>>) =>
      await bareCli(folders, api, {
        mode: 'import',
        input,
        domain: tenant.domain,
        environment: { ...BEFORE, DIDIT_FETCH_USER_PROFILE: PROFILE_SCRIPT, ...changes },
        kinds: ['connections'],
      });
    const failed = await importWith({ DIDIT_CLIENT_SECRET: SECRET });
    expect(failed.exitCode).toBe(1);
    expect(secretsIn(failed.printed, inject)).toEqual(['DIDIT_CLIENT_SECRET']);

    expect(await importWith({ DIDIT_CLIENT_ID: CLIENT_ID })).toMatchObject({ exitCode: 0 });
    expect(await optionsOfConnection()).toMatchObject({
      client_id: 'didit',
      icon_url: 'https://attacker.example.com/icon.png',
    });
  });

  test('stays a value here, and so does a script of many lines', async () => {
    await deployed(deployWith({ ...AFTER, DIDIT_CLIENT_ID: CLIENT_ID, DIDIT_CLIENT_SECRET: SECRET }));
    const options = await optionsOfConnection();
    expect(options).toMatchObject({ client_id: CLIENT_ID, scripts: { fetchUserProfile: PROFILE_SCRIPT } });
    expect(options).not.toHaveProperty('icon_url');
    await tenant.close();
    const contents = JSON.stringify(tenantContents(tenantFolder));
    tenant = await startLocalTenant({ folder: tenantFolder, buildMilliseconds: 0 });
    expect(contents).toContain(JSON.stringify(SECRET));
  });
});
