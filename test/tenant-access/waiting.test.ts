import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { startLocalTenant } from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { Fault, FaultProxy } from '../faults/fault-proxy.ts';
import { directApi } from '../faults/fault-run.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import type { TenantFolders } from '../deploy/tenant-folders.ts';

let folders: TenantFolders;
let tenant: LocalTenant;
let proxy: FaultProxy;
beforeAll(async () => {
  folders = tenantFolders();
  tenant = await startLocalTenant({ folder: folders.newTenant('tenant') });
  proxy = await startFaultProxy(folders.certificate, () => tenant);
});
afterAll(async () => {
  await proxy.close();
  await tenant.close();
  folders.remove();
});

test.each<[Fault, string]>([
  ['429', 'limits how many requests it takes (429); asking again in 1.0 s'],
  ['500', 'answers 500; asking again in 0.3 s'],
  ['dropped', 'broke the connection off; asking again in 0.3 s'],
])('somebody who waits after %s is told why and for how long', async (kind, told) => {
  const reasons: string[] = [];
  const api = await connectToTenant(
    {
      domain: proxy.domain,
      credentials: { kind: 'token', accessToken: (await directApi(tenant)).accessToken },
    },
    {
      retryDelaysMilliseconds: [300],
      clock: {
        now: () => Date.now(),
        pause: async (milliseconds) => {
          await delay(milliseconds);
        },
        random: () => 0,
      },
      whileWaiting: async (reason, wait) => {
        reasons.push(reason);
        await wait;
      },
    },
  );
  proxy.arm({ kind, at: 1 });
  expect(await api.get('/tenants/settings')).toBeDefined();
  expect(reasons).toEqual([`${proxy.domain} ${told}`]);
});
