import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedThings } from '../../scripts/tenant-model/changes.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { adopted, THEIRS } from './adopted.ts';

describe('organizations of the tenant', () => {
  const DIDIT = ['sign-in-with-didit'];
  const withOrganizations = (...organizations: NonNullable<FakeTenant['organizations']>): FakeTenant => ({
    ...THEIRS,
    organizations: organizations.map((one) => ({ connections: [], ...one })),
  });

  test('are listed where they have settings of ours, or members who sign in through the connection', async () => {
    const { data, text, plan, problems } = await adopted(
      withOrganizations(
        {
          name: 'acme',
          display_name: 'Acme',
          metadata: { didit_policy: 'require=none', team: 'sales' },
          connections: ['staff', ...DIDIT],
        },
        {
          name: 'globex',
          display_name: 'Globex',
          branding: { logo_url: 'https://g.test/x.png' },
          connections: DIDIT,
        },
        { name: 'initech', metadata: { didit_policy: 'mode=off' } },
        { name: 'umbrella', metadata: { team: 'labs' }, connections: ['staff'] },
      ),
    );
    expect(problems).toEqual([]);
    expect(data['organizations']).toEqual([
      { name: 'acme', metadata: { didit_policy: 'require=none' } },
      { name: 'globex' },
      { name: 'initech', metadata: { didit_policy: 'mode=off' } },
    ]);
    expect(text).toMatch(/^organizations:\n {2}- name: acme\n/m);
    const { changes } = await plan();
    expect(changedThings(changes).filter(({ kind }) => kind === 'organization')).toEqual([]);
  });

  test('are no section of the file where there are none of them', async () => {
    expect((await adopted(withOrganizations({ name: 'umbrella' }))).data).not.toHaveProperty('organizations');
  });

  test.each([
    ['cannot be read', 'require=nonsense', 'SETTING_INVALID'],
    ['would be a placeholder', 'require=##RULE##', 'PLACEHOLDER_ON_TENANT'],
    ['looks like one', 'require=##MY-RULE##', 'PLACEHOLDER_ON_TENANT'],
  ])('are named, and not listed, where a setting of ours %s: the others are', async (_, rules, code) => {
    const { data, problems, plan } = await adopted(
      withOrganizations(
        { name: 'acme', metadata: { didit_policy: rules } },
        { name: 'globex', metadata: { didit_policy: 'mode=report' } },
      ),
    );
    expect(problems.map((problem) => [problem.code, problem.place.key])).toEqual([
      [code, 'organizations.acme'],
    ]);
    expect(data['organizations']).toEqual([{ name: 'globex', metadata: { didit_policy: 'mode=report' } }]);
    const { changes } = await plan();
    expect(changedThings(changes).filter(({ kind }) => kind === 'organization')).toEqual([]);
  });

  test('deploy back to nothing, whatever valid settings they have', async () => {
    const policy = fc
      .record({
        mode: fc.constantFrom('enforce', 'report', 'off'),
        require: fc.constantFrom('none', 'verified'),
        more: fc.constantFrom('', ' max_age=30d', ' apply_to=all'),
      })
      .map(({ mode, require, more }) => `mode=${mode} require=${require}${more}`);
    const organization = fc.record({
      metadata: fc.dictionary(fc.constantFrom('didit_policy', 'team', 'note'), policy),
      connections: fc.subarray(['staff', ...DIDIT]),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(organization, { maxLength: 4 }), async (all) => {
        const named = all.map((one, index) => ({ name: `org-${index}`, ...one }));
        const { data, plan, problems } = await adopted(withOrganizations(...named));
        expect(problems).toEqual([]);
        const listed = named.filter(
          ({ metadata, connections }) => 'didit_policy' in metadata || connections.includes(DIDIT[0] ?? ''),
        );
        expect(data['organizations'] ?? []).toEqual(
          listed.map(({ name, metadata: { didit_policy: rules } }) => ({
            name,
            ...(rules === undefined ? {} : { metadata: { didit_policy: rules } }),
          })),
        );
        const { changes } = await plan();
        expect(changedThings(changes).filter(({ kind }) => kind === 'organization')).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });
});
