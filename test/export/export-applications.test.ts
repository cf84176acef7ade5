import { describe, expect, test } from 'vitest';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { exportOf, NOTHING } from './export-of.ts';

/** An application of others that the connection is enabled for. */
const withOther =
  (fields: Readonly<Record<string, unknown>>) =>
  (tenant: FakeTenant): FakeTenant => ({
    ...tenant,
    clients: [...tenant.clients, { client_id: 'id-other', name: 'Other', ...fields }],
    enabledClients: { 'id-didit': ['id-other', ...(tenant.enabledClients['id-didit'] ?? [])] },
  });

describe('an application of another team that the connection is enabled for', () => {
  test('is exported with its own rules, so that a deploy does not erase them; other keys stay where they are', async () => {
    const { text, problems, plan } = await exportOf(
      withOther({
        app_type: 'spa',
        client_metadata: { didit_policy: 'require=verified apply_to=all', didit_claims: '', theirs: 'note' },
      }),
    );
    expect(text).toMatch(
      /- name: Other\n {4}app_type: spa\n {4}client_metadata:\n {6}didit_policy: require=verified apply_to=all\n/,
    );
    expect(text).not.toContain('theirs');
    expect(problems).toEqual([]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('has no type in the export where it has none on the tenant', async () => {
    const { text, problems, plan } = await exportOf(withOther({}));
    expect(text).toMatch(/- name: Other\n(?! {4}app_type)/);
    expect(problems).toEqual([]);
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test('has no type in the export where it is one that a file cannot name', async () => {
    const { problems, plan } = await exportOf(withOther({ app_type: 'zendesk' }));
    expect(problems).toMatchObject([{ code: 'TENANT_FILE_VALUE', place: { key: 'clients.Other.app_type' } }]);
    expect(problems[0]?.remedy).toContain('leaves it as it is on the tenant');
    expect((await plan()).changes).toEqual(NOTHING);
  });

  test.each([
    ['misspelt', 'SETTING_INVALID', { client_metadata: { didit_policy: 'require=verifed' } }],
    ['a placeholder in a file', 'PLACEHOLDER_ON_TENANT', { client_metadata: { didit_policy: '##RULE##' } }],
    [
      'at odds with those of the connection',
      'SETTINGS_CONTRADICT',
      { client_metadata: { didit_policy: 'max_age=1h' } },
    ],
  ])(
    'is not listed where its rules are %s; nobody loses a rule or the connection',
    async (_case, code, fields) => {
      const { text, problems, plan } = await exportOf(withOther(fields));
      expect(text).not.toContain('name: Other');
      expect(problems.map((problem) => problem.code).sort()).toEqual(
        ['APPLICATION_NOT_EXPORTED', code].sort(),
      );
      expect((await plan()).changes).toEqual(NOTHING);
    },
  );

  test('is not listed where another one has the same name', async () => {
    const { problems, plan } = await exportOf((tenant) => {
      const changed = withOther({})(tenant);
      return { ...changed, clients: [...changed.clients, { client_id: 'id-twin', name: 'Other' }] };
    });
    expect(problems).toMatchObject([{ code: 'APPLICATION_NOT_EXPORTED' }]);
    expect((await plan()).changes).toEqual(NOTHING);
  });
});
