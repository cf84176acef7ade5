/** A deploy in a process of its own, which the fault matrix kills. What it does comes as JSON on its standard input. */
import { text } from 'node:stream/consumers';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { inTests, ownCli } from './warm-cli.ts';
import { SCENARIOS } from './scenarios.ts';

export interface DeployOrder {
  readonly scenario: string;
  readonly domain: string;
  readonly proxy: string;
  readonly accessToken: string;
  readonly authorityFile: string;
  readonly records: string;
}

const order = JSON.parse(await text(process.stdin)) as DeployOrder;
const scenario = SCENARIOS.find(({ name }) => name === order.scenario);
if (scenario === undefined) throw new Error(`no scenario ${order.scenario}`);
const api = await connectToTenant({
  domain: order.proxy,
  credentials: { kind: 'token', accessToken: order.accessToken },
});
await changeTenant(
  api,
  inTests({ ...scenario.tested(order.domain), startCli: ownCli }, order.authorityFile),
  openRecords('tenant', order.records),
);
