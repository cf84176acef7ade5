import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeTenant } from '../../../scripts/deploy/change-tenant.ts';
import { prepareConfig } from '../../../scripts/tenant-access/complete-config.ts';
import { startDeployCli } from '../../../scripts/deploy/deploy-cli.ts';
import { destroyTenant } from '../../../scripts/undo/destroy/destroy-tenant.ts';
import { planDestroy } from '../../../scripts/undo/destroy/plan-destroy.ts';
import type { DestroyPlan } from '../../../scripts/undo/destroy/plan-destroy.ts';
import type { ManagementApi } from '../../../scripts/tenant-access/management-api.ts';
import { PUT_BACK_SCOPES, REQUIRED_SCOPES } from '../../../scripts/tenant-access/required-scopes.ts';
import { Problem } from '../../../scripts/base/problem.ts';
import { inTests } from '../../faults/warm-cli.ts';
import { problemsOfAsync } from '../../problems-of.ts';
import { apiWithScopes, failing, openBench } from '../../deploy/tenant-bench.ts';
import type { Bench } from '../../deploy/tenant-bench.ts';
import { tenantFolders } from '../../deploy/tenant-folders.ts';
import type { TenantFolders } from '../../deploy/tenant-folders.ts';

const DEPLOY_SCOPES = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes);

let folders: TenantFolders;
let on: Bench;
let count = 0;
beforeAll(async () => {
  folders = await tenantFolders();
});
afterAll(() => {
  folders.remove();
});

const openTenant = async (): Promise<void> => {
  count += 1;
  on = await openBench(folders, `destroy-${count}`);
};
const closeTenant = async (): Promise<void> => {
  await on.tenant.close();
};

interface Destroyed {
  /** `undefined` when nobody was asked. */
  readonly shown: DestroyPlan | undefined;
  readonly plan: DestroyPlan;
  readonly done: readonly string[];
}

async function destroy({
  api = on.api,
  withoutRecord = false,
  changes = [],
  meanwhile = async () => Promise.resolve(),
}: {
  readonly api?: ManagementApi;
  readonly withoutRecord?: boolean;
  /** Of `tenant.yaml`. */
  readonly changes?: Parameters<Bench['deployOf']>[0];
  /** What happens while the list is read. */
  readonly meanwhile?: () => Promise<void>;
} = {}): Promise<Destroyed> {
  const done: string[] = [];
  let shown: DestroyPlan | undefined;
  const plan = await destroyTenant(api, prepareConfig(on.deployOf(changes)), on.records, withoutRecord, {
    onPlan: async (asked) => {
      shown = asked;
      await meanwhile();
    },
    onDone: (what) => done.push(what),
  });
  return { shown, plan, done };
}

/** What would be asked about now. */
const planNow = async (): Promise<DestroyPlan> => {
  const config = prepareConfig(on.deployOf([]));
  return planDestroy(config, await on.state(), on.records.origins(), false);
};

const remade = async (name: string): Promise<void> => {
  await on.api.send('DELETE', `/clients/${(await on.client(name)).client_id}`);
  await on.api.send('POST', '/clients', { name, app_type: 'regular_web' });
};

const addForeignApplication = async (name: string): Promise<string> => {
  await on.api.send('POST', '/clients', { name, app_type: 'spa' });
  return (await on.client(name)).client_id;
};

const enable = async (client_id: string): Promise<void> => {
  await on.api.send('PATCH', `/connections/${(await on.connection())?.id ?? ''}/clients`, [
    { client_id, status: true },
  ]);
};

/** A first deploy that makes everything and then fails, by a client that may delete nothing. */
async function failFirstDeploy(): Promise<ManagementApi> {
  const client = await apiWithScopes(on, DEPLOY_SCOPES);
  const deploy = inTests(on.deployOf([]), folders.authorityFile);
  const problems = await problemsOfAsync(() =>
    changeTenant(
      client,
      {
        ...deploy,
        startCli: (options) => {
          const cli = (deploy.startCli ?? startDeployCli)(options);
          return {
            ...cli,
            import: async (input, signal) => {
              const result = await cli.import(input, signal);
              if (input.assets['connections'] === undefined) return result;
              throw new Problem({
                code: 'DEPLOY_CLI_FAILED',
                message: 'it fails',
                place: { tenant: 'tenant' },
              });
            },
          };
        },
      },
      on.records,
    ),
  );
  expect(problems.map(({ code }) => code)).toEqual(['DEPLOY_CLI_FAILED', 'PUT_BACK_INCOMPLETE']);
  expect(await on.connection()).toBeDefined();
  return client;
}

