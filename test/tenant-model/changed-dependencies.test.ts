import { expect, test } from 'vitest';
import { findChanges, sameDependencies } from '../../scripts/tenant-model/changes.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';

type Dependencies = readonly {
  readonly name: string;
  readonly version: string;
  readonly registry_url?: string;
}[];

/** Fields of the Action that a deploy sends, where the tenant has it with the first and the file with the second. */
async function changedFields(existing: Dependencies, wanted: Dependencies): Promise<readonly string[]> {
  const { config, ...rest } = sample();
  const having = (dependencies: Dependencies) => ({
    ...config,
    actions: config.actions.slice(0, 1).map((action) => ({ ...action, dependencies })),
  });
  const tenant = deployedTenant({ ...rest, config: having(existing) });
  const state = await readTenantState(apiOf(tenant), config);
  return findChanges({ config: having(wanted), bundles: rest.bundles }, state).actions.flatMap(
    ({ fields }) => fields,
  );
}

const LODASH = { name: 'lodash', version: '4.17.21' };

test('the same package from another registry is other code, and sent', async () => {
  const other = { ...LODASH, registry_url: 'https://npm.example/' };
  expect(await changedFields([LODASH], [other])).toEqual(['dependencies.lodash']);
  expect(await changedFields([other], [LODASH])).toEqual(['dependencies.lodash']);
  expect(await changedFields([other], [{ ...other, registry_url: 'https://npm.example/two/' }])).toEqual([
    'dependencies.lodash',
  ]);
});

test('packages are the same in any order, by name, version and registry', () => {
  const other = { name: 'jose', version: '6.0.0' };
  expect(sameDependencies([LODASH, other], [other, LODASH])).toBe(true);
  expect(sameDependencies([LODASH], [{ ...LODASH, registry_url: '' }])).toBe(true);
  expect(sameDependencies([], [])).toBe(true);
  for (const one of [
    { ...LODASH, name: 'loadash' },
    { ...LODASH, version: '4.17.20' },
    { ...LODASH, registry_url: 'https://npm.example/' },
  ])
    expect([sameDependencies([LODASH], [one]), sameDependencies([one], [LODASH])]).toEqual([false, false]);
  expect(sameDependencies([LODASH], [LODASH, other])).toBe(false);
});

test('the same package from the same registry is not', async () => {
  const other = { ...LODASH, registry_url: 'https://npm.example/' };
  expect(await changedFields([other], [other])).toEqual([]);
  expect(await changedFields([{ ...LODASH, registry_url: '' }], [LODASH])).toEqual([]);
});
