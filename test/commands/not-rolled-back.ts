import { join } from 'node:path';
import { expect } from 'vitest';
import { textOf } from '../../scripts/base/json-values.ts';
import { lockTenant } from '../../scripts/records/deploy-lock.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { RemoteTenant } from './remote-tenant-bench.ts';

/** With the rule of somebody who changed what the deploy had changed. */
export async function isNotRolledBackOver(on: RemoteTenant, rule: string): Promise<void> {
  const [sample] = (await on.api.list('/clients', 'clients')).filter(
    ({ name }) => name === 'Didit Sample Application',
  );
  const path = `/clients/${textOf(sample?.['client_id'])}`;
  await on.api.send('PATCH', path, { client_metadata: { didit_policy: rule } });
  const changed = await on.contents();
  const { exitCode, stderr } = await on.run('staging', 'rollback', ['--yes']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error TENANT_CHANGED_SINCE');
  expect(await on.contents()).toEqual(changed);
  await on.api.send('PATCH', path, { client_metadata: sample?.['client_metadata'] });
}

/** While another command, this process, changes the tenant. */
export async function isNotRolledBackBesideAnother(on: RemoteTenant): Promise<void> {
  const unlock = lockTenant(openRecords(on.domain, join(on.project.root, '.deploys')).folder);
  const before = await on.contents();
  const { exitCode, stderr } = await on.run('staging', 'rollback', ['--yes']);
  unlock();
  expect(exitCode).toBe(1);
  expect(stderr).toContain('error DEPLOY_IN_PROGRESS');
  expect(await on.contents()).toEqual(before);
}