describe('destroy that is refused, or only planned,', () => {
  beforeAll(async () => {
    await openTenant();
    await on.deploy(on.deployOf([]));
  });
  afterAll(closeTenant);

  test('by a client that may delete nothing asks nobody, and names each scope that it needs', async () => {
    const client = await apiWithScopes(on, DEPLOY_SCOPES);
    const before = await on.state();
    let asked = false;
    const [problem, ...others] = await problemsOfAsync(() =>
      destroy({
        api: client,
        meanwhile: async () => {
          asked = true;
          await Promise.resolve();
        },
      }),
    );
    expect(others).toEqual([]);
    expect(problem?.code).toBe('SCOPE_MISSING');
    for (const scope of PUT_BACK_SCOPES) expect(problem?.message).toContain(`    ${scope}  for: `);
    expect(asked).toBe(false);
    expect(await on.state()).toEqual(before);
  });

  test('leaves the rules bound while a connection cannot be disabled', async () => {
    const { actions, bindings, clients } = await on.state();
    const refusing = failing(on.api, (_method, path) =>
      path.startsWith('/connections/')
        ? new Problem({ code: 'TENANT_ANSWER', message: 'it is refused', place: { tenant: 'tenant' } })
        : undefined,
    );
    const codes = (await problemsOfAsync(() => destroy({ api: refusing }))).map(({ code }) => code);
    expect(codes).toContain('RULES_KEPT');
    expect(await on.state()).toMatchObject({ actions, bindings, clients });
  });

  test('shows what others lose before it asks', async () => {
    const shop = await addForeignApplication('Shop');
    await enable(shop);
    await on.api.send('POST', '/client-grants', {
      client_id: shop,
      audience: 'https://api.example.com/',
      scope: [],
    });
    expect((await planNow()).losses).toEqual(
      expect.arrayContaining([
        'application Shop: nobody can sign in to it through connection didit any more',
        'application Shop: its grant for API https://api.example.com/ goes, too',
      ]),
    );
  });

  test('removes nothing that was not on the list when somebody agreed to it', async () => {
    const shop = await addForeignApplication('Kiosk');
    const codes = (await problemsOfAsync(() => destroy({ meanwhile: () => enable(shop) }))).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['TENANT_CHANGED']);
    expect((await on.connection())?.enabledClients).toContain(shop);
  });

  test('settles no deploy that was killed before somebody has agreed', async () => {
    const finished = on.lastRecord();
    const { after, ...unfinished } = finished;
    expect(after).toBeDefined();
    on.records.write({ ...unfinished, status: 'applying' });
    const before = await on.state();
    const told: (string | undefined)[] = [];
    const no = new Problem({ code: 'NOT_CONFIRMED', message: 'no' });
    await problemsOfAsync(() =>
      destroyTenant(on.api, prepareConfig(on.deployOf([])), on.records, false, {
        onPlan: (_plan, interrupted) => {
          told.push(interrupted?.startedAt);
          return Promise.reject(no);
        },
        onSettled: () => told.push('settled'),
      }),
    );
    expect(told).toEqual([finished.startedAt]);
    expect(await on.state()).toEqual(before);
    expect(on.lastRecord().status).toBe('applying');
    on.records.write(finished);
  });
});

