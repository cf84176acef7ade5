import { prepareConfig } from '../../../scripts/tenant-access/complete-config.ts';
import { destroyTenant } from '../../../scripts/undo/destroy/destroy-tenant.ts';
import type { Removable } from '../../../scripts/undo/destroy/removable-thing.ts';
import type { LossesOfPeople } from '../../../scripts/undo/destroy/losses-of-people.ts';
import type { DestroyHooks } from '../../../scripts/undo/destroy/destroy-tenant.ts';
import type { DestroyPlan } from '../../../scripts/undo/destroy/plan-destroy.ts';
import type { ManagementApi } from '../../../scripts/tenant-access/management-api.ts';
import { REQUIRED_SCOPES } from '../../../scripts/tenant-access/required-scopes.ts';
import { openBench } from '../../deploy/tenant-bench.ts';
import type { Bench } from '../../deploy/tenant-bench.ts';
import { tenantFolders } from '../../deploy/tenant-folders.ts';
import type { TenantFolders } from '../../deploy/tenant-folders.ts';

export const DEPLOY_SCOPES = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes);

export let folders: TenantFolders;
export let on: Bench;
let count = 0;

/** Where the tenants of a file's tests keep their state. */
export const openFolders = (): void => {
  folders = tenantFolders();
};
export const removeFolders = (): void => {
  folders.remove();
};

export const openTenant = async (): Promise<void> => {
  count += 1;
  on = await openBench(folders, `destroy-${count}`);
};
export const closeTenant = async (): Promise<void> => {
  await on.tenant.close();
};

export interface Destroyed {
  /** `undefined` when nobody was asked. */
  readonly shown: DestroyPlan | undefined;
  readonly plan: DestroyPlan;
  /** `undefined` when nobody was asked. */
  readonly people: LossesOfPeople | undefined;
  readonly done: readonly string[];
}

export async function destroy({
  api = on.api,
  withoutRecord = false,
  only,
  changes = [],
  meanwhile = async () => Promise.resolve(),
}: {
  readonly api?: ManagementApi;
  readonly withoutRecord?: boolean;
  readonly only?: Removable;
  /** Of `tenant.yaml`. */
  readonly changes?: Parameters<Bench['deployOf']>[0];
  /** What happens while the list is read. */
  readonly meanwhile?: () => Promise<void>;
} = {}): Promise<Destroyed> {
  const done: string[] = [];
  let shown: DestroyPlan | undefined;
  let people: LossesOfPeople | undefined;
  const config = prepareConfig(on.deployOf(changes));
  const hooks: DestroyHooks = {
    onPlan: async (asked, _interrupted, lost) => {
      shown = asked;
      people = lost;
      await meanwhile();
    },
    onDone: (what) => done.push(what),
  };
  const plan = await destroyTenant(api, config, on.records, withoutRecord, hooks, only);
  return { shown, plan, done, people };
}

export const addForeignApplication = async (name: string): Promise<string> => {
  await on.api.send('POST', '/clients', { name, app_type: 'spa' });
  return (await on.client(name)).client_id;
};

export const enable = async (client_id: string): Promise<void> => {
  await on.api.send('PATCH', `/connections/${(await on.connection())?.id ?? ''}/clients`, [
    { client_id, status: true },
  ]);
};
