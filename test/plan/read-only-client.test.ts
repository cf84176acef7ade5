import { describe, expect, test } from 'vitest';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import { REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { apiWithScopes, benchForAllTests } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';

let on: Bench;
benchForAllTests(async (bench) => {
  on = bench;
  await on.deploy(deployOf([]));
  await on.api.send('POST', '/organizations', { name: 'globex', metadata: { didit_policy: 'mode=off' } });
});

/** The application takes members of organizations, so that rules of these can count. */
const deployOf = (changes: Parameters<Bench['deployOf']>[0]) =>
  on.deployOf([[['clients', 1, 'organization_usage'], 'allow'], ...changes]);

const READS = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes).filter((scope) => scope.startsWith('read:'));

test('a client that may only read plans what one that may write does', async () => {
  const reader = await apiWithScopes(on, [...READS, 'read:organizations', 'read:organization_connections']);
  const deploy = deployOf([[['resourceServers', 0, 'token_lifetime'], 3_600]]);
  const planBy = async (api: typeof reader) => await planDeploy(api, await prepareDeploy(api, deploy));
  const plan = await planBy(reader);
  expect(plan.changes.map(({ field }) => field)).toEqual(['token_lifetime']);
  expect(plan).toEqual(await planBy(on.api));
});

describe('what a client may not read', () => {
  const without = (...missing: readonly string[]): readonly string[] =>
    READS.filter((scope) => !missing.includes(scope));

  const plansBy = async (api: ManagementApi): Promise<readonly Plan[]> => {
    const prepared = await prepareDeploy(api, deployOf([]));
    return [await planDeploy(api, prepared), await planDeploy(api, prepared, 'drift')];
  };

  const saidIn = (plan: Plan): readonly string[] =>
    (['terminal', 'markdown'] as const).flatMap((format) =>
      renderPlan(plan, format)
        .text.split('\n')
        .filter((line) => line.includes('Not looked at')),
    );

  const ORGANIZATIONS =
    'organizations, which may have weaker rules (no permission read:organizations read:organization_connections)';
  const SECRETS = ['Didit Actions', 'Didit Step-up']
    .map((name) => `the secret of application "${name}" (no permission read:client_keys)`)
    .join('; ');

  test.each<[string, readonly string[], string]>([
    ['organizations', READS, `Not looked at: ${ORGANIZATIONS}.`],
    [
      'their connections',
      [...READS, 'read:organizations'],
      'Not looked at: organizations, which may have weaker rules (no permission read:organization_connections).',
    ],
    [
      'secrets of applications',
      [...without('read:client_keys'), 'read:organizations', 'read:organization_connections'],
      `Not looked at: ${SECRETS}.`,
    ],
    ['both', without('read:client_keys'), `Not looked at: ${ORGANIZATIONS}; ${SECRETS}.`],
  ])('is said on one line of every plan and drift check: %s', async (_, scopes, line) => {
    const reader = await apiWithScopes(on, scopes);
    for (const plan of await plansBy(reader)) {
      expect(plan.changes).toEqual([]);
      expect(saidIn(plan)).toEqual([line, line]);
    }
    // The same where the token does not say what it may.
    const opaque = await connectToTenant({
      domain: on.tenant.domain,
      credentials: { kind: 'token', accessToken: reader.accessToken },
    });
    const [plan] = await plansBy({ ...opaque, accessToken: 'opaque' });
    expect(plan?.notLookedAt.map(({ what }) => what)).toEqual(
      (await plansBy(reader))[0]?.notLookedAt.map(({ what }) => what),
    );
  });

  test('is nothing where it may read all, or where no rule of an organization can count', async () => {
    const [all] = await plansBy(
      await apiWithScopes(on, [...READS, 'read:organizations', 'read:organization_connections']),
    );
    expect([all?.notLookedAt, all && saidIn(all)]).toEqual([[], []]);
  });

  test.each([
    'read:connections_options',
    'read:connections',
    'read:actions',
    'read:client_grants',
    'read:resource_servers',
  ])('stops a plan where it could say nothing true: %s', async (scope) => {
    const reader = await apiWithScopes(on, without(scope));
    const [problem] = await problemsOfAsync(async () => await plansBy(reader));
    expect(problem?.code).toBe('SCOPE_MISSING');
    expect(`${problem?.message ?? ''} ${problem?.remedy ?? ''}`).toContain(scope);
  });
});
