import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { apiWithScopes, benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

const LONG = { tags: ['long'] };

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

/** A secret of somebody's own, in an Action of ours. */
const WITH_KEY: Parameters<Bench['deployOf']>[0] = [
  [['actions', 0, 'secrets', 5], { name: 'PARTNER', value: '##PARTNER_KEY##' }],
];
const FIRST = 'marked-first-key';
const OTHER = 'marked-other-key';

const withKey = (key: string): Deploy => {
  const deploy = on.deployOf(WITH_KEY);
  return { ...deploy, values: new Map([...deploy.values, ['PARTNER_KEY', key]]) };
};

const planOf = async (deploy: Deploy): Promise<Plan> =>
  await planDeploy(
    on.api,
    await prepareDeploy(on.api, { ...deploy, sentSecrets: on.records.sentSecrets() }, on.records.origins()),
  );

const foundIn = (plan: Plan): readonly (readonly [string, string])[] =>
  securityChanges(plan).map(({ code, where }) => [code, where]);

test('a secret with another value is a change that a reviewer must see, without its value', async () => {
  await on.deploy(withKey(FIRST));
  expect((await planOf(withKey(FIRST))).changes).toEqual([]);
  const plan = await planOf(withKey(OTHER));
  expect(foundIn(plan)).toEqual([['action_secret_changed', 'Action didit-profile-sync · secrets.PARTNER']]);
  const { text } = renderPlan(plan, 'terminal');
  expect(text).toContain('1 Action with another secret');
  expect(text).toMatch(/Action didit-profile-sync · secrets\.PARTNER/);
  for (const value of [FIRST, OTHER]) expect(JSON.stringify(plan)).not.toContain(value);

  await on.deploy(withKey(OTHER));
  expect((await planOf(withKey(OTHER))).changes).toEqual([]);
  expect(foundIn(await planOf(withKey(FIRST)))).toHaveLength(1);
});

test('the records hold no value of a secret, and nothing that is quick to guess by', LONG, async () => {
  await on.deploy(withKey(FIRST));
  const files = readdirSync(on.records.folder).filter((name) => name.endsWith('.json'));
  expect(files).toContain('secrets.json');
  const all = files.map((name) => readFileSync(join(on.records.folder, name), 'utf8')).join('\n');
  expect(all).not.toContain(FIRST);
  expect(on.records.sentSecrets().map(({ secret }) => secret)).not.toContain('DIDIT_HANDOVER_KEY');
});

test('after a rollback, it is known again which value runs', LONG, async () => {
  await on.deploy(withKey(FIRST));
  await on.deploy(withKey(OTHER));
  await on.rollBack();
  expect((await planOf(withKey(FIRST))).changes).toEqual([]);
  expect(foundIn(await planOf(withKey(OTHER)))).toHaveLength(1);
});

test('a secret that somebody else has set since is not guessed about', LONG, async () => {
  await on.deploy(withKey(FIRST));
  const action = (await on.state()).actions.find(({ name }) => name === 'didit-profile-sync');
  await on.api.send('PATCH', `/actions/actions/${action?.id ?? ''}`, {
    secrets: [{ name: 'PARTNER', value: 'of-somebody-else' }],
  });
  await on.api.send('POST', `/actions/actions/${action?.id ?? ''}/deploy`);
  const fields = (await planOf(withKey(FIRST))).changes.map(({ field }) => field);
  expect(fields).not.toContain('secrets.PARTNER');
});

test('a secret that the deploy reads from the tenant is noticed when it is rotated there', LONG, async () => {
  await on.deploy(on.deployOf([]));
  const { client_id: id } = await on.client('Didit Actions');
  await on.api.send('PATCH', `/clients/${id}`, { client_secret: 'a-new-secret-of-the-dashboard-1234567890' });
  const plan = await planOf(on.deployOf([]));
  expect(foundIn(plan)).toEqual([
    ['action_secret_changed', 'Action didit-profile-sync · secrets.AUTH0_MANAGEMENT_CLIENT_SECRET'],
  ]);
  await on.deploy(on.deployOf([]));
  expect((await planOf(on.deployOf([]))).changes).toEqual([]);
});

test('a secret that this client may not read is not taken for another one', LONG, async () => {
  await on.deploy(on.deployOf([]));
  const scopes = REQUIRED_SCOPES.flatMap((required) => required.scopes);
  const api = await apiWithScopes(
    on,
    scopes.filter((scope) => scope !== 'read:client_keys'),
  );
  const deploy = { ...on.deployOf([]), sentSecrets: on.records.sentSecrets() };
  expect((await planDeploy(api, await prepareDeploy(api, deploy, on.records.origins()))).changes).toEqual([]);
});
