import { beforeAll, expect, test } from 'vitest';
import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../../scripts/bundle/bundle.ts';
import { enabledPlaces } from '../../../scripts/plan/impact/login-side.ts';
import { loginImpact } from '../../../scripts/plan/impact/login-impact.ts';
import { modelFromConfig } from '../../../scripts/tenant-model/model-from-config.ts';
import type { TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';
import { sample } from '../sample.ts';

const LONG = { tags: ['long'] };

let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await buildBundles(readTenantConfig());
});

/** One organization, for the one application: the others are no concern here. */
const withRules = (policy: string): TenantModel =>
  modelFromConfig(
    sample(
      ['    client_metadata:\n', '    organization_usage: allow\n    client_metadata:\n'],
      [
        'clientGrants:\n',
        `organizations:\n  - name: acme\n    connections: [{ name: didit }]\n    metadata:\n      didit_policy: ${policy}\n\nclientGrants:\n`,
      ],
    ).config,
    bundles,
  );

test('rules of an organization change the logins of its members, and those of nobody else', async () => {
  const { applications, changes } = await loginImpact({
    before: withRules('require=verified max_age=60d'),
    after: withRules('require=none max_age=60d'),
  });
  expect(applications).toEqual(['Didit Sample Application']);
  expect(new Set(changes.map(({ application }) => application))).toEqual(
    new Set(['Didit Sample Application in organization acme']),
  );
  expect(changes).toContainEqual(
    expect.objectContaining({
      what: 'login',
      people: ['unverified', 'newly-verified'],
      before: 'denied (didit_not_verified)',
      after: 'allowed',
      security: [{ code: 'rules_loosened', because: 'denied (didit_not_verified) → allowed' }],
    }),
  );
});

test('organizations that say the same stand for each other, those that say something else do not', () => {
  const policies: readonly (readonly [name: string, policy: string])[] = [
    ['a', 'mode=off'],
    ['b', 'mode=report'],
    ['c', 'mode=off'],
  ];
  const listed = policies
    .map(
      ([name, policy]) =>
        `  - name: ${name}\n    connections: [{ name: didit }]\n    metadata:\n      didit_policy: ${policy}\n`,
    )
    .join('');
  const [before, after] = ['clientGrants:\n', `organizations:\n${listed}\nclientGrants:\n`].map(
    (text) =>
      sample(
        ['    client_metadata:\n', '    organization_usage: allow\n    client_metadata:\n'],
        ['clientGrants:\n', text],
      ).model,
  );
  if (before === undefined || after === undefined) throw new Error('two models');
  expect(enabledPlaces([before, after], 'didit').map(({ organization = null }) => organization)).toEqual([
    null,
    'a',
    'b',
  ]);
});

test('an age that an organization limits is looked at in the logins of its members', LONG, async () => {
  const { changes } = await loginImpact({
    before: withRules('require=verified'),
    after: withRules('require=verified max_age=30d'),
  });
  const denied = changes.filter(({ after }) => after === 'denied (didit_profile_stale)');
  expect(denied.length).toBeGreaterThan(0);
  for (const { application, recordOlderThan } of denied)
    expect([application, recordOlderThan]).toEqual(['Didit Sample Application in organization acme', '30d']);
});
