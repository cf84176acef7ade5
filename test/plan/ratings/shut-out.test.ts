import { describe, expect, test } from 'vitest';
import { modelFromConfig } from '../../../scripts/tenant-model/model-from-config.ts';
import { buildPlan } from '../../../scripts/plan/build-plan.ts';
import type { TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { sample } from '../sample.ts';

const { config, bundles } = sample();

type Organizations = NonNullable<typeof config.organizations>;

const modelOf = (changes: Readonly<Partial<typeof config>>): TenantModel =>
  modelFromConfig({ ...config, ...changes }, bundles);

const withConnection = (settings: object, options: object = {}): TenantModel =>
  modelOf({
    connections: config.connections.map((one) => ({
      ...one,
      ...settings,
      options: { ...one.options, ...options },
    })),
  });

const withMembers = (connections: Organizations[number]['connections']): TenantModel =>
  modelOf({
    organizations: [{ name: 'acme', ...(connections === undefined ? {} : { connections }) }],
  });

const withGrant = (
  audience: string,
  scope: readonly string[],
  subject_type: 'client' | 'user' = 'client',
): TenantModel => modelOf({ clientGrants: [{ client_id: 'Didit Actions', audience, scope, subject_type }] });

const MANAGEMENT = 'https://tenant.example.com/api/v2/';

const codesOf = async (before: TenantModel, after: TenantModel): Promise<readonly string[]> => {
  const plan = await buildPlan({ before, after }, { kind: 'revision', revision: 'main', commit: 'abc' });
  return plan.changes.flatMap(({ security }) => security.map(({ code }) => code));
};

describe('a plan tells a reviewer that people are shut out, whichever setting does it', () => {
  test.each<[string, TenantModel, TenantModel]>([
    [
      'a connection that is for no sign-in any more',
      withConnection({ authentication: { active: true } }),
      withConnection({ authentication: { active: false } }),
    ],
    [
      'the same, where the file has said nothing of it',
      withConnection({}),
      withConnection({ authentication: { active: false } }),
    ],
    ['a connection that an organization loses', withMembers([{ name: 'didit' }]), withMembers([])],
    ['all that it has, whichever they are', withMembers(undefined), withMembers([])],
    [
      'one that it has and switches off',
      withMembers([{ name: 'didit', is_enabled: true }]),
      withMembers([{ name: 'didit', is_enabled: false }]),
    ],
  ])('%s', async (_, before, after) => {
    expect(await codesOf(before, after)).toEqual(['application_disabled']);
    expect(await codesOf(after, before)).not.toContain('application_disabled');
  });
});

describe('a plan tells a reviewer that rules have less to go by', () => {
  test.each<[string, TenantModel, TenantModel]>([
    [
      'where Actions may no longer ask the tenant',
      withGrant(MANAGEMENT, ['read:users']),
      withGrant(MANAGEMENT, []),
    ],
    [
      'also in a grant for users',
      withGrant(MANAGEMENT, ['read:users', 'update:users'], 'user'),
      withGrant(MANAGEMENT, ['update:users'], 'user'),
    ],
    [
      'where the tenant keeps no answer of Didit',
      withConnection({}),
      withConnection({}, { non_persistent_attrs: ['birthdate', 'didit_profile'] }),
    ],
  ])('%s', async (_, before, after) => {
    expect(await codesOf(before, after)).toEqual(['evidence_reduced']);
    expect(await codesOf(after, before)).not.toContain('evidence_reduced');
  });

  test('and not where an application loses a right at another API, or nothing of ours is left out', async () => {
    const api = 'https://api.example.com/';
    expect(await codesOf(withGrant(api, ['read:a', 'read:b']), withGrant(api, ['read:a']))).toEqual([]);
    const kept = withConnection({}, { non_persistent_attrs: ['birthdate'] });
    expect(await codesOf(withConnection({}), kept)).toEqual([]);
  });
});

test('a connection of an organization of which the file says nothing more is one change, whichever way', async () => {
  const [without, with_] = [withMembers([]), withMembers([{ name: 'didit' }])];
  for (const [before, after] of [
    [without, with_],
    [with_, without],
  ] as const) {
    const plan = await buildPlan({ before, after }, { kind: 'revision', revision: 'main', commit: 'abc' });
    expect(plan.changes).toMatchObject([{ field: 'connections' }]);
  }
});
