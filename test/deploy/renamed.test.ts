import { describe, expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { Problem } from '../../scripts/base/problem.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { benchForEachTest, failing } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

const LONG = { tags: ['long'] };

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

const SHOP = 'Didit Sample Application';

/** The third Action and the second application have other names in the file. */
const RENAMED: Parameters<Bench['deployOf']>[0] = [
  [['actions', 2, 'name'], 'our-claims'],
  [['actions', 2, 'formerly'], 'didit-claims'],
  [['triggers', 'post-login', 3, 'action_name'], 'our-claims'],
  [['clients', 1, 'name'], 'Our Shop'],
  [['clients', 1, 'formerly'], SHOP],
  [['connections', 0, 'enabled_clients', 0], 'Our Shop'],
];

/** Code and all the rest are as they were. */
const renamed = (): Deploy => {
  const deploy = on.deployOf(RENAMED);
  const bundles = deploy.bundles.map((bundle) => ({
    ...bundle,
    code: bundle.code.replace('our-claims says', 'didit-claims says'),
  }));
  return { ...deploy, bundles };
};

const planOf = async (deploy: Deploy) =>
  await planDeploy(on.api, await prepareDeploy(on.api, deploy, on.records.origins(), on.records.flow()));

const ids = async () => {
  const { actions, clients, bindings } = await on.state();
  return {
    actions: Object.fromEntries(actions.map(({ id, name }) => [id, name])),
    clients: Object.fromEntries(clients.map(({ client_id: id, name }) => [id, name])),
    bound: bindings.map(({ action_name }) => action_name),
  };
};

const withNew = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(names).map(([id, name]) => [
      id,
      name === 'didit-claims' ? 'our-claims' : name === SHOP ? 'Our Shop' : name,
    ]),
  );

describe('formerly', () => {
  test('is a change of the name alone, of which nobody has to be afraid', async () => {
    await on.deploy(on.deployOf([]));
    const plan = await planOf(renamed());
    const changes = plan.changes.map(({ resource, field, before, after }) => [
      `${resource.kind} ${resource.name} ${field ?? ''}`,
      before,
      after,
    ]);
    expect(changes).toEqual([
      ['Action our-claims name', 'didit-claims', 'our-claims'],
      ['application Our Shop name', SHOP, 'Our Shop'],
    ]);
    expect(securityChanges(plan)).toEqual([]);
    expect([plan.noLongerListed, plan.otherActions]).toEqual([[], []]);
  });

  test('keeps what it is: the id, the place in the flow, the secrets; and then asks for nothing any more', async () => {
    await on.deploy(on.deployOf([]));
    const before = await ids();
    const { bindings, ...rest } = await on.state();
    await on.deploy(renamed());
    const after = await ids();
    expect(after.actions).toEqual(withNew(before.actions));
    expect(after.clients).toEqual(withNew(before.clients));
    expect(after.bound).toEqual(before.bound.map((name) => (name === 'didit-claims' ? 'our-claims' : name)));
    expect(bindings).toHaveLength(4);
    const secretsOf = ({ actions }: Pick<typeof rest, 'actions'>) =>
      actions.map(({ id, deployed }) => [id, deployed?.secrets]);
    expect(secretsOf(await on.state())).toEqual(secretsOf(rest));
    expect((await planOf(renamed())).changes).toEqual([]);
  });

  test('goes back with the deploy that fails after it', LONG, async () => {
    await on.deploy(on.deployOf([]));
    const before = await ids();
    let count = 0;
    const api = failing(on.api, (method, path) => {
      if (method !== 'PATCH' || !/^\/(?:clients|actions)/.test(path)) return undefined;
      count += 1;
      // The second of the two names.
      return count === 2
        ? new Problem({ code: 'TENANT_ANSWER', message: 'it is refused', place: { tenant: 'tenant' } })
        : undefined;
    });
    const codes = (await problemsOfAsync(() => on.deploy(renamed(), api))).map(({ code }) => code);
    expect(codes).toEqual(['TENANT_ANSWER', 'DEPLOY_PUT_BACK']);
    expect(await ids()).toEqual(before);
  });

  test('goes back with a rollback', LONG, async () => {
    await on.deploy(on.deployOf([]));
    const before = await ids();
    await on.deploy(renamed());
    const { done } = await on.rollBack();
    expect(done).toEqual(
      expect.arrayContaining([
        'Action our-claims: its name, didit-claims',
        `application Our Shop: its name, ${SHOP}`,
      ]),
    );
    expect(await ids()).toEqual(before);
  });

  test('means nothing where the former name is not there', LONG, async () => {
    await on.deploy(renamed());
    expect(Object.values((await ids()).actions)).toContain('our-claims');
    expect((await planOf(renamed())).changes).toEqual([]);
  });
});
