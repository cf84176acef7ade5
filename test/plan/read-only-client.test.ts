import { expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { apiWithScopes, benchForEachTest } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

test('a client that may only read plans what one that may write does', async () => {
  await on.deploy(on.deployOf([]));
  const reads = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes).filter((scope) => scope.startsWith('read:'));
  const reader = await apiWithScopes(on, reads);
  const deploy = on.deployOf([[['resourceServers', 0, 'token_lifetime'], 3_600]]);
  const planBy = async (api: typeof reader) => await planDeploy(api, await prepareDeploy(api, deploy));
  const plan = await planBy(reader);
  expect(plan.changes.map(({ field }) => field)).toEqual(['token_lifetime']);
  expect(plan).toEqual(await planBy(on.api));
});
