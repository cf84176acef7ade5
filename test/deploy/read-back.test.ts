import { expect, test } from 'vitest';
import { findChanges } from '../../scripts/tenant-model/changes.ts';
import { compareReadBack } from '../../scripts/deploy/read-back.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';

const SAMPLE = sample();
const state = async (versionOfClaims: string): Promise<TenantState> => {
  const read = await readTenantState(apiOf(deployedTenant(SAMPLE)), SAMPLE.config);
  return {
    ...read,
    actions: read.actions.map((action) =>
      action.deployed === undefined
        ? action
        : {
            ...action,
            deployed: {
              ...action.deployed,
              versionId: action.name === 'didit-claims' ? versionOfClaims : `of ${action.name}`,
            },
          },
    ),
  };
};

/** What is found of a deploy that sends the secrets of Actions again, and nothing else. */
const problemsAfter = async (before: TenantState, after: TenantState): Promise<readonly string[]> => {
  const { actions, ...rest } = findChanges(SAMPLE, before, { updateSecrets: true });
  const changes = { ...rest, actions: actions.filter(({ config: { name } }) => name === 'didit-claims') };
  return compareReadBack(SAMPLE, after, 'tenant.example.com', {}, { changes, before })
    .earlyProblems.filter(({ message }) => message.startsWith('Action'))
    .map(({ code, message }) => `${code}: ${message}`);
};

test('an Action whose secrets were sent, and that runs the version of before, does not have them', async () => {
  expect(await problemsAfter(await state('one'), await state('one'))).toEqual([
    'READ_BACK_DIFFERS: Action didit-claims still runs with the secrets from before.',
  ]);
  expect(await problemsAfter(await state('one'), await state('two'))).toEqual([]);
});
