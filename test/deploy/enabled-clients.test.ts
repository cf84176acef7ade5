// @module-tag long
import { expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

let on: Bench;
benchForEachTest(
  (bench) => {
    on = bench;
  },
  { hidesEnabledClients: true },
);

const SHOP = 'Didit Sample Application';
const OTHER = 'Didit Step-up';

const enabled = async (): Promise<string[]> => {
  const { connections, clients } = await on.state();
  return (connections[0]?.enabledClients ?? []).map(
    (id) => clients.find(({ client_id: own }) => own === id)?.name ?? id,
  );
};

test('a tenant that does not show the applications with a connection gets them, and the next plan is empty', async () => {
  await on.deploy(on.deployOf([]));
  expect(await enabled()).toContain(SHOP);
  const again = await prepareDeploy(on.api, on.deployOf([]), on.records.origins(), on.records.flow());
  expect((await planDeploy(on.api, again)).changes).toEqual([]);
  await on.deploy(on.deployOf([[['connections', 0, 'enabled_clients'], [OTHER]]]));
  expect(await enabled()).toEqual([OTHER]);
});