describe('destroy', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  test('needs no scope for what it does not remove', async () => {
    await on.api.send('POST', '/resource-servers', {
      name: 'Didit Sample API',
      identifier: 'https://api.example.com/',
    });
    const client = await apiWithScopes(on, [
      ...DEPLOY_SCOPES,
      ...PUT_BACK_SCOPES.filter((scope) => scope !== 'delete:resource_servers'),
    ]);
    await on.deploy(on.deployOf([]), client);
    const { plan } = await destroy({ api: client });
    expect(plan.kept).toEqual(['API https://api.example.com/ (it was there before)']);
    expect(await on.connection()).toBeUndefined();
  });

  test('lets nobody sign in any more before the rules go', async () => {
    await on.deploy(on.deployOf([]));
    const { done } = await destroy();
    const [disabled, removed, unbound, action] = [
      /^connection didit: disabled for Didit Sample Application$/,
      /^connection didit.* removed$/,
      /^post-login bindings/,
      /^Action /,
    ].map((what) => done.findIndex((line) => what.test(line)));
    expect([disabled, removed, unbound, action]).toEqual([0, 1, 2, 3]);
    const { connections, actions, bindings, resourceServers } = await on.state();
    expect([connections, actions, bindings]).toEqual([[], [], []]);
    expect(JSON.stringify(resourceServers)).not.toContain('Didit');
  });

  test('says that a connection which stays loses its rules', async () => {
    await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
    await on.deploy(on.deployOf([]));
    await enable(await addForeignApplication('Shop'));
    const { shown } = await destroy();
    expect(shown?.kept).toEqual(['connection didit (it was there before)']);
    expect(shown?.losses).toEqual([
      'connection didit: it stays, without access rules: anyone can sign in through it',
    ]);
  });

  test('keeps bindings that somebody makes while the list is read', async () => {
    await on.deploy(on.deployOf([]));
    await destroy({
      meanwhile: async () => {
        await on.api.send('POST', '/actions/actions', {
          name: 'foreign',
          code: 'exports.onExecutePostLogin = async () => {};',
          supported_triggers: [{ id: 'post-login', version: 'v3' }],
          deploy: true,
        });
        const { bindings } = await on.state();
        await on.api.send('PATCH', '/actions/triggers/post-login/bindings', {
          bindings: [...bindings.map(({ action_name }) => action_name), 'foreign'].map((value) => ({
            ref: { type: 'action_name', value },
            display_name: value,
          })),
        });
      },
    });
    expect((await on.state()).bindings.map(({ action_name }) => action_name)).toEqual(['foreign']);
  });
});

describe('destroy knows who made what', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  test('after a first deploy that failed and could not be put back, and a second one', async () => {
    const client = await failFirstDeploy();
    await on.deploy(on.deployOf([]), client);
    const { plan } = await destroy();
    expect(plan.kept).toEqual([]);
    expect(await on.connection()).toBeUndefined();
  });

  test('after a first deploy that failed and could not be put back alone', async () => {
    await failFirstDeploy();
    const { plan } = await destroy();
    expect(plan.kept).toEqual([]);
    expect(await on.connection()).toBeUndefined();
  });

  test('when somebody made a thing anew by hand: it stays, and the option that removes it is named', async () => {
    await on.deploy(on.deployOf([]));
    await remade('Didit Sample Application');
    const { plan } = await destroy();
    expect(plan.kept).toEqual([
      'application Didit Sample Application (no record here of a deploy that made it: --without-record removes it, too)',
    ]);
    const { client_id } = await on.client('Didit Sample Application');
    expect(await destroy()).toMatchObject({ shown: undefined, plan: { removed: [] } });
    await destroy({ withoutRecord: true });
    expect((await on.state()).clients.map((client) => client.client_id)).not.toContain(client_id);
  });
});

/** The connection has another name in `tenant.yaml`, and in what the Actions are told. */
const RENAMED: Parameters<Bench['deployOf']>[0] = [
  [['connections', 0, 'name'], 'didit-two'],
  [['actions', 0, 'secrets', 3, 'value'], 'didit-two'],
  [['actions', 1, 'secrets', 0, 'value'], 'didit-two'],
  [['actions', 2, 'secrets', 0, 'value'], 'didit-two'],
];
const WITHOUT_CLAIMS: Parameters<Bench['deployOf']>[0] = [
  [['actions', 2], undefined],
  [['triggers', 'post-login', 2], undefined],
];

