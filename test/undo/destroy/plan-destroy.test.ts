import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeTenant } from '../../../scripts/deploy/change-tenant.ts';
import { startDeployCli } from '../../../scripts/deploy/deploy-cli.ts';
import type { ManagementApi } from '../../../scripts/tenant-access/management-api.ts';
import { Problem } from '../../../scripts/base/problem.ts';
import { inTests } from '../../faults/warm-cli.ts';
import { problemsOfAsync } from '../../problems-of.ts';
import { apiWithScopes } from '../../deploy/tenant-bench.ts';
import type { Bench } from '../../deploy/tenant-bench.ts';
import {
  addForeignApplication,
  closeTenant,
  DEPLOY_SCOPES,
  destroy,
  enable,
  folders,
  on,
  openFolders,
  openTenant,
  removeFolders,
} from './destroy-bench.ts';

beforeAll(openFolders);
afterAll(removeFolders);

const remade = async (name: string): Promise<void> => {
  await on.api.send('DELETE', `/clients/${(await on.client(name)).client_id}`);
  await on.api.send('POST', '/clients', { name, app_type: 'regular_web' });
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

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('destroy knows who made what', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  test('after a first deploy that failed and could not be put back, and a second one', LONG, async () => {
    const client = await failFirstDeploy();
    await on.deploy(on.deployOf([]), client);
    const { plan } = await destroy();
    expect(plan.kept).toEqual([]);
    expect(await on.connection()).toBeUndefined();
  });

  test('after a first deploy that failed and could not be put back alone', LONG, async () => {
    await failFirstDeploy();
    const { plan } = await destroy();
    expect(plan.kept).toEqual([]);
    expect(await on.connection()).toBeUndefined();
  });

  test(
    'when somebody made a thing anew by hand: it stays, and the option that removes it is named',
    LONG,
    async () => {
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
    },
  );
});

/** The connection has another name in `tenant.yaml`, and in what the Actions are told. */
const RENAMED: Parameters<Bench['deployOf']>[0] = [
  [['connections', 0, 'name'], 'didit-two'],
  [['actions', 0, 'secrets', 3, 'value'], 'didit-two'],
  [['actions', 1, 'secrets', 0, 'value'], 'didit-two'],
  [['actions', 2, 'secrets', 0, 'value'], 'didit-two'],
  [['actions', 3, 'secrets', 3, 'value'], 'didit-two'],
];
const WITHOUT_CLAIMS: Parameters<Bench['deployOf']>[0] = [
  [['actions', 2], undefined],
  [['triggers', 'post-login', 3], undefined],
];

describe('destroy of what tenant.yaml no longer lists', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  const connections = async (): Promise<readonly unknown[]> =>
    (await on.api.list('/connections', 'connections')).map(({ name }) => name);

  test(
    'of what the file lists and no deploy changed: it was there before, and nothing removes it',
    LONG,
    async () => {
      const shop = await addForeignApplication('Shop');
      const changes = [[['clients', 3], { name: 'Shop', app_type: 'spa' }]] as const;
      await on.deploy(on.deployOf(changes));
      const { plan } = await destroy({ withoutRecord: true, changes });
      expect(plan.kept).toEqual(['application Shop (it was there before)']);
      expect((await on.client('Shop')).client_id).toBe(shop);
    },
  );

  test('closes and removes a connection that was renamed there, before the rules go', LONG, async () => {
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

  test('unbinds and removes an Action that was taken out', LONG, async () => {
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

  test(
    'keeps a connection that somebody made anew under the old name, and says that its rules go',
    LONG,
    async () => {
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
    },
  );

  test(
    'says that a connection which was there before, and is no longer listed, loses its rules',
    LONG,
    async () => {
      await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
      await on.deploy(on.deployOf([]));
      const { shown } = await destroy({ changes: RENAMED });
      expect(shown?.losses).toContain(
        'connection didit: it stays, without access rules: anyone can sign in through it',
      );
      expect(await connections()).toEqual(['didit']);
    },
  );

  test('notes the id of a connection that nothing was known of but its name', LONG, async () => {
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
