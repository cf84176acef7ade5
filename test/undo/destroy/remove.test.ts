import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { problemsOfAsync } from '../../problems-of.ts';
import {
  addForeignApplication,
  closeTenant,
  destroy,
  on,
  openFolders,
  openTenant,
  removeFolders,
} from './destroy-bench.ts';

const LONG = { tags: ['long'] };

/** `tenant.yaml` without the Action `didit-claims`, its binding and the sample API. */
const WITHOUT = [
  [['actions', 2], undefined],
  [['triggers', 'post-login', 3], undefined],
  [['resourceServers'], undefined],
] as const;

beforeAll(openFolders);
afterAll(removeFolders);
beforeEach(async () => {
  await openTenant();
  await on.deploy(on.deployOf([]));
});
afterEach(closeTenant);

const refused = async (name: string, changes: typeof WITHOUT | [] = WITHOUT) => {
  const [problem] = await problemsOfAsync(() => destroy({ changes, only: { name } }));
  expect(problem?.code).toBe('NOT_REMOVABLE');
  return problem;
};

test(
  'what tenant.yaml lists, what nobody here made and what is not there is refused, with the reason',
  LONG,
  async () => {
    const before = await on.state();
    expect((await refused('didit-claims', []))?.message).toContain(
      'tenant.yaml still lists Action didit-claims',
    );
    expect((await refused('didit-claim'))?.remedy).toContain('"didit-claims"');
    await addForeignApplication('Shop');
    expect((await refused('Shop'))?.message).toContain('No deploy from here made "Shop"');
    expect(await on.state()).toMatchObject({ actions: before.actions, bindings: before.bindings });
  },
);

test('one thing goes, from the logins first, and everything else stays', async () => {
  const before = await on.state();
  const { shown, done } = await destroy({ changes: WITHOUT, only: { name: 'didit-claims' } });
  expect(shown?.removed).toEqual(['Action didit-claims']);
  // The rules are in another Action, which stays.
  expect(shown?.losses).toEqual([]);
  expect(done.map((what) => /^(post-login bindings|Action didit-claims)/.exec(what)?.[1])).toEqual([
    'post-login bindings',
    'Action didit-claims',
  ]);
  const after = await on.state();
  expect(after.actions).toEqual(before.actions.filter(({ name }) => name !== 'didit-claims'));
  expect(after.bindings.map(({ action_name }) => action_name)).toEqual([
    'didit-profile-sync',
    'didit-step-up',
    'didit-access-policy',
  ]);
  expect([after.connections, after.clients, after.resourceServers]).toEqual([
    before.connections,
    before.clients,
    before.resourceServers,
  ]);
  // What was removed from here is not taken for somebody else's doing.
  expect(on.records.flow()?.map(({ action }) => action)).toEqual([
    'didit-profile-sync',
    'didit-step-up',
    'didit-access-policy',
  ]);
  // The deploy that made the rest can still be undone.
  expect(on.lastRecord().status).toBe('done');
});

test('the Action with the access rules goes with a word about whom that lets in', LONG, async () => {
  const { shown } = await destroy({
    changes: [
      [['actions', 1], undefined],
      [['triggers', 'post-login', 2], undefined],
    ],
    only: { name: 'didit-access-policy' },
  });
  expect(shown?.losses).toEqual([
    'connection didit: it stays, without access rules: anyone can sign in through it',
  ]);
});