describe('destroy of what tenant.yaml no longer lists', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  const connections = async (): Promise<readonly unknown[]> =>
    (await on.api.list('/connections', 'connections')).map(({ name }) => name);

  test('closes and removes a connection that was renamed there, before the rules go', async () => {
    await on.deploy(on.deployOf([]));
    await on.deploy(on.deployOf(RENAMED));
    await enable(await addForeignApplication('Shop'));
    const { shown, done } = await destroy({ changes: RENAMED });
    expect(shown?.removed).toContain('connection didit, with the users who signed in through it');
    expect(shown?.losses).toContain(
      'application Shop: nobody can sign in to it through connection didit any more',
    );
    const [closed, rules] = [/^connection didit: disabled for .*Shop/, /^post-login bindings/].map((what) =>
      done.findIndex((line) => what.test(line)),
    );
    expect(closed).toBeGreaterThanOrEqual(0);
    expect(closed).toBeLessThan(rules ?? -1);
    expect(await connections()).toEqual([]);
    expect(await destroy({ changes: RENAMED })).toMatchObject({ shown: undefined, plan: { removed: [] } });
  });

  test('unbinds and removes an Action that was taken out', async () => {
    await on.deploy(on.deployOf([]));
    await destroy({ changes: WITHOUT_CLAIMS });
    const { actions, bindings } = await on.state();
    expect([actions, bindings]).toEqual([[], []]);
  });

  test('removes every kind of thing', async () => {
    await on.deploy(on.deployOf([]));
    await destroy({
      changes: [
        ...RENAMED,
        [['clients', 1], undefined],
        [['connections', 0, 'enabled_clients'], undefined],
        [['clientGrants'], []],
        [['resourceServers'], []],
      ],
    });
    const state = await on.state();
    expect([state.connections, state.actions]).toEqual([[], []]);
    expect(JSON.stringify([state.clients, state.clientGrants, state.resourceServers])).not.toContain('Didit');
  });

  test('keeps a connection that somebody made anew under the old name, and says that its rules go', async () => {
    await on.deploy(on.deployOf([]));
    await on.deploy(on.deployOf(RENAMED));
    await on.api.send('DELETE', `/connections/${(await on.connection())?.id ?? ''}`);
    await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
    await enable(await addForeignApplication('Shop'));
    const { shown } = await destroy({ changes: RENAMED });
    expect(shown?.losses).toEqual([
      'connection didit: it stays, without access rules: anyone can sign in through it',
    ]);
    expect(await connections()).toEqual(['didit']);
  });

  test('says that a connection which was there before, and is no longer listed, loses its rules', async () => {
    await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
    await on.deploy(on.deployOf([]));
    const { shown } = await destroy({ changes: RENAMED });
    expect(shown?.losses).toContain(
      'connection didit: it stays, without access rules: anyone can sign in through it',
    );
    expect(await connections()).toEqual(['didit']);
  });

  test('notes the id of a connection that nothing was known of but its name', async () => {
    await on.deploy(on.deployOf([]));
    const known = on.records.origins();
    on.records.writeOrigins(
      known.map(({ kind, name, origin, ids }) =>
        kind === 'connection' || ids === undefined ? { kind, name, origin } : { kind, name, origin, ids },
      ),
    );
    await destroy({ changes: RENAMED });
    expect(on.records.origins()).toEqual(known);
    expect(await connections()).toEqual([]);
  });
});

describe('destroy after a deploy that was killed', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  test('settles it first, and says what became of it', async () => {
    await on.deploy(on.deployOf([]));
    on.records.write({ ...on.lastRecord(), status: 'applying' });
    const outcomes: string[] = [];
    await destroyTenant(on.api, prepareConfig(on.deployOf([])), on.records, false, {
      onPlan: () => Promise.resolve(),
      onSettled: ({ outcome }) => outcomes.push(outcome),
    });
    expect(outcomes).toEqual(['put-back']);
    expect(on.lastRecord().status).toBe('put-back');
    expect(await on.connection()).toBeUndefined();
  });
});
