import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { prepareConfig } from '../../../scripts/tenant-access/complete-config.ts';
import { destroyTenant } from '../../../scripts/undo/destroy/destroy-tenant.ts';
import { planDestroy } from '../../../scripts/undo/destroy/plan-destroy.ts';
import type { DestroyPlan } from '../../../scripts/undo/destroy/plan-destroy.ts';
import { PUT_BACK_SCOPES } from '../../../scripts/tenant-access/required-scopes.ts';
import { Problem } from '../../../scripts/base/problem.ts';
import { problemsOfAsync } from '../../problems-of.ts';
import { apiWithScopes, failing } from '../../deploy/tenant-bench.ts';
import {
  addForeignApplication,
  closeTenant,
  DEPLOY_SCOPES,
  destroy,
  enable,
  on,
  openFolders,
  openTenant,
  removeFolders,
} from './destroy-bench.ts';

beforeAll(openFolders);
afterAll(removeFolders);

/** What would be asked about now. */
const planNow = async (): Promise<DestroyPlan> => {
  const config = prepareConfig(on.deployOf([]));
  return planDestroy(config, await on.state(), on.records.origins(), false);
};

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('destroy that is refused, or only planned,', () => {
  beforeAll(async () => {
    await openTenant();
    await on.deploy(on.deployOf([]));
  });
  afterAll(closeTenant);

  test(
    'by a client that may delete nothing asks nobody, and names each scope that it needs',
    LONG,
    async () => {
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
    },
  );

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

  test('shows what others lose before it asks', LONG, async () => {
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
        'application Shop: its grant for API https://api.example.com/ is removed, too',
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

  test('removes nothing that was made anew under a name that was on the list', LONG, async () => {
    const name = 'Didit Sample Application';
    const { client_id: id } = await on.client(name);
    const made = on.records.origins();
    const unknown = made.filter((thing) => thing.name !== name);
    on.records.writeOrigins(unknown);
    const again = async (): Promise<void> => {
      await on.api.send('DELETE', `/clients/${id}`);
      await on.api.send('POST', '/clients', { name, app_type: 'spa' });
    };
    const found = await problemsOfAsync(() => destroy({ withoutRecord: true, meanwhile: again }));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    expect((await on.client(name)).settings).toMatchObject({ app_type: 'spa' });
    on.records.writeOrigins(made);
  });

  test('settles no deploy that was killed before somebody has agreed', LONG, async () => {
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

  test('needs no scope for what it does not remove', LONG, async () => {
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
    const { done, people } = await destroy();
    // Nobody has signed in yet, and the deploy client may read users here.
    expect(people?.lines).toEqual(['0 users who signed in through connection didit lose the sign-in']);
    const [disabled, removed, unbound, action] = [
      /^connection didit: disabled for .*Didit Sample Application/,
      /^connection didit.* removed$/,
      /^post-login bindings/,
      /^Action /,
    ].map((what) => done.findIndex((line) => what.test(line)));
    expect([disabled, removed, unbound, action]).toEqual([0, 1, 2, 3]);
    const { connections, actions, bindings, resourceServers } = await on.state();
    expect([connections, actions, bindings]).toEqual([[], [], []]);
    expect(JSON.stringify(resourceServers)).not.toContain('Didit');
  });

  test('says that a connection which stays loses its rules', LONG, async () => {
    await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
    await on.deploy(on.deployOf([]));
    await enable(await addForeignApplication('Shop'));
    const { shown } = await destroy();
    expect(shown?.kept).toEqual(['connection didit (it was there before)']);
    expect(shown?.losses).toEqual([
      'connection didit: it stays, without access rules: anyone can sign in through it',
    ]);
  });

  test('keeps bindings that somebody makes while the list is read', LONG, async () => {
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

describe('destroy after a deploy that was killed', () => {
  beforeEach(openTenant);
  afterEach(closeTenant);

  test('settles it first, and says what became of it', LONG, async () => {
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
