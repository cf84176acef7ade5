// @module-tag long
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { inTests } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { openBench } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';
import type { TenantFolders } from '../deploy/tenant-folders.ts';

let folders: TenantFolders;
let on: Bench;
beforeAll(async () => {
  folders = tenantFolders();
  on = await openBench(folders, 'unwritable');
});
afterAll(async () => {
  await on.tenant.close();
  folders.remove();
});

test('a deploy whose record cannot be written any more is put back, and says so; the next one goes through', async () => {
  const before = await on.state();
  let blocked: string | undefined;
  const problems = await problemsOfAsync(() =>
    changeTenant(on.api, inTests(on.deployOf([]), folders.authorityFile), on.records, {
      // The record of the first step is written; that of the next one cannot be.
      onProgress: () => {
        if (blocked !== undefined) return;
        blocked = join(on.records.folder, `${on.lastRecord().id}.json.tmp`);
        mkdirSync(blocked);
      },
    }),
  );
  expect(problems.map(({ code }) => code)).toEqual(['RECORDS_UNWRITABLE', 'DEPLOY_PUT_BACK']);
  expect(problems[1]?.message).toContain('application Didit Sample Application removed');
  expect(await on.state()).toEqual(before);
  expect(readdirSync(on.records.folder).filter((name) => name.startsWith('lock'))).toEqual([]);

  rmSync(blocked ?? '', { recursive: true });
  const outcomes: string[] = [];
  await changeTenant(on.api, inTests(on.deployOf([]), folders.authorityFile), on.records, {
    onInterrupted: ({ outcome, done }) => outcomes.push(outcome, ...done),
  });
  expect(outcomes).toEqual(['put-back']);
  expect(await on.connection()).toBeDefined();
});
